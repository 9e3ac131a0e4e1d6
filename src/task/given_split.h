/* SPDX-License-Identifier: MIT
 *
 * A split whose rows somebody else has chosen. See split_make_scripted.
 */
#ifndef TASK_GIVEN_SPLIT_H
#define TASK_GIVEN_SPLIT_H

#include "task/task.h"

/* Sets role and scenario of every row. The scenario of an unused row is SCENARIO_COUNT. Returns
 * whether rows are for validation; if none is, they remain to be chosen. */
bool given_split_read(struct split *split, const struct dataset *dataset, const double *given);
/* Makes test rows unused whose user or item has validation rows and no training rows. */
void given_split_drop_between(struct split *split, const struct dataset *dataset);

#endif
