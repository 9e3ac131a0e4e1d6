/* SPDX-License-Identifier: MIT
 *
 * The rows of one shard as a learner wants them: every user and item once, with the place of each
 * row's user and item in that list, and of each embedding table the rows used. What is computed of
 * an item is so computed once, however many rows of support and query it has.
 */
#ifndef SCRIPT_SHARD_H
#define SCRIPT_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "feature/feature.h"
#include "recommender/recommender.h"
#include "script/script.h"
#include "tensor/real.h"

/* Scratch memory of a lane. */
struct shard_places {
    uint32_t *place; /* by entity: its place in a list plus 1; all 0 between shards */
    size_t count;
};
struct shard_memory {
    struct shard_places entities[2]; /* FEATURE_USER, FEATURE_ITEM */
    struct feature_scratch *fields;
    size_t field_count;
};
void shard_memory_release(struct shard_memory *memory);

struct shard_side {
    const struct rows *rows;
    size_t *offsets;    /* tasks + 1 */
    uint32_t *place[3]; /* by entity kind: for each row, where its entity stands in the list; NULL:
                           row i has entity i */
    uint32_t count;
};

/* Columns of numbers that rows can be asked for, as far as they are the same for every user. */
enum column_kind {
    COLUMN_OF_USER,
    COLUMN_NUMBER,
    COLUMN_PRIOR,
    COLUMN_POPULARITY,
    COLUMN_COLD,
    COLUMN_SAME
};

/* A list of items that one user after another is asked for, and what is the same for all of them.
 * Its memory, and what `kept` points to, is that of a tape with lasting values. */
struct shard_catalogue {
    const struct learning_data *data;
    struct arena *arena;
    struct rows query; /* one task: each item once, of nobody, in no interaction */
    uint32_t count;
    uint32_t *place; /* by item of the data set: its place in the list plus 1, or 0 */
    uint32_t *zeros; /* one for each item */
    struct feature_lookup **lookups; /* by field, of items alone, when first asked for */
    real **weights;                  /* of bags */
    struct kept_column {
        enum column_kind kind;
        double argument; /* number of the field, or the constant */
        struct value *value;
    } kept[64];
    uint32_t kept_count;
};

/* A field's embeddings that were asked for: the same again are the same value. */
struct shard_embedding {
    struct shard_embedding *next;
    int rows; /* of which kind, lua_rows.c */
    size_t field;
    const struct value *table;
    bool summed;
    struct value *value;
};

struct shard {
    const struct learning_data *data;
    struct arena *arena;
    struct shard_memory *memory;
    uint32_t tasks;
    struct shard_side support, query;
    uint32_t *entities[3]; /* users, items, and interactions (support, then query) */
    uint32_t counts[3];
    bool *dropped[2];    /* users, items that a training step takes for unknown; NULL for none */
    uint32_t *task_user; /* place of each task's user; UINT32_MAX for a task without rows */
    bool users_mixed;    /* a task has rows of several users */
    struct feature_lookup **lookups;    /* by field, made when first asked for */
    struct shard_embedding *embeddings; /* so far */
    struct shard_catalogue *catalogue;  /* that the query asks for; or NULL */
};

/* Lists what is in the episodes. Everything lies in the arena. `place` NULL means predicting:
 * nothing is dropped then. */
struct shard *shard_new(const struct learning_data *data, const struct episodes *episodes,
                        const struct training_place *place, struct shard_memory *memory,
                        struct arena *arena);

/* The catalogue of these different items, in the arena. */
void shard_catalogue_make(struct shard_catalogue *catalogue, const struct learning_data *data,
                          const uint32_t *items, uint32_t count, struct arena *arena);
/* One task that saw these rows, all of them of items of the catalogue, and is asked for all of it.
 * Lookups are then rows of whole tables. */
struct shard *shard_of_catalogue(struct shard_catalogue *catalogue, const struct rows *support,
                                 uint32_t user, struct arena *arena);

/* The lookup of a field over the shard's list of its entity. */
const struct feature_lookup *shard_lookup(struct shard *shard, size_t field);
/* For each listed entity of a bag, 1 / (number of words) for each of its words. */
real *shard_bag_weights(struct shard *shard, size_t field);
/* The ratings of support rows; mirrored, the largest is the smallest and the other way round. */
void shard_ratings(const struct shard_side *side, bool mirrored, real *numbers);
/* The item prior of a row of one side; that of an unknown item where it is dropped. */
double shard_prior(const struct shard *shard, const struct shard_side *side, uint32_t row);
/* Training rows of the listed item; 0 if it is dropped. */
uint32_t shard_popularity(const struct shard *shard, uint32_t place);
/* Whether the listed user has no training rows. */
bool shard_user_is_cold(const struct shard *shard, uint32_t place);

#endif
