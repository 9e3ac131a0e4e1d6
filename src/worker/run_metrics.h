/* SPDX-License-Identifier: MIT
 *
 * The script's metrics of one run. Its predictions are kept until all are there, because what a
 * comparison judges is made of them by the last step, which is fitted on validation tasks as a
 * comparison fits it (evaluate/fit_choice.h). Then each metric is called for each test task, and
 * the values are sent.
 */
#ifndef WORKER_RUN_METRICS_H
#define WORKER_RUN_METRICS_H

#include "evaluation.h"
#include "outbox.h"
#include "script/script.h"
#include "wire/report.h"

struct kept_rows;

struct run_metrics {
    struct run_common *run;   /* borrowed, as are the next two */
    struct script_host *host; /* NULL if the script has no metrics */
    struct outbox *outbox;
    struct kept_rows *kept;      /* by number of the workspace's shot set; NULL before the first */
    uint64_t owed;               /* bytes of the budget */
    struct message_metric *said; /* to be sent, with values of their own */
    size_t said_count;
    bool failed[OWN_METRICS_MOST];
};

void run_metrics_init(struct run_metrics *metrics, struct run_common *run, struct script_host *host,
                      struct outbox *outbox);
void run_metrics_release(struct run_metrics *metrics);
bool run_metrics_has_any(const struct run_metrics *metrics);
/* Keeps a copy of the predictions. Any thread; each shot set once. */
void run_metrics_keep(struct run_metrics *metrics, const struct predicted_rows *rows);
/* Computes and sends all values, in this lane, and forgets the predictions. A metric that fails for
 * a task gets no values for the run, and the log says why: everything else of the run is as good as
 * without it. Waits during a pause. Fails with ERROR_CANCELLED if the execution is stopping. */
bool run_metrics_send(struct run_metrics *metrics, uint32_t lane, struct error *error);

/* For `thaw check` and before a training: calls each metric for the first test tasks of a scenario,
 * at most 32, as if every prediction were the mean of its task's ratings. Sets `values` if it is
 * not NULL: that of the first task for each metric. `shown` counts the rows of that task; 0 if
 * there is none. */
bool run_metrics_try(struct script_host *host, const struct experiment *experiment,
                     const struct dataset *dataset, const struct split *split, double *values,
                     uint32_t *shown, struct error *error);

#endif
