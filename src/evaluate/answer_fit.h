/* SPDX-License-Identifier: MIT
 *
 * Rating levels: fits the part of a step that answer_fit has not filled yet.
 */
#ifndef EVALUATE_ANSWER_FIT_H
#define EVALUATE_ANSWER_FIT_H

#include "evaluate/answer.h"

enum {
    ANSWER_EXPONENTS = 9, /* 0, 1/4 .. 2 */
    /* By how much the log likelihood must be better before deviations count: noise gains 1/2. */
    ANSWER_DEVIATIONS_WORTH = 2
};

void answer_fit_levels(struct answer_step *step, const float *predictions, const float *deviations,
                       const float *truth, size_t count);

/* The lower middle one of those that are positive and finite; 0 if none is, or for NULL. */
double answer_median_deviation(const float *deviations, size_t count);

#endif
