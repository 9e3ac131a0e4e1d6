/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "own_split.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"

/* A user, an item or a row, and when it was, or what else puts it in order. */
struct moment {
    double time;
    uint32_t number;
};

/* Latest first; of the same time the highest number first. */
static int later(const void *a, const void *b)
{
    const struct moment *first = a, *second = b;
    if (first->time != second->time)
        return first->time < second->time ? 1 : -1;
    return first->number < second->number ? 1 : first->number > second->number ? -1 : 0;
}

static void sort_latest_first(const struct dataset *dataset, uint32_t *rows, uint32_t count)
{
    struct moment *moments = memory_array(count, sizeof *moments);
    for (uint32_t i = 0; i < count; i++)
        moments[i] = (struct moment){(double)dataset->time[rows[i]], rows[i]};
    qsort(moments, count, sizeof *moments, later);
    for (uint32_t i = 0; i < count; i++)
        rows[i] = moments[i].number;
    free(moments);
}

/* Users (items) that occur, in ascending order. */
static uint32_t *occurring(const struct split *split, const struct interaction_index *index,
                           uint32_t *count)
{
    uint32_t *numbers = memory_array(index->count, sizeof *numbers);
    *count = 0;
    for (uint32_t n = 0; n < index->count; n++) {
        bool found = false;
        for (uint32_t at = index->starts[n]; !found && at < index->starts[n + 1]; at++)
            found = split->role[index->rows[at]] == ROLE_TRAINING;
        if (found)
            numbers[(*count)++] = n;
    }
    return numbers;
}

static void sort_by_moment(struct moment *moments, uint32_t *numbers, uint32_t count)
{
    qsort(moments, count, sizeof *moments, later);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = moments[i].number;
    free(moments);
}

static void sort_last_seen_first(const struct split *split, const struct dataset *dataset,
                                 const struct interaction_index *index, uint32_t *numbers,
                                 uint32_t count)
{
    struct moment *moments = memory_array(count, sizeof *moments);
    for (uint32_t i = 0; i < count; i++) {
        moments[i] = (struct moment){HUGE_VAL, numbers[i]};
        for (uint32_t at = index->starts[numbers[i]]; at < index->starts[numbers[i] + 1]; at++) {
            uint32_t row = index->rows[at];
            if (split->role[row] == ROLE_TRAINING && (double)dataset->time[row] < moments[i].time)
                moments[i].time = (double)dataset->time[row];
        }
    }
    sort_by_moment(moments, numbers, count);
}

/* Missing numbers come last. */
static void sort_largest_first(const struct column *column, uint32_t *items, uint32_t count)
{
    struct moment *moments = memory_array(count, sizeof *moments);
    for (uint32_t i = 0; i < count; i++) {
        double number = column_number(column, items[i]);
        moments[i] = (struct moment){isnan(number) ? -HUGE_VAL : number, items[i]};
    }
    sort_by_moment(moments, items, count);
}

/* By user (item): whether it is cold. */
static bool *choose_cold(const struct split *split, const struct dataset *dataset,
                         const struct task_options *options, uint64_t seed, enum split_place place)
{
    bool items = place == PLACE_ITEMS;
    const struct interaction_index *index = items ? &dataset->by_item : &dataset->by_user;
    double share = items ? options->cold_items : options->cold_users;
    uint32_t count;
    uint32_t *numbers = occurring(split, index, &count);
    if (items && options->cold_column[0]) {
        sort_largest_first(table_column(&dataset->item_table, options->cold_column), numbers,
                           count);
    } else if (options->by_time) {
        sort_last_seen_first(split, dataset, index, numbers, count);
    } else {
        struct random random = random_at(seed, RANDOM_SPLIT, place, 0);
        random_shuffle(&random, numbers, count);
    }
    bool *cold = memory_array(index->count, sizeof *cold);
    uint32_t cold_count = (uint32_t)(share * count + 0.5);
    for (uint32_t i = 0; i < cold_count; i++)
        cold[numbers[i]] = true;
    free(numbers);
    return cold;
}

void choose_validation(uint32_t *candidates, uint32_t count, uint32_t all, double share,
                       uint64_t seed, bool *chosen)
{
    struct random random = random_at(seed, RANDOM_SPLIT, PLACE_VALIDATION, 0);
    random_shuffle(&random, candidates, count);
    uint32_t wanted = (uint32_t)(share * all + 0.5);
    for (uint32_t i = 0; i < count && i < wanted; i++)
        chosen[candidates[i]] = true;
}

