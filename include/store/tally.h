/* SPDX-License-Identifier: MIT
 *
 * Groups of the rows of a grid by the value of one column, or of two, with the number of rows and
 * the moments of a third. One walk over the table counts up to TALLY_GROUPS groups in memory. If
 * there are more, SQLite's sorter groups the same rows in temporary files. So the memory is
 * bounded, and every group is there.
 */
#ifndef STORE_TALLY_H
#define STORE_TALLY_H

#include "store/grid_store.h"
#include "store/row_file.h"

enum { TALLY_GROUPS = 180000, TALLY_TEXTS = 6 << 20 }; /* in memory; bytes of their texts */
static const size_t TALLY_NONE = SIZE_MAX;

struct tally_request {
    const char *filter;        /* a condition; NULL or "": all rows */
    size_t keys[2], key_count; /* columns of the groups */
    size_t measure;            /* a column of numbers, or TALLY_NONE */
    bool by_value;             /* groups ascend by value; else by falling count, then by value */
    _Atomic int64_t *scanned;  /* of store_count_scanned, or NULL */
};

struct tally_group {
    struct row_cell keys[2];
    int64_t count;
    int64_t known;                            /* rows with a measure */
    double sum, mean, deviation, least, most; /* of the measure; NaN if there is none. deviation: of
                                               * the rows, with count - 1; NaN for one row */
};

/* Calls `take` for each group; a false ends the walk as a failure. Missing values are a group of
 * their own, the last by value. */
bool tally_run(const struct grid *grid, const struct tally_request *request,
               bool (*take)(void *context, const struct tally_group *group, struct error *error),
               void *context, struct error *error);

#endif
