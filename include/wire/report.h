/* SPDX-License-Identifier: MIT
 *
 * The messages from a worker to its keeper, one struct per message; wire/message.h describes the
 * conversation.
 */
#ifndef WIRE_REPORT_H
#define WIRE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "data/own_metric.h"
#include "data/value_scale.h"
#include "store/task_part.h"
#include "wire/confinement.h"
#include "wire/frame.h"
#include "wire/message.h"

/* The baseline that is not a fixed arm: in each cell, the plain arm that is best on validation
 * tasks. */
#define MESSAGE_BEST_PLAIN "best_plain"

enum { MESSAGE_NEGATIVES = 100, MESSAGE_NEGATIVES_BY = 15 };

struct message_plan {
    const char *experiment, *data; /* names */
    const char *baseline;          /* an arm, or MESSAGE_BEST_PLAIN */
    const char *answer;            /* "level", "median", "raw": what MAE is judged on */
    double matters;                /* smaller gains count as no difference */
    uint32_t negatives;            /* sampled for each row of a task, at most MESSAGE_NEGATIVES */
    const char *negatives_by;      /* "uniform", "popularity"; "" without them */
    const char *binary;            /* build, BLAS and its kernel; at most MESSAGE_TEXT bytes */
    uint32_t arm_count;
    struct message_arm {
        const char *name, *description;
        bool learns; /* false for a closed form, which runs with the first seed only */
    } arms[MESSAGE_ARMS];
    uint32_t seed_count;
    uint64_t seeds[MESSAGE_SEEDS];
    uint32_t metric_count;
    struct own_metric metrics[OWN_METRICS_MOST];
};

struct message_bound {
    uint32_t arm_count; /* as in PLAN */
    uint64_t parameters[MESSAGE_ARMS];
    uint64_t steps[MESSAGE_ARMS]; /* 0 for a closed form */
    /* The distinct values in the training rows, ascending; none if there are more than
     * VALUE_LEVELS_MOST. */
    float levels[VALUE_LEVELS_MOST];
    uint32_t level_count;
    float smallest, largest; /* of the training rows */
};

/* The tasks of a part, scenario and draw. */
struct message_tasks {
    enum task_part part;
    const char *scenario; /* at most 15 bytes */
    uint32_t draw, count;
    bool of_items;     /* each task is an item, and `users` are ids of items */
    const char *users; /* ids, each followed by a NUL: users_size bytes */
    const char *keys;  /* likewise, at most MESSAGE_KEY bytes each; keys_size 0: tasks have none */
    size_t users_size, keys_size;
    const uint32_t *support_starts, *query_starts; /* count + 1 each, from 0, never descending */
    const uint32_t *support, *query;               /* interactions of the data set, from 0 */
    const float *truth;                            /* one per query row */
};

/* name, name in the database */
#define MESSAGE_SERIES(X)                                                                          \
    X(TRAIN, "train")                                                                              \
    X(VALIDATION, "validation")

enum message_series {
#define X(name, text) SERIES_##name,
    MESSAGE_SERIES(X)
#undef X
        SERIES_COUNT
};
const char *message_series_name(enum message_series series);

struct message_point {
    uint32_t run;
    enum message_series series;
    uint64_t step;
    double value;
};

/* name, name in the database */
#define MESSAGE_PHASES(X)                                                                          \
    X(WAITING, "")                                                                                 \
    X(SEARCH, "search")                                                                            \
    X(TRAINING, "training")                                                                        \
    X(EVALUATION, "evaluation")

enum message_phase {
#define X(name, text) PHASE_##name,
    MESSAGE_PHASES(X)
#undef X
        PHASE_COUNT
};
const char *message_phase_name(enum message_phase phase);

/* At most four per second and run. During the search, `step` of `steps` trainings of the arm's
 * trials are done. */
struct message_progress {
    uint32_t run;
    enum message_phase phase;
    uint64_t step, steps;
    double share;        /* of all the run's work, 0 .. 1 */
    double rate;         /* steps per second, >= 0 */
    double eta, loss;    /* NaN: not known */
    double seconds;      /* computing time of this run since START */
    uint64_t peak_bytes; /* of the arenas */
};

struct message_checkpoint {
    uint32_t run;
    uint64_t step;
    double seconds; /* computing time of this run since START */
    const void *bytes;
    size_t size;
};

/* Predictions of the query rows, in order, of those TASKS that have at least `shots` support rows,
 * or of all tasks if all support is shown. */
struct message_predictions {
    uint32_t run;
    enum task_part part;
    const char *scenario;
    uint32_t shots; /* UINT32_MAX: all */
    uint32_t draw;
    /* One per query row, within the range of the data. If BOUND has levels and a range, predictions
     * are points of the grid of data/value_scale.h, and deviations are whole steps of it. */
    const float *values;
    const float *deviations; /* as many, at least 0; NULL if the arm does not give them */
    uint32_t count;
};

/* The values of a metric of the script for those test TASKS that have at least `shots` support
 * rows, or for all of them. */
struct message_metric {
    uint32_t run, metric;   /* the metric's number in PLAN */
    enum metric_subject of; /* what the metric was given */
    const char *scenario;
    uint32_t shots; /* UINT32_MAX: all */
    uint32_t draw;
    double validation;    /* mean over the validation tasks of its last step; NaN: unknown */
    const double *values; /* one per task, NaN for a task without a value */
    uint32_t count;
};

/* A trial of an arm has ended a rung of the search. */
struct message_trial {
    const char *arm;
    uint32_t trial, rung; /* below MESSAGE_TRIALS and MESSAGE_RUNGS; trial 0 is the arm itself */
    double share;         /* of the epochs of a run, above 0, at most 1 */
    double score;         /* mean log score on validation tasks; NaN: it failed, `text` says why */
    double seconds;       /* of one thread */
    const char *settings; /* its settings, "arms.ridge.learner.lr=0.003" lines */
    const char *text;
};

struct message_run_done {
    uint32_t run;
    char weights[DIGEST_TEXT]; /* SHA-256 of the learned numbers */
    uint64_t parameters;
    double seconds;
    uint64_t peak_bytes;
    /* What prediction needs, which replaces all earlier checkpoints; size 0 for a closed form. */
    const void *checkpoint;
    size_t size;
};

struct message_run_failed {
    uint32_t run;
    enum error_kind kind;
    const char *text;
};

struct message_log {
    uint32_t run; /* UINT32_MAX: the whole execution */
    const char *line;
};

struct message_failed {
    enum error_kind kind;
    const char *text;
    uint32_t line; /* of the script; 0 if unknown */
};

/* A question that has no answer. Others may follow. */
struct message_declined {
    enum error_kind kind;
    const char *text;
    uint32_t line; /* of the script; 0 if unknown */
};

struct message_answer {
    const void *bytes; /* of answer_write */
    size_t size;
};

MESSAGES_TO_KEEPER(MESSAGE_DECLARED, MESSAGE_IS_EMPTY)

#endif
