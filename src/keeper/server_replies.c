/* SPDX-License-Identifier: MIT
 *
 * Replies to clients: at once, or when the job has reached the point that they wait for.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "server.h"

void server_flush(struct client *client)
{
    struct error ignored;
    if (!frame_output_flush(&client->output, client->peer, &ignored))
        client->gone = true;
}

static void refuse(struct client *client, const struct reply_refused *reply)
{
    reply_refused_write(&client->output, reply);
    server_flush(client);
}

void server_reply_done(struct client *client, int64_t execution)
{
    const struct reply_done reply = {.execution = execution};
    reply_done_write(&client->output, &reply);
    server_flush(client);
}

void server_refuse(struct client *client, const struct error *error)
{
    refuse(client, &(const struct reply_refused){.error = *error});
}

/* Takes a client that waits for the job's start or end, and ends its wait; NULL if there is none.
 * `queued`: also one whose question is queued. */
static struct client *take_waiting(const struct server *server, const struct worker_job *job,
                                   bool beginning, bool end, bool queued)
{
    for (size_t i = 0; i < server->client_count; i++) {
        struct client *client = server->clients[i];
        if (client->awaits == job && (client->awaits_end ? end : beginning) &&
            (queued || !client->queued)) {
            client->awaits = NULL;
            client->queued = false;
            job_question_release(&client->question);
            return client;
        }
    }
    return NULL;
}

void server_say_done(struct server *server, struct worker_job *job, bool end)
{
    struct reply_done reply = {.execution = job->execution.number};
    memcpy(reply.note, job->note, sizeof reply.note);
    for (struct client *client; (client = take_waiting(server, job, !end, end, false));) {
        reply_done_write(&client->output, &reply);
        server_flush(client);
    }
}

/* Copies what the worker of a question ran without, and what its script printed. */
static void note_worker(const struct worker_job *job, char note[REPLY_NOTE],
                        char printed[REPLY_PRINTED])
{
    memcpy(printed, job->printed, REPLY_PRINTED);
    if (job->execution.confinement)
        snprintf(note, REPLY_NOTE, "%s", job->execution.confinement);
}

/* What a client is told whose question has no answer. */
static struct reply_refused refusal_of(const struct worker_job *job, const struct error *error)
{
    struct reply_refused reply = {.error = *error, .line = job->line};
    reply.asked = job->kind == JOB_ASK && job->end != END_REFUSED;
    if (reply.asked)
        note_worker(job, reply.note, reply.printed);
    return reply;
}

void server_say_answer(struct server *server, struct worker_job *job)
{
    struct reply_answered reply = {.bytes = job->answer, .size = job->answer_size};
    const struct reply_refused declined = refusal_of(job, &job->error);
    note_worker(job, reply.note, reply.printed);
    for (struct client *client; (client = take_waiting(server, job, true, true, false));) {
        if (job->stay.declined) {
            refuse(client, &declined);
            continue;
        }
        reply_answered_write(&client->output, &reply);
        server_flush(client);
    }
}

void server_refuse_all(struct server *server, struct worker_job *job, const struct error *error)
{
    const struct reply_refused reply = refusal_of(job, error);
    for (struct client *client; (client = take_waiting(server, job, true, true, true));)
        refuse(client, &reply);
}
