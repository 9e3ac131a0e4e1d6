/* SPDX-License-Identifier: MIT
 *
 * Metrics that a script declares, and their values. A metric is a function in Lua, which only a
 * worker can call, so its values are computed with the predictions and stored beside them. Metrics
 * of an execution are numbered from 0 in the order of their names.
 */
#ifndef STORE_METRIC_STORE_H
#define STORE_METRIC_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/own_metric.h"
#include "store/store.h"

/* The metrics of an execution, in order: a new array, empty for executions of an older thaw. NULL
 * on failure. */
struct own_metric *store_metrics(struct store *store, int64_t execution, size_t *count,
                                 struct error *error);
/* The values of a run for the test tasks of a scenario and draw that have at least `shots` support
 * rows, in order. */
struct metric_values {
    enum metric_subject of; /* raw if the run had no validation tasks to fit a last step on */
    /* The mean over the validation tasks that the last step was fitted on. NaN if it is unknown, or
     * if the arm learns: nobody chooses among learners. */
    double validation;
    double *values; /* NaN for a task without a value */
    size_t count;   /* 0 if there are none */
};
bool store_metric_values(struct store *store, int64_t run, uint32_t metric, const char *scenario,
                         uint32_t shots, uint32_t draw, struct metric_values *values,
                         struct error *error);
void metric_values_release(struct metric_values *values);

/* Writing, within a transaction. */
bool store_metric_add(struct store *store, int64_t execution, uint32_t number,
                      const struct own_metric *metric, struct error *error);
/* Replaces earlier ones of the same place. */
bool store_metric_values_add(struct store *store, int64_t run, uint32_t metric,
                             const char *scenario, uint32_t shots, uint32_t draw,
                             const struct metric_values *values, struct error *error);

#endif
