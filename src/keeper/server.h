/* SPDX-License-Identifier: MIT
 *
 * The keeper at work: clients, jobs, the queue, and the store that only it writes. One thread, one
 * poll loop (server.c); what requests do (server_requests.c); how jobs move on (schedule.c).
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
    struct worker_job *awaits; /* the reply comes with this job; NULL: none is owed */
    bool awaits_end;           /* with its end, not with its beginning */
};

struct server {
    struct workbench_place place;
    struct store *store;
    int listener, signals;
    struct client **clients;
    size_t client_count;
    struct worker_job **jobs;
    size_t job_count;
    struct worker_job *active; /* the one that computes, or is about to; NULL */
    struct queued_execution {
        int64_t execution;
        uint64_t memory; /* that was asked for; 0: the usual share */
    } * queue;           /* executions that wait, first one first */
    size_t queue_count;
    struct packed_data data;      /* that the last job was given, while others wait */
    bool asked_to_leave, leaving; /* a signal came; no new work since */
    bool displaced; /* the file at its path is another one, or none: nothing can be kept */
    bool importing; /* within an import, which owns the database and this thread */
    double idle_since, ticked_at;
};

/* -- server.c ---------------------------------------------------------------------------------- */

/* Moves bytes while an import owns this thread. True if the import should end: its client is
 * gone, or the keeper is asked to end. */
bool server_attend(struct server *server, const struct client *importer);

/* Fills `error` with what `displaced` means; returns false. */
bool server_say_displaced(const struct server *server, struct error *error);

/* -- server_replies.c -------------------------------------------------------------------------- */

/* Sends the reply that was written to client->output. */
void server_flush(struct client *client);
void server_refuse(struct client *client, const struct error *error);
/* Tells those who wait for the job's beginning, or for its end. */
void server_say_done(struct server *server, struct worker_job *job, bool end);
/* Hands the answer of a JOB_ASK to those who wait for it. */
void server_say_answer(struct server *server, struct worker_job *job);
/* Tells everybody who still waits for the job. */
void server_refuse_all(struct server *server, struct worker_job *job, const struct error *error);

/* -- server_requests.c ------------------------------------------------------------------------- */

/* Replies, unless the reply comes with a job. False if the frame is no request. */
bool server_handle_frame(struct server *server, struct client *client, const struct frame *frame);

/* -- schedule.c -------------------------------------------------------------------------------- */

/* What a worker that starts now may take: `asked`, or if that is 0, its share of what is free.
 */
uint64_t schedule_memory(const struct server *server, uint64_t asked);
void schedule_add(struct server *server, struct worker_job *job);
/* The job that is computing this execution, or about to; NULL. */
struct worker_job *schedule_find(const struct server *server, int64_t execution);
/* Lets go of a job whose runs are all over, without waiting for its worker to exit. */
void schedule_clear(struct server *server, int64_t execution);
bool schedule_is_queued(const struct server *server, int64_t execution);
/* Takes an execution out of the queue. */
void schedule_drop(struct server *server, int64_t execution);
/* Sets all unfinished runs of an execution that no job works on. */
bool schedule_set_runs(struct server *server, int64_t execution, enum run_state state,
                       struct error *error);
/* A job for an execution that is stored; NULL on failure. Its runs are in their stored states.
 * `unjailed` is kept from then on; without, it stays as it was. */
struct worker_job *schedule_resume(struct server *server, int64_t execution, uint32_t threads,
                                   bool unjailed, uint64_t memory, struct error *error);

/* Everything that can go on without waiting: jobs that have their plan, are bound, are over; the
 * journals that are due; the queue. Shortens `wait`, the seconds until it must be called again. */
void schedule_advance(struct server *server, double *wait);
void schedule_tick(struct server *server, double seconds);
/* Stops what runs and waits, as the keeper is asked to end. */
void schedule_leave(struct server *server);

#endif
