/* SPDX-License-Identifier: MIT
 *
 * Whether what a learner predicts for a task follows from what adapt made of that task alone. Lua
 * forgets everything between calls; but a call computes several tasks at once, and a learner could
 * let them see each other, or predict from what adapt left elsewhere than in what it returned.
 */
#ifndef WORKER_INDEPENDENCE_H
#define WORKER_INDEPENDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "recommender/recommender.h"
#include "task/task.h"

struct independence {
    struct recommender *recommender;
    const struct dataset *dataset;
    const struct task_set *set;
    uint32_t shots;
    struct value_range range; /* predictions are compared as they are scored: within it */
    uint32_t lane;            /* of the thread that asks */
    struct arena *arena;      /* for what is needed meanwhile */
};

/* Predicts the first tasks of the set as a run does, in another order, in other company, few at a
 * time, and with another adaptation between adapt and predict. False (ERROR_SCRIPT) if two
 * predictions of a row differ by more than rounding may make of it: a thousandth of the range. */
bool independence_check(const struct independence *about, struct error *error);

/* The same of predictions that were made, and deviations (NULL: none), of all query rows of the
 * set: some of its tasks are predicted again in other company. Which ones follows from the seed. */
bool independence_repeat(const struct independence *about, uint64_t seed, const float *values,
                         const float *deviations, struct error *error);

#endif
