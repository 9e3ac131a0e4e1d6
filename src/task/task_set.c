/* SPDX-License-Identifier: MIT
 *
 * Test and validation tasks. A draw shuffles a group's rows once and then puts them into the orders
 * that the options ask for. The first rows are the query; the rest is the support, as it is shown.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "row_order.h"
#include "rows_builder.h"
#include "task/negatives.h"
#include "task/task.h"
#include "task_rows.h"

/* Of user (group) n of the index. */
static uint32_t rows_of(const struct split *split, const struct interaction_index *index,
                        uint32_t n, enum row_role role, enum scenario scenario, uint32_t *rows)
{
    uint32_t count = 0;
    for (uint32_t at = index->starts[n]; at < index->starts[n + 1]; at++) {
        uint32_t row = index->rows[at];
        if (split->role[row] == role && (role == ROLE_TRAINING || split->scenario[row] == scenario))
            rows[count++] = row;
    }
    return count;
}

uint32_t rows_of_task(const struct split *split, uint32_t group, enum row_role role,
                      enum scenario scenario, uint32_t *rows)
{
    return rows_of(split, &split->groups.index, group, role, scenario, rows);
}

uint32_t validation_task_rows(const struct split *split, struct validation_task task,
                              uint32_t *rows)
{
    uint32_t count = rows_of_task(split, task.group, ROLE_VALIDATION, task.scenario, rows);
    return negatives_join(split, rows, count);
}

uint32_t validation_user_rows(const struct split *split, const struct dataset *dataset,
                              uint32_t user, enum scenario scenario, uint32_t *rows)
{
    return rows_of(split, &dataset->by_user, user, ROLE_VALIDATION, scenario, rows);
}

/* The number of query rows in a task of the set with `count` rows; 0 if they are too few for a
 * task. */
static uint32_t query_of(const struct task_set *set, const struct split *split,
                         const struct task_options *options, uint32_t count)
{
    if (options->fold)
        return count;
    if (set->part == TASKS_TEST)
        return count >= options->least && count <= options->most ? options->query : 0;
    if (count < split->validation_least[set->scenario])
        return 0;
    return count >= options->least || options->query < count / 2 ? options->query : count / 2;
}

/* Gives the task its rows: the query and then the support, from `rows` on, where its positives are.
 * Sampled negatives join them. */
static void place_rows(struct task *task, const struct split *split, uint32_t *rows,
                       struct random *random)
{
    uint32_t query = task->query_count, support = task->support_count;
    task->support_rows = support;
    if (split->negatives) {
        uint32_t *shown = memory_array(support, sizeof *shown);
        memcpy(shown, rows + query, support * sizeof *shown);
        task->query_count = negatives_join(split, rows, query);
        random_shuffle(random, rows, task->query_count);
        memcpy(rows + task->query_count, shown, support * sizeof *shown);
        task->support_rows = negatives_join(split, rows + task->query_count, support);
        free(shown);
    }
    task->query = rows;
    task->support = rows + task->query_count;
}

/* Lets the script draw the task. False if it fails, or has failed. */
static bool draw_by_script(struct row_drawer *drawer, struct draw_place place, uint32_t *rows,
                           uint32_t count, uint32_t *query, uint32_t *support)
{
    drawer->failed = drawer->failed || !drawer->draw(drawer, place, rows, count, query, support);
    return !drawer->failed;
}

static void make(struct task_set *set, const struct dataset *dataset, const struct split *split,
                 const struct task_options *options, uint64_t seed)
{
    enum row_role role = set->part == TASKS_TEST ? ROLE_TEST : ROLE_VALIDATION;
    uint32_t all = 0, groups = split->groups.index.count;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        all += split->role[row] == role && split->scenario[row] == set->scenario;
    set->rows = memory_array(all, sizeof *set->rows);
    set->tasks = memory_array(groups, sizeof *set->tasks);

    uint32_t kind = (uint32_t)set->scenario + (uint32_t)set->part * SCENARIO_COUNT;
    uint32_t *rows = set->rows;
    for (uint32_t group = 0; group < groups; group++) {
        uint32_t count = rows_of_task(split, group, role, set->scenario, rows);
        uint32_t query = query_of(set, split, options, count);
        if (query == 0)
            continue;
        struct random random = random_at(seed, RANDOM_QUERY, kind << 24 | set->draw, group);
        random_shuffle(&random, rows, count);
        count = count < options->most ? count : options->most;
        uint32_t support = count - query;
        const struct draw_place place = {seed, kind << 24 | set->draw, group,
                                         set->part == TASKS_VALIDATION ||
                                             (split->drawer && !split->drawer->settled)};
        if (split->drawer && !draw_by_script(split->drawer, place, rows, count, &query, &support)) {
            set->count = 0;
            break;
        }
        if (query == 0)
            continue;
        if (split->ask) {
            row_order_sort(split->ask, rows, count);
            random_shuffle(&random, rows + query, count - query);
        }
        if (split->show)
            row_order_sort(split->show, rows + query, count - query);
        struct task *task = &set->tasks[set->count++];
        *task = (struct task){.group = group,
                              .user = split->groups.user[group],
                              .query_count = query,
                              .support_count = support};
        place_rows(task, split, rows, &random);
        rows += task->query_count + task->support_rows;
    }
    set->tasks = memory_resize(set->tasks, set->count, sizeof *set->tasks);
}

