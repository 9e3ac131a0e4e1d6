/* SPDX-License-Identifier: MIT
 *
 * Finds out how separated text is written, from its first lines.
 *
 * The rule. Tabs, "::", commas, semicolons and "|" are tried. Each splits the first 200 lines, with
 * quotes respected between commas and semicolons, and elsewhere if that makes rows more alike. The
 * number of columns that most rows have is the separator's; the share of rows that have it is its
 * regularity. Lines that begin with "#" or "%" do not count.
 * - Separators with at least 0.9 of the best regularity are equally regular, if the first row fits
 *   as well as that of the best. Of these, one with as many columns as names were given wins; else
 *   tabs, which no text holds by chance; else the one with most columns; else the first.
 * - Runs of blanks and tabs separate if nothing else does: no regularity reaches 0.5, or tabs leave
 *   a column empty in every row, and no blanks stand between the others. A separator that does so
 * may also stand twice: "||". If there is none at all, ":", "^", "~" and the byte 1 are tried.
 * - A first row with one column less than the others is a header: all others end with a separator,
 *   which then means nothing; or they begin with 1, 2, 3 ..., and R left out the name of that.
 * - Lines before the first row are no rows: those that begin with "#" or "%", and those with at
 *   most half of its columns. A line right before the first row that begins with such a mark, and
 *   has as many columns behind it, none of them a number, is the header.
 * - A line "sep=;" in front, as Excel writes it, decides.
 */
#ifndef IMPORT_SNIFFER_H
#define IMPORT_SNIFFER_H

#include "dialect.h"
#include "import/format_choice.h"
#include "sample.h"

/* `path` is for messages. Fails if nothing separates columns, or if an option cannot be met. Sets
 * words, separator, columns and rivals of the choice. */
bool sniffer_choose(const struct sample *sample, const struct format_options *options,
                    const char *path, struct dialect *dialect, struct format_choice *choice,
                    struct error *error);

#endif
