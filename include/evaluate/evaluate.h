/* SPDX-License-Identifier: MIT
 *
 * Metrics and their uncertainty, on plain arrays. The unit is the user: a metric is the mean of its
 * values for each user, unless it is called pooled.
 */
#ifndef EVALUATE_EVALUATE_H
#define EVALUATE_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For predictions with standard deviations. metric_covered_90 counts the true values in the central
 * 90 % interval of a normal distribution, prediction -/+ 1.6449 deviations. metric_log_score_sum
 * sums the natural log densities of the true values (Gneiting and Raftery 2007, "Strictly proper
 * scoring rules, prediction, and estimation", section 4.1). A deviation below 0.001 counts as
 * 0.001. */
size_t metric_covered_90(const float *predictions, const float *deviations, const float *truth,
                         size_t count);
double metric_log_score_sum(const float *predictions, const float *deviations, const float *truth,
                            size_t count);

/* Whether the rows have different gains: only then one order of them is better than another. */
bool metric_has_order(const float *truth, size_t count);
/* nDCG@cutoff over one user's query rows, with gain 2^rating - 1 (0 for a negative rating) and
 * discount log2(rank + 1). Ties of predictions are averaged over all orders (McSherry and Najork
 * 2008, "Computing information retrieval performance measures efficiently in the presence of tied
 * scores"). A prediction that is NaN ranks last. NaN unless metric_has_order: whatever ranks such
 * rows ranks them best, so they belong in no mean (trec_eval leaves such queries out too). */
double metric_ndcg(const double *predictions, const float *truth, size_t count, size_t cutoff);
/* The same with the rating itself as the gain. */
double metric_ndcg_linear(const double *predictions, const float *truth, size_t count,
                          size_t cutoff);

struct interval {
    double mean, low, high;
};

#endif
