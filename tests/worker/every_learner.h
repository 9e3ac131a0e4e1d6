/* SPDX-License-Identifier: MIT
 *
 * Every learner of the library in one real worker. The experiment is every_learner.lua, and the
 * test acts as the keeper.
 */
#ifndef TESTS_WORKER_EVERY_LEARNER_H
#define TESTS_WORKER_EVERY_LEARNER_H

#include "real_worker.h"
#include "recorder.h"

struct every_learner {
    struct real_worker worker;
    struct plan plan;
    uint32_t runs;
};

/* The text of tests/worker/every_learner.lua, to be freed; fails the test where it is not there. */
char *every_learner_script(void);
/* Starts a worker, and all runs of a script in it, on a data set of so many users. */
void every_learner_start(struct every_learner *all, const char *script, const char *settings,
                         uint32_t users, uint32_t threads);
/* The same for the runs that failed, from where their checkpoints left them; the others are done.
 */
void every_learner_go_on(struct every_learner *all, const char *script, const char *settings,
                         uint32_t users, uint32_t threads, const struct recorder *from);
/* The arm of run number `run`. */
const char *every_learner_arm(const struct every_learner *all, uint32_t run);

#endif
