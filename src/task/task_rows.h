/* SPDX-License-Identifier: MIT
 *
 * Which rows of a user are for what.
 */
#ifndef TASK_TASK_ROWS_H
#define TASK_TASK_ROWS_H

#include "task/task.h"

/* The user's rows with that role, ascending; of one scenario, except for training rows, which have
 * none. `rows` has room for all rows of the user. Returns how many. */
uint32_t rows_of_task(const struct split *split, const struct dataset *dataset, uint32_t user,
                      enum row_role role, enum scenario scenario, uint32_t *rows);

#endif
