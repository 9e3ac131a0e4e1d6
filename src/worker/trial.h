/* SPDX-License-Identifier: MIT
 *
 * One training of a trial, from its beginning, on one thread, and how good what came of it is on
 * validation tasks. It computes what a run with as many epochs would, and reports nothing.
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

/* Whether two shares of a plan are the same training: a phase has whole epochs, and at least one.
 */
bool trial_is_as_long(const struct training_plan *plan, double share, double other);

/* Trains, waiting while the execution is paused; ERROR_CANCELLED if it is stopped. */
bool trial_train(const struct trial *trial, uint32_t lane, struct error *error);

/* The mean, over the validation tasks of the first draw in all scenarios and at all numbers of
 * shots, of the mean log score of a task's rows (evaluate/answer.h). For every scenario and number
 * of shots the last step of one half of the tasks, every second one, is fitted on the other half;
 * if there are fewer than two tasks they are left out. NaN if nothing is left. */
bool trial_score(const struct trial *trial, uint32_t lane, double *score, struct error *error);

#endif
