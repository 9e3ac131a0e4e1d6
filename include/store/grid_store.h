/* SPDX-License-Identifier: MIT
 *
 * The tables of data sets for the screen: columns, any range of rows without reading the rows
 * before it, and summaries of a column or the whole set. A grid may also show rows that were
 * counted, and columns of the tables beside it. Texts are as stored; show them through text_safe.
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

/* Where a column is: in the table itself, in the table of users or items beside it, or an
 * expression that a person added. */
enum grid_place { GRID_OWN, GRID_JOINED, GRID_ADDED };

/* How its values are shown: a number of rows with marks between thousands, a share as percents, a
 * part of the largest as a bar. */
enum grid_look { GRID_PLAIN, GRID_COUNT, GRID_SHARE, GRID_BAR };

struct grid_column {
    char *name;
    enum column_type type;
    enum column_role role;
    enum grid_place place;
    enum grid_look look;
    char *sql; /* its value in SQL */
};

/* One table. It belongs to its store, and to the same thread. */
struct grid {
    struct store *store;   /* borrowed */
    char *dataset;         /* the name of its data set */
    char *table;           /* its name in SQL */
    struct row_file *file; /* held; in place of a table of the database; NULL: none */
    struct grid_column *columns;
    size_t column_count;
    int64_t rows;
};

/* NULL with an error if there is no such data set, or if it has no such table. */
struct grid *grid_open(struct store *store, const char *dataset, enum dataset_table table,
                       struct error *error);
/* The rows of a file that were made of the data set. The columns are copied; one without SQL is the
 * cell at its place. */
struct grid *grid_of_rows(struct store *store, const char *dataset, struct row_file *file,
                          const struct grid_column *columns, size_t count);
/* The same grid for another store. */
struct grid *grid_copy(const struct grid *grid, struct store *store);
void grid_free(struct grid *grid); /* accepts NULL */

/* Adds the columns of the table of users, as "user.age", and of items, as "item.title", if the grid
 * has a column of their ids and is not that table itself. */
bool grid_join(struct grid *grid, struct error *error);
/* Adds a column of an expression over the others; its name is the text if `name` is NULL. */
bool grid_add_column(struct grid *grid, const char *name, const char *text, struct error *error);
/* The place of a column, without regard to case; column_count if there is none. */
size_t grid_column_place(const struct grid *grid, const char *name);
/* Compiles a condition over the columns (store/expression.h). */
struct expression;
bool grid_compile(const struct grid *grid, const char *text, bool condition,
                  struct expression *expression, struct error *error);

/* Rows first .. first + count - 1 as texts: cells[row * column_count + column], NULL if a value is
 * missing. Reals have the shortest form that reads back the same. */
struct grid_page {
    int64_t first;
    size_t count; /* of existing rows: fewer than requested at the end */
    char **cells; /* owned */
};

/* Replaces the content of `page` by own columns; {0} is an empty page. Takes a millisecond for a
 * screenful anywhere in the table. */
bool grid_read(const struct grid *grid, int64_t first, size_t count, struct grid_page *page,
               struct error *error);
void grid_page_release(struct grid_page *page, size_t column_count); /* accepts NULL */

/* What is shown of a grid: some columns, and rows in an order. */
struct row_index;
struct grid_selection {
    const size_t *columns;
    size_t column_count;
    const struct row_index *index; /* NULL: all rows, in the order of the table */
};

/* The same of a selection. Each row is looked up, so a screenful takes some milliseconds. */
bool grid_read_selection(const struct grid *grid, const struct grid_selection *selection,
                         int64_t first, size_t count, struct grid_page *page, struct error *error);

struct grid_order {
    size_t column;
    bool descending;
};
enum { GRID_ORDERS = 8 };

/* Which rows, and in what order. */
struct grid_view {
    const char *filter; /* a condition; NULL or "": all rows */
    struct grid_order orders[GRID_ORDERS];
    size_t order_count;
};

/* Adds the rowids of the view to an index and finishes it. Missing values are last in both orders;
 * equal rows keep the order of the table. Takes some seconds for millions of rows. */
bool grid_index(const struct grid *grid, const struct grid_view *view, struct row_index *index,
                struct error *error);

/* Finds what is sought (base/matcher.h) in the shown cells, from the position `from` on, forwards
 * or backwards, wrapping around. Sets the position, or -1 if no row has it. */
bool grid_find(const struct grid *grid, const struct grid_selection *selection, const char *sought,
               bool backwards, int64_t from, int64_t *position, struct error *error);

enum { SUMMARY_BINS = 24 };

/* Summary of a column. Numbers have one bar per value if there are at most SUMMARY_BINS values, or
 * a histogram: equal bins from min to max, or, for long tails, bins from 1 to 2, 5, 10, 20 ....
 * Texts have their most frequent values. */
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
/* The same of the rows that pass a filter. */
bool grid_summarise_view(const struct grid *grid, const char *filter, size_t column,
                         struct column_summary *summary, struct error *error);

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
/* Calls `take` with the id and title of every described item that has a title; no call if the data
 * set has none. */
bool store_item_titles(struct store *store, const char *dataset,
                       void (*take)(void *context, const char *item, const char *title),
                       void *context, struct error *error);

/* Adds the users or items (`role`) of these rows of the ratings (rowid less 1, best ascending) to
 * `ids`, and sets their numbers. Fails if one of the rows is not there. */
bool store_ids_of_rows(struct store *store, const char *dataset, enum column_role role,
                       const uint32_t *rows, size_t count, struct id_map *ids, uint32_t *numbers,
                       struct error *error);

#endif
