/* SPDX-License-Identifier: MIT
 *
 * Checks that a learner's prediction for a task depends only on what `adapt` returned for that
 * task. Lua forgets everything between calls. But one call computes several tasks, so a learner
 * could let tasks see each other, or predict from state that `adapt` left elsewhere than in its
 * result.
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
    struct value_range range; /* predictions are compared as they are scored: within this range */
    uint32_t lane;            /* of the calling thread */
    struct arena *arena;      /* for temporary memory */
};

/* Predicts the first tasks of the set as a run does, then in another order, in other groups, a few
 * at a time, and with another adaptation between adapt and predict. False (ERROR_SCRIPT) if two
 * predictions of a row differ by more than rounding explains: a thousandth of the range. */
bool independence_check(const struct independence *about, struct error *error);

/* Checks predictions of all query rows of the set, and deviations (NULL for none), by predicting
 * some of the tasks again in other groups. The seed determines which ones. */
bool independence_repeat(const struct independence *about, uint64_t seed, const float *values,
                         const float *deviations, struct error *error);

#endif
