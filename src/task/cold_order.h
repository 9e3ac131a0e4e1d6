/* SPDX-License-Identifier: MIT
 *
 * The order in which users and items become cold: random, by time, or by a column of the items.
 */
#ifndef TASK_COLD_ORDER_H
#define TASK_COLD_ORDER_H

#include "task/task.h"

/* Positions in the random stream SPLIT. New ones must be added at the end, or every stored run
 * changes. */
enum split_place {
    PLACE_USERS,
    PLACE_ITEMS,
    PLACE_VALIDATION, /* users */
    PLACE_WARM,
    PLACE_VALIDATION_ITEMS,
    PLACE_VALIDATION_WARM, /* users */
    PLACE_VALIDATION_ROWS,
    PLACE_FOLDS, /* rows */
    PLACE_FOLD_VALIDATION
};

/* The users (or items, depending on `place`) that have rows with ROLE_TRAINING, in the order in
 * which they become cold. Freed by the caller. */
uint32_t *cold_order(const struct split *split, const struct dataset *dataset,
                     const struct task_options *options, uint64_t seed, enum split_place place,
                     uint32_t *count);

/* Sorts interactions in place, the latest first. */
void sort_latest_first(const struct dataset *dataset, uint32_t *rows, uint32_t count);

#endif
