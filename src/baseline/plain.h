/* SPDX-License-Identifier: MIT
 *
 * What all plain recommenders share: what is known of a user is brought together once (evidence),
 * folded into a few numbers that describe the user (state), and each item is rated from them.
 */
#ifndef BASELINE_PLAIN_H
#define BASELINE_PLAIN_H

#include "baseline/baseline.h"
#include "evidence.h"
#include "task/task.h"

struct feature_space;

struct plain;
/* `fit` and `load` are called by one thread, `fold` and `rate` by several. */
struct plain_operations {
    void (*fit)(struct plain *plain);
    /* Fills state_size numbers. */
    void (*fold)(const struct plain *plain, const struct evidence *evidence, double *state);
    /* `interaction` is the asked row or ROWS_NOWHERE: a training row is left out of what is known
     * of its item. `variance` (may be NULL) is set by those who deviate. */
    double (*rate)(const struct plain *plain, const double *state, uint32_t item,
                   uint32_t interaction, double *variance);
    void (*save)(const struct plain *plain, struct bytes *bytes);
    bool (*load)(struct plain *plain, struct reader *reader); /* false: damaged or of other data */
    void (*release)(struct plain *plain);
};

/* First member of every plain recommender. */
struct plain {
    struct recommender recommender;
    const struct plain_operations *operations;
    enum baseline_kind kind;
    struct baseline_options options;
    const struct dataset *dataset;
    const struct split *split;
    const struct feature_space *space; /* may be NULL */
    struct value_range range;
    size_t state_size; /* numbers that describe a user */
    char note[512];    /* for baseline_note */
};

/* One maker each; they set operations, state_size and whether it deviates. */
struct plain *closed_form_new(const struct plain *shared);
struct plain *gaussian_new(const struct plain *shared);

#endif
