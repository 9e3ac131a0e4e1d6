/* SPDX-License-Identifier: MIT
 *
 * Chooses, on the validation tasks, how strongly a plain recommender shrinks towards the usual
 * values. The criterion is the squared error of predictions clipped as in every comparison,
 * averaged over 0, 1, 3, 5, 10 and all shots and over the tasks of a scenario. For all scenarios
 * together, it is averaged over those that have tasks.
 */
#ifndef BASELINE_STRENGTH_H
#define BASELINE_STRENGTH_H

#include "plain.h"

struct strength {
    const char *name; /* for the recommender's note */
    double *value;    /* in the recommender */
    double usual;     /* used without validation tasks; the search starts here */
    bool is_free;     /* whether to choose it; otherwise `value` stays */
};
enum { STRENGTHS_MOST = 2 };

/* Searches from the usual values in steps of a factor 2, one strength after the other, as long as a
 * step gains more than two standard errors of the gain (paired by task). So a difference that few
 * tasks cannot show leaves the usual value. The only limit is a factor of 2^STRENGTH_REACH; if it
 * is reached, the recommender's note says so. The tasks are those of `scenario`, or all for
 * SCENARIO_COUNT. `refit` (may be NULL) is called after every change. False if there was nothing to
 * choose or there are fewer than STRENGTH_TASKS tasks; free values are then the usual ones, and
 * `refit` was not called. */
enum { STRENGTH_REACH = 16, STRENGTH_TASKS = 30 };
bool strength_choose(struct plain *plain, enum scenario scenario, const struct strength *strengths,
                     uint32_t count, void (*refit)(struct plain *plain));

#endif
