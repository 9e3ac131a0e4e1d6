/* SPDX-License-Identifier: MIT
 *
 * Infers the role of a column from its name.
 */
#ifndef IMPORT_COLUMN_NAMES_H
#define IMPORT_COLUMN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "data/dataset_sink.h"

/* The index of the column that has the role in a table of that kind, or SIZE_MAX. If several names
 * fit, the most specific wins. `sure` says whether the name alone decides: "date" may also be an
 * ordinary attribute. */
size_t column_with_role(enum dataset_table part, enum column_role role, char *const *names,
                        size_t count, bool *sure);

/* A copy without the blanks around it and the RecBole type behind it (":token"). Freed by the
 * caller. */
char *column_name_clean(const char *text, size_t length);

/* Whether two names are equal if case, blanks, "_", "-" and "." are ignored. */
bool column_names_match(const char *left, const char *right);

#endif