void task_set_make(struct task_set *set, const struct dataset *dataset, const struct split *split,
                   const struct task_options *options, uint64_t seed, enum scenario scenario,
                   uint32_t draw)
{
    *set = (struct task_set){.part = TASKS_TEST, .scenario = scenario, .draw = draw};
    make(set, dataset, split, options, seed);
}

void task_set_make_validation(struct task_set *set, const struct dataset *dataset,
                              const struct split *split, const struct task_options *options,
                              uint64_t seed, enum scenario scenario, uint32_t draw)
{
    *set = (struct task_set){.part = TASKS_VALIDATION, .scenario = scenario, .draw = draw};
    make(set, dataset, split, options, seed);
}

void task_set_select(struct task_set *chosen, const struct task_set *set, uint32_t shots)
{
    uint32_t count = 0;
    for (uint32_t t = 0; t < set->count; t++)
        count += shots == SHOTS_ALL || set->tasks[t].support_count >= shots;
    *chosen = *set;
    chosen->rows = NULL;
    chosen->borrowed = count == set->count;
    if (chosen->borrowed)
        return;
    chosen->tasks = memory_array(count, sizeof *chosen->tasks);
    chosen->count = 0;
    for (uint32_t t = 0; t < set->count; t++)
        if (set->tasks[t].support_count >= shots)
            chosen->tasks[chosen->count++] = set->tasks[t];
}

void task_set_release(struct task_set *set)
{
    if (!set->borrowed)
        free(set->tasks);
    free(set->rows);
    *set = (struct task_set){0};
}

/* The rows that are shown with so many shots. */
static uint32_t shown(const struct task *task, const struct dataset *dataset, uint32_t shots)
{
    uint32_t rows = 0, positives = 0;
    if (shots >= task->support_count)
        return task->support_rows;
    for (; rows < task->support_rows; rows++) {
        positives += !dataset_is_sampled(dataset, task->support[rows]);
        if (positives > shots)
            break;
    }
    return rows;
}

struct episodes task_set_episodes(const struct task_set *set, const struct dataset *dataset,
                                  uint32_t first, uint32_t count, uint32_t shots,
                                  struct arena *arena)
{
    assert(first <= set->count && count <= set->count - first);
    const struct task *tasks = set->tasks + first;
    size_t support_rows = 0, query_rows = 0;
    for (uint32_t t = 0; t < count; t++) {
        support_rows += shown(&tasks[t], dataset, shots);
        query_rows += tasks[t].query_count;
    }
    struct rows_builder support = rows_builder_new(dataset, count, support_rows, arena);
    struct rows_builder query = rows_builder_new(dataset, count, query_rows, arena);
    for (uint32_t t = 0; t < count; t++) {
        rows_builder_add(&support, tasks[t].support, shown(&tasks[t], dataset, shots));
        rows_builder_add(&query, tasks[t].query, tasks[t].query_count);
    }
    return (struct episodes){
        .support = rows_builder_rows(&support, true),
        .query = rows_builder_rows(&query, false),
    };
}

const float *task_set_truth(const struct task_set *set, const struct dataset *dataset,
                            uint32_t first, uint32_t count, struct arena *arena)
{
    assert(first <= set->count && count <= set->count - first);
    size_t rows = 0;
    for (uint32_t t = first; t < first + count; t++)
        rows += set->tasks[t].query_count;
    float *truth = arena_take(arena, rows * sizeof *truth), *next = truth;
    for (uint32_t t = first; t < first + count; t++)
        for (uint32_t i = 0; i < set->tasks[t].query_count; i++)
            *next++ = dataset->value[set->tasks[t].query[i]];
    return truth;
}
