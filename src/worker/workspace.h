/* SPDX-License-Identifier: MIT
 *
 * What all runs of an execution work with: the data, the tasks, the threads and their scratch
 * memory, and whether they may continue. A run's results depend on its seed and the seed of the
 * tasks, never on the number of threads, the time, or the other runs.
 */
#ifndef WORKER_WORKSPACE_H
#define WORKER_WORKSPACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "pool.h"
#include "recommender/recommender.h"
#include "task/task.h"

struct workspace {
    struct pool *pool; /* borrowed, as are the following */
    const struct dataset *dataset;
    const struct split *split;
    const struct task_options *tasks;
    struct budget *budget; /* NULL for none */

    struct value_range range;
    float grid_smallest, grid_largest; /* the grid of predictions; equal if there is none */
    double loss_limit;                 /* a greater loss means that training has diverged */
    struct arena **arenas;             /* by lane; reset by each job */
    struct task_set *sets;             /* parts x scenarios x draws */
    uint32_t set_count;
    struct task_set *shot_sets; /* sets x shots: the tasks with enough support rows */
    struct task_set validation; /* for validation curves: user-cold, the first draw */

    pthread_mutex_t lock; /* guards the following, and whatever is said to be guarded by it */
    bool paused, stopping;
    pthread_cond_t changed; /* signals the end of a pause, or a stop */
};

void workspace_init(struct workspace *workspace, struct pool *pool, const struct dataset *dataset,
                    const struct split *split, const struct task_options *tasks,
                    struct budget *budget);
void workspace_release(struct workspace *workspace);
/* Draws all tasks from the seed of the execution. Once, before the first training. */
void workspace_make_tasks(struct workspace *workspace, uint64_t seed);

uint32_t workspace_shot_set_count(const struct workspace *workspace);
/* The number of shots of a shot set. */
uint32_t workspace_shots(const struct workspace *workspace, uint32_t shot_set);

bool workspace_is_stopping(struct workspace *workspace);
/* Whether the execution is pausing or stopping. */
bool workspace_is_interrupted(struct workspace *workspace);
/* Waits during a pause. False if the execution is stopping. Called on a thread of the pool. */
bool workspace_may_go_on(struct workspace *workspace);

#endif
