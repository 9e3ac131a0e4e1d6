/* SPDX-License-Identifier: MIT
 *
 * How often a split uses each user, item and row: what the tests of splits share.
 */
#ifndef TESTS_TASK_SPLIT_USES_H
#define TESTS_TASK_SPLIT_USES_H

#include <stdint.h>

#include "task/task.h"

extern struct error error;

/* What the rows of a user (or item) are for. */
struct use {
    uint32_t training, validation[SCENARIO_COUNT], test[SCENARIO_COUNT], all;
};

struct use *count_uses(const struct split *split, const struct dataset *dataset, const uint32_t *by,
                       uint32_t count);
uint32_t validation_rows(const struct use *use);
struct task_options small_options(void);
/* Validation users and items are in no training row, and of an own split in no test row; the shares
 * are kept; and warm validation rows are of users who learn. */
void check_validation(const struct split *split, const struct dataset *dataset,
                      const struct task_options *options);
/* Counts the tasks of each scenario with every bound, and finds the one that was to be taken. */
void check_validation_tasks(const struct split *split, const struct dataset *dataset,
                            const struct task_options *options);
void check_own_split(const struct split *split, const struct dataset *dataset,
                     const struct task_options *options);

#endif
