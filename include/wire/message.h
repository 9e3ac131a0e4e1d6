/* SPDX-License-Identifier: MIT
 *
 * What keeper and worker say to each other, one struct a message.
 *
 *     keeper                                   worker
 *     LOAD the script                     ->
 *                                         <-   PLAN what it declares, or FAILED
 *     DATA the data set                   ->
 *                                         <-   BOUND sizes of the arms, or FAILED
 *     RUN for each run, then START        ->
 *                                         <-   TASKS, POINT, PROGRESS, CHECKPOINT, PREDICTIONS,
 *                                              RUN_DONE, RUN_FAILED, LOG, then FINISHED, exit 0
 *     PAUSE, CONTINUE, STOP at any time   ->
 *                                         <-   after STOP a CHECKPOINT of every run that goes on,
 *                                              then STOPPED, exit 0
 *
 * With `check` in LOAD there is no RUN and no START: after DATA the worker computes one step of
 * each arm and answers CHECKED or FAILED. The worker sends ALIVE each second from the start,
 * whatever it does; a long silence is taken for a hang. A FAILED ends the whole execution.
 *
 * Order is meaning. What stands before a CHECKPOINT of a run is older than it: a resumed run
 * repeats its points with a larger step, and all its predictions. TASKS of a scenario and draw come
 * before predictions that refer to them; after a resume they come again.
 *
 * Reading checks everything (lengths, counts, ranges, finite numbers, UTF-8, order of offsets) and
 * fails with ERROR_INPUT, "POINT: its value is not finite". What a struct points to lies in the
 * frame and lives as long as that. Writers want values that reading would accept; both sides share
 * memory layout, so numbers travel as they are.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "wire/frame.h"

/* name, name in C, most bytes of its payload */
#define MESSAGES_TO_WORKER(X)                                                                      \
    X(LOAD, load, 16 << 20)                                                                        \
    X(DATA, data, 1 << 30)                                                                         \
    X(RUN, run, 256 << 20)                                                                         \
    X(START, start, 64)                                                                            \
    X(PAUSE, pause, 0)                                                                             \
    X(CONTINUE, continue, 0)                                                                       \
    X(STOP, stop, 0)

#define MESSAGES_TO_KEEPER(X)                                                                      \
    X(PLAN, plan, 1 << 20)                                                                         \
    X(BOUND, bound, 16 << 10)                                                                      \
    X(TASKS, tasks, 256 << 20)                                                                     \
    X(POINT, point, 64)                                                                            \
    X(PROGRESS, progress, 128)                                                                     \
    X(CHECKPOINT, checkpoint, 256 << 20)                                                           \
    X(PREDICTIONS, predictions, 64 << 20)                                                          \
    X(RUN_DONE, run_done, 256)                                                                     \
    X(RUN_FAILED, run_failed, 8 << 10)                                                             \
    X(LOG, log, 8 << 10)                                                                           \
    X(FAILED, failed, 8 << 10)                                                                     \
    X(CHECKED, checked, 256 << 10)                                                                 \
    X(STOPPED, stopped, 0)                                                                         \
    X(FINISHED, finished, 0)                                                                       \
    X(ALIVE, alive, 0)

enum message_type {
    MESSAGE_NONE,
#define X(name, lower, most) MESSAGE_##name,
    MESSAGES_TO_WORKER(X) MESSAGES_TO_KEEPER(X)
#undef X
        MESSAGE_TYPES
};

/* For frame_input_init, MESSAGE_TYPES of them: what a worker accepts, what a keeper accepts. */
extern const struct frame_kind messages_to_worker[MESSAGE_TYPES];
extern const struct frame_kind messages_to_keeper[MESSAGE_TYPES];

enum {
    MESSAGE_ARMS = 64,   /* most arms of an experiment */
    MESSAGE_SEEDS = 100, /* most seeds */
    MESSAGE_NAME = 63,   /* longest name of an arm, experiment, data set: bytes */
    MESSAGE_TEXT = 4000  /* longest error text or log line */
};

/* PAUSE, CONTINUE, STOP, STOPPED, FINISHED, ALIVE say nothing but their type. */
void message_write_empty(struct frame_output *output, enum message_type type);

/* -- to the worker ----------------------------------------------------------------------------- */

struct message_load {
    bool check;       /* check the script instead of running it */
    const char *path; /* of the script, for messages */
    const char *text; /* its source; any bytes */
    size_t size;
    const char *modules; /* name NUL source NUL ...: the user's own modules */
    size_t modules_size;
    const char *settings; /* "name=value" lines, or "" */
};

