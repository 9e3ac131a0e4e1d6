/* SPDX-License-Identifier: MIT
 *
 * The search for settings, before the runs: every arm that has trials chooses the best of them on
 * validation tasks, by successive halving (Jamieson and Talwalkar 2016, "Non-stochastic best arm
 * identification and hyperparameter optimization"; Li et al. 2018, "Hyperband"). At rung 0 of R all
 * trials train with 1 / factor^(R - 1) of their epochs; after each rung the best one in `factor`
 * goes on, with trial 0, the script's own settings, whatever its score; at the last rung all epochs
 * are trained, and the best score there is chosen, of equal ones the smaller number. With one rung
 * it is random search. Every rung trains from the beginning, so that a rate that falls is 0 at its
 * end, and so that what has not been computed when a search is stopped is all that is lost.
 *
 * Every arm has the same number of trials and rungs: the same budget in units of its own training.
 * What is chosen depends on the seed alone, not on threads or interruptions. A trial that fails, or
 * whose loss grows beyond all bounds, has no score and is not chosen.
 */
#ifndef WORKER_SEARCH_H
#define WORKER_SEARCH_H

#include "campaign.h"
#include "study.h"

struct search;

/* Borrows all of these. */
struct search *search_new(struct study *study, struct pool *pool, struct outbox *outbox);
void search_free(struct search *search); /* after pool_wait; accepts NULL */

/* What a search before an interruption had found: that trial of the arm ended a rung with that
 * score, NaN: with none. Before search_start. False if there is no such trial or rung. */
bool search_recall(struct search *search, const char *arm, uint32_t trial, uint32_t rung,
                   double score);
/* Nothing is left to compute. */
bool search_is_over(const struct search *search);
/* Tells the study what is chosen, after search_is_over. */
void search_choose(struct search *search);

/* Posts the search's jobs. Once all is chosen and the study knows it, `finished` is called on a
 * thread of the pool. It waits and ends with the campaign; after a stop `finished` is not called.
 */
struct search_start {
    struct campaign *campaign; /* borrowed */
    uint64_t seed;
    void (*finished)(void *context);
    void *context;
};
void search_start(struct search *search, const struct search_start *start);
/* How far the search of an arm is: trainings done, and all that it will take; 0 of 0 without. */
void search_progress(struct search *search, const char *arm, uint32_t *done, uint32_t *all);

#endif
