/* SPDX-License-Identifier: MIT
 *
 * Holds out training rows for validation, however the split was made. See split_make.
 */
#ifndef TASK_VALIDATION_SPLIT_H
#define TASK_VALIDATION_SPLIT_H

#include "task/task.h"

/* By user and by item: whether it is cold for the validation. */
struct validation_choice {
    bool *users, *items;
};
void validation_choice_release(struct validation_choice *choice);

/* Chooses users and items from the training rows and makes their rows validation rows. Users that
 * are `tested` are not chosen; NULL excludes none. */
void validation_split_cold(struct split *split, const struct dataset *dataset,
                           const struct task_options *options, uint64_t seed, const bool *tested,
                           struct validation_choice *choice);
/* Holds out validation rows for the warm scenario. Call it after validation_split_cold and after
 * test rows are set. */
void validation_split_warm(struct split *split, const struct dataset *dataset,
                           const struct task_options *options, uint64_t seed);

/* Lists validation users and tasks and decides the least number of rows for the tasks of each
 * scenario. */
void validation_tasks_list(struct split *split, const struct dataset *dataset,
                           const struct task_options *options);

#endif
