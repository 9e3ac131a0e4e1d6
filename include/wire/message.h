/* SPDX-License-Identifier: MIT
 *
 * What keeper and worker say to each other, one struct a message: those to the worker here, those
 * to the keeper in wire/report.h.
 *
 *     keeper                                   worker
 *                                         <-   CONFINED how far it is (wire/confinement.h)
 *     LOAD the script                     ->
 *                                         <-   PLAN what it declares, or FAILED
 *     DATA the data set                   ->
 *                                         <-   BOUND sizes of the arms, or FAILED
 *     TRIED for each known TRIAL          ->
 *     RUN for each run, then START        ->
 *                                         <-   TRIAL for each training of the search, BOUND again
 *                                              after it
 *                                         <-   TASKS, POINT, PROGRESS, CHECKPOINT, PREDICTIONS,
 *                                              RUN_DONE, RUN_FAILED, LOG, then FINISHED, exit 0
 *     PAUSE, CONTINUE, STOP at any time   ->
 *                                         <-   after STOP a CHECKPOINT of every run that goes on,
 *                                              then STOPPED, exit 0
 *
 * An experiment with trials (lua/thaw/search.lua) looks for settings before its runs begin. With
 * `asked` in LOAD there is no BOUND, no RUN and no START: after DATA, and TRIED if the question is
 * about a run, comes a QUESTION. The worker says ANSWER or FAILED, and exits. The worker sends
 * ALIVE each second from the start, whatever it does; a long silence is taken for a hang. A FAILED
 * ends the whole execution.
 *
 * Order is meaning. What stands before a CHECKPOINT of a run is older than it: a resumed run
 * repeats its points with a larger step, and all its predictions. TASKS of a part, scenario and
 * draw come before predictions that refer to them; after a resume they come again. Where a part has
 * no tasks in a scenario and draw, neither TASKS nor PREDICTIONS of it come.
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

#include "base/error.h"
#include "wire/codec.h"
#include "wire/frame.h"
#include "wire/question.h"

/* name, name in C, most bytes of its payload; `E` for those that say nothing but their type */
#define MESSAGES_TO_WORKER(X, E)                                                                   \
    X(LOAD, load, 16 << 20)                                                                        \
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
    X(TRIAL, trial, 16 << 10)                                                                      \
    X(RUN_DONE, run_done, 256 << 20)                                                               \
    X(RUN_FAILED, run_failed, 8 << 10)                                                             \
    X(LOG, log, 8 << 10)                                                                           \
    X(FAILED, failed, 8 << 10)                                                                     \
    X(ANSWER, answer, 64 << 20)                                                                    \
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

/* For frame_input_init, MESSAGE_TYPES of them: what a worker accepts, what a keeper accepts. */
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
    MESSAGE_DATA_FOLD = 8 /* so many times the bytes of DATA a worker may take for the data set and
                             what it makes of it before it knows what is asked */
};

/* One that says nothing but its type. */
void message_write_empty(struct frame_output *output, enum message_type type);

/* -- to the worker ----------------------------------------------------------------------------- */

struct message_load {
    bool asked;       /* a question follows the data set, and no run: BOUND is not awaited */
    bool quick;       /* the limits of a check hold for the script */
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

/* What a search before an interruption had found (wire/report.h, message_trial). */
struct message_tried {
    const char *arm;
    uint32_t trial, rung;
    double score; /* NaN: none */
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

/* A question (wire/question.h) with what it is about. */
struct message_question {
    enum question_type type;
    const char *arm; /* "" for a question about the script */
    uint64_t seed;
    const void *checkpoint; /* the run's last one; size 0 for a closed form */
    size_t checkpoint_size;
    const void *bytes; /* of question_write */
    size_t size;
};

/* message_load_write(output, message) adds a frame; message_load_read(message, frame, error) is for
 * a frame of that type. */
#define MESSAGE_DECLARED(name, lower, most) CODEC_DECLARED(message_##lower)
#define MESSAGE_IS_EMPTY(name, lower, most)
MESSAGES_TO_WORKER(MESSAGE_DECLARED, MESSAGE_IS_EMPTY)

#endif
