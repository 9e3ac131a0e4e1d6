/* SPDX-License-Identifier: MIT
 *
 * The error message of a run whose numbers are no longer finite: the arm, step, operation and task,
 * and the likely cause.
 */
#ifndef WORKER_BREAKDOWN_H
#define WORKER_BREAKDOWN_H

#include "task/task.h"

/* The mean loss of a step above which training has diverged, even if the loss is finite: a million
 * times the loss of predicting the mean of the training ratings, or a million if that is more. */
double breakdown_limit(const struct dataset *dataset, const struct split *split);
/* False if the mean loss of a step is not finite or above the limit. */
bool breakdown_check(double loss, double limit, struct error *error);

/* The run's position: steps done of all steps. A closed form has none. */
struct breakdown_place {
    const char *arm;
    uint64_t seed;
    uint32_t step, steps;
};
/* Adds the run and its position to an error of the next step, of a fit or of a validation. */
void breakdown_explain(const struct breakdown_place *place, struct error *error);

#endif
