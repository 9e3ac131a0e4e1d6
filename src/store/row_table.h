/* SPDX-License-Identifier: MIT
 *
 * A row file as a table of SQL: `thaw_rows(?1)` with the columns c0, c1, …, where ?1 is bound by
 * row_table_bind. Its rowids count from 1. It can only be read.
 */
#ifndef STORE_ROW_TABLE_H
#define STORE_ROW_TABLE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/row_file.h"

/* Makes the table known to a connection. */
bool row_table_add(sqlite3 *handle);
/* The statement's execution borrows the file. */
int row_table_bind(sqlite3_stmt *statement, int parameter, struct row_file *file);

#endif
