/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "inner_keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/keeper/job_frames.h"
#include "base/digest.h"
#include "base/memory.h"

static bool interrupt_orphans(struct store *store, struct error *error)
{
    bool good = store_begin(store, error) &&
                store_runs_interrupt(store, "the keeper ended without a word", error) &&
                store_commit(store, error);
    store_rollback(store);
    return good;
}

bool inner_keeper_open(struct inner_keeper *keeper, const char *database, struct error *error)
{
    *keeper = (struct inner_keeper){.client = {.peer = -1, .greeted = true}};
    snprintf(keeper->database, sizeof keeper->database, "%s", database);
    keeper->client.output.is_socket = true; /* of no peer: what is written stays there */
    keeper->server = (struct server){.listener = -1, .signals = -1};
    keeper->server.clients = keeper->clients;
    keeper->clients[0] = &keeper->client;
    keeper->server.client_count = 1;
    keeper->server.store = store_open_writer(database, error);
    if (keeper->server.store && interrupt_orphans(keeper->server.store, error))
        return true;
    inner_keeper_close(keeper);
    return false;
}

void inner_keeper_close(struct inner_keeper *keeper)
{
    struct server *server = &keeper->server;
    for (size_t i = 0; i < server->job_count; i++)
        job_free(server->jobs[i]);
    free(server->jobs);
    free(server->queue);
    server->jobs = NULL;
    server->queue = NULL;
    server->job_count = server->queue_count = 0;
    store_close(server->store);
    server->store = NULL;
    frame_output_release(&keeper->client.output);
    frame_output_release(&keeper->worker);
    frame_output_release(&keeper->request);
}

/* The frame that begins at that byte. */
static struct frame frame_at(const struct frame_output *output, size_t at)
{
    struct frame frame = {.data = output->bytes.data + at + FRAME_HEADER};
    uint64_t size;
    memcpy(&frame.type, output->bytes.data + at + 4, sizeof frame.type);
    memcpy(&size, output->bytes.data + at + 8, sizeof size);
    frame.size = (size_t)size;
    return frame;
}

static struct frame frame_of(const struct frame_output *output)
{
    return frame_at(output, 0);
}

/* The reply behind those that say how far an import is. */
static struct frame reply_of(const struct frame_output *output)
{
    struct frame frame = frame_of(output);
    size_t at = 0;
    while (frame.type == REPLY_IMPORTING) {
        at += FRAME_HEADER + (frame.size + 7) / 8 * 8;
        frame = frame_at(output, at);
    }
    return frame;
}

static void forget(struct frame_output *output)
{
    bytes_clear(&output->bytes);
    output->at = output->begun = 0;
}

static bool take_reply(struct inner_keeper *keeper, struct error *error)
{
    struct frame frame = reply_of(&keeper->client.output);
    struct reply_refused refused;
    bool good = frame.type != REPLY_REFUSED;
    if (!good && reply_refused_read(&refused, &frame, error))
        *error = refused.error;
    forget(&keeper->client.output);
    keeper->client.gone = false;
    return good;
}

bool inner_keeper_answered(struct inner_keeper *keeper, bool *good, struct error *error)
{
    if (frame_output_pending(&keeper->client.output) == 0)
        return false;
    *good = take_reply(keeper, error);
    return true;
}

bool inner_keeper_ask(struct inner_keeper *keeper, struct error *error)
{
    struct frame frame = frame_of(&keeper->request);
    keeper->client.awaits = NULL;
    forget(&keeper->client.output);
    if (!server_handle_frame(&keeper->server, &keeper->client, &frame))
        abort();
    forget(&keeper->request);
    return keeper->client.awaits || take_reply(keeper, error);
}

struct worker_job *inner_keeper_start(struct inner_keeper *keeper, const char *script,
                                      const char *data)
{
    struct worker_job *job = job_new(JOB_START);
    job->message_path = memory_string("toy.lua");
    job->asked_memory = job->memory = INNER_KEEPER_MEMORY;
    job->execution = (struct execution){.script_path = memory_string("/toy.lua"),
                                        .script = memory_string(script),
                                        .settings = memory_string(""),
                                        .modules = memory_string(""),
                                        .data = memory_string(data),
                                        .threads = 1};
    digest_of(script, strlen(script), job->execution.script_digest);
    forget(&keeper->client.output);
    keeper->client.awaits = job;
    keeper->client.awaits_end = false;
    schedule_add(&keeper->server, job);
    return job;
}

bool inner_keeper_take(struct inner_keeper *keeper, struct worker_job *job, struct error *error)
{
    struct frame frame = frame_of(&keeper->worker);
    bool good = job_handle_frame(job, keeper->server.store, &frame, error);
    forget(&keeper->worker);
    return good;
}

void inner_keeper_advance(struct inner_keeper *keeper)
{
    double wait = 1;
    schedule_advance(&keeper->server, &wait);
}

struct worker_job *inner_keeper_job(const struct inner_keeper *keeper)
{
    return keeper->server.job_count > 0 ? keeper->server.jobs[0] : NULL;
}