static uint32_t warm_rows(const struct split *split, const struct dataset *dataset,
                          const bool *cold_items, uint32_t user, uint32_t *rows)
{
    const struct interaction_index *index = &dataset->by_user;
    uint32_t count = 0;
    for (uint32_t at = index->starts[user]; at < index->starts[user + 1]; at++)
        if (split->role[index->rows[at]] == ROLE_TRAINING &&
            !cold_items[dataset->item[index->rows[at]]])
            rows[count++] = index->rows[at];
    return count;
}

/* Rows that a warm user with `count` warm rows holds out. The expected share stays options->warm
 * for users with few rows too, yet nobody holds out fewer than make a test task. */
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

static void split_warm_user(struct split *split, const struct dataset *dataset,
                            const struct task_options *options, uint64_t seed, uint32_t user,
                            uint32_t *rows, uint32_t count)
{
    struct random random = random_at(seed, RANDOM_SPLIT, PLACE_WARM, user);
    uint32_t held = held_out(options, count, &random);
    if (options->by_time)
        sort_latest_first(dataset, rows, count);
    else
        random_shuffle(&random, rows, count);
    for (uint32_t i = 0; i < count; i++) {
        split->role[rows[i]] = i < held ? ROLE_TEST : ROLE_TRAINING;
        split->scenario[rows[i]] = SCENARIO_WARM;
    }
}

/* Rows of cold users and of cold items. Those of validation users with cold items stay unused. */
static void split_cold_rows(struct split *split, const struct dataset *dataset,
                            const bool *cold_users, const bool *cold_items, const bool *validation)
{
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool cold_user = cold_users[dataset->user[row]];
        bool cold_item = cold_items[dataset->item[row]];
        if (split->role[row] != ROLE_TRAINING || (!cold_user && !cold_item))
            continue;
        if (validation[dataset->user[row]]) {
            split->role[row] = ROLE_UNUSED;
            continue;
        }
        split->role[row] = ROLE_TEST;
        split->scenario[row] = cold_user && cold_item ? SCENARIO_BOTH_COLD
                               : cold_user            ? SCENARIO_USER_COLD
                                                      : SCENARIO_ITEM_COLD;
    }
}

/* Any warm user whose rows with warm items make a task of the usual size may be one. */
static bool *own_validation(const struct split *split, const struct dataset *dataset,
                            const struct task_options *options, uint64_t seed,
                            const bool *cold_users, const bool *cold_items, uint32_t *rows)
{
    uint32_t users = dataset->by_user.count, candidate_count = 0, warm = 0;
    uint32_t *candidates = memory_array(users, sizeof *candidates);
    for (uint32_t user = 0; user < users; user++) {
        uint32_t count = cold_users[user] ? 0 : warm_rows(split, dataset, cold_items, user, rows);
        warm += count > 0;
        if (count >= options->least && count <= options->most)
            candidates[candidate_count++] = user;
    }
    bool *chosen = memory_array(users, sizeof *chosen);
    choose_validation(candidates, candidate_count, warm, options->validation, seed, chosen);
    free(candidates);
    return chosen;
}

void own_split_make(struct split *split, const struct dataset *dataset,
                    const struct task_options *options, uint64_t seed)
{
    bool *cold_users = choose_cold(split, dataset, options, seed, PLACE_USERS);
    bool *cold_items = choose_cold(split, dataset, options, seed, PLACE_ITEMS);
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    bool *validation = own_validation(split, dataset, options, seed, cold_users, cold_items, rows);

    for (uint32_t user = 0; user < dataset->by_user.count; user++) {
        uint32_t count = cold_users[user] ? 0 : warm_rows(split, dataset, cold_items, user, rows);
        if (!validation[user])
            split_warm_user(split, dataset, options, seed, user, rows, count);
        for (uint32_t i = 0; validation[user] && i < count; i++)
            split->role[rows[i]] = ROLE_VALIDATION;
    }
    split_cold_rows(split, dataset, cold_users, cold_items, validation);
    free(rows);
    free(validation);
    free(cold_items);
    free(cold_users);
}
