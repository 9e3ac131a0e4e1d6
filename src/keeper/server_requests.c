/* SPDX-License-Identifier: MIT
 *
 * What clients ask for.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"
#include "import/import.h"
#include "server.h"
#include "store/dataset_store.h"

/* -- data sets --------------------------------------------------------------------------------- */

/* Fails where something that computes or waits needs the data set. */
static bool is_unused(struct server *server, const char *name, struct error *error)
{
    int64_t user = server->active ? server->active->execution.number : 0;
    if (user)
        schedule_clear(server, user);
    user = 0;
    for (size_t i = 0; i < server->job_count && !user; i++) {
        const struct job *job = server->jobs[i];
        if (job->stored && strcmp(job->execution.data, name) == 0)
            user = job->execution.number;
    }
    for (size_t i = 0; i < server->queue_count && !user; i++) {
        struct execution execution;
        if (!store_execution(server->store, server->queue[i].execution, &execution, error))
            return false;
        if (strcmp(execution.data, name) == 0)
            user = execution.number;
        execution_release(&execution);
    }
    return !user ||
           error_set(error, ERROR_USAGE, "the data set \"%s\" is in use; \"thaw stop %lld\" first",
                     name, (long long)user);
}

struct importing {
    struct server *server;
    struct client *client;
    double attended_at;
};

static bool stop_import(void *context)
{
    struct importing *importing = context;
    double now = clock_monotonic();
    if (now - importing->attended_at < 0.02)
        return false;
    importing->attended_at = now;
    return server_attend(importing->server, importing->client);
}

static bool fill_dataset(struct importing *importing, const struct import_options *options,
                         bool replace, struct reply *reply, struct error *error)
{
    struct store *store = importing->server->store;
    struct dataset_writer *writer = store_dataset_create(store, reply->report.name, replace, error);
    if (!writer)
        return false;
    struct dataset_sink sink = dataset_writer_sink(writer);
    if (!import_read(options, &sink, &reply->report, stop_import, importing, error)) {
        dataset_writer_free(writer);
        return false;
    }
    struct dataset_summary *summary = &reply->summary;
    const char *source = options->path ? options->path : options->ratings;
    text_safe(source, summary->source, sizeof summary->source);
    snprintf(summary->format, sizeof summary->format, "%s", reply->report.format);
    summary->rejected = reply->report.rejected;
    snprintf(summary->notes, sizeof summary->notes, "%s", reply->report.notes);
    return dataset_writer_finish(writer, summary, error);
}

static bool log_import(struct store *store, const struct dataset_summary *summary,
                       struct error *error)
{
    char text[192];
    snprintf(text, sizeof text, "%s is imported, %u ratings", summary->name,
             (unsigned)summary->ratings);
    return store_log_add(store, 0, "", text, error);
}

static bool import(struct importing *importing, const struct import_options *options, bool replace,
                   struct reply *reply, struct error *error)
{
    struct server *server = importing->server;
    struct store *store = server->store;
    if (!import_recognise(options, &reply->report, error) ||
        !is_unused(server, reply->report.name, error) || !store_begin(store, error))
        return false;
    server->importing = true;
    bool good = fill_dataset(importing, options, replace, reply, error) &&
                log_import(store, &reply->summary, error) && store_commit(store, error);
    server->importing = false;
    store_rollback(store);
    return good;
}

static bool do_import(struct server *server, struct client *client, const struct request *request,
                      struct reply *reply, struct error *error)
{
    struct importing importing = {server, client, clock_monotonic()};
    const struct import_options options = {.path = request->path,
                                           .name = request->name,
                                           .ratings = request->ratings,
                                           .users = request->users,
                                           .items = request->items,
                                           .ratings_columns = request->ratings_columns,
                                           .users_columns = request->users_columns,
                                           .items_columns = request->items_columns,
                                           .keep_going = request->keep_going};
    if (!options.path && !options.ratings)
        return error_set(error, ERROR_USAGE, "nothing is named that could be imported");
    return import(&importing, &options, request->replace, reply, error);
}

/* Ends a transaction that took something away. That is done then, whether or not the file could be
 * made smaller too. */
static bool commit_removal(struct store *store, struct error *error)
{
    struct error ignored;
    if (!store_commit(store, error))
        return false;
    store_shrink(store, &ignored);
    return true;
}

static bool do_remove_data(struct server *server, const char *name, struct error *error)
{
    bool good = is_unused(server, name, error) && store_begin(server->store, error) &&
                store_dataset_remove(server->store, name, error) &&
                commit_removal(server->store, error);
    store_rollback(server->store);
    return good;
}

/* -- scripts ----------------------------------------------------------------------------------- */

