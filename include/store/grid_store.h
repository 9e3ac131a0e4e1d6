/* SPDX-License-Identifier: MIT
 *
 * The tables of data sets as a screen shows them: columns, any stretch of rows without reading
 * those before it, and what is in a column or in the whole set. Texts are as they are stored; show
 * them through text_safe.
 *
 * A row is named by its place, counted from 0; place p is rowid p + 1 of the table. Summaries take
 * up to some seconds over millions of rows; store_stop_when ends them early.
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

/* One table. Belongs to its store, and to the same thread. */
struct grid {
    struct store *store; /* borrowed */
    char *table;         /* its name in SQL */
    struct grid_column *columns;
    size_t column_count;
    int64_t rows;
};

/* NULL with an error if there is no such data set, or where it has no such table. */
struct grid *grid_open(struct store *store, const char *dataset, enum dataset_table table,
                       struct error *error);
void grid_free(struct grid *grid); /* accepts NULL */

/* Rows first .. first + count - 1 as texts: cells[row * column_count + column], NULL if a value
 * is missing. Reals have the shortest form that reads back the same. */
struct grid_page {
    int64_t first;
    size_t count; /* of rows that are there: fewer than asked for at the end */
    char **cells; /* owned */
};

/* Replaces what the page held; {0} is an empty one. Takes a millisecond for a screenful anywhere in
 * the table. */
bool grid_read(const struct grid *grid, int64_t first, size_t count, struct grid_page *page,
               struct error *error);
void grid_page_release(struct grid_page *page, size_t column_count); /* accepts NULL */

enum { SUMMARY_BINS = 24 };

/* What is in a column. Numbers have a histogram of equal bins from min to max, or one bar a value
 * where there are at most SUMMARY_BINS of them; texts have their most frequent values. */
struct column_summary {
    int64_t count, missing, distinct; /* count: cells with a value */
    double min, max, mean;            /* NaN for a text column and where there is no value */
    bool by_value;                    /* bars are values, in order; false: bins, or most frequent */
    size_t bar_count;
    struct summary_bar {
        double from, to; /* of a bin; both the value where the column is numeric and by_value */
        char text[48];   /* the value where bars are values or texts; cut between characters */
        int64_t count;
    } bars[SUMMARY_BINS];
};

bool grid_summarise(const struct grid *grid, size_t column, struct column_summary *summary,
                    struct error *error);

/* How ratings are spread: over values, users and items. */
struct count_spread {
    int64_t least, quartiles[3], most; /* ratings of a user (item), over those that have any */
    double mean;
    size_t bin_count;
    int64_t bins[40]; /* how many have 2^(b/2) <= ratings < 2^((b+1)/2), from b = 0; together all */
};

struct dataset_profile {
    struct dataset_summary summary;
    double density;               /* distinct pairs of all pairs of users and items that occur */
    struct column_summary rating; /* its histogram */
    struct count_spread per_user, per_item;
};

bool store_dataset_profile(struct store *store, const char *dataset,
                           struct dataset_profile *profile, struct error *error);

/* The title of an item, its id where the data set has no titles or none for it; a new string, freed
 * by the caller. NULL on failure. */
char *store_item_title(struct store *store, const char *dataset, const char *item,
                       struct error *error);

#endif
