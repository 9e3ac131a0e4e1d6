/* SPDX-License-Identifier: MIT
 *
 * The split that is made here, for a data set that comes without one. See split_make.
 */
#ifndef TASK_OWN_SPLIT_H
#define TASK_OWN_SPLIT_H

#include "task/task.h"

/* Places in the stream SPLIT. New ones go to the end, or every stored run changes. */
enum split_place { PLACE_USERS, PLACE_ITEMS, PLACE_VALIDATION, PLACE_WARM };

/* Sets role and scenario of every current interaction whose role is ROLE_TRAINING: all others stay
 * out of it. */
void own_split_make(struct split *split, const struct dataset *dataset,
                    const struct task_options *options, uint64_t seed);

/* Of `candidates` users (shuffled in place), the first share * all are put in `chosen`. */
void choose_validation(uint32_t *candidates, uint32_t count, uint32_t all, double share,
                       uint64_t seed, bool *chosen);

#endif
