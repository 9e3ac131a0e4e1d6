/* SPDX-License-Identifier: MIT
 *
 * What is known of a run's work: what is done, and what it took. A step and a row of a prediction
 * are given the time that they took so far, so a share counts training and evaluation by what they
 * cost.
 */
#ifndef WORKER_WORK_H
#define WORKER_WORK_H

#include <pthread.h>
#include <stdint.h>

#include "task/task.h"

struct work {
    pthread_mutex_t *lock;   /* borrowed; guards the next ones */
    uint32_t step, steps;    /* done, and in all */
    uint32_t shards;         /* of a step: so many threads it can keep busy */
    double loss;             /* of the last step, NaN before it */
    uint64_t rows, all_rows; /* of predictions (validation and evaluation), done and in all */
    double seconds;          /* computed since the start, all threads together */
    double step_seconds;     /* lately, in steps */
    double row_seconds;      /* lately, in predictions */
    uint64_t steps_timed, step_rows, rows_timed; /* what the last two were spent on */
    double shown;      /* the last share that was shown: shares do not go back */
    double rate_since; /* where the measurement of the rate begins */
    uint32_t rate_step;
    double rate;
};

/* The work of predicting tasks first .. first + count - 1 of a set, in rows of support and query; a
 * task counts as some rows more. */
uint64_t work_rows_of(const struct task_set *set, uint32_t first, uint32_t count, uint32_t shots);

/* Called by the jobs of a run for what they did. */
void work_add_shard(struct work *work, uint64_t rows, double seconds);
void work_add_update(struct work *work, double seconds); /* of one thread, waiting left out */
/* So many steps are done. NaN: the last has no loss. */
void work_add_step(struct work *work, uint32_t step, double loss);
void work_add_rows(struct work *work, uint64_t rows, double seconds);

double work_seconds(struct work *work);

/* -- with the lock held ------------------------------------------------------------------------ */

/* Seconds of one thread that are left to do; NaN if nothing is known yet. */
struct work_left {
    double steps, rows;
};
struct work_left work_left(const struct work *work);
/* The share that is done, at `now`; measures the rate, too. */
double work_show(struct work *work, double now);

#endif
