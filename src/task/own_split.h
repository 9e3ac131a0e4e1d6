/* SPDX-License-Identifier: MIT
 *
 * The split that is made here, for a data set that comes without one. See split_make.
 */
#ifndef TASK_OWN_SPLIT_H
#define TASK_OWN_SPLIT_H

#include "task/task.h"

/* Sets role and scenario of every current interaction whose role is ROLE_TRAINING: all others stay
 * out of it. Validation rows too. */
void own_split_make(struct split *split, const struct dataset *dataset,
                    const struct task_options *options, uint64_t seed);

#endif
