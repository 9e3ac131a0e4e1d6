/* SPDX-License-Identifier: MIT
 *
 * The shared last step of every arm: it turns predictions, and standard deviations where an arm
 * knows them, into distributions over the rating levels, so that an arm answers each metric with
 * what the metric asks for. Fitted on validation rows, for each run and number of shots; the same
 * rule for all arms. docs/COMPARISON.md, "The shared last step", says every formula.
 */
#ifndef EVALUATE_ANSWER_H
#define EVALUATE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_LEVELS_MOST = 32, ANSWER_PIECES_MOST = 4 };

/* What ratings can be. `levels` ascend, 2 .. ANSWER_LEVELS_MOST of them, or level_count is 0 and
 * the scale is continuous. smallest <= largest are finite and bound the ratings. */
struct answer_scale {
    const float *levels;
    uint32_t level_count;
    float smallest, largest;
};

/* A fitted step: plain numbers, copied freely, without pointers. A prediction p is first clipped to
 * smallest .. largest. With levels
 *
 *   P(truth <= levels[j]) = logistic(w thresholds[j] - w f(p) - common_slope (p - smallest)
 *                                    - tilt (1 - w)),
 *   f(p) = sum over k < pieces of slopes[k] (min(max(p, knots[k]), knots[k + 1]) - knots[k]),
 *
 * and on a continuous scale the truth is normal around intercept + slope p with the standard
 * deviation noise / w, where w = (deviation / median_deviation)^-gamma, the ratio held between 1/8
 * and 8, or 1 without a deviation. A prediction that is not a number is answered with the
 * distribution of all validation ratings: logistic(marginal[j]), or marginal_mean and
 * marginal_noise. */
struct answer_step {
    uint32_t level_count;
    float levels[ANSWER_LEVELS_MOST];
    float smallest, largest;
    double marginal[ANSWER_LEVELS_MOST - 1], thresholds[ANSWER_LEVELS_MOST - 1];
    uint32_t pieces;
    double knots[ANSWER_PIECES_MOST + 1], slopes[ANSWER_PIECES_MOST];
    double common_slope, tilt;
    double gamma, median_deviation; /* gamma is a multiple of 1/4, 0 .. 2 */
    double marginal_mean, marginal_noise, intercept, slope, noise;
};

/* Fits `step` to `count` validation rows, 0 or more. `deviations` may be NULL; one that is not
 * positive and finite says nothing. Rows whose truth is not a number are left out. The same bits
 * for the same rows in the same order. */
void answer_fit(struct answer_step *step, const struct answer_scale *scale,
                const float *predictions, const float *deviations, const float *truth,
                size_t count);

/* What a row's distribution answers.
 *   mean: for squared error and order; without levels all three are the mean.
 *   level: the first level whose cumulative probability is at least 1/2. Here and below, a share
 *     that misses another by less than 1e-9 has reached it.
 *   median: continuous; each level's mass is spread over the interval between the midpoints to its
 *     neighbours, the end levels' half a step outwards, clipped to smallest .. largest.
 *   log_score: natural log of the probability of the level nearest to the truth (of two the lower),
 *     without levels of the density at the truth.
 *   covered: that level lies between the first levels whose cumulative probabilities reach 0.05 and
 *     0.95; without levels, the truth lies in the central 90 %.
 * Without truth, or if it is not a number, log_score is NaN and covered false. */
struct answer {
    double mean, level, median, log_score, variance;
    bool covered;
};

/* `deviations` and `truth` may be NULL. */
void answer_rows(const struct answer_step *step, const float *predictions, const float *deviations,
                 const float *truth, size_t count, struct answer *answers);

#endif