static void digest_script(struct execution *execution)
{
    struct digest *digest = digest_new();
    digest_add(digest, execution->script, strlen(execution->script) + 1);
    digest_add(digest, execution->modules, execution->modules_size);
    digest_finish(digest, execution->script_digest);
}

static uint32_t count_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (uint32_t)cores : 1;
}

/* START and CHECK: the answer comes with the job. */
static bool do_script(struct server *server, struct client *client, struct request *request,
                      struct error *error)
{
    if (!request->script || !request->path || !request->script_path)
        return error_set(error, ERROR_USAGE, "no script is named");
    struct job *job = job_new(request->type == REQUEST_START ? JOB_START : JOB_CHECK);
    job->message_path = memory_string(request->script_path);
    job->seeded = request->seeded;
    job->gradients = request->gradients;
    job->asked_memory = request->memory;
    job->memory = schedule_memory(server, request->memory);
    job->execution = (struct execution){
        .script_path = memory_string(request->path),
        .script = memory_string(request->script),
        .modules = request->modules,
        .modules_size = request->modules_size,
        .settings = memory_string(request->settings ? request->settings : ""),
        .data = memory_string(request->data),
        .seed = request->seed,
        .threads = request->threads ? request->threads : count_cores(),
        .unjailed = request->unjailed,
    };
    request->modules = NULL; /* the job's now */
    digest_script(&job->execution);
    if (!job_begin(job, error)) {
        job_free(job);
        return false;
    }
    schedule_add(server, job);
    client->awaits = job;
    return true;
}

/* -- recommending ------------------------------------------------------------------------------ */

/* The one run of that name, which must be done. */
static bool find_done_run(struct server *server, const char *name, struct run *run,
                          struct error *error)
{
    size_t count;
    struct run *runs = store_runs_named(server->store, name ? name : "", &count, error);
    if (!runs)
        return false;
    bool good = true;
    if (count != 1)
        good = error_set(error, ERROR_USAGE, "\"%s\" names %zu runs, expected one", name, count);
    else if (runs[0].state != RUN_DONE)
        good = error_set(error, ERROR_USAGE,
                         "run %s is %s; only one that is done can recommend anything", runs[0].name,
                         run_state_name(runs[0].state));
    if (good) {
        *run = runs[0];
        run->text = memory_string(runs[0].text);
    }
    run_array_free(runs, count);
    return good;
}

/* The answer comes with the job, which changes nothing in the database. */
static bool do_recommend(struct server *server, struct client *client,
                         const struct request *request, struct error *error)
{
    struct job *job = job_new(JOB_RECOMMEND);
    job->known = true;
    job->question =
        (struct job_question){.user = memory_string(request->user ? request->user : ""),
                              .ratings = memory_string(request->given ? request->given : ""),
                              .top = request->top,
                              .calls = request->calls};
    if (request->top == 0 || request->top > MESSAGE_TOP || request->calls == 0 ||
        request->calls > MESSAGE_CALLS) {
        job_free(job);
        return error_set(error, ERROR_USAGE, "it must be 1 to %d items and repetitions",
                         MESSAGE_TOP);
    }
    if (!find_done_run(server, request->name, &job->question.run, error) ||
        !store_execution(server->store, job->question.run.execution, &job->execution, error)) {
        job_free(job);
        return false;
    }
    job->execution.threads = 1;
    job->execution.unjailed |= request->unjailed;
    job->memory = schedule_memory(server, request->memory);
    if (!job_begin(job, error)) {
        job_free(job);
        return false;
    }
    schedule_add(server, job);
    client->awaits = job;
    return true;
}

/* -- executions -------------------------------------------------------------------------------- */

/* The execution that a name means, and whether any of its runs can go on. */
static bool find_execution(struct server *server, const char *name, int64_t *execution,
                           bool *unfinished, struct error *error)
{
    size_t count;
    struct run *runs = store_runs_named(server->store, name ? name : "", &count, error);
    if (!runs)
        return false;
    *execution = runs[0].execution;
    run_array_free(runs, count);
    *unfinished = false;
    runs = store_runs(server->store, *execution, &count, error);
    for (size_t i = 0; runs && i < count; i++)
        *unfinished = *unfinished || !run_state_is_over(runs[i].state);
    run_array_free(runs, count);
    return runs != NULL;
}

static bool do_pause(struct server *server, int64_t execution, struct error *error)
{
    struct job *job = schedule_find(server, execution);
    if (!job || (job->state != JOB_RUNNING && job->state != JOB_PAUSED))
        return error_set(error, ERROR_USAGE, "execution %lld does not compute just now",
                         (long long)execution);
    job_pause(job);
    return true;
}

