/* SPDX-License-Identifier: MIT
 *
 * Predicts an item's deviation from its number of ratings, by a parabola in log(1 + count) that is
 * fitted to the items' mean deviations.
 */
#ifndef BASELINE_POPULARITY_H
#define BASELINE_POPULARITY_H

#include "plain.h"
#include "recommender/item_prior.h"

struct popularity {
    double center, scale; /* of log(1 + count) */
    double curve[3];      /* of (log(1 + count) - center) / scale */
    double cold;          /* the expected deviation of an item without training rows */
    double *expected;     /* by item */
};

void popularity_init(struct popularity *popularity, uint32_t items);
void popularity_release(struct popularity *popularity);

/* Fits the parabola. An item's squared error has the weight count / (count + shrink). The future
 * count of an item without training rows is unknown, but a request for its rating is information:
 * such an item gets the expected deviation of the item of an average rating. */
void popularity_fit(struct popularity *popularity, const struct item_prior *prior, double shrink);

void popularity_save(const struct popularity *popularity, struct bytes *bytes);
/* False if the data are damaged. The prior must exist. */
bool popularity_load(struct popularity *popularity, const struct item_prior *prior,
                     struct reader *reader);

#endif
