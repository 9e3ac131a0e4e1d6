/* SPDX-License-Identifier: MIT
 *
 * The plain recommenders that every comparison includes, computed from the training rows without
 * meta-learning. What they know of a user are the support rows and the user's own training rows,
 * each item once. If a user is asked about training rows, as in the training of a learner, only the
 * support rows count, and the asked row is left out of the item's statistics.
 */
#ifndef BASELINE_BASELINE_H
#define BASELINE_BASELINE_H

#include <stdbool.h>

#include "data/dataset.h"
#include "recommender/recommender.h"

/* The name in Lua and in results; lua/thaw/plain.lua describes each. */
#define BASELINES(X)                                                                               \
    X(GLOBAL_MEAN, "global_mean")                                                                  \
    X(USER_MEAN, "user_mean")                                                                      \
    X(ITEM_MEAN, "item_mean")                                                                      \
    X(BIAS, "bias")                                                                                \
    X(POPULARITY_BIAS, "popularity_bias")                                                          \
    X(HIERARCHICAL_MEAN, "hierarchical_mean")                                                      \
    X(CONTENT_MEAN, "content_mean")                                                                \
    X(GAUSSIAN_ITEM, "gaussian_item")

enum baseline_kind {
#define X(name, text) BASELINE_##name,
    BASELINES(X)
#undef X
        BASELINE_COUNT
};

struct baseline_options {
    /* Pseudo-counts: as if that many ratings without any deviation had been seen. If negative,
     * `fit` chooses them by the squared error on the validation tasks; without such tasks they are
     * 5 and 3. */
    double item_shrink, user_shrink;
    /* The ridge of the regressions on features. If negative, `fit` chooses it for content_mean in
     * the same way, and for gaussian_item it is 10. */
    double ridge;
    /* 0 for the default: 16 factors; 20 iterations with factors, 50 without. */
    uint32_t factors, iterations;
    /* For gaussian_item: how much it counts which items a user rated, whatever the ratings are
     * (src/baseline/exposure.h). 0: nothing. */
    double exposure;
};
enum { BASELINE_FACTORS = 16, BASELINE_FACTORS_MOST = 64 };
struct baseline_options baseline_options_default(void);

/* The most bytes that fitting needs besides the data set. */
uint64_t baseline_bytes(enum baseline_kind kind, const struct baseline_options *options,
                        const struct dataset *dataset);

/* What a reader of results should know about the fit, as a clause such as "item_shrink 327680 is
 * the most that was tried". "" if there is nothing to say or the recommender is not a baseline. */
const char *baseline_note(const struct recommender *recommender);

const char *baseline_name(enum baseline_kind kind);
bool baseline_find(const char *name, enum baseline_kind *kind);

struct split;
struct feature_space;
/* Borrows dataset, split and space (NULL: nothing is known of users and items). Freed by its own
 * operation `free`. Kind and options speak of users and items as the source of the data set does,
 * also if it is mirrored: the mean of the user then is that of whom a task meets. */
struct recommender *baseline_new(enum baseline_kind kind, const struct baseline_options *options,
                                 const struct dataset *dataset, const struct split *split,
                                 const struct feature_space *space);

#endif
