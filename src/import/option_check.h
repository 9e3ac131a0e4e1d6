/* SPDX-License-Identifier: MIT
 *
 * Refuses options that would change nothing: they are about a file that is not there, about another
 * table, or about a format that has no such thing.
 */
#ifndef IMPORT_OPTION_CHECK_H
#define IMPORT_OPTION_CHECK_H

#include "source_table.h"

/* `tables` are open; those without a file are empty. */
bool option_check(const struct import_options *options, const struct source_table *tables,
                  struct error *error);

#endif
