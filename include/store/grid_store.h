/* SPDX-License-Identifier: MIT
 *
 * The tables of data sets for the screen: columns, any range of rows without reading the rows
 * before it, and summaries of a column or the whole set. Texts are as stored; show them through
 * text_safe.
 *
 * A row is identified by its position, counted from 0; position p is rowid p + 1 of the table.
 * Summaries take up to some seconds over millions of rows; store_stop_when ends them early.
 */
#ifndef STORE_GRID_STORE_H
#define STORE_GRID_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dataset_sink.h"
#include "store/store.h"

struct grid_column {
    char *name;
    enum column_type type;
    enum column_role role;
};

/* One table. It belongs to its store, and to the same thread. */
struct grid {
    struct store *store; /* borrowed */
    char *table;         /* its name in SQL */
    struct grid_column *columns;
    size_t column_count;
    int64_t rows;
};

/* NULL with an error if there is no such data set, or if it has no such table. */
struct grid *grid_open(struct store *store, const char *dataset, enum dataset_table table,
                       struct error *error);
void grid_free(struct grid *grid); /* accepts NULL */

/* Rows first .. first + count - 1 as texts: cells[row * column_count + column], NULL if a value is
 * missing. Reals have the shortest form that reads back the same. */
struct grid_page {
    int64_t first;
    size_t count; /* of existing rows: fewer than requested at the end */
    char **cells; /* owned */
};

/* Replaces the content of `page`; {0} is an empty page. Takes a millisecond for a screenful
 * anywhere in the table. */
bool grid_read(const struct grid *grid, int64_t first, size_t count, struct grid_page *page,
               struct error *error);
void grid_page_release(struct grid_page *page, size_t column_count); /* accepts NULL */

enum { SUMMARY_BINS = 24 };

/* Summary of a column. Numbers have a histogram of equal bins from min to max, or one bar per value
 * if there are at most SUMMARY_BINS values. Texts have their most frequent values. */
struct column_summary {
    int64_t count, missing, distinct; /* count: cells with a value */
    double min, max, mean;            /* NaN for a text column, and if there is no value */
    bool by_value; /* bars are values in order; false: bins, or the most frequent texts */
    size_t bar_count;
    struct summary_bar {
        double from, to; /* of a bin; both are the value if numeric and by_value */
        char text[48];   /* the value if bars are values or texts; cut between characters */
        int64_t count;
    } bars[SUMMARY_BINS];
};

bool grid_summarise(const struct grid *grid, size_t column, struct column_summary *summary,
                    struct error *error);

/* The distribution of the ratings per user or per item. */
struct count_spread {
    int64_t least, quartiles[3], most; /* ratings of a user (item) that has any */
    double mean;
    size_t bin_count;
    /* How many have 2^(b/2) <= ratings < 2^((b+1)/2), from b = 0; the sum is all of them. */
    int64_t bins[40];
};

struct dataset_profile {
    struct dataset_summary summary;
    double density;               /* distinct pairs / all pairs of occurring users and items */
    struct column_summary rating; /* its histogram */
    struct count_spread per_user, per_item;
};

bool store_dataset_profile(struct store *store, const char *dataset,
                           struct dataset_profile *profile, struct error *error);

/* The title of an item, or its id if the data set has no title for it; a new string, freed by the
 * caller. NULL on failure. */
char *store_item_title(struct store *store, const char *dataset, const char *item,
                       struct error *error);

#endif
