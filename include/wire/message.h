/* SPDX-License-Identifier: MIT
 *
 * The messages between keeper and worker, one struct per message: those to the worker here, those
 * to the keeper in wire/report.h.
 *
 *     keeper                                   worker
 *                                         <-   CONFINED its confinement (wire/confinement.h)
 *     LOAD the script                     ->
 *                                         <-   PLAN what it declares, or FAILED
 *     DATA the data set                   ->
 *                                         <-   BOUND sizes of the arms, or FAILED
 *     TRIED for each known TRIAL          ->
 *     RUN for each run, then START        ->
 *                                         <-   TRIAL for each training of the search, BOUND again
 *                                              after it
 *                                         <-   TASKS, POINT, PROGRESS, CHECKPOINT, PREDICTIONS,
 *                                              METRIC, RUN_DONE, RUN_FAILED, LOG, then FINISHED,
 *                                              exit 0
 *     PAUSE, CONTINUE, STOP at any time   ->
 *                                         <-   after STOP a CHECKPOINT of every run that goes on,
 *                                              then STOPPED, exit 0
 *
 * An experiment with trials (lua/thaw/search.lua) searches for settings before its runs begin. With
 * `asked` in LOAD, BOUND, RUN and START are left out. Instead a QUESTION follows DATA, after TRIED
 * if the question is about a run. The worker replies with ANSWER or FAILED, and exits. With `stays`
 * it replies to a question with ANSWER or DECLINED and waits for the next one, until its standard
 * input ends. From its start the worker sends ALIVE each second, whatever it does; a long silence
 * counts as a hang. FAILED ends the whole execution.
 *
 * The order matters. Whatever comes before a CHECKPOINT of a run is older than it: a resumed run
 * repeats its points with a larger step, and all its predictions and metrics. TASKS of a part,
 * scenario and draw come before what refers to them, and again after a resume. If a part has no
 * tasks in a scenario and draw, there are no TASKS and no PREDICTIONS of it.
 *
 * Reading checks everything (lengths, counts, ranges, finite numbers, UTF-8, order of offsets) and
 * fails with ERROR_INPUT, "POINT: its value is not finite". Pointers in a struct point into the
 * frame and live as long as it does. Writers require values that reading accepts. Both sides have
 * the same memory layout, so numbers are sent as they are.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/codec.h"
#include "wire/frame.h"
#include "wire/question.h"

/* name, name in C, most bytes of its payload; `E` for messages without fields */
#define MESSAGES_TO_WORKER(X, E)                                                                   \
    X(LOAD, load, 64 << 20)                                                                        \
    X(DATA, data, 1 << 30)                                                                         \
    X(TRIED, tried, 4 << 10)                                                                       \
    X(RUN, run, 256 << 20)                                                                         \
    X(START, start, 64)                                                                            \
    X(QUESTION, question, 256 << 20)                                                               \
    E(PAUSE, pause, 0)                                                                             \
    E(CONTINUE, continue, 0)                                                                       \
    E(STOP, stop, 0)

#define MESSAGES_TO_KEEPER(X, E)                                                                   \
    X(CONFINED, confined, 256)                                                                     \
    X(PLAN, plan, 1 << 20)                                                                         \
    X(BOUND, bound, 16 << 10)                                                                      \
    X(TASKS, tasks, 256 << 20)                                                                     \
    X(POINT, point, 64)                                                                            \
    X(PROGRESS, progress, 128)                                                                     \
    X(CHECKPOINT, checkpoint, 256 << 20)                                                           \
    X(PREDICTIONS, predictions, 128 << 20)                                                         \
    X(METRIC, metric, 64 << 20)                                                                    \
    X(TRIAL, trial, 16 << 10)                                                                      \
    X(RUN_DONE, run_done, 256 << 20)                                                               \
    X(RUN_FAILED, run_failed, 8 << 10)                                                             \
    X(LOG, log, 8 << 10)                                                                           \
    X(FAILED, failed, 8 << 10)                                                                     \
    X(ANSWER, answer, 64 << 20)                                                                    \
    X(DECLINED, declined, 8 << 10)                                                                 \
    E(STOPPED, stopped, 0)                                                                         \
    E(FINISHED, finished, 0)                                                                       \
    E(ALIVE, alive, 0)

enum message_type {
    MESSAGE_NONE,
#define X(name, lower, most) MESSAGE_##name,
    MESSAGES_TO_WORKER(X, X) MESSAGES_TO_KEEPER(X, X)
#undef X
        MESSAGE_TYPES
};

/* For frame_input_init, MESSAGE_TYPES of them: what a worker and a keeper accept. */
extern const struct frame_kind messages_to_worker[MESSAGE_TYPES];
extern const struct frame_kind messages_to_keeper[MESSAGE_TYPES];

enum {
    MESSAGE_ARMS = 64,        /* most arms of an experiment */
    MESSAGE_SEEDS = 100,      /* most seeds */
    MESSAGE_NAME = 63,        /* longest name of an arm, experiment, data set: bytes */
    MESSAGE_ANSWER_NAME = 15, /* longest name of a kind of answer */
    MESSAGE_TEXT = 4000,      /* longest error text or log line */
    MESSAGE_TRIALS = 100,     /* most trials of an arm */
    MESSAGE_RUNGS = 8,        /* most rungs of a search */
    MESSAGE_KEPT_RUNS = 32,   /* most runs that one worker is asked about */
    /* Memory for the data set before its messages are read, as a multiple of the size of DATA. */
    MESSAGE_DATA_FOLD = 8
};

/* Writes a message without fields. */
void message_write_empty(struct frame_output *output, enum message_type type);

/* -- to the worker ----------------------------------------------------------------------------- */

struct message_load {
    bool asked;       /* a question follows the data set instead of BOUND and runs */
    bool stays;       /* with `asked`: further questions may follow the answer */
    bool quick;       /* the limits of a check hold for the script */
    const char *path; /* of the script, for messages */
    const char *text; /* its source, which may hold any bytes */
    size_t size;
    const char *modules; /* name NUL source NUL ...: the user's own modules */
    size_t modules_size;
    const char *settings; /* "name=value" lines, or "" */
};

struct message_data {
    const void *bytes; /* of dataset_write */
    size_t size;
};

/* A result of a search before an interruption (wire/report.h, message_trial). */
struct message_tried {
    const char *arm;
    uint32_t trial, rung;
    double score; /* NaN: none */
};

struct message_run {
    uint32_t run; /* 0, 1, 2 ... in order: its number in all messages */
    const char *arm;
    uint64_t seed;
    bool done;              /* it already has its results */
    uint64_t step;          /* of the checkpoint */
    const void *checkpoint; /* size 0: start from the beginning */
    size_t size;
};

struct message_start {
    uint64_t seed; /* of the execution: test tasks follow from it */
    uint32_t runs; /* number of RUN messages sent before */
};

/* A question (wire/question.h) and its subject. */
struct message_question {
    enum question_type type;
    const char *arm; /* "" for a question about the script */
    uint64_t seed;
    /* The run's last one; size 0 for a closed form, or if an earlier question to this worker
     * was about the run and came with it. */
    const void *checkpoint;
    size_t checkpoint_size;
    const void *bytes; /* of question_write */
    size_t size;
};

/* message_load_write(output, message) adds a frame. message_load_read(message, frame, error) reads
 * a frame of that type. */
#define MESSAGE_DECLARED(name, lower, most) CODEC_DECLARED(message_##lower)
#define MESSAGE_IS_EMPTY(name, lower, most)
MESSAGES_TO_WORKER(MESSAGE_DECLARED, MESSAGE_IS_EMPTY)

#endif
