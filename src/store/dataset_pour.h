/* SPDX-License-Identifier: MIT
 *
 * Hands rows of stored tables to a sink.
 */
#ifndef STORE_DATASET_POUR_H
#define STORE_DATASET_POUR_H

#include "data/dataset_sink.h"
#include "dataset_tables.h"

/* Whether a row is handed on; `row` counts the rows of its table from 0. */
typedef bool pour_choice(void *context, int64_t row, const struct dataset_cell *cells);

/* Declares the table to the sink, with the columns' names in the source. */
bool pour_table(const struct stored_columns *columns, enum dataset_table part,
                const struct dataset_sink *sink, struct error *error);
/* Hands over the rows of a query that gives a value for each column, in the same order and of the
 * column's type. With a choice, the table is declared before the first row chosen, and not at all
 * if there is none. Frees the query, which may be NULL after a failure. */
bool pour_rows(struct statement *query, const struct stored_columns *columns,
               enum dataset_table part, const struct dataset_sink *sink, pour_choice *choice,
               void *context, struct error *error);
/* Declares a table of a data set and hands over all its rows, or those chosen. */
bool pour_part(struct store *store, const char *dataset, enum dataset_table part,
               const struct stored_columns *columns, const struct dataset_sink *sink,
               pour_choice *choice, void *context, struct error *error);

#endif
