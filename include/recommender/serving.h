/* SPDX-License-Identifier: MIT
 *
 * Fast answers for one user after another. A trained recommender and a catalogue of items make a
 * *serving*, which predicts all items of the catalogue for one user at a time. Intermediate results
 * that are the same for every user are computed once and kept. After that, a call allocates no
 * memory.
 *
 * A serving belongs to one thread and one lane of its recommender. Between calls, the lane may be
 * used for anything else. The recommender must not learn while a serving exists.
 */
#ifndef RECOMMENDER_SERVING_H
#define RECOMMENDER_SERVING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "recommender/recommender.h"

/* A user, and the user's known ratings. */
struct serving_user {
    uint32_t user;               /* ROWS_NOBODY: a user who is not in the data set */
    uint32_t count;              /* of ratings */
    const uint32_t *item;        /* all of them in the catalogue */
    const float *value;          /* their ratings */
    const uint32_t *interaction; /* rows of the data set; NULL: none of the ratings is one */
};

struct serving;
struct serving_operations {
    /* Predicts every item of the catalogue, in order, as `predict` does for the same rows. */
    bool (*score)(struct serving *self, const struct serving_user *user, float *scores,
                  struct error *error);
    void (*free)(struct serving *self);
};
/* The first member of every kind of serving. */
struct serving {
    const struct serving_operations *operations;
};

/* `items` are different items of the data set, and are copied. NULL with `error` on failure. */
struct serving *serving_new(struct recommender *recommender, uint32_t lane, const uint32_t *items,
                            uint32_t count, struct error *error);
void serving_free(struct serving *serving); /* accepts NULL */
/* Adapts to the user's ratings and predicts. Predictions are not clipped. */
bool serving_score(struct serving *serving, const struct serving_user *user, float *scores,
                   struct error *error);

/* The places of the `most` highest scores, highest first; of equal scores, the first in the list
 * comes first. Items that are `hidden` (may be NULL) are skipped. Returns how many there are.
 * `places` has room for `most`. */
uint32_t serving_top(const float *scores, uint32_t count, const bool *hidden, uint32_t most,
                     uint32_t *places);

#endif
