/* SPDX-License-Identifier: MIT
 *
 * The shared last step of every arm. It turns predictions, and standard deviations if the arm has
 * them, into distributions over the rating levels, so that each metric gets the kind of answer that
 * it asks for. It is fitted on validation rows, for each run and number of shots, by the same rule
 * for all arms. docs/COMPARISON.md, "The shared last step", has all formulas.
 */
#ifndef EVALUATE_ANSWER_H
#define EVALUATE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_LEVELS_MOST = 32, ANSWER_PIECES_MOST = 4 };

/* The possible ratings. There are 2 .. ANSWER_LEVELS_MOST `levels` in ascending order, or
 * level_count is 0 and the scale is continuous. smallest <= largest are finite and bound the
 * ratings. */
struct answer_scale {
    const float *levels;
    uint32_t level_count;
    float smallest, largest;
};

/* A fitted step. It has no pointers and can be copied. A prediction p is first clipped to
 * smallest .. largest. With levels,
 *
 *   P(truth <= levels[j]) = logistic(w thresholds[j] - w f(p) - common_slope (p - smallest)
 *                                    - tilt (1 - w)),
 *   f(p) = sum over k < pieces of slopes[k] (min(max(p, knots[k]), knots[k + 1]) - knots[k]),
 *
 * where w = (deviation / median_deviation)^-gamma, with the ratio limited to 1/8 .. 8; w is 1
 * without a deviation. On a continuous scale the truth is normal around intercept + slope p with
 * the standard deviation noise / w. A prediction that is NaN is answered with the distribution of
 * all validation ratings: logistic(marginal[j]), or marginal_mean and marginal_noise. */
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

/* Fits `step` to `count` validation rows, 0 or more. `deviations` may be NULL; a deviation that is
 * not positive and finite is ignored. Rows whose truth is NaN are left out. The same rows in the
 * same order give the same bits. */
void answer_fit(struct answer_step *step, const struct answer_scale *scale,
                const float *predictions, const float *deviations, const float *truth,
                size_t count);

/* The answers from a row's distribution. Without levels, mean, level and median are all the mean.
 *   mean: for squared error and for the order of items.
 *   level: the first level whose cumulative probability is at least 1/2. Here and below, a
 *     probability that is too small by less than 1e-9 counts as reached.
 *   median: continuous. Each level's mass is spread over the interval between the midpoints to its
 *     neighbours; the end levels extend half a step outwards, clipped to smallest .. largest.
 *   log_score: natural log of the probability of the level nearest to the truth (the lower one of
 *     two); without levels, of the density at the truth.
 *   covered: the level nearest to the truth lies between the first levels whose cumulative
 *     probabilities reach 0.05 and 0.95; without levels, the truth lies in the central 90 %.
 * If there is no truth, or it is NaN, log_score is NaN and covered is false. */
struct answer {
    double mean, level, median, log_score, variance;
    bool covered;
};

/* `deviations` and `truth` may be NULL. */
void answer_rows(const struct answer_step *step, const float *predictions, const float *deviations,
                 const float *truth, size_t count, struct answer *answers);

#endif
