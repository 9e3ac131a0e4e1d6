/* SPDX-License-Identifier: MIT
 *
 * Refuses options that would change nothing: they are about a file that is not there, about another
 * table, or about a format that has no such thing.
 */
#ifndef IMPORT_OPTION_CHECK_H
#define IMPORT_OPTION_CHECK_H

#include "source_table.h"

/* `tables` are open; those without a file are empty. `joined`: there are further files, which what
 * is said of all files may be about. */
bool option_check(const struct import_options *options, const struct source_table *tables,
                  bool joined, struct error *error);

#endif
