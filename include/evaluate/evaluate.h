/* SPDX-License-Identifier: MIT
 *
 * Metrics and their uncertainty, on plain arrays. Users are the unit: a metric is the mean of its
 * per-user values, unless it is called pooled.
 */
#ifndef EVALUATE_EVALUATE_H
#define EVALUATE_EVALUATE_H

#include <stddef.h>
#include <stdint.h>

/* Mean absolute error and summed squared error of one user's query rows. */
double metric_absolute_error(const float *predictions, const float *truth, size_t count);
double metric_squared_error_sum(const float *predictions, const float *truth, size_t count);

/* Of predictions with standard deviations: how many of the true values lie in the central interval
 * that a normal distribution gives 90 %, prediction -/+ 1.6449 deviations; and the sum of the log
 * densities, natural, of the true values under these distributions (Gneiting and Raftery 2007,
 * "Strictly proper scoring rules, prediction, and estimation", section 4.1). A deviation below
 * 0.001 counts as 0.001. */
size_t metric_covered_90(const float *predictions, const float *deviations, const float *truth,
                         size_t count);
double metric_log_score_sum(const float *predictions, const float *deviations, const float *truth,
                            size_t count);

/* nDCG@cutoff over one user's query rows, gain 2^rating - 1 (0 for a negative rating), discount
 * log2(rank + 1). Rows with equal predictions are taken in every order with equal probability
 * (McSherry and Najork 2008, "Computing information retrieval performance measures efficiently in
 * the presence of tied scores"); a prediction that is not a number comes last. 1 where no order
 * differs from another. */
double metric_ndcg(const double *predictions, const float *truth, size_t count, size_t cutoff);

struct interval {
    double mean, low, high;
};

/* The mean of per-user differences and its percentile bootstrap interval over users (Efron 1979),
 * usually `level` 0.95 of 2000 `resamples`; a percentile between two of them is interpolated.
 * Paired, because each difference is one user's. The same seed draws the same users. Fewer than 2
 * users: NaN bounds. */
struct interval bootstrap_mean(const double *differences, size_t users, double level,
                               uint32_t resamples, uint64_t seed);

/* The same for `count` differences of the same users (arms, shots), each giving what bootstrap_mean
 * gives for it: the users are drawn once for all of them. */
void bootstrap_means(const double *const *differences, size_t count, size_t users, double level,
                     uint32_t resamples, uint64_t seed, struct interval *intervals);

/* By how much the root of the pooled mean squared error of each of `count` arms lies below that of
 * the arm baseline[i], with the same bootstrap interval. `squares[i]` are sums of squared errors by
 * user, `rows` how many rows they are of. */
void bootstrap_rmse_gains(const double *const *squares, const size_t *baseline, size_t count,
                          const double *rows, size_t users, double level, uint32_t resamples,
                          uint64_t seed, struct interval *intervals);

#endif
