/* SPDX-License-Identifier: MIT
 *
 * Counts the values of columns while their rows go by: missing and distinct ones of any column, and
 * the histogram of the ratings. Memory is bounded.
 */
#ifndef STORE_SHAPE_COLUMNS_H
#define STORE_SHAPE_COLUMNS_H

#include "statement.h"
#include "store/dataset_shape.h"

struct column_tally {
    uint64_t *seen; /* hashes of the distinct values, open addressing; 0: empty */
    size_t slots;
    int64_t rows, missing, distinct;
};

/* Counts the value of a column in the statement's row. Returns its hash; 0 if it is missing. */
uint64_t column_tally_add(struct column_tally *tally, struct statement *row, int column);
void column_tally_release(struct column_tally *tally);

/* Appends what was counted to the columns of the shape. */
void column_tally_keep(const struct column_tally *tally, enum dataset_table table,
                       const struct grid_column *column, struct dataset_shape *shape);

/* Histogram of ratings between two bounds that are known before. */
struct rating_tally;

struct rating_tally *rating_tally_new(double smallest, double largest);
void rating_tally_free(struct rating_tally *tally); /* accepts NULL */
void rating_tally_add(struct rating_tally *tally, double rating);
/* As grid_summarise does it; `distinct` is at most SUMMARY_BINS + 1, which means more. */
void rating_tally_take(const struct rating_tally *tally, double mean,
                       struct column_summary *summary);

#endif
