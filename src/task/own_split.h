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

#endif
