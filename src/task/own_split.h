/* SPDX-License-Identifier: MIT
 *
 * Makes the split of a data set that comes without one. See split_make.
 */
#ifndef TASK_OWN_SPLIT_H
#define TASK_OWN_SPLIT_H

#include "task/task.h"

/* Sets role and scenario of every current interaction with ROLE_TRAINING, including validation.
 * Other interactions are left out of the split. */
void own_split_make(struct split *split, const struct dataset *dataset,
                    const struct task_options *options, uint64_t seed);

struct validation_choice;
/* Makes test rows of validation users and items unused. Those of validation users are useless.
 * Those of validation items are neither warm nor cold: predicting them would have to do without the
 * item's rows, but the scenario does not say so. */
void split_drop_between(struct split *split, const struct dataset *dataset,
                        const struct validation_choice *choice);

#endif
