/* SPDX-License-Identifier: MIT
 *
 * The search for settings, before the runs. Every arm that has trials chooses the best of them on
 * validation tasks, by successive halving (Jamieson and Talwalkar 2016, "Non-stochastic best arm
 * identification and hyperparameter optimization"; Li et al. 2018, "Hyperband"). At rung 0 of R,
 * all trials train with 1 / factor^(R - 1) of their epochs. After each rung, the best one in
 * `factor` survives. Trial 0, the script's own settings, survives whatever its score. The last rung
 * trains all epochs. The best score there wins; of equal scores, the smaller number wins. With one
 * rung this is random search. Every rung trains from the beginning. So a decaying rate reaches 0 at
 * the end of each rung, and a search that is stopped loses only the trainings under way.
 *
 * Every arm has the same number of trials and rungs: the same budget in units of its own training.
 * The choice depends only on the seed, not on threads or interruptions. A trial that fails or
 * diverges has no score and is not chosen.
 */
#ifndef WORKER_SEARCH_H
#define WORKER_SEARCH_H

#include "campaign.h"
#include "study.h"

struct search;

/* Borrows all arguments. */
struct search *search_new(struct study *study, struct pool *pool, struct outbox *outbox);
void search_free(struct search *search); /* call after pool_wait; accepts NULL */

/* Restores a result from before an interruption: that trial of the arm finished a rung with that
 * score, NaN for none. Called before search_start. False if there is no such trial or rung. */
bool search_recall(struct search *search, const char *arm, uint32_t trial, uint32_t rung,
                   double score);
/* Whether nothing is left to compute. */
bool search_is_over(const struct search *search);
/* Tells the study which trials were chosen. Called after search_is_over. */
void search_choose(struct search *search);

/* Posts the search's jobs. After the study knows all choices, `finished` is called on a thread of
 * the pool. The search pauses and stops with the campaign. After a stop, `finished` is not
 * called. */
struct search_start {
    struct campaign *campaign; /* borrowed */
    uint64_t seed;
    void (*finished)(void *context);
    void *context;
};
void search_start(struct search *search, const struct search_start *start);
/* The progress of an arm's search: trainings done, and in all; 0 of 0 if there is no search. */
void search_progress(struct search *search, const char *arm, uint32_t *done, uint32_t *all);

#endif
