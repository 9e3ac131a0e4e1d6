/* SPDX-License-Identifier: MIT
 *
 * The plain recommenders that every comparison carries. All are closed forms of the training rows;
 * a cold user enters by the support rows alone.
 */
#ifndef BASELINE_BASELINE_H
#define BASELINE_BASELINE_H

#include <stdbool.h>

#include "data/dataset.h"
#include "recommender/recommender.h"

/* name in Lua and results, help */
#define BASELINES(X)                                                                               \
    X(GLOBAL_MEAN, "global_mean", "the mean of all training ratings")                              \
    X(USER_MEAN, "user_mean", "the shrunk mean of the support ratings")                            \
    X(ITEM_MEAN, "item_mean", "the shrunk mean of the item's training ratings")                    \
    X(BIAS, "bias", "global mean + shrunk item bias + shrunk user bias")

enum baseline_kind {
#define X(name, text, help) BASELINE_##name,
    BASELINES(X)
#undef X
        BASELINE_COUNT
};

/* Pseudo-counts: as if so many ratings without any deviation had been seen. Negative: `fit` chooses
 * them on the validation users, from a fixed grid; without validation users 5 and 3. */
struct baseline_options {
    double item_shrink, user_shrink;
};

const char *baseline_name(enum baseline_kind kind);
const char *baseline_help(enum baseline_kind kind);
bool baseline_find(const char *name, enum baseline_kind *kind);

struct split;
/* Borrows dataset and split. Freed by its own operation `free`. */
struct recommender *baseline_new(enum baseline_kind kind, const struct baseline_options *options,
                                 const struct dataset *dataset, const struct split *split);

#endif
