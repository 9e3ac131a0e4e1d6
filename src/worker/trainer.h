/* SPDX-License-Identifier: MIT
 *
 * Trains a run: the shards of a step are jobs; the thread that finishes the last of them takes the
 * outer step and posts the next. Points of the loss curves come at steps fixed by the plan, so that
 * a resumed run has the same; only when a checkpoint is taken depends on the time.
 */
#ifndef WORKER_TRAINER_H
#define WORKER_TRAINER_H

#include "campaign.h"

enum {
    TRAINER_POINTS = 400,     /* most points of a training curve */
    TRAINER_VALIDATIONS = 40, /* most of a validation curve, but for the first */
    VALIDATION_SHOTS = 5,     /* validation: mean squared error of the query rows after so many */
    VALIDATION_TASKS_MOST = 512
};

/* Sets what follows from the plan alone. */
void trainer_prepare(struct run *run);
/* Sets what follows from the campaign's tasks, before the start. */
void trainer_lay_out(struct run *run);
void trainer_release(struct run *run);

/* Starts, or goes on after a checkpoint or a pause. On a thread of the pool. */
void trainer_go(struct run *run);

#endif
