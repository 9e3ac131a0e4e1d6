/* SPDX-License-Identifier: MIT
 *
 * What clients are told: at once, or when the job is that far which they wait for.
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

void server_refuse(struct client *client, const struct error *error)
{
    const struct reply_refused reply = {.error = *error};
    reply_refused_write(&client->output, &reply);
    server_flush(client);
}

/* Who waits for the job, at or after `from` in the server's list; NULL. */
static struct client *next_waiting(const struct server *server, const struct job *job, size_t *from)
{
    while (*from < server->client_count) {
        struct client *client = server->clients[(*from)++];
        if (client->awaits == job)
            return client;
    }
    return NULL;
}

void server_say_done(struct server *server, struct job *job, bool end)
{
    struct reply_done reply = {.execution = job->execution.number};
    memcpy(reply.note, job->note, sizeof reply.note);
    size_t at = 0;
    for (struct client *client; (client = next_waiting(server, job, &at));)
        if (client->awaits_end == end) {
            reply_done_write(&client->output, &reply);
            server_flush(client);
            client->awaits = NULL;
        }
}

/* What the worker of a question ran without, and what its script printed. */
static void note_worker(const struct job *job, char note[REPLY_NOTE], char printed[REPLY_PRINTED])
{
    memcpy(printed, job->printed, REPLY_PRINTED);
    if (job->execution.confinement)
        snprintf(note, REPLY_NOTE, "%s", job->execution.confinement);
}

void server_say_answer(struct server *server, struct job *job)
{
    struct reply_answered reply = {.bytes = job->answer, .size = job->answer_size};
    note_worker(job, reply.note, reply.printed);
    size_t at = 0;
    for (struct client *client; (client = next_waiting(server, job, &at));) {
        reply_answered_write(&client->output, &reply);
        server_flush(client);
        client->awaits = NULL;
    }
}

void server_refuse_all(struct server *server, struct job *job, const struct error *error)
{
    struct reply_refused reply = {.error = *error, .line = job->line};
    reply.asked = job->kind == JOB_ASK && job->end != END_REFUSED;
    if (reply.asked)
        note_worker(job, reply.note, reply.printed);
    size_t at = 0;
    for (struct client *client; (client = next_waiting(server, job, &at));) {
        reply_refused_write(&client->output, &reply);
        server_flush(client);
        client->awaits = NULL;
    }
}
