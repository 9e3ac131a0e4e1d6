/* SPDX-License-Identifier: MIT
 *
 * Makes the split of a cross-validation: one fold of the rows is the test. See split_make.
 */
#ifndef TASK_FOLD_SPLIT_H
#define TASK_FOLD_SPLIT_H

#include "task/task.h"

/* Sets role and scenario of every current interaction. Fails if there is no such column or fold. */
bool fold_split_make(struct split *split, const struct dataset *dataset,
                     const struct task_options *options, uint64_t seed, struct error *error);

#endif
