/* SPDX-License-Identifier: MIT
 *
 * A run whose numbers stopped being numbers, in words that help: which arm, step, operation and
 * task, and what is likely to blame.
 */
#ifndef WORKER_BREAKDOWN_H
#define WORKER_BREAKDOWN_H

#include "task/task.h"

/* The loss of a task above which a training has diverged, however finite it still is: a million
 * times that of predicting the mean of the training ratings, or a million if that is more. */
double breakdown_limit(const struct dataset *dataset, const struct split *split);
/* False if the mean loss of a step is not finite or above the limit. */
bool breakdown_check(double loss, double limit, struct error *error);

/* Where a run is: after so many of its steps, none for a closed form. */
struct breakdown_place {
    const char *arm;
    uint64_t seed;
    uint32_t step, steps;
};
/* Puts what failed in its place: what the run's next step reported, or its fit or validation. */
void breakdown_explain(const struct breakdown_place *place, struct error *error);

#endif
