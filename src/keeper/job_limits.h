/* SPDX-License-Identifier: MIT
 *
 * Limits what a worker may send. Each kind of frame is limited, before it is read, to the bytes
 * that follow from the data set and from what the script declares. The number of frames is limited
 * to what its runs can have.
 */
#ifndef KEEPER_JOB_LIMITS_H
#define KEEPER_JOB_LIMITS_H

#include <stdint.h>

#include "data/dataset.h"
#include "wire/message.h"
#include "wire/report.h"

enum {
    POINTS_MOST = 5000,      /* of the curves of a run; a trainer sends about 450 */
    SHEETS_MOST = 16,        /* different numbers of shots in an experiment */
    SETS_MOST = 800,         /* parts x scenarios x draws */
    LOG_LINES_MOST = 5000,   /* lines that are kept */
    JOURNAL_MOST = 64 << 20, /* bytes that wait to be written; beyond this nothing is read */
    PRINTED_MOST = 64 << 10  /* lines that a Lua state can print */
};

struct job_limits {
    struct frame_kind kinds[MESSAGE_TYPES];
    uint32_t interactions;
};

/* The sizes of a data set that set the limits. */
struct data_size {
    uint32_t users, items, interactions;
    uint64_t longest;                /* bytes of an id */
    uint64_t user_bytes, item_bytes; /* of their ids, each followed by a NUL */
};
struct data_size data_size_of(const struct dataset *dataset);

/* The first limits, which allow nothing large. */
void job_limits_init(struct job_limits *limits);
/* Allows tasks and predictions for this data set. */
void job_limits_set_data(struct job_limits *limits, const struct data_size *size);
/* Allows the answer to a question. */
void job_limits_set_answer(struct job_limits *limits, const struct question_kind *kind,
                           const struct data_size *size);
/* Allows checkpoints of the largest arm. */
void job_limits_set_sizes(struct job_limits *limits, const struct message_bound *bound);

#endif
