/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "own_split.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "cold_order.h"
#include "task_rows.h"
#include "validation_split.h"

/* By user (item): whether it is cold. */
static bool *choose_cold(const struct split *split, const struct dataset *dataset,
                         const struct task_options *options, uint64_t seed, enum split_place place)
{
    bool items = place == PLACE_ITEMS;
    double share = items ? options->cold_items : options->cold_users;
    uint32_t count;
    uint32_t *numbers = cold_order(split, dataset, options, seed, place, &count);
    bool *cold =
        memory_array(items ? dataset->by_item.count : dataset->by_user.count, sizeof *cold);
    uint32_t cold_count = (uint32_t)(share * count + 0.5);
    for (uint32_t i = 0; i < cold_count; i++)
        cold[numbers[i]] = true;
    free(numbers);
    return cold;
}

/* Makes the rows of cold users and of cold items test rows. */
static void split_cold_rows(struct split *split, const struct dataset *dataset,
                            const bool *cold_users, const bool *cold_items)
{
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool cold_user = cold_users[dataset->user[row]];
        bool cold_item = cold_items[dataset->item[row]];
        if (split->role[row] != ROLE_TRAINING || (!cold_user && !cold_item))
            continue;
        split->role[row] = ROLE_TEST;
        split->scenario[row] = cold_user && cold_item ? SCENARIO_BOTH_COLD
                               : cold_user            ? SCENARIO_USER_COLD
                                                      : SCENARIO_ITEM_COLD;
    }
}

void split_drop_between(struct split *split, const struct dataset *dataset,
                        const struct validation_choice *choice)
{
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (split->role[row] == ROLE_TEST &&
            (choice->users[dataset->user[row]] || choice->items[dataset->item[row]]))
            split->role[row] = ROLE_UNUSED;
}

/* The number of rows that a group with `count` warm rows holds out. The expected share is
 * options->warm for groups with few rows too, but none holds out fewer rows than a test task
 * needs. */
static uint32_t held_out(const struct task_options *options, uint32_t count, struct random *random)
{
    double wanted = options->warm * count;
    double draw = random_uniform(random);
    if (count < 2 * (uint64_t)options->least)
        return 0;
    if (wanted < options->least)
        return draw < wanted / options->least ? options->least : 0;
    return wanted + 0.5 < options->most ? (uint32_t)(wanted + 0.5) : options->most;
}

static void split_warm_group(struct split *split, const struct dataset *dataset,
                             const struct task_options *options, uint64_t seed, uint32_t group,
                             uint32_t *rows)
{
    uint32_t count = rows_of_task(split, group, ROLE_TRAINING, SCENARIO_WARM, rows);
    struct random random = random_at(seed, RANDOM_SPLIT, PLACE_WARM, group);
    uint32_t held = held_out(options, count, &random);
    if (options->by_time)
        sort_latest_first(dataset, rows, count);
    else
        random_shuffle(&random, rows, count);
    for (uint32_t i = 0; i < held; i++) {
        split->role[rows[i]] = ROLE_TEST;
        split->scenario[rows[i]] = SCENARIO_WARM;
    }
}

void own_split_make(struct split *split, const struct dataset *dataset,
                    const struct task_options *options, uint64_t seed)
{
    bool *cold_users = choose_cold(split, dataset, options, seed, PLACE_USERS);
    bool *cold_items = choose_cold(split, dataset, options, seed, PLACE_ITEMS);
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    split_cold_rows(split, dataset, cold_users, cold_items);

    struct validation_choice choice;
    validation_split_cold(split, dataset, options, seed, NULL, &choice);
    split_drop_between(split, dataset, &choice);
    for (uint32_t group = 0; group < split->groups.index.count; group++)
        split_warm_group(split, dataset, options, seed, group, rows);
    validation_split_warm(split, dataset, options, seed);
    validation_choice_release(&choice);
    free(rows);
    free(cold_items);
    free(cold_users);
}
