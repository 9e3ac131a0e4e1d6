/* SPDX-License-Identifier: MIT
 *
 * Factor analysis of the users' rating vectors with most of them missing:
 *
 *   (r_ui - mean) / scale = m_i + b_u + w_i' z_u + noise,   noise ~ N(0, noise_i)
 *
 * with Gaussian priors on both sides: of a user's [b, z] around a regression on what is known of
 * the user, of an item's [m, w] around one on what is known of the item. Learned by variational EM:
 * the posterior of all users given that of the items, then the reverse, each in closed form
 * (Lim and Teh 2007, "Variational Bayesian approach to movie rating prediction"), and the
 * variances and regressions from both. A new user is folded in by the same closed form.
 */
#ifndef BASELINE_GAUSSIAN_ITEM_H
#define BASELINE_GAUSSIAN_ITEM_H

#include "design.h"
#include "plain.h"
#include "symmetric.h"

/* Users or items: a state [level, factors] of n numbers each. */
struct side {
    uint32_t entities, n;
    struct design design;
    double *coefficients; /* of the prior's mean: design.columns x n */
    double *spread;       /* n: the prior's variances */
    double *usual;        /* n: the prior's mean of one of whom nothing is known */
    double *mean;         /* entities x n: the posterior. Of users only while it is fitted */
    double *covariance;   /* entities x symmetric_size(n) */
};

struct gaussian_item {
    struct plain plain;
    double center, scale;
    struct side users, items;
    double *noise;   /* by item */
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
 * up; `pull` becomes the mean and, where not NULL, `covariance` is filled. False where it is no
 * distribution; then nothing is of use. */
bool gaussian_posterior(double *precision, double *pull, size_t n, double *covariance);
/* The prior of an entity, ROWS_NOBODY for one of whom nothing is known, as precision and pull; its
 * level is moved by `above`. */
void gaussian_prior(const struct side *side, uint32_t entity, double above, double *precision,
                    double *pull);
/* Adds a rating, `value` in units of the scale. */
void gaussian_add(double *precision, double *pull, size_t n, const double *record, double value,
                  double weight);

/* Learns from the training rows. */
void gaussian_fit(struct gaussian_item *model);
/* Learns from the validation users, who were set apart as those who come will be, how much higher
 * than predicted newcomers rate: they may be another kind of people than the training users, such
 * as such who rate little. */
void gaussian_fit_newcomer(struct gaussian_item *model);

#endif
