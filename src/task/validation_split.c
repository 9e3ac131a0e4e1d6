/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "validation_split.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "cold_order.h"
#include "task_rows.h"

void validation_choice_release(struct validation_choice *choice)
{
    free(choice->users);
    free(choice->items);
    *choice = (struct validation_choice){0};
}

/* By user: whether one of its groups has least .. most training rows. Sets the number of users with
 * training rows. */
static bool *find_fit(const struct split *split, const struct dataset *dataset, uint64_t least,
                      uint64_t most, uint32_t *all)
{
    const struct interaction_index *groups = &split->groups.index;
    bool *fit = memory_array(dataset->by_user.count, sizeof *fit);
    bool *trains = memory_array(dataset->by_user.count, sizeof *trains);
    for (uint32_t group = 0; group < groups->count; group++) {
        uint64_t rows = 0;
        for (uint32_t at = groups->starts[group]; at < groups->starts[group + 1]; at++)
            rows += split->role[groups->rows[at]] == ROLE_TRAINING;
        fit[split->groups.user[group]] |= rows >= least && rows <= most;
    }
    for (uint32_t row = 0; row < dataset->interactions; row++)
        trains[dataset->user[row]] |= split->role[row] == ROLE_TRAINING;
    *all = 0;
    for (uint32_t user = 0; user < dataset->by_user.count; user++)
        *all += trains[user];
    free(trains);
    return fit;
}

/* By user: whether it belongs to the share `validation` of all users with training rows. They are
 * chosen at random from those with a group of least .. most rows. */
static bool *choose_users(const struct split *split, const struct dataset *dataset,
                          const struct task_options *options, uint64_t seed, enum split_place place,
                          uint64_t least, uint64_t most, const bool *tested)
{
    uint32_t users = dataset->by_user.count, count = 0, all;
    bool *fit = find_fit(split, dataset, least, most, &all);
    uint32_t *candidates = memory_array(users, sizeof *candidates);
    for (uint32_t user = 0; user < users; user++)
        if (fit[user] && !(tested && tested[user]))
            candidates[count++] = user;
    struct random random = random_at(seed, RANDOM_SPLIT, place, 0);
    random_shuffle(&random, candidates, count);
    bool *chosen = memory_array(users, sizeof *chosen);
    uint32_t wanted = (uint32_t)(options->validation * all + 0.5);
    for (uint32_t i = 0; i < count && i < wanted; i++)
        chosen[candidates[i]] = true;
    free(candidates);
    free(fit);
    return chosen;
}

/* By item: whether it is cold. Only rows of the remaining training users count. */
static bool *choose_items(const struct split *split, const struct dataset *dataset,
                          const struct task_options *options, uint64_t seed, const bool *users)
{
    uint32_t items = dataset->by_item.count, count, all = 0, taken = 0, held = 0;
    uint32_t *rows = memory_array(items, sizeof *rows);
    bool *chosen = memory_array(items, sizeof *chosen);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (split->role[row] == ROLE_TRAINING && !users[dataset->user[row]]) {
            rows[dataset->item[row]]++;
            all++;
        }
    uint32_t *order = cold_order(split, dataset, options, seed, PLACE_VALIDATION_ITEMS, &count);
    bool wanted = options->published || options->cold_items > 0;
    uint32_t most = wanted ? (uint32_t)(options->validation * count + 0.5) : 0;
    for (uint32_t i = 0; i < count && taken < most; i++) {
        if (held + rows[order[i]] > options->validation * all)
            continue;
        chosen[order[i]] = true;
        held += rows[order[i]];
        taken++;
    }
    free(order);
    free(rows);
    return chosen;
}

void validation_split_cold(struct split *split, const struct dataset *dataset,
                           const struct task_options *options, uint64_t seed, const bool *tested,
                           struct validation_choice *choice)
{
    choice->users = choose_users(split, dataset, options, seed, PLACE_VALIDATION, options->least,
                                 options->most, tested);
    choice->items = choose_items(split, dataset, options, seed, choice->users);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool user = choice->users[dataset->user[row]], item = choice->items[dataset->item[row]];
        if (split->role[row] != ROLE_TRAINING || (!user && !item))
            continue;
        split->role[row] = ROLE_VALIDATION;
        split->scenario[row] = user && item ? SCENARIO_BOTH_COLD
                               : user       ? SCENARIO_USER_COLD
                                            : SCENARIO_ITEM_COLD;
    }
}

