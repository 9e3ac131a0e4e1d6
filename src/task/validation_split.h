/* SPDX-License-Identifier: MIT
 *
 * What is held out of the training rows for validation, whatever made the split. See split_make.
 */
#ifndef TASK_VALIDATION_SPLIT_H
#define TASK_VALIDATION_SPLIT_H

#include "task/task.h"

/* By user and by item: whether it is cold for the validation. */
struct validation_choice {
    bool *users, *items;
};
void validation_choice_release(struct validation_choice *choice);

/* Chooses users and items among the training rows and makes validation rows of theirs. Users that
 * are `tested` are not chosen; NULL for none. */
void validation_split_cold(struct split *split, const struct dataset *dataset,
                           const struct task_options *options, uint64_t seed, const bool *tested,
                           struct validation_choice *choice);
/* After it, and after the test has got its rows: holds out rows for the warm scenario. */
void validation_split_warm(struct split *split, const struct dataset *dataset,
                           const struct task_options *options, uint64_t seed);

/* Lists validation users and tasks, and settles how many rows a task of each scenario has at least.
 */
void validation_tasks_list(struct split *split, const struct dataset *dataset,
                           const struct task_options *options);

#endif
