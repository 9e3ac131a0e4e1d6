/* SPDX-License-Identifier: MIT
 *
 * Sampled negatives for implicit data, where a row says that a user met an item and nothing says
 * that a user did not. Each positive gets a few items that its user has no row of, with the target
 * 0 (Rendle, Freudenthaler, Gantner and Schmidt-Thieme 2009; He et al. 2017, "Neural collaborative
 * filtering", section 4.1). Metrics over sampled negatives are not those over all items, and can
 * order arms otherwise (Krichene and Rendle 2020, "On sampled metrics for item recommendation").
 *
 * They are drawn once, after the split, and are rows of the data set from then on: behind those of
 * the source, with the role and the scenario of their positive, at its time and in its context.
 *
 * An item is drawn from the pool of its positive: for a training row the items with training rows;
 * for a test (validation) row with a cold item the items of such rows; for another test
 * (validation) row the items with training rows and those of such rows. So coldness does not tell a
 * negative. Uniform: all items of the pool alike. Popularity: in proportion to 1 + the item's
 * training rows, which is uniform where items are cold. An item that the user has any row of,
 * in any part and whether it counts or not, is left out, and the items of one positive differ.
 * What is drawn is a function of the seed, the user and the row.
 */
#ifndef TASK_NEGATIVES_H
#define TASK_NEGATIVES_H

#include "task/task.h"

/* Adds the negatives that the options ask for to the data set and to the split, which is complete.
 * A positive whose user leaves too few items of the pool gets all of them; the split counts these.
 * Fails (ERROR_SCRIPT) if a target is not 1, or if there is not enough room. */
bool negatives_make(struct split *split, struct dataset *dataset,
                    const struct task_options *options, uint64_t seed, struct error *error);

/* How many rows `count` positives are with their negatives. */
uint32_t negatives_joined(const struct split *split, const uint32_t *rows, uint32_t count);
/* Puts the negatives of each of the `count` positives in `rows` behind it, and returns how many
 * rows there are, for which there must be room. */
uint32_t negatives_join(const struct split *split, uint32_t *rows, uint32_t count);

#endif
