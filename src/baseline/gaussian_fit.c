/* SPDX-License-Identifier: MIT
 *
 * Fits the Gaussian model by variational EM. One iteration updates users, their prior, items, their
 * prior, and the noise.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "gaussian.h"

/* Initial values, in units of the ratings' variance. */
static const double START_NOISE = 0.8, START_USER_LEVEL = 0.15, START_ITEM_LEVEL = 0.3,
                    START_FACTOR = 0.01, START_SHRINK = 5;
/* As if that many ratings of an item had the common noise. */
static const double NOISE_SHRINK = 20;
static const double LEAST_VARIANCE = 1e-8;
enum { REGRESSION_STEPS = 50 };

/* Training rows by entity, values in units of the scale. */
struct links {
    uint32_t *starts, *others;
    double *values;
    bool *known; /* by entity: whether it has rows */
};

struct fitting {
    struct gaussian *model;
    struct links by_user, by_item;
    double *records;              /* of the side that is not being updated */
    double *sums, *pull, *square; /* scratch memory for one entity */
    double noise;                 /* of all rows */
};

static void link_rows(struct links *links, const struct gaussian *model,
                      const struct interaction_index *index, const uint32_t *others)
{
    const struct dataset *dataset = model->plain.dataset;
    *links = (struct links){
        .starts = memory_array((size_t)index->count + 1, sizeof *links->starts),
        .others = memory_array(model->plain.split->training_rows, sizeof *links->others),
        .values = memory_array(model->plain.split->training_rows, sizeof *links->values),
        .known = memory_array(index->count, sizeof *links->known),
    };
    uint32_t count = 0;
    for (uint32_t e = 0; e < index->count; e++) {
        for (uint32_t at = index->starts[e]; at < index->starts[e + 1]; at++) {
            uint32_t row = index->rows[at];
            if (!model->plain.split->training[row])
                continue;
            links->others[count] = others[row];
            links->values[count++] = ((double)dataset->value[row] - model->center) / model->scale;
        }
        links->known[e] = count > links->starts[e];
        links->starts[e + 1] = count;
    }
}

static void release_links(struct links *links)
{
    free(links->starts);
    free(links->others);
    free(links->values);
    free(links->known);
}

static void record_side(struct fitting *fitting, const struct entity_levels *side)
{
    size_t n = side->n, size = symmetric_size(n), stride = gaussian_record_size(n);
    for (size_t e = 0; e < side->entities; e++)
        gaussian_record(side->mean + e * n, side->covariance + e * size, n,
                        fitting->records + e * stride);
}

static void keep(struct fitting *fitting, struct entity_levels *side, size_t entity)
{
    size_t n = side->n, size = symmetric_size(n);
    if (gaussian_posterior(fitting->sums, fitting->pull, n, side->covariance + entity * size))
        memcpy(side->mean + entity * n, fitting->pull, n * sizeof *fitting->pull);
}

static void update_users(struct fitting *fitting)
{
    struct gaussian *model = fitting->model;
    size_t n = model->users.n, stride = gaussian_record_size(n);
    record_side(fitting, &model->items);
    for (uint32_t u = 0; u < model->users.entities; u++) {
        const struct links *links = &fitting->by_user;
        gaussian_prior(&model->users, u, 0, fitting->sums, fitting->pull);
        for (uint32_t i = links->starts[u]; i < links->starts[u + 1]; i++)
            gaussian_add(fitting->sums, fitting->pull, n,
                         fitting->records + links->others[i] * stride, links->values[i],
                         1 / model->noise[links->others[i]]);
        keep(fitting, &model->users, u);
    }
}

