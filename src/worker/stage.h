/* SPDX-License-Identifier: MIT
 *
 * What a worker does for each message of the keeper that takes time. A stage is one job on the
 * pool: the main thread goes on reading, sending and giving signs of life.
 */
#ifndef WORKER_STAGE_H
#define WORKER_STAGE_H

#include <pthread.h>
#include <stdbool.h>

#include "campaign.h"
#include "search.h"
#include "study.h"
#include "wire/report.h"

/* All that a worker has. One stage at a time works on it; the main thread reads messages meanwhile.
 */
struct worker {
    struct pool *pool;
    struct outbox *outbox;
    double checkpoint_seconds;
    struct script_watch *watch;
    struct budget budget; /* of what is taken outside of Lua */
    struct study study;
    struct campaign *campaign; /* NULL before the first RUN or START */
    struct search *search;     /* NULL if no arm has trials */
    struct held_run {          /* what RUN said, until the search is over */
        struct message_run message;
        void *bytes; /* that it lies in; owned */
    } * held;
    uint32_t held_count;
    struct message_load load; /* what LOAD said, in load_bytes */
    void *load_bytes;

    struct pool_job job; /* the stage under way */
    struct frame frame;  /* its message */

    pthread_mutex_t lock; /* guards: */
    bool busy;            /* a stage is under way */
    bool frame_in_use;    /* and still reads its frame */
    bool started;         /* START was done */
    bool ended;           /* the last word was said: FAILED or ANSWER */
};

/* The stage of a type of message; NULL for one that has none or that is out of order. */
void (*stage_for(const struct worker *worker, uint32_t type))(void *worker, uint32_t lane);

/* Tells the keeper that the execution has failed, from outside of its stage: for a script that does
 * not come back, on that line or, for 0, somewhere. Nothing else can be told afterwards. */
void stage_give_up(struct worker *worker, int line, const char *why);
/* Tells the keeper how far the search is that is under way. */
void stage_report_search(struct worker *worker);
void stage_release(struct worker *worker);

#endif
