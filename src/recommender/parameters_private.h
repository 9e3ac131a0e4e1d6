/* SPDX-License-Identifier: MIT
 *
 * What parameters hold, for the file that declares them and the one that moves them.
 */
#ifndef RECOMMENDER_PARAMETERS_PRIVATE_H
#define RECOMMENDER_PARAMETERS_PRIVATE_H

#include "recommender/parameters.h"

/* Rows of a table that are added up and moved together: few enough for the nearest cache. Blocks
 * begin at multiples of this. */
enum { BLOCK_BITS = 6, BLOCK_ROWS = 1 << BLOCK_BITS };
/* Numbers of a dense parameter that are: the same. */
enum { DENSE_STRETCH = 4096 };

/* What a thread needs to add up the slots of a table. */
struct sum_scratch {
    real *values; /* BLOCK_ROWS rows of the widest table, or DENSE_STRETCH numbers */
    size_t *at;   /* by slot: the first of its rows that was not reached yet */
    size_t slots; /* that there is room for */
};

struct gradient_part; /* gradient_slot.h */

struct parameters {
    struct parameter *list;
    size_t count;
    uint64_t numbers; /* in the block, with what fills up to the alignment */
    real *block;      /* NULL before the start */
    struct optimiser *optimiser;
    double clip;
    struct parameters_limits limits;
    uint64_t charged;     /* bytes taken of the budget */
    uint64_t dense_bytes; /* of a slot, before it is used */
    uint64_t saved_bytes;
    struct gradient_part *sums; /* over the slots of a step, if the gradient is clipped; each row
                                   of a table once */
    struct sum_scratch scratch[PARAMETERS_PARTS];
    real **clipped; /* what gradients_clip takes */
    size_t *clipped_counts;
};

static inline size_t numbers_of(const struct parameter *parameter)
{
    return (size_t)parameter->rows * parameter->columns;
}

#endif