static bool do_continue(struct server *server, int64_t execution, struct error *error)
{
    struct job *job = schedule_find(server, execution);
    if (!job || (job->state != JOB_RUNNING && job->state != JOB_PAUSED))
        return error_set(error, ERROR_USAGE,
                         "execution %lld is not paused; \"thaw resume %lld\" goes on with what "
                         "was stopped",
                         (long long)execution, (long long)execution);
    job_continue(job);
    return true;
}

static bool do_stop(struct server *server, struct client *client, int64_t execution,
                    struct error *error)
{
    struct job *job = schedule_find(server, execution);
    if (schedule_is_queued(server, execution)) {
        schedule_drop(server, execution);
        return schedule_set_runs(server, execution, RUN_STOPPED, error);
    }
    if (!job)
        return error_set(error, ERROR_USAGE, "execution %lld does not run", (long long)execution);
    job_stop(job);
    if (job->state != JOB_STOPPING)
        job_fail(job, END_STOPPED, NULL); /* it had not begun */
    client->awaits = job;
    return true;
}

static bool do_resume(struct server *server, struct client *client, int64_t execution,
                      bool unfinished, const struct request *request, struct error *error)
{
    struct job *job = schedule_find(server, execution);
    if (job && job->state == JOB_PAUSED)
        return do_continue(server, execution, error);
    if (job || schedule_is_queued(server, execution))
        return error_set(error, ERROR_USAGE, "execution %lld is %s already", (long long)execution,
                         job ? "running" : "queued");
    if (!unfinished)
        return error_set(error, ERROR_USAGE,
                         "execution %lld has nothing left to do: its runs are done or failed",
                         (long long)execution);
    client->awaits = schedule_resume(server, execution, request->threads, request->unjailed,
                                     request->memory, error);
    return client->awaits != NULL;
}

static bool do_remove_execution(struct server *server, int64_t execution, struct error *error)
{
    if (schedule_find(server, execution) || schedule_is_queued(server, execution))
        return error_set(error, ERROR_USAGE, "execution %lld is running; \"thaw stop %lld\" first",
                         (long long)execution, (long long)execution);
    bool good = store_begin(server->store, error) &&
                store_execution_remove(server->store, execution, error) &&
                commit_removal(server->store, error);
    store_rollback(server->store);
    return good;
}

static bool handle_execution(struct server *server, struct client *client,
                             const struct request *request, int64_t *execution, struct error *error)
{
    bool unfinished;
    if (!find_execution(server, request->name, execution, &unfinished, error))
        return false;
    schedule_clear(server, *execution);
    switch (request->type) {
    case REQUEST_PAUSE:
        return do_pause(server, *execution, error);
    case REQUEST_CONTINUE:
        return do_continue(server, *execution, error);
    case REQUEST_STOP:
        return do_stop(server, client, *execution, error);
    case REQUEST_RESUME:
        return do_resume(server, client, *execution, unfinished, request, error);
    default:
        return do_remove_execution(server, *execution, error);
    }
}

/* -- all --------------------------------------------------------------------------------------- */

static bool do_hello(struct client *client, const struct request *request, struct error *error)
{
    char shown[64];
    client->greeted = true;
    if (request->name && strcmp(request->name, PACKAGE_VERSION) == 0)
        return true;
    return error_set(error, ERROR_STORE,
                     "the keeper of this workbench is thaw %s, this is thaw %s; let it end first",
                     PACKAGE_VERSION,
                     text_safe(request->name ? request->name : "?", shown, sizeof shown));
}

static bool handle(struct server *server, struct client *client, struct request *request,
                   struct reply *reply, struct error *error)
{
    if (request->type == REQUEST_HELLO)
        return do_hello(client, request, error);
    if (server->leaving)
        return error_set(error, ERROR_CANCELLED, "the keeper was asked to end");
    server->bereft = server->bereft || store_is_displaced(server->store);
    if (server->bereft)
        return false;
    switch (request->type) {
    case REQUEST_IMPORT:
        return do_import(server, client, request, reply, error);
    case REQUEST_REMOVE_DATA:
        return do_remove_data(server, request->name ? request->name : "", error);
    case REQUEST_START:
    case REQUEST_CHECK:
        return do_script(server, client, request, error);
    case REQUEST_RECOMMEND:
        return do_recommend(server, client, request, error);
    default:
        return handle_execution(server, client, request, &reply->execution, error);
    }
}

void server_handle_request(struct server *server, struct client *client, struct request *request)
{
    struct reply reply = {0};
    struct error error;
    client->asked = request->type;
    reply.good = handle(server, client, request, &reply, &error);
    if (!reply.good && server->bereft)
        server_say_bereft(server, &error);
    if (!reply.good)
        server_refuse(client, &error);
    else if (!client->awaits)
        server_answer(client, &reply);
}
