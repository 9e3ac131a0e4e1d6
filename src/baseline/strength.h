/* SPDX-License-Identifier: MIT
 *
 * How strongly a plain recommender holds on to what is usual, such as the shrinkage of an item, is
 * chosen by the validation tasks: the least squared error, clipped as in every comparison, averaged
 * over 0, 1, 3, 5, 10 and all shots, over the tasks of a scenario, and if all scenarios are
 * meant over those that have tasks.
 */
#ifndef BASELINE_STRENGTH_H
#define BASELINE_STRENGTH_H

#include "plain.h"

struct strength {
    const char *name; /* in a note */
    double *value;    /* of the recommender */
    double usual;     /* where there are no validation tasks, and where the search begins */
    bool is_free;     /* to be chosen; else `value` stays */
};
enum { STRENGTHS_MOST = 2 };

/* Walks from the usual values in steps of a factor 2, one strength after the other, as long as a
 * step gains more than two standard errors of the gain (paired by task): what few tasks cannot tell
 * stays usual. There is no edge to stop at but a factor of 2^STRENGTH_REACH, and if that is
 * reached the recommender's note says so. Tasks are those of `scenario`, or of all for
 * SCENARIO_COUNT. `refit` (may be NULL) is called after every change. False if nothing was to be
 * chosen or there are fewer than STRENGTH_TASKS tasks; then free values are the usual ones and
 * `refit` was not called. */
enum { STRENGTH_REACH = 16, STRENGTH_TASKS = 30 };
bool strength_choose(struct plain *plain, enum scenario scenario, const struct strength *strengths,
                     uint32_t count, void (*refit)(struct plain *plain));

#endif
