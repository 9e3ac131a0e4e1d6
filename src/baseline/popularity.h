/* SPDX-License-Identifier: MIT
 *
 * What to expect of an item by how often it was rated: a parabola in log(1 + count), fitted to the
 * items' mean deviations.
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

/* An item's squared error counts as count / (count + shrink). How often an item without training
 * rows will be rated nobody knows, but that a rating of it is asked for says something: such an
 * item is expected to be what the item of an average rating is. */
void popularity_fit(struct popularity *popularity, const struct item_prior *prior, double shrink);

void popularity_save(const struct popularity *popularity, struct bytes *bytes);
/* False if it is damaged. The prior is there. */
bool popularity_load(struct popularity *popularity, const struct item_prior *prior,
                     struct reader *reader);

#endif
