/* SPDX-License-Identifier: MIT
 *
 * Decides which column is the user, the item, the rating, the time and the title, and says which
 * others were passed over.
 */
#ifndef IMPORT_COLUMN_ROLES_H
#define IMPORT_COLUMN_ROLES_H

#include "role_choice.h"

/* For a table whose names are settled. `ratings` as in source_table_plan. */
bool column_roles_choose(const struct source_table *table, const struct source_table *ratings,
                         struct import_plan *plan, struct column_roles *roles, struct error *error);

#endif
