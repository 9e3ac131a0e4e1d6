/* SPDX-License-Identifier: MIT
 *
 * Fitting for scales with levels: fills the part of a step that answer_fit leaves to it.
 */
#ifndef EVALUATE_ANSWER_FIT_H
#define EVALUATE_ANSWER_FIT_H

#include "evaluate/answer.h"

enum {
    ANSWER_EXPONENTS = 9, /* 0, 1/4 .. 2 */
    /* The log likelihood must be better by this much before deviations are used: noise alone gains
     * 1/2. */
    ANSWER_DEVIATIONS_WORTH = 2
};

void answer_fit_levels(struct answer_step *step, const float *predictions, const float *deviations,
                       const float *truth, size_t count);

/* The lower median of the deviations that are positive and finite; 0 if there are none, or for
 * NULL. */
double answer_median_deviation(const float *deviations, size_t count);

#endif
