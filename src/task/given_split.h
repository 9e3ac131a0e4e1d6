/* SPDX-License-Identifier: MIT
 *
 * A split whose training and test rows somebody else has chosen. See split_make_scripted.
 */
#ifndef TASK_GIVEN_SPLIT_H
#define TASK_GIVEN_SPLIT_H

#include "task/task.h"

/* Sets role and scenario of every row, without validation. The scenario of an unused row is
 * SCENARIO_COUNT. */
void given_split_read(struct split *split, const struct dataset *dataset, const double *given);

#endif
