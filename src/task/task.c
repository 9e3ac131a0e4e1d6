/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "task/task.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"

enum scenario scenario_named(const struct dataset *dataset, enum scenario scenario)
{
    static const enum scenario MIRRORED[SCENARIO_COUNT] = {
        [SCENARIO_WARM] = SCENARIO_WARM,
        [SCENARIO_USER_COLD] = SCENARIO_ITEM_COLD,
        [SCENARIO_ITEM_COLD] = SCENARIO_USER_COLD,
        [SCENARIO_BOTH_COLD] = SCENARIO_BOTH_COLD,
    };
    assert((unsigned)scenario < SCENARIO_COUNT);
    return dataset->mirrored ? MIRRORED[scenario] : scenario;
}

const char *scenario_name(const struct dataset *dataset, enum scenario scenario)
{
    static const char *const NAMES[] = {SCENARIOS(LIST_TEXT)};
    return NAMES[scenario_named(dataset, scenario)];
}

const char *negatives_by_name(enum negatives_by by)
{
    static const char *const NAMES[] = {NEGATIVES_BY(LIST_TEXT)};
    assert((unsigned)by < NEGATIVES_BY_COUNT);
    return NAMES[by];
}

uint32_t task_draws(const struct task_options *options, enum task_part part)
{
    bool differ = options->ask == ORDER_RANDOM || options->show == ORDER_RANDOM;
    if (options->fold || !differ)
        return 1;
    return part == TASKS_TEST ? options->draws : VALIDATION_DRAWS;
}

void task_options_mirror(struct task_options *options)
{
    double users = options->cold_users;
    options->cold_users = options->cold_items;
    options->cold_items = users;
    char column[sizeof options->cold_users_by];
    memcpy(column, options->cold_users_by, sizeof column);
    memcpy(options->cold_users_by, options->cold_items_by, sizeof column);
    memcpy(options->cold_items_by, column, sizeof column);
    options->by_item = !options->by_item;
}

struct rating_scale split_scale(const struct split *split, const struct dataset *dataset)
{
    struct rating_scale scale = {.range = value_range_of(dataset, split->training)};
    bool *known = memory_array(dataset->interactions, sizeof *known);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        known[row] = split->role[row] == ROLE_TRAINING || split->role[row] == ROLE_VALIDATION;
    scale.level_count = value_levels_of(dataset, known, scale.levels);
    if (scale.level_count > VALUE_LEVELS_MOST)
        scale.level_count = value_levels_of(dataset, split->training, scale.levels);
    if (scale.level_count > VALUE_LEVELS_MOST)
        scale.level_count = 0;
    if (scale.level_count > 0)
        scale.range = (struct value_range){scale.levels[0], scale.levels[scale.level_count - 1]};
    free(known);
    return scale;
}
