/* SPDX-License-Identifier: MIT
 *
 * Data sets in the workbench. A data set `ml_100k` is the tables ml_100k_ratings, ml_100k_users and ml_100k_items with
 * the real, typed column names of its source, and one row in thaw_datasets. Ids are TEXT.
 */
#ifndef STORE_DATASET_STORE_H
#define STORE_DATASET_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dataset.h"
#include "store/store.h"

struct dataset_summary {
    char name[64];
    char source[512]; /* the path it was imported from */
    int64_t imported_at;
    uint32_t users, items, ratings; /* users and items that occur in ratings */
    uint32_t user_rows, item_rows;  /* rows of the users and items tables; 0 where there is no such table */
    uint32_t duplicates;            /* rows that a later row of the same pair replaces */
    uint32_t rejected;              /* rows of the source that were left out */
    int64_t first_time, last_time;  /* INT64_MIN where the data set has no times */
    double mean, smallest, largest; /* of the ratings */
};

/* A new array, freed by the caller, ordered by name; `count` is set. NULL on failure. */
struct dataset_summary *store_datasets(struct store *store, size_t *count, struct error *error);
bool store_dataset_summary(struct store *store, const char *name, struct dataset_summary *summary,
                           struct error *error);

/* Loads everything a worker needs. */
struct dataset *store_dataset_load(struct store *store, const char *name, struct error *error);

/* Writing, by the import, in one transaction that the caller opens: create the tables, add rows in order, finish. A row
 * is given as its columns' texts (NULL is missing) in the order of `columns`. */
struct dataset_column {
    const char *name; /* as in the source, made a safe identifier by the store */
    enum column_type type;
};

struct dataset_writer;
enum dataset_table { DATASET_RATINGS, DATASET_USERS, DATASET_ITEMS };

/* Fails where a data set of that name exists and `replace` is false. Names are letters, digits and "_", at most 48. */
struct dataset_writer *store_dataset_create(struct store *store, const char *name, bool replace,
                                            struct error *error);
/* Ratings: columns 0 and 1 are the ids of user and item, named user and item; rating and timestamp are named so.
 * Users, items: column 0 is the id, named user or item. */
bool dataset_writer_table(struct dataset_writer *writer, enum dataset_table table,
                          const struct dataset_column *columns, size_t count, struct error *error);
bool dataset_writer_row(struct dataset_writer *writer, enum dataset_table table, const char *const *cells,
                        const size_t *lengths, struct error *error);
/* Builds indexes and the row in thaw_datasets from `summary` (name and counts of tables are filled in here); frees the
 * writer. */
bool dataset_writer_finish(struct dataset_writer *writer, struct dataset_summary *summary, struct error *error);
void dataset_writer_free(struct dataset_writer *writer); /* of one that is not to be finished; accepts NULL */

bool store_dataset_remove(struct store *store, const char *name, struct error *error);

#endif
