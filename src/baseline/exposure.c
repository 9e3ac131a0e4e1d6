/* SPDX-License-Identifier: MIT
 *
 * Learns what it tells of a user that an item was rated, and adds it to a user's prior.
 */
#include "config.h"

#include "exposure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "entity_levels.h"
#include "plain.h"
#include "symmetric.h"

/* As if that many more users with e = 0 had rated each item. */
static const double SHRINK = 20;

void exposure_init(struct exposure *exposure, const struct plain *plain, size_t n, double weight)
{
    const struct dataset *dataset = plain->dataset;
    size_t items = dataset->by_item.count;
    *exposure = (struct exposure){.weight = weight, .n = n};
    if (!(weight > 0))
        return;
    exposure->known = memory_array(items, sizeof *exposure->known);
    exposure->pull = memory_array(items * n, sizeof *exposure->pull);
    exposure->precision = memory_array(symmetric_size(n), sizeof *exposure->precision);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (plain->split->training[row])
            exposure->known[dataset->item[row]] = true;
}

void exposure_release(struct exposure *exposure)
{
    free(exposure->known);
    free(exposure->pull);
    free(exposure->precision);
    *exposure = (struct exposure){0};
}

/* The weight of each user's rows; 0 for a user without training rows. */
static double *weigh_users(const struct plain *plain)
{
    const struct dataset *dataset = plain->dataset;
    double *weights = memory_array(dataset->by_user.count, sizeof *weights);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (plain->split->training[row])
            weights[dataset->user[row]]++;
    for (uint32_t user = 0; user < dataset->by_user.count; user++)
        if (weights[user] > 0)
            weights[user] = 1 / sqrt(weights[user]);
    return weights;
}

/* By user: the posterior mean less the prior mean. */
static double *find_residuals(const struct entity_levels *users)
{
    size_t n = users->n;
    double *residuals = memory_array(users->entities * n, sizeof *residuals);
    for (uint32_t user = 0; user < users->entities; user++) {
        double *residual = residuals + user * n;
        design_predict(&users->design, users->coefficients, users->n, user, residual);
        for (size_t k = 0; k < n; k++)
            residual[k] = users->mean[user * n + k] - residual[k];
    }
    return residuals;
}

struct rater_sums {
    double *weight, *squares; /* by item: of the raters' weights, and of their squares */
};

/* Sums weighted residuals by item into `pull`. */
static void add_raters(struct exposure *exposure, const struct plain *plain,
                       const struct entity_levels *users, struct rater_sums *sums)
{
    const struct dataset *dataset = plain->dataset;
    size_t n = exposure->n;
    double *weights = weigh_users(plain), *residuals = find_residuals(users);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (!plain->split->training[row])
            continue;
        uint32_t item = dataset->item[row], user = dataset->user[row];
        sums->weight[item] += weights[user];
        sums->squares[item] += weights[user] * weights[user];
        for (size_t k = 0; k < n; k++)
            exposure->pull[item * n + k] += weights[user] * residuals[user * n + k];
    }
    free(weights);
    free(residuals);
}

/* What the sums over an item's raters become: their mean less that of all rows, shrunk. Raters of
 * unequal weight count as fewer. */
static void take_means(struct exposure *exposure, const struct rater_sums *sums, size_t items)
{
    size_t n = exposure->n;
    double *center = memory_array(n, sizeof *center), all = 0;
    for (size_t item = 0; item < items; item++) {
        all += sums->weight[item];
        for (size_t k = 0; k < n; k++)
            center[k] += exposure->pull[item * n + k];
    }
    for (size_t item = 0; item < items; item++) {
        if (!exposure->known[item])
            continue;
        double weight = sums->weight[item], raters = weight * weight / sums->squares[item];
        for (size_t k = 0; k < n; k++) {
            double *pull = &exposure->pull[item * n + k];
            *pull = (*pull / weight - center[k] / all) * raters / (raters + SHRINK);
        }
    }
    free(center);
}

void exposure_sum(struct exposure *exposure, const struct plain *plain)
{
    const struct dataset *dataset = plain->dataset;
    size_t n = exposure->n, items = dataset->by_item.count;
    double *shares = memory_array(items, sizeof *shares), all = 0, *weights = weigh_users(plain);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (!plain->split->training[row])
            continue;
        shares[dataset->item[row]] += weights[dataset->user[row]];
        all += weights[dataset->user[row]];
    }
    memset(exposure->precision, 0, symmetric_size(n) * sizeof *exposure->precision);
    for (size_t item = 0; item < items; item++)
        if (exposure->known[item])
            symmetric_add_outer(exposure->precision, exposure->pull + item * n, n,
                                shares[item] / all);
    free(shares);
    free(weights);
}

void exposure_fit(struct exposure *exposure, const struct plain *plain,
                  const struct entity_levels *users)
{
    size_t items = plain->dataset->by_item.count;
    struct rater_sums sums = {memory_array(items, sizeof(double)),
                              memory_array(items, sizeof(double))};
    memset(exposure->pull, 0, items * exposure->n * sizeof *exposure->pull);
    add_raters(exposure, plain, users, &sums);
    take_means(exposure, &sums, items);
    free(sums.weight);
    free(sums.squares);
}

double exposure_count(const struct exposure *exposure, const struct evidence *evidence)
{
    double rated = 0;
    for (uint32_t i = 0; i < evidence->count && exposure->weight > 0; i++)
        rated += exposure->known[evidence->items[i]];
    return rated;
}

double exposure_of_asked(const struct exposure *exposure, const struct entity_levels *users,
                         uint32_t item, double rated, const double *covariance,
                         const double *loadings)
{
    if (!exposure->known[item])
        return 0;
    size_t n = exposure->n;
    const double *pull = exposure->pull + item * n;
    double moved = 0;
    for (size_t j = 0; j < n; j++) {
        double row = 0;
        for (size_t k = 0; k < n; k++)
            row += covariance[j > k ? symmetric_size(j) + k : symmetric_size(k) + j] * pull[k] /
                   users->spread[k];
        moved += row * (j ? loadings[j] : 1);
    }
    return moved / sqrt(rated + 1);
}

void exposure_add(const struct exposure *exposure, const struct entity_levels *users,
                  const struct evidence *evidence, double *precision, double *pull)
{
    size_t n = exposure->n;
    const double *spread = users->spread;
    double mean[BASELINE_FACTORS_MOST + 1], sums[BASELINE_FACTORS_MOST + 1] = {0};
    double rated = exposure_count(exposure, evidence);
    if (!(rated > 0))
        return;
    for (uint32_t i = 0; i < evidence->count; i++)
        for (size_t k = 0; k < n && exposure->known[evidence->items[i]]; k++)
            sums[k] += exposure->pull[evidence->items[i] * n + k];
    double each = exposure->weight / sqrt(rated), all = each * rated;
    for (size_t k = 0; k < n; k++)
        mean[k] = pull[k] * spread[k];
    for (size_t k = 0; k < n; k++) {
        double *row = precision + symmetric_size(k);
        const double *square = exposure->precision + symmetric_size(k);
        pull[k] += each * sums[k] / spread[k];
        for (size_t j = 0; j <= k; j++) {
            double added = all * square[j] / (spread[j] * spread[k]);
            row[j] += added;
            pull[k] += added * mean[j];
            pull[j] += j < k ? added * mean[k] : 0;
        }
    }
}
