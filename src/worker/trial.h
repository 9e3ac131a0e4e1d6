/* SPDX-License-Identifier: MIT
 *
 * Trains a trial once, from the beginning and on one thread, and scores the result on validation
 * tasks. It computes the same as a run with that many epochs, and reports nothing.
 */
#ifndef WORKER_TRIAL_H
#define WORKER_TRIAL_H

#include "workspace.h"

struct trial {
    struct workspace *workspace;     /* borrowed */
    struct recommender *recommender; /* new; borrowed */
    double share;                    /* of the epochs of each phase, above 0, at most 1 */
    uint64_t seed;
};

/* Whether two shares of a plan give the same training. Different shares may: a phase is cut to
 * whole epochs, and to at least one. */
bool trial_is_as_long(const struct training_plan *plan, double share, double other);

/* Trains; waits while the execution is paused. ERROR_CANCELLED if it is stopped. */
bool trial_train(const struct trial *trial, uint32_t lane, struct error *error);

/* The mean, over the validation tasks of the first draw in all scenarios and at all numbers of
 * shots, of a task's mean log score over its rows (evaluate/answer.h). For every scenario and
 * number of shots, each half of the tasks is answered with a last step that is fitted on the other
 * half; a single task is left out. NaN if no task is left. */
bool trial_score(const struct trial *trial, uint32_t lane, double *score, struct error *error);

#endif
