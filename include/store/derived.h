/* SPDX-License-Identifier: MIT
 *
 * Tables that are counted from a grid: frequencies, statistics of columns, histograms, two columns
 * against each other. Each is a row file of its own, which grid_of_rows shows like any table. They
 * take some seconds for millions of rows.
 */
#ifndef STORE_DERIVED_H
#define STORE_DERIVED_H

#include "store/grid_store.h"
#include "store/row_file.h"

/* The rows and columns for grid_of_rows. */
struct derived {
    struct row_file *file;
    struct grid_column *columns;
    size_t column_count;
};

void derived_release(struct derived *derived); /* accepts NULL */

/* What is counted. */
struct derived_request {
    const char *filter; /* a condition; NULL or "": all rows */
    size_t column;
    size_t other;             /* the column across, of a crosstab or a scatter */
    size_t measure;           /* a column of numbers whose mean is wanted; TALLY_NONE: none */
    _Atomic int64_t *scanned; /* of store_count_scanned, or NULL */
};

/* A row for each value: the value, count, share and cumulated share of all rows, most frequent
 * first; with a measure its mean, deviation, least, most and sum. */
bool derived_frequency(const struct grid *grid, const struct derived_request *request,
                       struct derived *derived, struct error *error);

/* A row for each of the columns: values, missing, distinct; of numbers mean, deviation and a
 * histogram in one line; least, quartiles (by the nearest rank) and most; the most frequent value.
 */
bool derived_statistics(const struct grid *grid, const struct derived_request *request,
                        const size_t *columns, size_t count, struct derived *derived,
                        struct error *error);

/* A row for each bin of a column of numbers: from (included), to (excluded), count, its logarithm
 * to base 10, share. Bins have a round width; HISTOGRAM_BINS of them at most. */
enum { HISTOGRAM_BINS = 40 };
bool derived_histogram(const struct grid *grid, const struct derived_request *request,
                       struct derived *derived, struct error *error);

/* A row for each value of the column; a column for each of the most frequent values of the other
 * and one for its remaining values. Cells are counts, or means of the measure. */
enum { CROSSTAB_COLUMNS = 24 };
bool derived_crosstab(const struct grid *grid, const struct derived_request *request,
                      struct derived *derived, struct error *error);

/* The rows as points: the column upwards, the other to the right. */
enum { SCATTER_WIDTH = 320, SCATTER_HEIGHT = 160 };
struct scatter {
    double low[2], high[2];                         /* of the column, of the other */
    int64_t points, missing;                        /* rows with both, rows without */
    double correlation;                             /* NaN if there is none */
    uint32_t counts[SCATTER_HEIGHT][SCATTER_WIDTH]; /* from the lower left */
};
bool derived_scatter(const struct grid *grid, const struct derived_request *request,
                     struct scatter *scatter, struct error *error);

#endif
