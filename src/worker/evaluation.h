/* SPDX-License-Identifier: MIT
 *
 * Evaluates a run that has been trained: test and validation tasks of every scenario, draw and
 * number of shots, in batches of tasks that do not depend on the number of threads. At K shots the
 * tasks with K support rows are asked, at "all" every one. Predictions are clipped to the range of
 * the training values, rounded to the grid of data/value_scale.h if ratings have levels, and
 * told set by set, so that memory stays bounded.
 */
#ifndef WORKER_EVALUATION_H
#define WORKER_EVALUATION_H

#include "run_common.h"

/* The predictions of one set of tasks at one number of shots, of all query rows in order. */
struct predicted_rows {
    const struct task_set *set;
    uint32_t shots, count;
    const float *values, *deviations; /* the latter NULL if the recommender has none */
};

/* What an evaluation tells, on a thread of the pool and without a lock held. */
struct evaluation_events {
    void (*predicted)(void *context, const struct predicted_rows *rows);
    /* The last word. `error` says why it failed, else it is NULL. */
    void (*ended)(void *context, enum run_outcome outcome, const struct error *error);
};

struct shot_predictions;
struct ticket;

struct evaluation {
    struct run_common *run; /* borrowed, as the next ones */
    const struct evaluation_events *events;
    void *context;

    bool
        parked; /* stands still until evaluation_go; guarded by the workspace's lock, as the next */
    bool ended; /* one thread was told that it is over */
    struct shot_predictions *predictions; /* as the workspace's shot sets */
    uint32_t next_set, next_batch, batches_out, sets_left;
    bool failed;
    uint64_t failed_at; /* the first batch that failed */
    struct error error;
    struct ticket *tickets; /* one a thread */
};

/* Borrows all of these. */
void evaluation_init(struct evaluation *evaluation, struct run_common *run,
                     const struct evaluation_events *events, void *context);
void evaluation_release(struct evaluation *evaluation);

/* Begins, or goes on after a pause. On a thread of the pool. */
void evaluation_go(struct evaluation *evaluation);

/* The work of evaluating a run (work_rows_of). */
uint64_t evaluation_rows(const struct workspace *workspace);

#endif
