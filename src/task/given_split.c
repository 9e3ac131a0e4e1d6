/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "given_split.h"

#include <stdlib.h>

#include "base/memory.h"

/* By user and by item: whether they have a row with the role. */
struct with_role {
    bool *users, *items;
};

static struct with_role find_with(const struct split *split, const struct dataset *dataset,
                                  enum row_role role)
{
    struct with_role with = {memory_array(dataset->by_user.count, sizeof *with.users),
                             memory_array(dataset->by_item.count, sizeof *with.items)};
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        with.users[dataset->user[row]] |= split->role[row] == role;
        with.items[dataset->item[row]] |= split->role[row] == role;
    }
    return with;
}

static void release_with(struct with_role *with)
{
    free(with->users);
    free(with->items);
}

static enum row_role role_of(double given)
{
    return given == GIVEN_TRAINING     ? ROLE_TRAINING
           : given == GIVEN_TEST       ? ROLE_TEST
           : given == GIVEN_VALIDATION ? ROLE_VALIDATION
                                       : ROLE_UNUSED;
}

bool given_split_read(struct split *split, const struct dataset *dataset, const double *given)
{
    bool validation = false;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        split->role[row] = (uint8_t)(dataset->current[row] ? role_of(given[row]) : ROLE_UNUSED);
        validation |= split->role[row] == ROLE_VALIDATION;
    }
    struct with_role warm = find_with(split, dataset, ROLE_TRAINING);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool user = warm.users[dataset->user[row]], item = warm.items[dataset->item[row]];
        split->scenario[row] = split->role[row] == ROLE_UNUSED ? SCENARIO_COUNT
                               : user && item                  ? SCENARIO_WARM
                               : user                          ? SCENARIO_ITEM_COLD
                               : item                          ? SCENARIO_USER_COLD
                                                               : SCENARIO_BOTH_COLD;
    }
    release_with(&warm);
    return validation;
}

void given_split_drop_between(struct split *split, const struct dataset *dataset)
{
    struct with_role warm = find_with(split, dataset, ROLE_TRAINING);
    struct with_role held = find_with(split, dataset, ROLE_VALIDATION);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        uint32_t user = dataset->user[row], item = dataset->item[row];
        if (split->role[row] == ROLE_TEST &&
            ((held.users[user] && !warm.users[user]) || (held.items[item] && !warm.items[item])))
            split->role[row] = ROLE_UNUSED;
    }
    release_with(&held);
    release_with(&warm);
}