struct message_data {
    const void *bytes; /* of dataset_write */
    size_t size;
};

struct message_run {
    uint32_t run; /* 0, 1, 2 ... in order: its number in all messages */
    const char *arm;
    uint64_t seed;
    bool done;              /* it has its results: nothing to do */
    uint64_t step;          /* of the checkpoint */
    const void *checkpoint; /* size 0: begin at the beginning */
    size_t size;
};

struct message_start {
    uint64_t seed; /* of the execution: test tasks follow from it */
    uint32_t runs; /* RUN messages that came before */
};

/* -- to the keeper ----------------------------------------------------------------------------- */

struct message_plan {
    const char *experiment, *data, *baseline; /* names */
    const char *binary; /* what computes: build, BLAS and its kernel; at most MESSAGE_TEXT bytes */
    uint32_t arm_count;
    struct message_arm {
        const char *name, *description;
        bool learns; /* false for a closed form, which is run with the first seed only */
    } arms[MESSAGE_ARMS];
    uint32_t seed_count;
    uint64_t seeds[MESSAGE_SEEDS];
};

struct message_bound {
    uint32_t arm_count; /* as in PLAN */
    uint64_t parameters[MESSAGE_ARMS];
    uint64_t steps[MESSAGE_ARMS]; /* 0 for a closed form */
};

/* The test tasks of a scenario and draw. */
struct message_tasks {
    const char *scenario; /* at most 15 bytes */
    uint32_t draw, count;
    const char *users; /* ids, each with its NUL, one after another: users_size bytes */
    size_t users_size;
    const uint32_t *support_starts, *query_starts; /* count + 1 each, the first 0, not descending */
    const uint32_t *support, *query;               /* interactions of the data set, from 0 */
    const float *truth;                            /* one each query row */
};

enum message_series { SERIES_TRAIN, SERIES_VALIDATION, SERIES_COUNT };
const char *message_series_name(enum message_series series); /* "train", "validation" */

struct message_point {
    uint32_t run;
    enum message_series series;
    uint64_t step;
    double value;
};

enum message_phase { PHASE_WAITING, PHASE_TRAINING, PHASE_EVALUATION, PHASE_COUNT };
const char *message_phase_name(enum message_phase phase); /* "", "training", "evaluation" */

/* At most four a second and run. */
struct message_progress {
    uint32_t run;
    enum message_phase phase;
    uint64_t step, steps;
    double share;        /* of all the run's work, 0 .. 1 */
    double rate;         /* steps a second, >= 0 */
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

struct message_predictions {
    uint32_t run;
    const char *scenario;
    uint32_t shots; /* UINT32_MAX: all */
    uint32_t draw;
    const float *values; /* one each query row of TASKS, clipped to the range of the data */
    uint32_t count;
};

struct message_run_done {
    uint32_t run;
    char weights[DIGEST_TEXT]; /* SHA-256 of what it learned */
    uint64_t parameters;
    double seconds;
    uint64_t peak_bytes;
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
    uint32_t line; /* of the script; 0 where unknown */
};

struct message_checked {
    const char *text; /* several lines for a person */
};

/* message_point_write(output, message) adds a frame; message_point_read(message, frame, error) is
 * for a frame of that type. */
#define X(name, lower)                                                                             \
    void message_##lower##_write(struct frame_output *output, const struct message_##lower *);     \
    bool message_##lower##_read(struct message_##lower *, const struct frame *, struct error *);
#define MESSAGES_WITH_CONTENT(X)                                                                   \
    X(LOAD, load)                                                                                  \
    X(DATA, data)                                                                                  \
    X(RUN, run)                                                                                    \
    X(START, start)                                                                                \
    X(PLAN, plan)                                                                                  \
    X(BOUND, bound)                                                                                \
    X(TASKS, tasks)                                                                                \
    X(POINT, point)                                                                                \
    X(PROGRESS, progress)                                                                          \
    X(CHECKPOINT, checkpoint)                                                                      \
    X(PREDICTIONS, predictions)                                                                    \
    X(RUN_DONE, run_done)                                                                          \
    X(RUN_FAILED, run_failed)                                                                      \
    X(LOG, log)                                                                                    \
    X(FAILED, failed)                                                                              \
    X(CHECKED, checked)
MESSAGES_WITH_CONTENT(X)
#undef X

#endif
