/* SPDX-License-Identifier: MIT
 *
 * Workers that stay after an answer. A question about a run needs its script, its data set and its
 * checkpoint, which take a third of a second to load and to map on a million ratings. So the worker
 * waits a minute for further questions about runs of the same execution, and answers them in
 * milliseconds. Questions are answered one after another; those of other clients queue. A worker is
 * not asked any more once a data set or an execution was changed, by thaw or by another program.
 */
#include "config.h"

#include "base/clock.h"
#include "server.h"

static const double SECONDS_MOST = 60; /* without a question */
enum { WORKERS_MOST = 2 };             /* that wait for one */

/* Its worker ends as soon as nobody waits for its answer. */
static void retire(struct worker_job *job)
{
    struct error error;
    job->stay.outdated = job->stays;
    if (job->state != JOB_WAITING)
        return;
    error_set(&error, ERROR_CANCELLED, "a data set or an execution was changed; ask again");
    job_fail(job, END_ANSWERED, &error);
}

void staying_retire(struct server *server)
{
    for (size_t i = 0; i < server->job_count; i++)
        retire(server->jobs[i]);
}

struct worker_job *staying_find(struct server *server, const struct run *run, bool unjailed)
{
    int64_t others = store_version_of_others(server->store);
    for (size_t i = 0; i < server->job_count; i++) {
        struct worker_job *job = server->jobs[i];
        const char *missing = job->execution.confinement;
        if (job->stays && (others < 0 || job->stay.others != others))
            retire(job);
        if (job_can_take(job, run) && (unjailed || !missing || !*missing))
            return job;
    }
    return NULL;
}

static struct client *next_in_queue(const struct server *server, const struct worker_job *job)
{
    for (size_t i = 0; i < server->client_count; i++)
        if (server->clients[i]->awaits == job && server->clients[i]->queued)
            return server->clients[i];
    return NULL;
}

void staying_ask_next(struct server *server, struct worker_job *job)
{
    struct error error;
    struct client *client;
    while (job->state == JOB_WAITING && (client = next_in_queue(server, job))) {
        job_question_release(&job->question);
        job->question = client->question;
        client->question = (struct job_question){0};
        client->queued = false;
        if (job_ask(job, server->store, &error))
            return;
        client->awaits = NULL;
        server_refuse(client, &error);
    }
}

/* The one that has waited for a question for longest makes room. */
static void limit_staying(struct server *server)
{
    struct worker_job *oldest = NULL;
    int waiting = 0;
    for (size_t i = 0; i < server->job_count; i++) {
        struct worker_job *job = server->jobs[i];
        if (job->state != JOB_WAITING)
            continue;
        waiting++;
        oldest = oldest && oldest->stay.waits_since < job->stay.waits_since ? oldest : job;
    }
    if (waiting > WORKERS_MOST)
        retire(oldest);
}

void staying_settle(struct server *server, struct worker_job *job)
{
    server_say_answer(server, job);
    job_wait(job);
    if (job->stay.outdated)
        retire(job);
    staying_ask_next(server, job);
    limit_staying(server);
}

void staying_tick(struct server *server)
{
    double now = clock_monotonic();
    for (size_t i = 0; i < server->job_count; i++)
        if (server->jobs[i]->state == JOB_WAITING &&
            now - server->jobs[i]->stay.waits_since > SECONDS_MOST)
            retire(server->jobs[i]);
}
