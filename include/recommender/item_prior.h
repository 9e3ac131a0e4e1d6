/* SPDX-License-Identifier: MIT
 *
 * Statistics of an item from the training rows, without anything learned: the global mean and the
 * shrunk mean deviation of each item. A learner that works on residuals subtracts them. For a
 * training row, the row itself is left out, so that a training task does not see its own answers in
 * the statistic.
 */
#ifndef RECOMMENDER_ITEM_PRIOR_H
#define RECOMMENDER_ITEM_PRIOR_H

#include <stdbool.h>
#include <stdint.h>

#include "data/dataset.h"

struct item_prior {
    double mean; /* of all training rows */
    double shrink;
    uint32_t items;
    double *sums;                  /* of (value - mean) over the training rows of each item */
    uint32_t *counts, *observed;   /* the latter without sampled negatives */
    const bool *training;          /* by interaction; borrowed */
    const struct dataset *dataset; /* borrowed */
};

void item_prior_init(struct item_prior *prior, const struct dataset *dataset, const bool *training,
                     double shrink);
void item_prior_release(struct item_prior *prior);
/* mean + sum / (count + shrink), without row `interaction` itself if it is a training row.
 * UINT32_MAX means a row that is not in the data set. An item without training rows has the
 * mean. */
double item_prior_of(const struct item_prior *prior, uint32_t item, uint32_t interaction);

#endif
