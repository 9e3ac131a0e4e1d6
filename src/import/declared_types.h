/* SPDX-License-Identifier: MIT
 *
 * Types of columns that their values do not tell: columns.csv in the folder of an export, with a
 * row "table,column,type" for each, such as "users,zip,TEXT" where all that is left are numbers.
 */
#ifndef IMPORT_DECLARED_TYPES_H
#define IMPORT_DECLARED_TYPES_H

#include "source_table.h"

/* Declares the types for a table that is planned, and that its cells are exact. A folder without
 * such a file declares none, and so does a file of that name with other columns. `path` may be a
 * file or NULL. */
void declared_types_apply(const char *path, struct source_table *table);

#endif
