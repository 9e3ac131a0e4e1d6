/* SPDX-License-Identifier: MIT */
#ifndef KEEPER_JOB_TASKS_H
#define KEEPER_JOB_TASKS_H

#include <stdbool.h>

#include "job.h"

/* Handles TASKS. False with `error` if it contradicts the data set, or the tasks of finished
 * runs. */
bool job_take_tasks(struct worker_job *job, struct store *store, const struct frame *frame,
                    struct error *error);
/* Whether there is one prediction for each required query row. */
bool job_predictions_fit(const struct worker_job *job,
                         const struct message_predictions *predictions, struct error *error);
/* Whether the metric exists, and there is one value for each required test task. */
bool job_metric_fits(const struct worker_job *job, const struct message_metric *metric,
                     struct error *error);

#endif
