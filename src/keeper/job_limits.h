/* SPDX-License-Identifier: MIT
 *
 * How much a worker may send: of each kind of frame no more bytes than follow from the data set and
 * from what the script declares, before the frame is taken in; and no more of them than its runs
 * can have.
 */
#ifndef KEEPER_JOB_LIMITS_H
#define KEEPER_JOB_LIMITS_H

#include <stdint.h>

#include "data/dataset.h"
#include "wire/message.h"
#include "wire/report.h"

enum {
    POINTS_MOST = 5000,      /* of the curves of a run; a trainer sends some 450 */
    SHEETS_MOST = 16,        /* numbers of shots of an experiment */
    SETS_MOST = 800,         /* parts x scenarios x draws */
    LOG_LINES_MOST = 5000,   /* that are kept */
    JOURNAL_MOST = 64 << 20, /* bytes that wait to be written; then nothing is read */
    PRINTED_MOST = 64 << 10  /* lines that a Lua state can print */
};

struct job_limits {
    struct frame_kind kinds[MESSAGE_TYPES];
    uint32_t users, interactions;
};

/* What bounds them of a data set. */
struct data_size {
    uint32_t users, items, interactions;
    uint64_t user_bytes, item_bytes; /* of their ids, each with its NUL */
};
struct data_size data_size_of(const struct dataset *dataset);

/* At first nothing large may come. */
void job_limits_init(struct job_limits *limits);
/* Tasks and predictions for this data set. */
void job_limits_set_data(struct job_limits *limits, const struct data_size *size);
/* The answer to a question. */
void job_limits_set_answer(struct job_limits *limits, const struct question_kind *kind,
                           const struct data_size *size);
/* Checkpoints of the largest arm. */
void job_limits_set_sizes(struct job_limits *limits, const struct message_bound *bound);

#endif
