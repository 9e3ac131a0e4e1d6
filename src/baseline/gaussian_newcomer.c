/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "base/memory.h"
#include "gaussian_item.h"

/* As if so many newcomers like the training users had been seen. */
static const double SHRINK = 10;

/* How much higher a user's validation rows are than predicted for somebody with their features, on
 * average; false for a user without any. */
static bool above_prior(const struct gaussian_item *model, uint32_t user, double *prior,
                        double *above)
{
    const struct plain *plain = &model->plain;
    const struct interaction_index *index = &plain->dataset->by_user;
    size_t n = model->users.n;
    uint32_t count = 0;
    double sum = 0;
    design_predict(&model->users.design, model->users.coefficients, model->users.n, user, prior);
    for (uint32_t at = index->starts[user]; at < index->starts[user + 1]; at++) {
        uint32_t row = index->rows[at];
        if (plain->split->role[row] != ROLE_VALIDATION)
            continue;
        const double *item = model->items.mean + plain->dataset->item[row] * n;
        sum += ((double)plain->dataset->value[row] - model->center) / model->scale - item[0] -
               prior[0];
        for (size_t k = 1; k < n; k++)
            sum -= item[k] * prior[k];
        count++;
    }
    *above = count ? sum / count : 0;
    return count > 0;
}

void gaussian_fit_newcomer(struct gaussian_item *model)
{
    const struct plain *plain = &model->plain;
    double *prior = memory_array(model->users.n, sizeof *prior), sum = 0, above;
    uint32_t users = 0;
    for (uint32_t u = 0; u < plain->split->validation_user_count; u++) {
        uint32_t user = plain->split->validation_users[u];
        if (!plain_is_known(plain, user) && above_prior(model, user, prior, &above)) {
            sum += above;
            users++;
        }
    }
    model->newcomer = sum / (users + SHRINK);
    free(prior);
}
