/* SPDX-License-Identifier: MIT
 *
 * What it tells of a user which items were rated, whatever the ratings are (Salakhutdinov and Mnih
 * 2007, "Probabilistic matrix factorization", section 4; Marlin and Zemel 2009, "Collaborative
 * prediction and ranking with non-random missing data").
 *
 * Let e be how far a user's [level, factors] are from the prior mean, and D the prior's variances.
 * A user rates item i next with a probability proportional to p_i exp(q_i' D^-1 e). Here p_i is the
 * item's share of all ratings, and q_i is the mean of e over those who rated it, less the mean over
 * all ratings. To first order in q this is the likelihood's own estimate. The log of the sum over
 * all items is e' D^-1 S D^-1 e / 2 to second order, with S = sum of p_i q_i q_i' over i. So a
 * rated item adds the precision D^-1 S D^-1 and the pull D^-1 q_i to the user's posterior.
 *
 * Users have the weight 1 / sqrt(their rows) in each row, so that those with few rows, who are like
 * new users, count more. Each q_i is shrunk towards 0. The items of one user are more alike than
 * independent choices, so with n of them each counts as `weight` / sqrt(n) items (Koren 2008,
 * "Factorization meets the neighborhood", section 3, scales its sum over rated items so).
 *
 * That an item is asked for says the same before it is rated: predictions are judged on items that
 * the user did rate. So the prediction moves to the mean of the posterior with the pull of the
 * asked item, which counts as 1 / sqrt(n + 1) items: as one, whatever `weight` is, if nothing is
 * rated. Its precision is left out, and other asked items do not count, because they are other
 * questions.
 */
#ifndef BASELINE_EXPOSURE_H
#define BASELINE_EXPOSURE_H

#include "evidence.h"

struct plain;
struct entity_levels;

struct exposure {
    double weight; /* 0: nothing is learned or added */
    size_t n;
    bool *known;       /* by item: whether it has training rows */
    double *pull;      /* by item: q_i, n numbers */
    double *precision; /* S, packed */
};

void exposure_init(struct exposure *exposure, const struct plain *plain, size_t n, double weight);
void exposure_release(struct exposure *exposure);
/* Learns the q_i from the training rows and the posterior means of the users. */
void exposure_fit(struct exposure *exposure, const struct plain *plain,
                  const struct entity_levels *users);
/* Computes S from the q_i, which may have been loaded. */
void exposure_sum(struct exposure *exposure, const struct plain *plain);
/* Adds what the rated items tell. `precision` and `pull` hold the user's prior alone. */
void exposure_add(const struct exposure *exposure, const struct entity_levels *users,
                  const struct evidence *evidence, double *precision, double *pull);
/* How many of the rated items tell something. */
double exposure_count(const struct exposure *exposure, const struct evidence *evidence);
/* By how much a prediction is higher because `item` is asked for, in units of the scale. `rated`:
 * exposure_count of the user, whose posterior covariance is `covariance`, packed. `loadings`: the
 * item's; number 0 is not read. */
double exposure_of_asked(const struct exposure *exposure, const struct entity_levels *users,
                         uint32_t item, double rated, const double *covariance,
                         const double *loadings);

#endif
