/* SPDX-License-Identifier: MIT
 *
 * Loops over numbers that also find out whether all were finite: x - x is 0 for a finite number and
 * NaN for every other, so that one pass does both, without a way out that would slow it down.
 */
#ifndef RECOMMENDER_LANES_H
#define RECOMMENDER_LANES_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

/* A cache line of numbers, wherever it begins. */
typedef real lanes __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));
enum { LANES = sizeof(lanes) / sizeof(real) };

/* Sums of x - x: over lanes, and over the numbers beside them. */
static inline bool lanes_finite(lanes check, real rest)
{
    for (size_t lane = 0; lane < LANES; lane++)
        rest += check[lane];
    return rest == 0;
}

#endif
