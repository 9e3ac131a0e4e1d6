/* SPDX-License-Identifier: MIT
 *
 * Inserts rows into a table of a data set, several by one statement, because beginning and ending a
 * statement takes SQLite longer than a row. Rows wait until a statement is full or row_batch_end
 * comes, so a row that the table refuses is found late: use it only for rows that it cannot refuse.
 */
#ifndef STORE_ROW_BATCH_H
#define STORE_ROW_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "dataset_tables.h"
#include "store/store.h"

struct row_batch;

/* For the table NAME_PART; `columns` is borrowed. `rows`: the most in one statement. Fewer are
 * taken if the columns are many. NULL on failure. */
struct row_batch *row_batch_new(struct store *store, const char *name, enum dataset_table part,
                                const struct stored_columns *columns, size_t rows,
                                struct error *error);
void row_batch_free(struct row_batch *batch); /* accepts NULL; drops waiting rows */

/* One cell per column. The texts are copied unless the row is inserted at once. */
bool row_batch_add(struct row_batch *batch, const struct dataset_cell *cells, struct error *error);
/* Inserts the rows that wait. */
bool row_batch_end(struct row_batch *batch, struct error *error);

#endif
