/* SPDX-License-Identifier: MIT
 *
 * Data sets in the workbench. A data set `ml_100k` has the tables ml_100k_ratings, ml_100k_users
 * and ml_100k_items, with the column names and types of its source, and one row in thaw_datasets.
 * Ids are TEXT.
 */
#ifndef STORE_DATASET_STORE_H
#define STORE_DATASET_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dataset.h"
#include "data/dataset_sink.h"
#include "data/decision.h"
#include "store/store.h"

/* Returns a new array, ordered by name and freed by the caller, and sets `count`. NULL on
 * failure. */
struct dataset_summary *store_datasets(struct store *store, size_t *count, struct error *error);
bool store_dataset_summary(struct store *store, const char *name, struct dataset_summary *summary,
                           struct error *error);

/* Loads everything that a worker needs. The result is complete but not indexed. */
struct dataset *store_dataset_load(struct store *store, const char *name, struct error *error);
/* The same of a set with more than `most` ratings for some of its users with all of their ratings,
 * about `most` together: those of ratings that are spread evenly over the set, the same ones every
 * time, at most 200. 0: no limit. */
struct dataset *store_dataset_load_some(struct store *store, const char *name, uint32_t most,
                                        struct error *error);

/* Hands the tables of a data set to a sink, as an import does: users and items before ratings, each
 * in the order of its rows, with the column names of its source. All tables are read from one
 * snapshot. */
bool store_dataset_pour(struct store *store, const char *name, const struct dataset_sink *sink,
                        struct error *error);

/* The digest that an execution on the data set keeps (dataset_write). Takes the memory of the whole
 * set, as a worker does. */
bool store_dataset_digest(struct store *store, const char *name, char digest[DIGEST_TEXT],
                          struct error *error);

/* Fails with a sentence unless a new set may have that name. */
bool dataset_name_check(const char *name, struct error *error);

/* To write a data set, in a transaction that the caller opens: create the tables, give the sink to
 * the import, finish. */
struct dataset_writer;

/* Fails if a data set of that name exists and `replace` is false. Also fails unless the name has at
 * most 48 letters, digits and "_", and begins with a letter. */
struct dataset_writer *store_dataset_create(struct store *store, const char *name, bool replace,
                                            struct error *error);
struct dataset_sink dataset_writer_sink(struct dataset_writer *writer);
/* Builds indexes, fills in everything of `summary` that the tables tell, writes the row in
 * thaw_datasets and frees the writer. The caller sets source, format, rejected, notes and repeats.
 */
bool dataset_writer_finish(struct dataset_writer *writer, struct dataset_summary *summary,
                           struct error *error);
void dataset_writer_free(struct dataset_writer *writer); /* frees an unfinished one; accepts NULL */

/* What an import decided, and the rows it left out as lines of file, row and reason: kept with the
 * data set. `rejected_rows` is a new string, freed by the caller. Both are empty for data sets of
 * older versions. */
bool store_origin_write(struct store *store, const char *dataset, const struct decisions *decisions,
                        const char *rejected_rows, struct error *error);
bool store_origin_read(struct store *store, const char *dataset, struct decisions *decisions,
                       char **rejected_rows, struct error *error);

bool store_dataset_remove(struct store *store, const char *name, struct error *error);

#endif
