/* SPDX-License-Identifier: MIT
 *
 * Answering one user after another, fast: a trained recommender and a catalogue of items make a
 * *serving*, which predicts all items of the catalogue for one user at a time. What is the same for
 * every user is computed once and kept; once it is, a call takes no memory from the system.
 *
 * One thread, in one lane of its recommender; between calls that lane may be used for anything
 * else. What has been learned must not change while a serving lives.
 */
#ifndef RECOMMENDER_SERVING_H
#define RECOMMENDER_SERVING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "recommender/recommender.h"

/* Somebody, and what is known of them. */
struct serving_user {
    uint32_t user;               /* ROWS_NOBODY: somebody of whom the data set knows nothing */
    uint32_t count;              /* of ratings */
    const uint32_t *item;        /* each of the catalogue */
    const float *value;          /* their ratings */
    const uint32_t *interaction; /* rows of the data set; NULL: none of them is one */
};

struct serving;
struct serving_operations {
    /* Predicts every item of the catalogue, in its order, as `predict` would for the same rows. */
    bool (*score)(struct serving *self, const struct serving_user *user, float *scores,
                  struct error *error);
    void (*free)(struct serving *self);
};
/* First member of every kind of serving. */
struct serving {
    const struct serving_operations *operations;
};

/* `items` are different items of the data set; copied. NULL with `error` if it cannot be made.
 */
struct serving *serving_new(struct recommender *recommender, uint32_t lane, const uint32_t *items,
                            uint32_t count, struct error *error);
void serving_free(struct serving *serving); /* accepts NULL */
/* Adapts to the user's ratings and predicts; not clipped. */
bool serving_score(struct serving *serving, const struct serving_user *user, float *scores,
                   struct error *error);

/* The places of the `most` highest scores, highest first, of equal ones the first in the list
 * first; those that are `hidden` (may be NULL) are passed over. Returns how many there are.
 * `places` has room for `most`. */
uint32_t serving_top(const float *scores, uint32_t count, const bool *hidden, uint32_t most,
                     uint32_t *places);

#endif
