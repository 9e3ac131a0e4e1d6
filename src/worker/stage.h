/* SPDX-License-Identifier: MIT
 *
 * What a worker does for those messages of the keeper that take time. A stage is one job on the
 * pool. Meanwhile the main thread reads, sends, and reports that it is alive.
 */
#ifndef WORKER_STAGE_H
#define WORKER_STAGE_H

#include <pthread.h>
#include <stdbool.h>

#include "campaign.h"
#include "kept_runs.h"
#include "search.h"
#include "study.h"
#include "wire/report.h"

/* The state of a worker. One stage at a time works on it, while the main thread reads messages. */
struct worker {
    struct pool *pool;
    struct outbox *outbox;
    double checkpoint_seconds;
    struct script_watch *watch;
    struct budget budget; /* for memory outside Lua */
    struct study study;
    struct campaign *campaign; /* NULL before the first RUN or START */
    struct search *search;     /* NULL if no arm has trials */
    struct kept_runs kept;     /* those asked about */
    struct held_run {          /* a RUN, kept until the search is over */
        struct message_run message;
        void *bytes; /* the message; owned */
    } * held;
    uint32_t held_count;
    struct message_load load; /* the LOAD message; its texts are in load_bytes */
    void *load_bytes;

    struct pool_job job; /* the stage under way */
    struct frame frame;  /* the stage's message */

    pthread_mutex_t lock; /* guards the following */
    bool busy;            /* a stage is under way */
    bool frame_in_use;    /* the stage still reads its frame */
    bool started;         /* START is done */
    bool ended;           /* FAILED or the only ANSWER is sent: nothing more follows */
};

/* The stage for a type of message. NULL if it has none or comes out of order. */
void (*stage_for(const struct worker *worker, uint32_t type))(void *worker, uint32_t lane);

/* Tell the keeper, from outside the stage, that the execution has failed: because a script does not
 * return, whose line is `line`, or 0 if unknown; or with the error of a call. No message can
 * follow. */
void stage_give_up(struct worker *worker, int line, const char *why);
void stage_give_up_for(struct worker *worker, const char *error);
/* Tells the keeper the progress of the search. */
void stage_report_search(struct worker *worker);
void stage_release(struct worker *worker);

#endif
