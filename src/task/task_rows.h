/* SPDX-License-Identifier: MIT
 *
 * Finds the rows of a task by role and scenario.
 */
#ifndef TASK_TASK_ROWS_H
#define TASK_TASK_ROWS_H

#include "task/task.h"

/* Writes the group's rows with that role to `rows`, ascending, and returns how many there are. Only
 * rows of one scenario count, except for training rows, which have none. `rows` must have room for
 * all rows of the group. */
uint32_t rows_of_task(const struct split *split, uint32_t group, enum row_role role,
                      enum scenario scenario, uint32_t *rows);

#endif
