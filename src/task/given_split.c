/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "given_split.h"

#include <stdlib.h>

#include "base/memory.h"

void given_split_read(struct split *split, const struct dataset *dataset, const double *given)
{
    bool *user = memory_array(dataset->by_user.count, sizeof *user);
    bool *item = memory_array(dataset->by_item.count, sizeof *item);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool test = given[row] == GIVEN_TEST, training = given[row] == GIVEN_TRAINING;
        split->role[row] = !dataset->current[row] ? ROLE_UNUSED
                           : training             ? ROLE_TRAINING
                           : test                 ? ROLE_TEST
                                                  : ROLE_UNUSED;
        user[dataset->user[row]] |= split->role[row] == ROLE_TRAINING;
        item[dataset->item[row]] |= split->role[row] == ROLE_TRAINING;
    }
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool warm_user = user[dataset->user[row]], warm_item = item[dataset->item[row]];
        split->scenario[row] = split->role[row] == ROLE_UNUSED ? SCENARIO_COUNT
                               : warm_user && warm_item        ? SCENARIO_WARM
                               : warm_user                     ? SCENARIO_ITEM_COLD
                               : warm_item                     ? SCENARIO_USER_COLD
                                                               : SCENARIO_BOTH_COLD;
    }
    free(user);
    free(item);
}
