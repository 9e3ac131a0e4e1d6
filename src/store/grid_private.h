/* SPDX-License-Identifier: MIT
 *
 * How the files about grids write their queries.
 */
#ifndef STORE_GRID_PRIVATE_H
#define STORE_GRID_PRIVATE_H

#include "statement.h"
#include "store/grid_store.h"

/* Appends " FROM " and the table as r. */
void grid_append_from(const struct grid *grid, sqlite3_str *sql);
/* Finishes the text, prepares it and binds the file of the grid, if it has one. */
struct statement *grid_statement(const struct grid *grid, sqlite3_str *sql, struct error *error);
/* Compiles the condition of a view; NULL and "" give an expression without SQL. */
bool grid_condition(const struct grid *grid, const char *filter, struct expression *condition,
                    struct error *error);

#endif
