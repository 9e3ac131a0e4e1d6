/* SPDX-License-Identifier: MIT
 *
 * The means and the bias are one formula with parts left out:
 *
 *   prediction = base of the item + effect of the user
 *   base       = mean + sum of the item's deviations / (count + item_shrink)
 *   effect     = sum over the user's ratings of (value - base) / (count + user_shrink)
 */
#ifndef BASELINE_CLOSED_FORM_H
#define BASELINE_CLOSED_FORM_H

#include "plain.h"
#include "recommender/item_prior.h"

struct closed_form {
    struct plain plain;
    bool by_item, by_user; /* else the base is the mean, the effect 0 */
    double user_shrink;
    struct item_prior prior; /* its shrink is item_shrink */
};

double closed_form_base(const struct closed_form *form, uint32_t item, uint32_t interaction);
/* From how the ratings lie above their bases in sum. */
double closed_form_effect(const struct closed_form *form, double sum, uint32_t count);

/* Sets shrinks that are negative to what predicts the validation users best: the least mean
 * absolute error, averaged over 1, 3, 5, 10 and all support rows, of a fixed grid. Without
 * validation users, to fixed values. */
void closed_form_choose(struct closed_form *form, const struct split *split);

#endif
