/* SPDX-License-Identifier: MIT
 *
 * Data sets in the workbench. A data set `ml_100k` is the tables ml_100k_ratings, ml_100k_users and
 * ml_100k_items with the real, typed column names of its source, and one row in thaw_datasets. Ids
 * are TEXT.
 */
#ifndef STORE_DATASET_STORE_H
#define STORE_DATASET_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dataset.h"
#include "data/dataset_sink.h"
#include "store/store.h"

/* A new array, freed by the caller, ordered by name; `count` is set. NULL on failure. */
struct dataset_summary *store_datasets(struct store *store, size_t *count, struct error *error);
bool store_dataset_summary(struct store *store, const char *name, struct dataset_summary *summary,
                           struct error *error);

/* Loads everything a worker needs, complete, but not indexed. */
struct dataset *store_dataset_load(struct store *store, const char *name, struct error *error);

/* Writing, in a transaction that the caller opens: create the tables, hand the sink to the import,
 * finish. */
struct dataset_writer;

/* Fails if a data set of that name exists and `replace` is false, and on a name that is not
 * letters, digits and "_", at most 48, beginning with a letter. */
struct dataset_writer *store_dataset_create(struct store *store, const char *name, bool replace,
                                            struct error *error);
struct dataset_sink dataset_writer_sink(struct dataset_writer *writer);
/* Builds indexes, fills in everything of `summary` that the tables say (its source, format,
 * rejected rows and notes are the caller's), writes the row in thaw_datasets, frees the writer. */
bool dataset_writer_finish(struct dataset_writer *writer, struct dataset_summary *summary,
                           struct error *error);
void dataset_writer_free(
    struct dataset_writer *writer); /* of one that is not to be finished; accepts NULL */

bool store_dataset_remove(struct store *store, const char *name, struct error *error);

#endif
