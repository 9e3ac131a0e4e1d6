/* SPDX-License-Identifier: MIT
 *
 * A table of texts in aligned columns. Where the output is too narrow, columns are left out in the
 * order in which they can be missed, then the one that may shrink is cut.
 */
#ifndef COMMAND_LISTING_H
#define COMMAND_LISTING_H

#include "report/output.h"

enum listing_side { LISTING_LEFT, LISTING_RIGHT };

struct listing;

struct listing *listing_new(const struct output *output);
void listing_free(struct listing *listing); /* accepts NULL */

/* `missed`: 0 for a column that always stays; of the others, the largest is left out first. */
void listing_column(struct listing *listing, const char *title, enum listing_side side, int missed);
/* The last column added may be cut. */
void listing_shrink(struct listing *listing);
/* The last column added, the last of all, is broken into lines where it does not fit. */
void listing_wrap(struct listing *listing);

/* The next cell, row after row. The first is for our own text, the second for foreign text. */
void listing_cell(struct listing *listing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void listing_foreign(struct listing *listing, const char *text);
/* Styles the last cell. */
void listing_style(struct listing *listing, enum ink style);
/* A line of its own between the rows, over all columns. */
void listing_line(struct listing *listing, enum ink style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints it, each line behind `indent` spaces. Returns how many columns had to be left out. */
size_t listing_print(const struct listing *listing, struct output *output, size_t indent);

#endif