/* The number of rows that a group with `count` rows holds out: as many as in the test, and enough
 * for a task. */
static uint32_t held_out(const struct task_options *options, uint32_t count)
{
    double wanted = options->warm * count + 0.5;
    return wanted < options->least  ? options->least
           : wanted < options->most ? (uint32_t)wanted
                                    : options->most;
}

void validation_split_warm(struct split *split, const struct dataset *dataset,
                           const struct task_options *options, uint64_t seed)
{
    if (!options->published && options->warm == 0)
        return;
    bool *chosen = choose_users(split, dataset, options, seed, PLACE_VALIDATION_WARM,
                                2 * (uint64_t)options->least, UINT64_MAX, NULL);
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    for (uint32_t group = 0; group < split->groups.index.count; group++) {
        if (!chosen[split->groups.user[group]])
            continue;
        uint32_t count = rows_of_task(split, group, ROLE_TRAINING, SCENARIO_WARM, rows);
        struct random random = random_at(seed, RANDOM_SPLIT, PLACE_VALIDATION_ROWS, group);
        if (count < 2 * (uint64_t)options->least)
            continue;
        if (options->by_time && !options->published)
            sort_latest_first(dataset, rows, count);
        else
            random_shuffle(&random, rows, count);
        for (uint32_t i = 0; i < held_out(options, count) && i < count / 2; i++) {
            split->role[rows[i]] = ROLE_VALIDATION;
            split->scenario[rows[i]] = SCENARIO_WARM;
        }
    }
    free(rows);
    free(chosen);
}

/* -- tasks ------------------------------------------------------------------------------------- */

/* The largest number of rows, VALIDATION_LEAST to `least`, with which there are enough tasks; else
 * VALIDATION_LEAST. */
static uint32_t least_rows(const uint32_t *rows, uint32_t groups, uint32_t least)
{
    for (uint32_t bound = least;; bound--) {
        uint32_t tasks = 0;
        for (uint32_t group = 0; group < groups; group++)
            tasks += rows[group] >= bound;
        if (tasks >= VALIDATION_TASKS_WANTED || bound <= VALIDATION_LEAST)
            return bound;
    }
}

static void list_users(struct split *split, const struct dataset *dataset)
{
    uint32_t users = dataset->by_user.count;
    bool *cold = memory_array(users, sizeof *cold);
    split->validation_users = memory_array(users, sizeof *split->validation_users);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        cold[dataset->user[row]] |=
            split->role[row] == ROLE_VALIDATION && split->scenario[row] == SCENARIO_USER_COLD;
    for (uint32_t user = 0; user < users; user++)
        if (cold[user])
            split->validation_users[split->validation_user_count++] = user;
    free(cold);
}

/* Sets the number of validation rows of each group in the scenario. */
static void count_validation(const struct split *split, unsigned scenario, uint32_t *rows)
{
    const struct interaction_index *groups = &split->groups.index;
    for (uint32_t group = 0; group < groups->count; group++) {
        rows[group] = 0;
        for (uint32_t at = groups->starts[group]; at < groups->starts[group + 1]; at++)
            rows[group] += split->role[groups->rows[at]] == ROLE_VALIDATION &&
                           split->scenario[groups->rows[at]] == scenario;
    }
}

void validation_tasks_list(struct split *split, const struct dataset *dataset,
                           const struct task_options *options)
{
    uint32_t groups = split->groups.index.count;
    uint32_t *rows = memory_array(groups, sizeof *rows);
    list_users(split, dataset);
    split->validation_tasks =
        memory_array((size_t)groups * SCENARIO_COUNT, sizeof *split->validation_tasks);
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        count_validation(split, scenario, rows);
        uint32_t least =
            options->own_draw ? options->least : least_rows(rows, groups, options->least);
        split->validation_least[scenario] = least;
        for (uint32_t group = 0; group < groups; group++) {
            if (rows[group] < least)
                continue;
            split->validation_tasks[split->validation_task_count++] =
                (struct validation_task){group, (enum scenario)scenario};
            split->validation_counts[scenario]++;
        }
    }
    split->validation_tasks = memory_resize(split->validation_tasks, split->validation_task_count,
                                            sizeof *split->validation_tasks);
    free(rows);
}
