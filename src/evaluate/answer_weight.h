/* SPDX-License-Identifier: MIT
 *
 * Functions of one row that fitting and answering share.
 */
#ifndef EVALUATE_ANSWER_WEIGHT_H
#define EVALUATE_ANSWER_WEIGHT_H

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "answer_curve.h"

/* Exponents gamma are multiples of 1 / ANSWER_QUARTERS. */
enum { ANSWER_QUARTERS = 4 };

/* (deviation / median)^(-quarters / 4), with the ratio limited to 1/8 .. 8. 1 if the deviation is
 * not known. */
static inline double deviation_weight(float deviation, double median, unsigned quarters)
{
    bool known = deviation > 0 && deviation <= FLT_MAX;
    double ratio = known ? (double)deviation / median : 1;
    double root = sqrt(sqrt(larger(smaller(ratio, 8), 0.125))), power = 1;
    for (unsigned i = 0; i < quarters; i++)
        power *= root;
    return 1 / power;
}

/* The index of the level nearest to `truth`; the lower one if two are equally near. */
static inline uint32_t nearest_level(const float *levels, uint32_t level_count, float truth)
{
    uint32_t level = 0;
    for (uint32_t j = 0; j + 1 < level_count; j++)
        level += (double)truth > 0.5 * ((double)levels[j] + (double)levels[j + 1]);
    return level;
}

/* NaN stays NaN. */
static inline double clipped(float prediction, float smallest, float largest)
{
    float low = prediction < smallest ? smallest : prediction;
    return (double)(low > largest ? largest : low);
}

#endif
