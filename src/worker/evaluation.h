/* SPDX-License-Identifier: MIT
 *
 * Evaluates a run that has been trained: test and validation tasks of every scenario, draw and
 * number of shots, in batches of tasks that do not depend on the number of threads. At K shots the
 * tasks with K support rows are asked, at "all" every one. Predictions are clipped to the range of
 * the training values, rounded to the grid of data/value_scale.h where ratings have levels, and
 * sent set by set, so that memory stays bounded; then the run is done.
 */
#ifndef WORKER_EVALUATION_H
#define WORKER_EVALUATION_H

#include "campaign.h"

/* Begins, or goes on after a pause. */
void evaluation_go(struct run *run);
void evaluation_release(struct run *run);

/* The work of evaluating a run, in rows of support and query; a task counts as some rows more. */
uint64_t evaluation_rows(const struct campaign *campaign);
/* The same of tasks first .. first + count - 1 of one set. */
uint64_t evaluation_rows_of(const struct task_set *set, uint32_t first, uint32_t count,
                            uint32_t shots);

#endif