/* Updates an item's posterior. Returns the expected squared errors of its rows. */
static double update_item(struct fitting *fitting, uint32_t item)
{
    struct gaussian *model = fitting->model;
    const struct links *links = &fitting->by_item;
    size_t n = model->items.n, size = symmetric_size(n), stride = gaussian_record_size(n);
    double squares = 0, *square = fitting->square, *cross = fitting->square + size;
    memset(square, 0, (size + n) * sizeof *square);
    for (uint32_t i = links->starts[item]; i < links->starts[item + 1]; i++) {
        size_t user = links->others[i];
        double value = links->values[i], level = model->users.mean[user * n];
        gaussian_add(square, cross, n, fitting->records + user * stride, value, 1);
        squares += (value - level) * (value - level) + model->users.covariance[user * size];
    }
    gaussian_prior(&model->items, item, 0, fitting->sums, fitting->pull);
    double weight = 1 / model->noise[item];
    symmetric_add(fitting->sums, square, size, weight);
    symmetric_add(fitting->pull, cross, n, weight);
    keep(fitting, &model->items, item);

    const double *mean = model->items.mean + item * n;
    double explained = 0;
    for (size_t k = 0; k < n; k++)
        explained += mean[k] * cross[k];
    squares += symmetric_form(square, mean, n) - 2 * explained +
               symmetric_inner(square, model->items.covariance + item * size, n);
    return squares > 0 ? squares : 0;
}

static void update_items(struct fitting *fitting)
{
    struct gaussian *model = fitting->model;
    const uint32_t *starts = fitting->by_item.starts;
    double *squares = memory_array(model->items.entities, sizeof *squares), all = 0;
    record_side(fitting, &model->users);
    for (uint32_t i = 0; i < model->items.entities; i++) {
        squares[i] = update_item(fitting, i);
        if (starts[i + 1] > starts[i])
            all += squares[i];
    }
    uint32_t rows = starts[model->items.entities];
    fitting->noise = fmax(rows ? all / rows : 1, LEAST_VARIANCE);
    for (uint32_t i = 0; i < model->items.entities; i++) {
        uint32_t count = model->one_noise ? 0 : starts[i + 1] - starts[i];
        model->noise[i] =
            ((count ? squares[i] : 0) + NOISE_SHRINK * fitting->noise) / (count + NOISE_SHRINK);
    }
    free(squares);
}

/* Updates the regression, the variances around it, and the mean for unknown entities. */
static void update_prior(struct entity_levels *side, const bool *known, double ridge)
{
    size_t n = side->n, size = symmetric_size(n);
    double *prior = memory_array(n, sizeof *prior), *sums = memory_array(n, sizeof *sums);
    design_fit(&side->design, known, side->mean, side->n, ridge, REGRESSION_STEPS,
               side->coefficients);
    memset(side->usual, 0, n * sizeof *side->usual);
    uint32_t count = 0;
    for (uint32_t e = 0; e < side->entities; e++) {
        if (!known[e])
            continue;
        count++;
        design_predict(&side->design, side->coefficients, side->n, e, prior);
        for (size_t k = 0; k < n; k++) {
            double above = side->mean[e * n + k] - prior[k];
            sums[k] += above * above + side->covariance[e * size + symmetric_size(k) + k];
            side->usual[k] += prior[k];
        }
    }
    for (size_t k = 0; k < n && count; k++) {
        side->spread[k] = fmax(sums[k] / count, LEAST_VARIANCE);
        side->usual[k] /= count;
    }
    free(prior);
    free(sums);
}

static void scale_rows(double *numbers, size_t rows, const double *scales, size_t n)
{
    for (size_t i = 0; i < rows * n; i++)
        numbers[i] *= scales[i % n];
}

