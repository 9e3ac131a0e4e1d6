/* SPDX-License-Identifier: MIT
 *
 * The interface of plain recommenders. The rows of a user are collected once (evidence) and folded
 * into a few numbers that describe the user (state). Each item is rated from the state.
 */
#ifndef BASELINE_PLAIN_H
#define BASELINE_PLAIN_H

#include "baseline/baseline.h"
#include "evidence.h"
#include "task/task.h"

struct feature_space;

struct plain;
/* `fit` and `load` are called by one thread, `fold` and `rate` by several at once. */
struct plain_operations {
    void (*fit)(struct plain *plain);
    /* Writes the state_size numbers of the state. */
    void (*fold)(const struct plain *plain, const struct evidence *evidence, double *state);
    /* `interaction` is the asked row or ROWS_NOWHERE. If it is a training row, it is left out of
     * the item's statistics. `variance` (may be NULL) is set by recommenders that deviate. */
    double (*rate)(const struct plain *plain, const double *state, uint32_t item,
                   uint32_t interaction, double *variance);
    void (*save)(const struct plain *plain, struct bytes *bytes);
    /* False if the saved bytes are damaged or belong to another data set. */
    bool (*load)(struct plain *plain, struct reader *reader);
    void (*release)(struct plain *plain);
};

/* The first member of every plain recommender. */
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

/* The makers of each kind. They set operations, state_size and whether it deviates. */
struct plain *closed_form_new(const struct plain *shared);
struct plain *gaussian_new(const struct plain *shared);

#endif
