/* SPDX-License-Identifier: MIT
 *
 * The trials of a search for settings, in the workbench. An arm of an execution has trials 0, 1
 * ...; trial 0 is the arm as its script has it. At rung 0 all trials are trained for a while; at
 * each further rung the best of them are trained for longer. The arm's runs use the trial with the
 * best score at the last rung.
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
    double score;   /* mean log score on validation tasks, higher is better; NaN if it failed */
    double seconds; /* of one thread */
    char *settings; /* "arms.ridge.learner.lr=0.003" lines as for --set; "" for trial 0 */
    char *text;     /* why it failed; or "" */
    bool chosen;    /* the best of its arm at the last rung, once no trial is left to run */
};

/* The trials of an execution by arm, rung and number: a new array. NULL on failure. */
struct stored_trial *store_trials(struct store *store, int64_t execution, size_t *count,
                                  struct error *error);
void stored_trials_free(struct stored_trial *trials, size_t count); /* accepts NULL */

/* Replaces an earlier result of this trial and rung. Needs an open transaction. */
bool store_trial_add(struct store *store, int64_t execution, const struct stored_trial *trial,
                     struct error *error);

#endif