/* Scales the users' factors to variance 1. The items' loadings take up the scale. */
static void standardise(struct gaussian *model)
{
    struct entity_levels *users = &model->users, *items = &model->items;
    size_t n = users->n, size = symmetric_size(n);
    double *scales = memory_array(2 * n, sizeof *scales), *inverses = scales + n;
    for (size_t k = 0; k < n; k++) {
        scales[k] = k ? sqrt(users->spread[k]) : 1;
        inverses[k] = 1 / scales[k];
        users->spread[k] *= inverses[k] * inverses[k];
        items->spread[k] *= scales[k] * scales[k];
    }
    scale_rows(users->mean, users->entities, inverses, n);
    scale_rows(users->coefficients, users->design.columns, inverses, n);
    scale_rows(users->usual, 1, inverses, n);
    scale_rows(items->coefficients, items->design.columns, scales, n);
    for (size_t u = 0; u < users->entities; u++)
        for (size_t i = 0, at = u * size; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                users->covariance[at++] *= inverses[i] * inverses[j];
    free(scales);
}

/* Initialises item levels from the rows alone, and loadings as waves over the items, all
 * different. */
static void start(struct fitting *fitting)
{
    struct gaussian *model = fitting->model;
    const struct links *links = &fitting->by_item;
    size_t n = model->items.n;
    memset(model->items.covariance, 0,
           model->items.entities * symmetric_size(n) * sizeof *model->items.covariance);
    memset(model->items.coefficients, 0,
           model->items.design.columns * n * sizeof *model->items.coefficients);
    memset(model->users.coefficients, 0,
           model->users.design.columns * n * sizeof *model->users.coefficients);
    for (size_t i = 0; i < model->items.entities; i++) {
        double *mean = model->items.mean + i * n, sum = 0;
        for (uint32_t at = links->starts[i]; at < links->starts[i + 1]; at++)
            sum += links->values[at];
        mean[0] = sum / (links->starts[i + 1] - links->starts[i] + START_SHRINK);
        for (size_t k = 1; k < n; k++)
            mean[k] = sqrt(2 * START_FACTOR) * cos((double)(i + 1) * sqrt((double)k + 1));
        model->noise[i] = START_NOISE;
    }
    for (size_t k = 0; k < n; k++) {
        model->users.spread[k] = k ? 1 : START_USER_LEVEL;
        model->items.spread[k] = k ? START_FACTOR : START_ITEM_LEVEL;
    }
}

static void take_scale(struct gaussian *model)
{
    const struct dataset *dataset = model->plain.dataset;
    double mean = 0, squares = 0;
    uint32_t count = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (!model->plain.split->training[row])
            continue;
        double before = (double)dataset->value[row] - mean;
        mean += before / ++count;
        squares += before * ((double)dataset->value[row] - mean);
    }
    model->center = mean;
    model->scale = squares > 0 ? sqrt(squares / count) : 1;
}

void gaussian_fit(struct gaussian *model, uint32_t iterations)
{
    const struct dataset *dataset = model->plain.dataset;
    size_t n = model->users.n, size = symmetric_size(n), stride = gaussian_record_size(n);
    uint32_t users = model->users.entities, items = model->items.entities;
    struct fitting fitting = {
        .model = model,
        .records = memory_array((users > items ? users : items) * stride, sizeof(double)),
        .sums = memory_array(size, sizeof(double)),
        .pull = memory_array(n, sizeof(double)),
        .square = memory_array(size + n, sizeof(double)),
    };
    take_scale(model);
    link_rows(&fitting.by_user, model, &dataset->by_user, dataset->item);
    link_rows(&fitting.by_item, model, &dataset->by_item, dataset->user);
    model->users.mean = memory_array((size_t)users * n, sizeof(double));
    model->users.covariance = memory_array((size_t)users * size, sizeof(double));
    start(&fitting);
    for (uint32_t i = 0; i < iterations; i++) {
        update_users(&fitting);
        update_prior(&model->users, fitting.by_user.known, model->ridge);
        standardise(model);
        update_items(&fitting);
        update_prior(&model->items, fitting.by_item.known, model->ridge);
    }
    if (model->items.design.columns == 1)
        gaussian_fit_cold_items(model);
    model->newcomer = 0;
    if (model->newcomers)
        gaussian_fit_newcomer(model);
    if (model->exposure.weight > 0)
        exposure_fit(&model->exposure, &model->plain, &model->users);
    free(model->users.mean);
    free(model->users.covariance);
    model->users.mean = model->users.covariance = NULL;
    release_links(&fitting.by_user);
    release_links(&fitting.by_item);
    free(fitting.records);
    free(fitting.sums);
    free(fitting.pull);
    free(fitting.square);
}
