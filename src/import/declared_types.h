/* SPDX-License-Identifier: MIT
 *
 * The types of columns whose values do not show them. An export writes columns.csv into its folder,
 * with a row "table,column,type" for each, such as "users,zip,TEXT" if all codes happen to be
 * numbers.
 */
#ifndef IMPORT_DECLARED_TYPES_H
#define IMPORT_DECLARED_TYPES_H

#include "source_table.h"

/* Sets the types of a table that is planned, and marks its cells as exact. A folder without such a
 * file declares none, and so does a file of that name with other columns. `path` may be a file or
 * NULL. */
void declared_types_apply(const char *path, struct source_table *table);

#endif
