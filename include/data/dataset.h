/* SPDX-License-Identifier: MIT
 *
 * A data set in memory: interactions of users with items, and the attributes of users, items and
 * interactions.
 *
 * Users and items are numbered densely: first those of the users (items) table in its order, then
 * those that occur in interactions only. Row u of `user_table` describes user u; a user without a
 * row has missing cells. Row i of `context` describes interaction i, and i + 1 is its rowid in the
 * stored table NAME_ratings.
 *
 * A pair (user, item) may occur several times in a source. All rows are kept, and `repeats` says
 * what the pair counts as. Training and evaluation use only `current` interactions.
 *
 * One thread fills it; then any number of threads may read it.
 */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "data/id_map.h"
#include "data/repeats.h"
#include "data/table.h"

/* The current interactions of each user (or item) n, in row order: rows[starts[n]] up to, but not
 * including, rows[starts[n + 1]]. */
struct interaction_index {
    uint32_t count;   /* of users (items) */
    uint32_t *starts; /* count + 1 */
    uint32_t *rows;
};

struct dataset {
    char *name;
    enum repeats repeats;
    struct id_map *users, *items;
    struct table user_table, item_table; /* without the id columns */
    char *item_title; /* name of the column in item_table that titles items, or NULL */
    bool mirrored;    /* users and items have changed places (dataset_mirror.h) */

    uint32_t interactions, capacity;
    uint32_t *user, *item; /* of each interaction */
    float *value;          /* the rating */
    int64_t *time;         /* seconds since 1970, or NULL if the data set has none */
    bool *current;
    struct table context; /* other columns of the ratings, such as split */

    struct interaction_index by_user, by_item; /* made by dataset_index */
};

struct dataset *dataset_new(const char *name);
void dataset_free(struct dataset *dataset); /* accepts NULL */

/* The missing time of an interaction, in a data set in which others have times. */
#define DATASET_NO_TIME INT64_MIN

/* Adds a user (item) with an empty row of attributes and stores its number. Call it only before the
 * first interaction. Fails if the id already exists. */
bool dataset_add_user(struct dataset *dataset, const char *id, uint32_t *number,
                      struct error *error);
bool dataset_add_item(struct dataset *dataset, const char *id, uint32_t *number,
                      struct error *error);

/* Adds an interaction and an empty row of `context`. A new id gets a new number. */
bool dataset_add(struct dataset *dataset, const char *user, const char *item, double value,
                 int64_t time, struct error *error);
/* The same for a user and an item that already have numbers. */
bool dataset_add_numbered(struct dataset *dataset, uint32_t user, uint32_t item, double value,
                          int64_t time, struct error *error);
/* Makes room for `interactions` in total. Fails if there is not enough memory. */
bool dataset_reserve(struct dataset *dataset, uint32_t interactions, struct error *error);

/* Call it after the last row: gives users and items without attributes empty rows. */
void dataset_complete(struct dataset *dataset);
/* Completes the data set, marks the current interactions, gives repeated pairs their value and
 * builds both indexes. Returns the number of interactions that do not count, because another one of
 * the same pair does. Call it only once unless repeats are LAST, FIRST or ALL. */
uint32_t dataset_index(struct dataset *dataset);

/* Gives every interaction another value: what is learned and asked for in place of the rating. One
 * whose target is NaN is no longer current. Builds both indexes again. Returns the number of
 * current interactions. */
uint32_t dataset_set_targets(struct dataset *dataset, const double *targets);

/* Write a complete data set as bytes for a worker, and read it there. `digest` is the SHA-256 of
 * ids, interactions, attributes and what repeats count as, but not of the name: it tells whether a
 * stored run saw the same data. Reading checks that every number is in range and indexes the
 * result. */
void dataset_write(const struct dataset *dataset, struct bytes *bytes, char digest[DIGEST_TEXT]);
/* Computes only that digest, without holding all of the bytes. */
void dataset_digest(const struct dataset *dataset, char digest[DIGEST_TEXT]);
struct dataset *dataset_read(struct reader *reader, struct error *error);

#endif
