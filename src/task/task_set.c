/* SPDX-License-Identifier: MIT
 *
 * Test and validation tasks. A draw shuffles a user's rows once: the first are the query, the rest
 * is the order in which support is revealed.
 */
#include "config.h"

#include "task/task.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "rows_builder.h"

static bool belongs(const struct split *split, uint32_t row, enum row_role role,
                    enum scenario scenario)
{
    return split->role[row] == role && (role != ROLE_TEST || split->scenario[row] == scenario);
}

static void make(struct task_set *set, const struct dataset *dataset, const struct split *split,
                 const struct task_options *options, uint64_t seed, enum row_role role)
{
    const struct interaction_index *index = &dataset->by_user;
    uint32_t all = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        all += belongs(split, row, role, set->scenario);
    set->rows = memory_array(all, sizeof *set->rows);
    set->tasks = memory_array(index->count, sizeof *set->tasks);

    uint32_t place = (uint32_t)(role == ROLE_TEST ? set->scenario : SCENARIO_COUNT) << 24;
    uint32_t *rows = set->rows;
    for (uint32_t user = 0; user < index->count; user++) {
        uint32_t count = 0;
        for (uint32_t at = index->starts[user]; at < index->starts[user + 1]; at++)
            if (belongs(split, index->rows[at], role, set->scenario))
                rows[count++] = index->rows[at];
        if (count < options->least || count > options->most)
            continue;
        struct random random = random_at(seed, RANDOM_QUERY, place | set->draw, user);
        random_shuffle(&random, rows, count);
        set->tasks[set->count++] = (struct task){
            .user = user,
            .query = rows,
            .query_count = options->query,
            .support = rows + options->query,
            .support_count = count - options->query,
        };
        rows += count;
    }
    set->tasks = memory_resize(set->tasks, set->count, sizeof *set->tasks);
}

void task_set_make(struct task_set *set, const struct dataset *dataset, const struct split *split,
                   const struct task_options *options, uint64_t seed, enum scenario scenario,
                   uint32_t draw)
{
    *set = (struct task_set){.scenario = scenario, .draw = draw};
    make(set, dataset, split, options, seed, ROLE_TEST);
}

void task_set_make_validation(struct task_set *set, const struct dataset *dataset,
                              const struct split *split, const struct task_options *options,
                              uint64_t seed)
{
    *set = (struct task_set){.scenario = SCENARIO_USER_COLD};
    make(set, dataset, split, options, seed, ROLE_VALIDATION);
}

void task_set_release(struct task_set *set)
{
    free(set->tasks);
    free(set->rows);
    *set = (struct task_set){0};
}

static uint32_t shown(const struct task *task, uint32_t shots)
{
    return shots < task->support_count ? shots : task->support_count;
}

struct episodes task_set_episodes(const struct task_set *set, const struct dataset *dataset,
                                  uint32_t first, uint32_t count, uint32_t shots,
                                  struct arena *arena)
{
    assert(first <= set->count && count <= set->count - first);
    const struct task *tasks = set->tasks + first;
    size_t support_rows = 0, query_rows = 0;
    for (uint32_t t = 0; t < count; t++) {
        support_rows += shown(&tasks[t], shots);
        query_rows += tasks[t].query_count;
    }
    struct rows_builder support = rows_builder_new(dataset, count, support_rows, arena);
    struct rows_builder query = rows_builder_new(dataset, count, query_rows, arena);
    for (uint32_t t = 0; t < count; t++) {
        rows_builder_add(&support, tasks[t].support, shown(&tasks[t], shots));
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
