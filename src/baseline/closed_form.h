/* SPDX-License-Identifier: MIT
 *
 * The means and the biases are one formula. Each kind leaves parts out:
 *
 *   prediction = base of the item + effect of the user
 *   base   = mean + (sum of the item's deviations + item_shrink expected) / (count + item_shrink)
 *   effect = sum over the user's ratings of (value - base) / (count + user_shrink)
 *
 * The expected deviation of an item is 0, or with popularity_bias a function of the count. The
 * shrinks depend on the scenario: whether the user and the asked item have training rows.
 */
#ifndef BASELINE_CLOSED_FORM_H
#define BASELINE_CLOSED_FORM_H

#include "plain.h"
#include "popularity.h"
#include "recommender/item_prior.h"

struct closed_form {
    struct plain plain;
    bool by_item, by_user; /* otherwise the base is the mean, or the effect is 0 */
    bool by_popularity;
    double item_shrink[SCENARIO_COUNT], user_shrink[SCENARIO_COUNT];
    struct item_prior prior; /* its own shrink is not used */
    struct popularity popularity;
};

#endif
