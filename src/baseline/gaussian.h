/* SPDX-License-Identifier: MIT
 *
 * Levels and factors of users and items, all Gaussian:
 *
 *   (r_ui - center) / scale = m_i + b_u + w_i' z_u + noise,   noise ~ N(0, noise_i)
 *
 * With factors, this is factor analysis of the users' rating vectors, most entries of which are
 * missing (gaussian_item). Without, it is the two-way random-effects model (hierarchical_mean,
 * content_mean). A user's [b, z] has a Gaussian prior around a regression on the user's features,
 * and an item's [m, w] one around a regression on the item's features.
 *
 * Variational EM fits the model (Lim and Teh 2007, "Variational Bayesian approach to movie rating
 * prediction"). Each iteration computes the posterior of all users given that of the items, then
 * the reverse, each in closed form, then the variances and regressions from both. A lower bound of
 * the likelihood rises with every step. A new user is folded in by the same closed form.
 */
#ifndef BASELINE_GAUSSIAN_H
#define BASELINE_GAUSSIAN_H

#include "entity_levels.h"
#include "exposure.h"
#include "plain.h"
#include "symmetric.h"

struct gaussian {
    struct plain plain;
    double center, scale;
    struct entity_levels users, items;
    double *noise;   /* by item */
    double *records; /* gaussian_record of each item, after the fit */
    double ridge;    /* of the regressions */
    bool one_noise;  /* the same for all items */
    bool newcomers;  /* `newcomer` is learned */
    uint32_t iterations;
    double newcomer; /* how much higher the level of users without training rows is */
    struct exposure exposure;
};

/* What one rating contributes to the other side's posterior, with l = [1, factors]: E[l l'] packed,
 * E[l], and E[l level]. */
static inline size_t gaussian_record_size(size_t n)
{
    return symmetric_size(n) + 2 * n;
}
void gaussian_record(const double *mean, const double *covariance, size_t n, double *record);

/* The posterior of an entity. `precision` (packed) and `pull` (n) hold the sum of prior and
 * ratings. Both are overwritten: `pull` becomes the mean. `covariance` is filled unless it is NULL.
 * False if the precision is not positive definite; the results are then undefined. */
bool gaussian_posterior(double *precision, double *pull, size_t n, double *covariance);
/* The prior of an entity as precision and pull, with its level moved by `above`. ROWS_NOBODY is an
 * entity of which nothing is known. */
void gaussian_prior(const struct entity_levels *side, uint32_t entity, double above,
                    double *precision, double *pull);
/* Adds a rating. `value` is in units of the scale. */
void gaussian_add(double *precision, double *pull, size_t n, const double *record, double value,
                  double weight);

/* Learns from the training rows, starting afresh, and then the level of newcomers. */
void gaussian_fit(struct gaussian *model, uint32_t iterations);
/* For a model that knows nothing of items except their ratings. A request for a rating of an item
 * without training rows is itself information: its level is that of the item of an average rating,
 * not that of the average item. */
void gaussian_fit_cold_items(struct gaussian *model);
/* Learns from the validation users, who stand for future users, how much higher newcomers rate than
 * predicted. They may differ from the training users, for example by rating fewer items. */
void gaussian_fit_newcomer(struct gaussian *model);

#endif
