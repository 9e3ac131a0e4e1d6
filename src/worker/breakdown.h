/* SPDX-License-Identifier: MIT
 *
 * A run whose numbers stopped being numbers, in words that help: which arm, step, operation and
 * task, and what is likely to blame.
 */
#ifndef WORKER_BREAKDOWN_H
#define WORKER_BREAKDOWN_H

#include "campaign.h"

/* The loss of a task above which a training has diverged, however finite it still is: a million
 * times that of predicting the mean of the training ratings, or a million where that is more. */
double breakdown_limit(const struct dataset *dataset, const struct split *split);
/* False where the mean loss of a step is not finite or beyond the campaign's limit. */
bool breakdown_check(const struct run *run, double loss, struct error *error);
/* Puts what failed in its place: what the run's next step reported, or its fit or validation. */
void breakdown_explain(const struct run *run, struct error *error);

#endif
