/* SPDX-License-Identifier: MIT
 *
 * The identity of a run, for the code that trains, evaluates and stores it.
 */
#ifndef WORKER_RUN_COMMON_H
#define WORKER_RUN_COMMON_H

#include "work.h"
#include "workspace.h"

struct run_common {
    struct workspace *workspace; /* borrowed */
    uint32_t number;             /* in messages */
    char *arm;
    uint64_t seed, parameters;
    struct recommender *recommender;
    struct work work;
};

/* How training or evaluation ended. */
enum run_outcome { OUTCOME_DONE, OUTCOME_FAILED, OUTCOME_STOPPED };

#endif
