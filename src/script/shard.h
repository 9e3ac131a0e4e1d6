/* SPDX-License-Identifier: MIT
 *
 * The rows of one shard in the form that a learner needs: a list with each user and item once, the
 * position of each row's user and item in that list, and for each embedding table the rows used. So
 * what is computed for an item is computed once, for any number of support and query rows.
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
    uint32_t *place; /* by entity: its position in a list plus 1; all 0 between shards */
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
    size_t *offsets;    /* of the tasks; tasks + 1 numbers */
    uint32_t *place[3]; /* by entity kind, for each row: the entity's position in the list; NULL:
                           row i has entity i */
    uint32_t count;
};

/* The columns of numbers that rows can be asked for. Those that do not depend on the user are
 * kept. */
enum column_kind {
    COLUMN_OF_USER,
    COLUMN_NUMBER,
    COLUMN_PRIOR,
    COLUMN_POPULARITY,
    COLUMN_COLD,
    COLUMN_SAME
};

/* A list of items that is ranked for one user after another, and what is the same for all users.
 * Its memory, and what `kept` points to, belongs to a tape with lasting values. */
struct shard_catalogue {
    const struct learning_data *data;
    struct arena *arena;
    struct rows query; /* one task: each item once, without a user and an interaction */
    uint32_t count;
    uint32_t *place; /* by item of the data set: its position in the list plus 1, or 0 */
    uint32_t *zeros; /* one for each item */
    struct feature_lookup **lookups; /* by field, of items only; made when first asked for */
    real **weights;                  /* of bags: of field f for means at 2 f, for sums behind it */
    struct kept_column {
        enum column_kind kind;
        double argument; /* number of the field, or the constant */
        struct value *value;
    } kept[64];
    uint32_t kept_count;
};

/* A field's embedding that was asked for. Asking again with the same arguments returns the same
 * value. */
struct shard_embedding {
    struct shard_embedding *next;
    int rows; /* the kind of rows (lua_rows.c) */
    size_t field;
    const struct value *table, *scores; /* `scores`: of attention, or NULL */
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
    bool *dropped[2];    /* users and items that a training step treats as unknown; or NULL */
    uint32_t *task_user; /* position of each task's user; UINT32_MAX for a task without rows */
    bool users_mixed;    /* a task has rows of several users */
    struct feature_lookup **lookups;    /* by field, made when first asked for */
    struct shard_embedding *embeddings; /* made so far */
    struct shard_catalogue *catalogue;  /* that the query consists of; or NULL */
};

/* Lists the users and items of the episodes. All memory is taken from the arena. `place` NULL means
 * predicting, and nothing is dropped. */
struct shard *shard_new(const struct learning_data *data, const struct episodes *episodes,
                        const struct training_place *place, struct shard_memory *memory,
                        struct arena *arena);

/* Makes the catalogue of these items, all different, in the arena. */
void shard_catalogue_make(struct shard_catalogue *catalogue, const struct learning_data *data,
                          const uint32_t *items, uint32_t count, struct arena *arena);
/* One task whose support is these rows, all of items of the catalogue, and whose query is the whole
 * catalogue. Its lookups are rows of whole tables. */
struct shard *shard_of_catalogue(struct shard_catalogue *catalogue, const struct rows *support,
                                 uint32_t user, struct arena *arena);

/* The lookup of a field over the shard's list of its entity. */
const struct feature_lookup *shard_lookup(struct shard *shard, size_t field);
/* For each listed entity of a bag, the share of each of its words in all of their weights; if
 * `summed`, the weight itself, and NULL if all are 1. */
real *shard_bag_weights(struct shard *shard, size_t field, bool summed);
/* The same for one entity of the lookup. Writes a weight for each of its words. */
void shard_share_weights(const struct feature_lookup *lookup, size_t entity, bool summed,
                         real *weights);
/* The ratings of support rows. `mirrored` swaps the largest and the smallest. */
void shard_ratings(const struct shard_side *side, bool mirrored, real *numbers);
/* The item prior of a row of one side; that of an unknown item if the item is dropped. */
double shard_prior(const struct shard *shard, const struct shard_side *side, uint32_t row);
/* Training rows of the listed item; 0 if it is dropped. */
uint32_t shard_popularity(const struct shard *shard, uint32_t place);
/* Whether the listed user has no training rows. */
bool shard_user_is_cold(const struct shard *shard, uint32_t place);

#endif
