/* SPDX-License-Identifier: MIT
 *
 * In what order a user's rows are asked for and shown.
 */
#ifndef TASK_ROW_ORDER_H
#define TASK_ROW_ORDER_H

#include "task/task.h"

/* Fills `ask` and `show` of the split. Popularity counts training rows. Fails if the data set lacks
 * times that are asked for. */
bool row_order_make(struct split *split, const struct dataset *dataset,
                    const struct task_options *options, struct error *error);
/* Sorts rows by a number of each, smallest first and NaN last; what is equal stays in order. */
void row_order_sort(const double *numbers, uint32_t *rows, uint32_t count);

#endif
