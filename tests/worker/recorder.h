/* SPDX-License-Identifier: MIT
 *
 * Acts as the keeper: receives what a worker sends, keeps what a keeper would store of each run,
 * and computes the digest that compares two executions.
 */
#ifndef TESTS_WORKER_RECORDER_H
#define TESTS_WORKER_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "wire/report.h"

enum { RECORDER_RUNS = 32, RECORDER_SHEETS = 512 };

struct recorded_point {
    enum message_series series;
    uint64_t step;
    double value;
};

struct recorded_sheet {
    enum task_part part;
    char scenario[16];
    uint32_t shots, draw, count;
    float *values, *deviations; /* the latter NULL if there were none */
};

struct recorded_run {
    struct recorded_point *points;
    size_t point_count;
    struct recorded_sheet sheets[RECORDER_SHEETS];
    uint32_t sheet_count;
    uint64_t step;                  /* of the checkpoint */
    struct bytes checkpoint, final; /* the newest, and the one of RUN_DONE */
    bool done, failed;
    enum error_kind kind;
    char text[MESSAGE_TEXT + 1], weights[DIGEST_TEXT];
    struct message_progress progress; /* the last one */
};

struct recorder {
    struct recorded_run runs[RECORDER_RUNS];
    uint32_t task_sets[TASK_PARTS], checkpoints, messages;

    bool finished, stopped, shares_went_back;
    bool spoke_after_its_end; /* a message of a run that is over */
};

void recorder_release(struct recorder *recorder);
/* Takes one message of a run or of the execution; others are left to the caller. */
void recorder_take(struct recorder *recorder, const struct frame *frame);
/* What a resume forgets: points behind the checkpoint, results. */
void recorder_rewind(struct recorder *recorder);
/* Over weights, points and predictions of a run, as the keeper makes it. */
void recorder_digest(const struct recorded_run *run, char text[DIGEST_TEXT]);

#endif
