/* SPDX-License-Identifier: MIT
 *
 * The amount of a run's work: how much is done and how long it took. A step and a predicted row
 * count as long as they took so far, so a share weighs training and evaluation by their cost.
 */
#ifndef WORKER_WORK_H
#define WORKER_WORK_H

#include <pthread.h>
#include <stdint.h>

#include "task/task.h"

struct work {
    pthread_mutex_t *lock;   /* borrowed; guards the following */
    uint32_t step, steps;    /* done, and in all */
    uint32_t shards;         /* of a step; at most this many threads can work on it */
    double loss;             /* of the last step; NaN before the first */
    uint64_t rows, all_rows; /* of predictions (validation and evaluation), done and in all */
    double seconds;          /* computed since the start, all threads together */
    double step_seconds;     /* recent, in steps */
    double row_seconds;      /* recent, in predictions */
    uint64_t steps_timed, step_rows, rows_timed; /* what those two were spent on */
    double shown;      /* the largest share that was shown: shares never decrease */
    double rate_since; /* start of the measurement of the rate */
    uint32_t rate_step;
    double rate;
};

/* The work of predicting tasks first .. first + count - 1 of a set: their support and query rows,
 * and some rows more for each task. */
uint64_t work_rows_of(const struct task_set *set, uint32_t first, uint32_t count, uint32_t shots);

/* Jobs of a run report here what they did. */
void work_add_shard(struct work *work, uint64_t rows, double seconds);
void work_add_update(struct work *work, double seconds); /* of one thread, without waiting */
/* `step` steps are done. `loss` is NaN if the last has none. */
void work_add_step(struct work *work, uint32_t step, double loss);
void work_add_rows(struct work *work, uint64_t rows, double seconds);

double work_seconds(struct work *work);

/* -- with the lock held ------------------------------------------------------------------------ */

/* Estimated work left, in seconds of one thread; NaN if nothing is known yet. */
struct work_left {
    double steps, rows;
};
struct work_left work_left(const struct work *work);
/* The share that is done at `now`. Also measures the rate. */
double work_show(struct work *work, double now);

#endif
