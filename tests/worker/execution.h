/* SPDX-License-Identifier: MIT
 *
 * A small experiment in a real worker, led as the keeper leads it.
 */
#ifndef TESTS_EXECUTION_H
#define TESTS_EXECUTION_H

#include "real_worker.h"
#include "recorder.h"

enum { NEVER = UINT32_MAX, EXECUTION_SEED = 5 };
#define HEAD "local thaw = require 'thaw'\nlocal map, learn = thaw.map, thaw.learn\n"
#define TASKS                                                                                      \
    "thaw.tasks.by_user { min = 6, query = 3, draws = 2, shots = { 0, 5, 'all' }, validation = "   \
    "0.2 "                                                                                         \
    "}"
extern const char script[];

/* An experiment of one learner that is written in the script. */
#define LEARNER(adapt)                                                                             \
    HEAD "local own = thaw.learner.define { name = 'own', adapt = function(self, model, "          \
         "theta, support)\n" adapt "\nreturn theta end }\n"                                        \
         "return thaw.experiment { data = 'toy', tasks = " TASKS ",\n"                             \
         "  arms = { own = { model = thaw.mlp { embed = 2, hidden = { 2 } },\n"                    \
         "                   learner = own { epochs = 2 } } } }\n"

/* From the start of a process to the START of its runs. */
uint32_t begin_script(struct real_worker *worker, const char *text, uint32_t threads,
                      struct recorder *recorder);
uint32_t begin(struct real_worker *worker, uint32_t threads, struct recorder *recorder);
/* Takes what comes until the worker is done, or until so many messages came. */
void record(struct real_worker *worker, struct recorder *recorder, uint32_t most);
uint32_t run_to_the_end(uint32_t threads, struct recorder *recorder);
extern struct recorder reference; /* of an execution that nothing disturbed */
extern struct recorder recorded;  /* of the one under test */
extern uint32_t run_total;        /* of the reference */

int set_up_group(void **state);
int tear_down_group(void **state);
int execution_tear_down(void **state);
void expect_part(const char *text, const char *part);
/* Moves the prediction of each task by the ratings of all that are predicted with it. */
#define SEES_OTHERS                                                                                \
    LEARNER("theta = theta:with { head = theta.head + support:target():sum():sum('tasks') / 500 "  \
            "}")

#endif
