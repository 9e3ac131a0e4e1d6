/* SPDX-License-Identifier: MIT
 *
 * What columns mean, by the names people give them.
 */
#ifndef IMPORT_COLUMN_NAMES_H
#define IMPORT_COLUMN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "data/dataset_sink.h"

/* The place of the column that has the role in a table of that kind, SIZE_MAX for none. Where
 * several have a fitting name, the more telling name wins. `sure` says whether the name alone
 * decides: a "date" may also be the name of a mere attribute. */
size_t column_with_role(enum dataset_table part, enum column_role role, char *const *names,
                        size_t count, bool *sure);

/* Blanks around it and a RecBole type behind it (":token") taken off; freed by the caller. */
char *column_name_clean(const char *text, size_t length);

/* Whether two names are the same but for case, blanks, "_", "-" and ".". */
bool column_names_match(const char *left, const char *right);

#endif
