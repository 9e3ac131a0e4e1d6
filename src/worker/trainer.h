/* SPDX-License-Identifier: MIT
 *
 * Trains a run: the shards of a step are jobs; the thread that finishes the last of them begins the
 * outer step, and the one that finishes the last of its parts posts the next. Points of the loss
 * curves come at steps fixed by the plan, so that a resumed run has the same; only when a
 * checkpoint is taken depends on the time. What belongs to the training is touched only by the
 * thread that finished the last job of a step.
 */
#ifndef WORKER_TRAINER_H
#define WORKER_TRAINER_H

#include "run_common.h"
#include "training_step.h"
#include "validation.h"

enum {
    TRAINER_POINTS = 400,    /* most points of a training curve */
    TRAINER_VALIDATIONS = 40 /* most of a validation curve, but for the first */
};

/* What a trainer tells, on a thread of the pool and without a lock held. */
struct trainer_events {
    /* A point of the training curve, or of the validation curve. */
    void (*point)(void *context, bool of_validation, uint32_t step, double value);
    /* The state is to be kept now (checkpoint.h). Returns the seconds until it is due again. */
    double (*checkpoint)(void *context);
    /* What fitting a closed form has to say. */
    void (*note)(void *context, const char *line);
    /* The last word. `error` says why it failed, else it is NULL. */
    void (*ended)(void *context, enum run_outcome outcome, const struct error *error);
};

/* A shard, a part of the outer step, or a batch of the validation, by its number. */
struct trainer_job {
    struct pool_job job;
    struct trainer *trainer;
    uint32_t number;
};

struct trainer {
    struct run_common *run; /* borrowed, as the next ones */
    const struct trainer_events *events;
    void *context;

    bool parked;          /* stands still until trainer_go; guarded by the workspace's lock */
    uint32_t outstanding; /* jobs of the step, update or validation under way; guarded by it */

    uint32_t step, steps; /* done, and in all */
    uint32_t point_interval, validation_interval;
    struct training_step under_way;
    struct trainer_job *shards, *validations, parts[RECOMMENDER_PARTS];
    uint32_t shard_room, part_count;
    struct part_result {
        bool failed;
        struct error error;
    } part_results[RECOMMENDER_PARTS];
    struct validation validation;
    bool validated;  /* the validation that belongs to `step`, if one does, was made */
    double loss_sum; /* of the steps since the last point */
    uint64_t loss_tasks;
    double checkpoint_due; /* on the monotonic clock */
};

/* Borrows all of these. Sets what follows from the plan alone. The first checkpoint is due after so
 * many seconds. */
void trainer_init(struct trainer *trainer, struct run_common *run,
                  const struct trainer_events *events, void *context, double checkpoint_seconds);
/* Sets what follows from the tasks, before the start. */
void trainer_lay_out(struct trainer *trainer);
void trainer_release(struct trainer *trainer);

/* Starts, or goes on after a checkpoint or a pause. On a thread of the pool. */
void trainer_go(struct trainer *trainer);

#endif
