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

#include "base/digest.h"
#include "store/store.h"

enum {
    OWN_METRICS_MOST = 8, /* of an execution */
    OWN_METRIC_NAME = 24, /* longest name: a letter, then letters, digits and _ */
    OWN_METRIC_HELP = 63  /* longest help, bytes */
};

/* What a metric is given in place of a prediction (evaluate/answer.h): name in scripts and in the
 * database. */
#define METRIC_SUBJECTS(X)                                                                         \
    X(MEAN, "mean")                                                                                \
    X(LEVEL, "level")                                                                              \
    X(MEDIAN, "median")                                                                            \
    X(RAW, "raw") /* the prediction as it is, without the shared last step */

enum metric_subject {
#define X(name, text) METRIC_OF_##name,
    METRIC_SUBJECTS(X)
#undef X
        METRIC_SUBJECT_COUNT
};
const char *metric_subject_name(enum metric_subject subject);
/* False if there is none of that name. */
bool metric_subject_find(const char *name, enum metric_subject *subject);

struct own_metric {
    char name[OWN_METRIC_NAME + 1];
    char help[OWN_METRIC_HELP + 1]; /* or "" */
    bool more;                      /* more is better */
    enum metric_subject of;
    char digest[DIGEST_TEXT]; /* of its compiled function: equal functions have equal ones */
};
/* Whether a name has the right letters and length. */
bool own_metric_name_fits(const char *name);

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
