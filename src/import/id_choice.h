/* SPDX-License-Identifier: MIT
 *
 * Chooses the column with the id in a table of users or items: the one that is named like it if ids
 * of the ratings stand in it, else one in which clearly more of them stand. What the values cannot
 * decide is refused (id_column.h).
 */
#ifndef IMPORT_ID_CHOICE_H
#define IMPORT_ID_CHOICE_H

#include "role_choice.h"

/* `ratings` as in source_table_plan. */
bool id_choose(struct role_choice *choice, enum column_role role,
               const struct source_table *ratings, struct error *error);

/* Refuses a table, of any kind, in which nothing is named like the id of the user or item. */
bool id_refuse(struct role_choice *choice, enum column_role role, struct error *error);

#endif
