/* SPDX-License-Identifier: MIT
 *
 * How far runs are, and how long they still take. A step and a row of a prediction are given the
 * time that they took so far; so a share counts training and evaluation by what they cost, and runs
 * that share the pool wait for each other in the estimate as they do in fact.
 */
#ifndef WORKER_PROGRESS_H
#define WORKER_PROGRESS_H

#include "campaign.h"

/* Called by the jobs of a run for what they did. */
void work_add_shard(struct run *run, uint64_t rows, double seconds);
void work_add_update(struct run *run, double seconds); /* of one thread, waiting left out */
void work_add_step(struct run *run, double loss);      /* it is done; NaN: it has no loss */
void work_add_rows(struct run *run, uint64_t rows, double seconds);

/* Tells the keeper of every run that is under way. Called by the main thread, not more than four
 * times a second. */
void progress_report(struct campaign *campaign);
/* The same of a run that is done, by the thread that ended it. */
void progress_report_done(struct run *run);

#endif
