/* SPDX-License-Identifier: MIT
 *
 * What a search for settings has tried, in the workbench. An arm of an execution has trials 0, 1
 * ..; trial 0 is the arm as its script has it. At rung 0 all are trained for a while, at each
 * further rung the best of them for longer; the one with the best score at the last rung is what
 * the arm's runs have.
 */
#ifndef STORE_TRIAL_STORE_H
#define STORE_TRIAL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* One training of a trial. */
struct stored_trial {
    char arm[64];
    uint32_t trial, rung;
    double share;   /* of the epochs of a run, above 0, at most 1 */
    double score;   /* mean log score on validation tasks, higher is better; NaN: it failed */
    double seconds; /* of one thread */
    char *settings; /* "arms.ridge.learner.lr=0.003" lines as for --set; "" for trial 0 */
    char *text;     /* why it failed; or "" */
    bool chosen;    /* the best of its arm at the last rung, where no trial is left to do */
};

/* Of an execution, by arm, rung and trial: a new array. NULL on failure. */
struct stored_trial *store_trials(struct store *store, int64_t execution, size_t *count,
                                  struct error *error);
void stored_trials_free(struct stored_trial *trials, size_t count); /* accepts NULL */

/* Replaces what there is of this trial and rung. Within a transaction. */
bool store_trial_add(struct store *store, int64_t execution, const struct stored_trial *trial,
                     struct error *error);

#endif
