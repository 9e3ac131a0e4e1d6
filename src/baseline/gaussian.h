/* SPDX-License-Identifier: MIT
 *
 * Levels and factors of users and items, all Gaussian:
 *
 *   (r_ui - center) / scale = m_i + b_u + w_i' z_u + noise,   noise ~ N(0, noise_i)
 *
 * With factors it is factor analysis of the users' rating vectors with most of them missing
 * (gaussian_item); without, the two-way random-effects model (hierarchical_mean, content_mean). A
 * user's [b, z] has a Gaussian prior around a regression on what is known of the user, an item's
 * [m, w] one around a regression on what is known of the item. Learned by variational EM: the
 * posterior of all users given that of the items, then the reverse, each in closed form (Lim and
 * Teh 2007, "Variational Bayesian approach to movie rating prediction"), and the variances and
 * regressions from both; a bound of the likelihood rises with every step. A new user is folded in
 * by the same closed form.
 */
#ifndef BASELINE_GAUSSIAN_H
#define BASELINE_GAUSSIAN_H

#include "design.h"
#include "plain.h"
#include "symmetric.h"

/* Users or items: a state [level, factors] of n numbers each. */
struct entity_levels {
    uint32_t entities, n;
    struct design design;
    double *coefficients; /* of the prior's mean: design.columns x n */
    double *spread;       /* n: the prior's variances */
    double *usual;        /* n: the prior's mean of one of whom nothing is known */
    double *mean;         /* entities x n: the posterior. Of users only while it is fitted */
    double *covariance;   /* entities x symmetric_size(n) */
};

struct gaussian {
    struct plain plain;
    double center, scale;
    struct entity_levels users, items;
    double *noise;   /* by item */
    double *records; /* of each item: gaussian_record, once it is learned */
    double ridge;    /* of the regressions */
    bool one_noise;  /* the same for all items */
    bool newcomers;  /* `newcomer` is learned */
    uint32_t iterations;
    double newcomer; /* how much higher the level of users without training rows is */
};

/* What one rating says of the other side: with l = [1, factors], E[l l'] packed, E[l], and
 * E[l level]. */
static inline size_t gaussian_record_size(size_t n)
{
    return symmetric_size(n) + 2 * n;
}
void gaussian_record(const double *mean, const double *covariance, size_t n, double *record);

/* The posterior of an entity: `precision` (packed) and `pull` (n) hold the prior's. Both are used
 * up; `pull` becomes the mean and, if it is not NULL, `covariance` is filled. False if it is no
 * distribution; then nothing is of use. */
bool gaussian_posterior(double *precision, double *pull, size_t n, double *covariance);
/* The prior of an entity, ROWS_NOBODY for one of whom nothing is known, as precision and pull; its
 * level is moved by `above`. */
void gaussian_prior(const struct entity_levels *side, uint32_t entity, double above,
                    double *precision, double *pull);
/* Adds a rating, `value` in units of the scale. */
void gaussian_add(double *precision, double *pull, size_t n, const double *record, double value,
                  double weight);

/* Learns from the training rows, from the start; then the newcomers. */
void gaussian_fit(struct gaussian *model, uint32_t iterations);
/* For a model that knows nothing of items but their ratings. That a rating of an item without
 * training rows is asked for says something of it: its level is that of the item of an average
 * rating, not that of the average item. */
void gaussian_fit_cold_items(struct gaussian *model);
/* Learns from the validation users, who were set apart as those who come will be, how much higher
 * than predicted newcomers rate: they may be another kind of people than the training users, such
 * as such who rate little. */
void gaussian_fit_newcomer(struct gaussian *model);

#endif
