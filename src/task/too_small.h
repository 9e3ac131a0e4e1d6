/* SPDX-License-Identifier: MIT
 *
 * Says what to do if a key leaves every task too small.
 */
#ifndef TASK_TOO_SMALL_H
#define TASK_TOO_SMALL_H

#include "task/task.h"

/* No group keeps two rows to learn from. Always false. */
bool too_small_to_train(const struct task_groups *groups, const struct dataset *dataset,
                        struct error *error);
/* No group has enough test rows, or all have too many. `found` says how many there are, by
 * scenario. Always false. */
bool too_small_to_test(const struct task_groups *groups, const struct dataset *dataset,
                       const struct task_options *options, const char *found, struct error *error);

#endif
