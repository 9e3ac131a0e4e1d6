/* SPDX-License-Identifier: MIT
 *
 * Trains a run. The shards of a step are jobs. The thread that finishes the last shard begins the
 * outer step, and the thread that finishes the last part of the outer step posts the next step.
 * Points of the loss curves are at steps that the plan determines, so a resumed run has the same
 * points. Only the time of checkpoints depends on the clock. Only the thread that finished the last
 * job of a step touches the training's state.
 */
#ifndef WORKER_TRAINER_H
#define WORKER_TRAINER_H

#include "run_common.h"
#include "training_step.h"
#include "validation.h"

enum {
    TRAINER_POINTS = 400,    /* maximum points of a training curve */
    TRAINER_VALIDATIONS = 40 /* maximum points of a validation curve after its first */
};

/* Callbacks of a trainer, called on a thread of the pool without a lock. */
struct trainer_events {
    /* A point of the training curve, or of the validation curve. */
    void (*point)(void *context, bool of_validation, uint32_t step, double value);
    /* The state should be saved now (checkpoint.h). Returns the seconds until the next save. */
    double (*checkpoint)(void *context);
    /* A note from the fit of a closed form. */
    void (*note)(void *context, const char *line);
    /* Called last. `error` is the cause of a failure, or NULL. */
    void (*ended)(void *context, enum run_outcome outcome, const struct error *error);
};

/* A shard, a part of the outer step, or a batch of the validation, by number. */
struct trainer_job {
    struct pool_job job;
    struct trainer *trainer;
    uint32_t number;
};

struct trainer {
    struct run_common *run; /* borrowed, as are the following */
    const struct trainer_events *events;
    void *context;

    bool parked; /* until trainer_go; guarded by the workspace's lock */
    uint32_t
        outstanding; /* unfinished jobs of the step, update or validation; guarded by that lock */

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
    bool validated;  /* the validation at `step`, if there is one, is done */
    double loss_sum; /* over the steps since the last point */
    uint64_t loss_tasks;
    double checkpoint_due; /* on the monotonic clock */
};

/* Borrows all arguments. Sets what depends on the plan alone. The first checkpoint is due after
 * `checkpoint_seconds`. */
void trainer_init(struct trainer *trainer, struct run_common *run,
                  const struct trainer_events *events, void *context, double checkpoint_seconds);
/* Sets what depends on the tasks. Called before the start. */
void trainer_lay_out(struct trainer *trainer);
void trainer_release(struct trainer *trainer);

/* Starts, or continues after a checkpoint or a pause. Called on a thread of the pool. */
void trainer_go(struct trainer *trainer);

#endif
