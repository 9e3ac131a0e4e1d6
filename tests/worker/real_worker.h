/* SPDX-License-Identifier: MIT
 *
 * A real thaw-worker at the other end of two pipes, for a test that acts as its keeper.
 */
#ifndef TESTS_WORKER_REAL_WORKER_H
#define TESTS_WORKER_REAL_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "data/dataset.h"
#include "wire/report.h"

struct real_worker {
    pid_t pid;
    int to, from;
    struct frame_input input;
    struct frame_output output;
    uint32_t alive; /* signs of life so far */
    double heard;   /* when the last message came, and the longest silence, in seconds */
    double silence;
    bool checks;    /* the data set is followed by QUESTION_CHECK */
    char log[8192]; /* lines it logged */
};

/* Starts $THAW_WORKER, or else $THAW_BUILD/thaw-worker, or ./thaw-worker. */
void worker_start(struct real_worker *worker, uint32_t threads);
/* The same, with so many bytes of memory outside Lua. */
void worker_start_within(struct real_worker *worker, uint32_t threads, uint64_t memory);
/* The same, but in the new process `run` is called, which does not return. */
void worker_start_as(struct real_worker *worker, uint32_t threads, void (*run)(uint32_t threads));

/* With `check` the data set is followed by QUESTION_CHECK. */
void worker_send_load(struct real_worker *worker, const char *script, bool check);
/* For questions about runs, one after another. The data set is followed by nothing. */
void worker_send_load_to_stay(struct real_worker *worker, const char *script);
/* To be run, with "name=value" lines that replace what the script says. */
void worker_send_load_set(struct real_worker *worker, const char *script, const char *settings);
void worker_send_check(struct real_worker *worker, const char *script, const char *settings);
void worker_send_data(struct real_worker *worker, const struct dataset *dataset);
void worker_send_tried(struct real_worker *worker, const struct message_tried *message);
void worker_send_run(struct real_worker *worker, const struct message_run *message);
void worker_send_start(struct real_worker *worker, uint64_t seed);
/* `about` is a run with its checkpoint; NULL for a question about the script. */
void worker_send_question(struct real_worker *worker, enum question_type type,
                          const union question_body *question,
                          const struct message_question *about);
void worker_send(struct real_worker *worker, enum message_type type);

/* The next message but for signs of life and log lines, which are noted. False if the worker is
 * gone, or says nothing for `seconds`. */
bool worker_hear(struct real_worker *worker, double seconds, struct frame *frame);
/* One that must be of this type; a FAILED in its place is printed. */
void worker_expect(struct real_worker *worker, enum message_type type, struct frame *frame);

/* The name of an arm and the seeds, and how many runs they are: what PLAN says. */
struct plan {
    char arms[MESSAGE_ARMS][MESSAGE_NAME + 1];
    bool learns[MESSAGE_ARMS];
    uint32_t arm_count, seed_count;
    uint64_t seeds[MESSAGE_SEEDS];
};
void worker_expect_plan(struct real_worker *worker, struct plan *plan);

/* Starts a worker, binds the script to the data set, asks one question about it, and reads the
 * answer, which points into the worker's memory until worker_end. If it is refused, which must be a
 * matter of USAGE, returns false with its text in `refusal`. */
bool worker_ask(struct real_worker *worker, const char *script, const struct dataset *dataset,
                enum question_type type, const union question_body *question,
                union answer_body *answer, char refusal[256]);

/* Waits for its end: the exit status, or minus the signal that ended it. Releases everything. */
int worker_end(struct real_worker *worker);
/* The same of one that stays until its standard input ends. */
int worker_leave(struct real_worker *worker);
int worker_kill(struct real_worker *worker);

#endif
