/* SPDX-License-Identifier: MIT
 *
 * Loops over numbers that also check whether all are finite. x - x is 0 for a finite number and NaN
 * for any other, so one pass does both without a branch.
 */
#ifndef RECOMMENDER_LANES_H
#define RECOMMENDER_LANES_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

/* A cache line of numbers, not necessarily aligned. */
typedef real lanes __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));
enum { LANES = sizeof(lanes) / sizeof(real) };

/* Whether all numbers were finite, given the sums of x - x over lanes and over the remaining
 * numbers. */
static inline bool lanes_finite(lanes check, real rest)
{
    for (size_t lane = 0; lane < LANES; lane++)
        rest += check[lane];
    return rest == 0;
}

#endif
