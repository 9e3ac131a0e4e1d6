/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "base/memory.h"
#include "gaussian.h"

/* As if that many newcomers who rate like the training users had been seen. */
static const double SHRINK = 10;

/* How much higher the rows are on average than predicted for a user with the same features. */
static double above_prior(const struct gaussian *model, uint32_t user, const uint32_t *rows,
                          uint32_t count, double *prior)
{
    const struct dataset *dataset = model->plain.dataset;
    size_t n = model->users.n;
    double sum = 0;
    design_predict(&model->users.design, model->users.coefficients, model->users.n, user, prior);
    for (uint32_t i = 0; i < count; i++) {
        const double *item = model->items.mean + dataset->item[rows[i]] * n;
        sum +=
            ((double)dataset->value[rows[i]] - model->center) / model->scale - item[0] - prior[0];
        for (size_t k = 1; k < n; k++)
            sum -= item[k] * prior[k];
    }
    return sum / count;
}

void gaussian_fit_newcomer(struct gaussian *model)
{
    const struct plain *plain = &model->plain;
    uint32_t *rows = memory_array(plain->dataset->interactions, sizeof *rows), users = 0;
    double *prior = memory_array(model->users.n, sizeof *prior), sum = 0;
    for (uint32_t u = 0; u < plain->split->validation_user_count; u++) {
        uint32_t user = plain->split->validation_users[u];
        uint32_t count =
            validation_user_rows(plain->split, plain->dataset, user, SCENARIO_USER_COLD, rows);
        if (count > 0) {
            sum += above_prior(model, user, rows, count, prior);
            users++;
        }
    }
    model->newcomer = sum / (users + SHRINK);
    free(rows);
    free(prior);
}

void gaussian_fit_cold_items(struct gaussian *model)
{
    const struct plain *plain = &model->plain;
    size_t n = model->items.n;
    uint32_t rows = 0, *counts = memory_array(model->items.entities, sizeof *counts);
    double *prior = memory_array(n, sizeof *prior), sum = 0;
    for (uint32_t row = 0; row < plain->dataset->interactions; row++)
        if (plain->split->training[row])
            counts[plain->dataset->item[row]]++;
    for (uint32_t item = 0; item < model->items.entities; item++) {
        if (!counts[item])
            continue;
        design_predict(&model->items.design, model->items.coefficients, model->items.n, item,
                       prior);
        sum += counts[item] * (model->items.mean[item * n] - prior[0]);
        rows += counts[item];
    }
    for (uint32_t item = 0; item < model->items.entities && rows; item++)
        if (!counts[item])
            model->items.mean[item * n] += sum / rows;
    free(counts);
    free(prior);
}
