/* SPDX-License-Identifier: MIT
 *
 * The members of parameters, for the files that declare and move them.
 */
#ifndef RECOMMENDER_PARAMETERS_PRIVATE_H
#define RECOMMENDER_PARAMETERS_PRIVATE_H

#include "recommender/parameters.h"

/* Rows of a table that are summed and moved together. They must fit the L1 cache. Blocks begin at
 * multiples of this. */
enum { BLOCK_BITS = 6, BLOCK_ROWS = 1 << BLOCK_BITS };
/* Numbers of a dense parameter that are summed and moved together. */
enum { DENSE_STRETCH = 4096 };

/* The memory that a thread needs to sum the slots of a table. */
struct sum_scratch {
    real *values; /* BLOCK_ROWS rows of the widest table, or DENSE_STRETCH numbers */
    size_t *at;   /* by slot: its first row that was not reached yet */
    size_t slots; /* slots that there is room for */
};

struct gradient_part; /* gradient_slot.h */

struct parameters {
    struct parameter *list;
    size_t count;
    uint64_t numbers; /* in the block, including padding for alignment */
    real *block;      /* NULL before the start */
    struct optimiser *optimiser;
    double clip;
    struct parameters_limits limits;
    uint64_t charged;     /* bytes charged to the budget */
    uint64_t dense_bytes; /* size of a slot before rows of tables are added */
    uint64_t saved_bytes;
    /* The sums over the slots of a step, if the gradient is clipped. Each row of a table occurs
     * once. */
    struct gradient_part *sums;
    struct sum_scratch scratch[PARAMETERS_PARTS];
    real **clipped; /* arguments of gradients_clip */
    size_t *clipped_counts;
};

static inline size_t numbers_of(const struct parameter *parameter)
{
    return (size_t)parameter->rows * parameter->columns;
}

#endif
