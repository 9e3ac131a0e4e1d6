/* SPDX-License-Identifier: MIT
 *
 * The plain recommenders that every comparison carries, computed from the training rows without any
 * meta-learning. A user enters by the support rows and by their own training rows, each item once;
 * a user who is asked about training rows, as when a learner trains, by the support rows alone, and
 * the asked row is left out of what is known of its item.
 */
#ifndef BASELINE_BASELINE_H
#define BASELINE_BASELINE_H

#include <stdbool.h>

#include "data/dataset.h"
#include "recommender/recommender.h"

/* name in Lua and results, what it is */
#define BASELINES(X)                                                                               \
    X(GLOBAL_MEAN, "global_mean", "the mean of all training ratings")                              \
    X(USER_MEAN, "user_mean", "the shrunk mean of the user's ratings")                             \
    X(ITEM_MEAN, "item_mean", "the shrunk mean of the item's training ratings")                    \
    X(BIAS, "bias", "global mean + shrunk item bias + shrunk user bias")                           \
    X(POPULARITY_BIAS, "popularity_bias",                                                          \
      "the bias, an item shrunk towards what is usual at its popularity")                          \
    X(HIERARCHICAL_MEAN, "hierarchical_mean",                                                      \
      "global, item and user level, with variances by maximum likelihood")                         \
    X(CONTENT_MEAN, "content_mean",                                                                \
      "item and user level around a regression on the mapped features")                            \
    X(GAUSSIAN_ITEM, "gaussian_item", "Gaussian levels and factors, users folded in exactly")

enum baseline_kind {
#define X(name, text, help) BASELINE_##name,
    BASELINES(X)
#undef X
        BASELINE_COUNT
};

struct baseline_options {
    /* Pseudo-counts: as if so many ratings without any deviation had been seen. Negative: `fit`
     * chooses them by the squared error on the validation tasks; without any they are 5 and 3. */
    double item_shrink, user_shrink;
    /* Of the regressions on features. Negative: `fit` chooses content_mean's in the same way, and
     * gaussian_item's is 10. */
    double ridge;
    uint32_t factors, iterations; /* 0: 16; 20 with factors, 50 without */
};
enum { BASELINE_FACTORS = 16, BASELINE_FACTORS_MOST = 64 };
struct baseline_options baseline_options_default(void);

/* Most bytes that one takes beside the data set, while it is fitted. */
uint64_t baseline_bytes(enum baseline_kind kind, const struct baseline_options *options,
                        const struct dataset *dataset);

/* What a reader of results should know of how it was fitted, a clause such as "item_shrink 327680
 * is the most that was tried"; "" for nothing, or for what is no baseline. */
const char *baseline_note(const struct recommender *recommender);

const char *baseline_name(enum baseline_kind kind);
bool baseline_find(const char *name, enum baseline_kind *kind);

struct split;
struct feature_space;
/* Borrows dataset, split and space (may be NULL: nothing is known of users and items). Freed by its
 * own operation `free`. */
struct recommender *baseline_new(enum baseline_kind kind, const struct baseline_options *options,
                                 const struct dataset *dataset, const struct split *split,
                                 const struct feature_space *space);

#endif
