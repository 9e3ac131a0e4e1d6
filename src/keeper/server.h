/* SPDX-License-Identifier: MIT
 *
 * The state of the keeper: clients, jobs, the queue, and the store that only it writes. It has one
 * thread and one poll loop (server.c). server_requests.c carries out requests; schedule.c moves
 * jobs on.
 */
#ifndef KEEPER_SERVER_H
#define KEEPER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "job.h"
#include "place.h"
#include "request.h"
#include "store/store.h"
#include "wire/frame.h"

struct client {
    int peer;
    struct frame_input input;
    struct frame_output output;
    bool greeted, gone;
    struct worker_job *awaits; /* the job that the reply waits for; NULL: no reply is owed */
    bool awaits_end;           /* the reply waits for its end, not for its start */
    bool queued;               /* its question waits until the job's worker has answered others */
    struct job_question question; /* if it is queued */
};

struct server {
    struct workbench_place place;
    struct store *store;
    int listener, signals;
    struct client **clients;
    size_t client_count;
    struct worker_job **jobs;
    size_t job_count;
    struct worker_job *active; /* the job that computes, or is about to; NULL: none */
    struct queued_execution {
        int64_t execution;
        uint64_t memory; /* what the user asked for; 0: the usual share */
    } * queue;           /* waiting executions, in order */
    size_t queue_count;
    struct packed_data data;   /* of the last job, kept while others wait */
    struct packed_data sample; /* some of the ratings, kept for the next check of a script that is
                                * being written */
    bool asked_to_leave, leaving; /* a signal came; new work is refused since then */
    bool displaced;               /* the database was replaced or removed: nothing can be stored */
    bool importing; /* an import is running, which owns the database and this thread */
    double idle_since, ticked_at;
};

/* -- server.c ---------------------------------------------------------------------------------- */

/* Reads and writes for clients and workers while an import owns this thread. True if the import
 * should end: its client is gone, or the keeper was asked to exit. */
bool server_attend(struct server *server, const struct client *importer);

/* Forgets the data sets that are kept, also by workers that stay, because one of them changes. */
void server_forget_data(struct server *server);

/* Sets `error` to what `displaced` means; returns false. */
bool server_say_displaced(const struct server *server, struct error *error);

/* -- server_replies.c -------------------------------------------------------------------------- */

/* Sends the reply in client->output. */
void server_flush(struct client *client);
void server_refuse(struct client *client, const struct error *error);
/* Replies that what was asked is done; `execution` may be 0. */
void server_reply_done(struct client *client, int64_t execution);
/* Replies to the clients that wait for the job's start, or for its end. Those whose question is
 * queued wait on. */
void server_say_done(struct server *server, struct worker_job *job, bool end);
/* Sends the answer of a JOB_ASK to the client that waits for it, or that there is none. */
void server_say_answer(struct server *server, struct worker_job *job);
/* Refuses all clients that still wait for the job. */
void server_refuse_all(struct server *server, struct worker_job *job, const struct error *error);

/* -- server_requests.c ------------------------------------------------------------------------- */

/* Handles a request. Replies at once, unless the reply comes with a job. False if the frame is not
 * a request. */
bool server_handle_frame(struct server *server, struct client *client, const struct frame *frame);

/* -- staying.c --------------------------------------------------------------------------------- */

/* A job whose worker can answer this question about a run without loading the data set again; NULL
 * if there is none. `unjailed`: even if its worker is not confined in every way. */
struct worker_job *staying_find(struct server *server, const struct run *run, bool unjailed);
/* Lets the job's worker answer the question of the next client in its queue, if it waits for
 * one. */
void staying_ask_next(struct server *server, struct worker_job *job);
/* Tells the answer of a JOB_ANSWERED and lets its worker go on. */
void staying_settle(struct server *server, struct worker_job *job);
/* No further question goes to any worker that stays. */
void staying_retire(struct server *server);
/* Ends workers that nobody has asked for long. */
void staying_tick(struct server *server);

/* -- schedule.c -------------------------------------------------------------------------------- */

/* The memory of a worker that starts now: `asked`, or if that is 0, its share of the free
 * memory. */
uint64_t schedule_memory(const struct server *server, uint64_t asked);
void schedule_add(struct server *server, struct worker_job *job);
/* The job that computes this execution, or is about to; NULL if there is none. */
struct worker_job *schedule_find(const struct server *server, int64_t execution);
/* Frees a job whose runs are all over, without waiting for its worker to exit. */
void schedule_clear(struct server *server, int64_t execution);
bool schedule_is_queued(const struct server *server, int64_t execution);
/* Removes an execution from the queue. */
void schedule_drop(struct server *server, int64_t execution);
/* Sets the state of all unfinished runs of an execution that no job works on. */
bool schedule_set_runs(struct server *server, int64_t execution, enum run_state state,
                       struct error *error);
/* A job for a stored execution, whose runs keep their stored states; NULL on failure. True for
 * `unjailed` is stored; false leaves the stored value as it is. */
struct worker_job *schedule_resume(struct server *server, int64_t execution, uint32_t threads,
                                   bool unjailed, uint64_t memory, struct error *error);

/* Does everything that can go on without waiting: jobs that are planned, bound or over; due
 * journals; the queue. Lowers `wait` to the seconds until the next call. */
void schedule_advance(struct server *server, double *wait);
void schedule_tick(struct server *server, double seconds);
/* Stops running jobs and the queue, because the keeper was asked to exit. */
void schedule_leave(struct server *server);

#endif
