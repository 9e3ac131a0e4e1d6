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
 * the presence of tied scores"); a prediction that is not a number comes last. 1 if no order
 * differs from another. */
double metric_ndcg(const double *predictions, const float *truth, size_t count, size_t cutoff);

struct interval {
    double mean, low, high;
};

#endif
