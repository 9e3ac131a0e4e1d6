/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "workspace.h"

#include <stdlib.h>

#include "base/memory.h"
#include "breakdown.h"

/* -- life -------------------------------------------------------------------------------------- */

void workspace_init(struct workspace *workspace, struct pool *pool, const struct dataset *dataset,
                    const struct split *split, const struct task_options *tasks,
                    struct budget *budget)
{
    uint32_t lanes = pool_threads(pool);
    struct rating_scale scale = split_scale(split, dataset);
    *workspace = (struct workspace){.pool = pool,
                                    .dataset = dataset,
                                    .split = split,
                                    .tasks = tasks,
                                    .budget = budget,
                                    .range = scale.range,
                                    .loss_limit = breakdown_limit(dataset, split),
                                    .arenas = memory_array(lanes, sizeof(struct arena *))};
    if (scale.level_count > 0) {
        workspace->grid_smallest = workspace->range.smallest;
        workspace->grid_largest = workspace->range.largest;
    }
    for (uint32_t i = 0; i < lanes; i++)
        workspace->arenas[i] = arena_new_within(budget);
    pthread_mutex_init(&workspace->lock, NULL);
    pthread_cond_init(&workspace->changed, NULL);
}

void workspace_release(struct workspace *workspace)
{
    for (uint32_t i = 0; i < workspace_shot_set_count(workspace); i++) /* before their owners */
        task_set_release(&workspace->shot_sets[i]);
    for (uint32_t i = 0; i < workspace->set_count; i++)
        task_set_release(&workspace->sets[i]);
    free(workspace->shot_sets);
    free(workspace->sets);
    task_set_release(&workspace->validation);
    for (uint32_t i = 0; i < pool_threads(workspace->pool); i++)
        arena_free(workspace->arenas[i]);
    free(workspace->arenas);
    pthread_cond_destroy(&workspace->changed);
    pthread_mutex_destroy(&workspace->lock);
}

/* -- tasks ------------------------------------------------------------------------------------- */

void workspace_make_tasks(struct workspace *workspace, uint64_t seed)
{
    const struct dataset *dataset = workspace->dataset;
    const struct split *split = workspace->split;
    const struct task_options *tasks = workspace->tasks;
    uint32_t draws = task_draws(tasks, TASKS_TEST), tests = SCENARIO_COUNT * draws;
    uint32_t validation_draws = task_draws(tasks, TASKS_VALIDATION);
    task_set_make_validation(&workspace->validation, dataset, split, tasks, seed,
                             SCENARIO_USER_COLD, 0);
    workspace->set_count = tests + SCENARIO_COUNT * validation_draws;
    workspace->sets = memory_array(workspace->set_count, sizeof *workspace->sets);
    for (uint32_t i = 0; i < tests; i++)
        task_set_make(&workspace->sets[i], dataset, split, tasks, seed,
                      (enum scenario)(i / draws), i % draws);
    for (uint32_t i = 0; i < SCENARIO_COUNT * validation_draws; i++)
        task_set_make_validation(&workspace->sets[tests + i], dataset, split, tasks, seed,
                                 (enum scenario)(i / validation_draws), i % validation_draws);
    uint32_t count = workspace_shot_set_count(workspace);
    workspace->shot_sets = memory_array(count, sizeof *workspace->shot_sets);
    for (uint32_t i = 0; i < count; i++)
        task_set_select(&workspace->shot_sets[i], &workspace->sets[i / tasks->shot_count],
                        workspace_shots(workspace, i));
}

uint32_t workspace_shot_set_count(const struct workspace *workspace)
{
    return workspace->set_count * workspace->tasks->shot_count;
}

uint32_t workspace_shots(const struct workspace *workspace, uint32_t shot_set)
{
    return workspace->tasks->shots[shot_set % workspace->tasks->shot_count];
}

/* -- pause and stop ---------------------------------------------------------------------------- */

bool workspace_is_stopping(struct workspace *workspace)
{
    pthread_mutex_lock(&workspace->lock);
    bool stopping = workspace->stopping;
    pthread_mutex_unlock(&workspace->lock);
    return stopping;
}

bool workspace_is_interrupted(struct workspace *workspace)
{
    pthread_mutex_lock(&workspace->lock);
    bool interrupted = workspace->paused || workspace->stopping;
    pthread_mutex_unlock(&workspace->lock);
    return interrupted;
}

bool workspace_may_go_on(struct workspace *workspace)
{
    pthread_mutex_lock(&workspace->lock);
    while (workspace->paused && !workspace->stopping)
        pthread_cond_wait(&workspace->changed, &workspace->lock);
    bool stopping = workspace->stopping;
    pthread_mutex_unlock(&workspace->lock);
    return !stopping;
}
