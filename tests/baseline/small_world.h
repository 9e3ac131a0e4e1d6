/* SPDX-License-Identifier: MIT
 *
 * The small artificial data set of plain_oracle.py: 30 users with gender and age, 14 items with
 * genres. Users 24 to 29 and items 12 and 13 are cold. User 23 is a validation user. User 5 has no
 * ratings.
 */
#ifndef TESTS_BASELINE_SMALL_WORLD_H
#define TESTS_BASELINE_SMALL_WORLD_H

#include "data/dataset.h"
#include "feature/feature.h"
#include "task/task.h"

enum { SMALL_USERS = 30, SMALL_ITEMS = 14, SMALL_VALIDATION = 23 };

struct small_world {
    struct dataset *dataset;
    struct split split;
    struct feature_space space;
};

float small_world_value(uint32_t user, uint32_t item);
void small_world_make(struct small_world *world);
void small_world_release(struct small_world *world);
/* A split of any data set that trains with all of its current rows. */
void split_train_all(struct split *split, const struct dataset *dataset);

#endif
