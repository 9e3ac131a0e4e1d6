/* SPDX-License-Identifier: MIT
 *
 * Evaluates a trained run: predicts the test and validation tasks of every scenario, draw and
 * number of shots, in batches of tasks that do not depend on the number of threads. At K shots
 * these are the tasks with K support rows; at "all" it is every task. Predictions are clipped to
 * the range of the training values, and rounded to the grid of data/value_scale.h if ratings have
 * levels. They are reported set by set, so that memory stays bounded.
 */
#ifndef WORKER_EVALUATION_H
#define WORKER_EVALUATION_H

#include "run_common.h"

/* The predictions of one set of tasks at one number of shots, for all query rows in order. */
struct predicted_rows {
    const struct task_set *set;
    uint32_t shots, count;
    const float *values, *deviations; /* `deviations` is NULL if the recommender has none */
};

/* Callbacks of an evaluation, called on a thread of the pool without a lock. */
struct evaluation_events {
    void (*predicted)(void *context, const struct predicted_rows *rows);
    /* Called last. `error` is the cause of a failure, or NULL. */
    void (*ended)(void *context, enum run_outcome outcome, const struct error *error);
};

struct shot_predictions;
struct ticket;

struct evaluation {
    struct run_common *run; /* borrowed, as are the following */
    const struct evaluation_events *events;
    void *context;

    bool parked; /* waits for evaluation_go; guarded by the workspace's lock, as is the next */
    bool ended;  /* one thread was told that it is over */
    struct shot_predictions *predictions; /* by number of the workspace's shot set */
    uint32_t next_set, next_batch, batches_out, sets_left;
    bool failed;
    uint64_t failed_at; /* position of the first batch that failed */
    struct error error;
    struct ticket *tickets; /* one for each thread */
};

/* Borrows all arguments. */
void evaluation_init(struct evaluation *evaluation, struct run_common *run,
                     const struct evaluation_events *events, void *context);
void evaluation_release(struct evaluation *evaluation);

/* Starts, or continues after a pause. Called on a thread of the pool. */
void evaluation_go(struct evaluation *evaluation);

/* The work of evaluating a run, in rows as work_rows_of counts them. */
uint64_t evaluation_rows(const struct workspace *workspace);

#endif
