/* SPDX-License-Identifier: MIT
 *
 * Carries out the requests of clients. A request that lasts, such as an import, is answered when it
 * is done; each failure is answered with a sentence.
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
#include "server.h"
#include "server_sets.h"

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

/* Fills in what is known of a script's execution before its PLAN. */
static void take_script(struct server *server, struct worker_job *job,
                        const struct script_request *script)
{
    job->message_path = memory_string(script->message_path);
    job->asked_memory = script->memory;
    job->memory = schedule_memory(server, script->memory);
    job->execution = (struct execution){
        .script_path = memory_string(script->path),
        .script = memory_string(script->text),
        .modules = memory_new(script->modules_size),
        .modules_size = script->modules_size,
        .settings = memory_string(script->settings ? script->settings : ""),
        .data = memory_string(script->data),
        .threads = script->threads ? script->threads : count_cores(),
        .unjailed = script->unjailed,
    };
    if (script->modules_size > 0)
        memcpy(job->execution.modules, script->modules, script->modules_size);
    digest_script(&job->execution);
}

/* Starts the worker of a job. The reply comes with that job. */
static bool await_job(struct server *server, struct client *client, struct worker_job *job,
                      struct error *error)
{
    if (!job_begin(job, error)) {
        job_free(job);
        return false;
    }
    schedule_add(server, job);
    client->awaits = job;
    client->awaits_end = false;
    return true;
}

static bool do_start(struct server *server, struct client *client,
                     const struct request_start *request, struct error *error)
{
    struct worker_job *job = job_new(JOB_START);
    take_script(server, job, &request->script);
    job->seeded = request->seeded;
    job->execution.seed = request->seed;
    return await_job(server, client, job, error);
}

/* -- questions --------------------------------------------------------------------------------- */

/* Finds the single run of that name, which must be done. */
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
        good = error_set(error, ERROR_USAGE, "run %s is %s; only one that is done can be asked",
                         runs[0].name, run_state_name(runs[0].state));
    if (good) {
        *run = runs[0];
        run->text = memory_string(runs[0].text);
    }
    run_array_free(runs, count);
    return good;
}

static bool take_run(struct server *server, struct worker_job *job,
                     const struct request_ask *request, struct error *error)
{
    job->known = job->stays = true;
    job->stay.others = store_version_of_others(server->store);
    if (!store_execution(server->store, job->question.run.execution, &job->execution, error))
        return false;
    job->execution.threads = 1;
    job->execution.unjailed |= request->unjailed;
    job->memory = schedule_memory(server, 0);
    return true;
}

/* The question waits for its turn. Takes it. */
static void queue_question(struct server *server, struct client *client, struct worker_job *job,
                           struct job_question *question)
{
    client->awaits = job;
    client->awaits_end = false;
    client->queued = true;
    client->question = *question;
    staying_ask_next(server, job);
}

/* Such a job changes nothing in the database. */
static bool do_ask(struct server *server, struct client *client, const struct request_ask *request,
                   struct error *error)
{
    struct job_question question;
    bool of_run = question_is_of_run(request->type, request->run);
    if (!job_question_read(&question, request->type, request->bytes, request->size, error) ||
        (of_run && !find_done_run(server, request->run, &question.run, error))) {
        job_question_release(&question);
        return false;
    }
    struct worker_job *stays =
        of_run ? staying_find(server, &question.run, request->unjailed) : NULL;
    if (stays) {
        queue_question(server, client, stays, &question);
        return true;
    }
    struct worker_job *job = job_new(JOB_ASK);
    job->question = question;
    if (!of_run)
        take_script(server, job, &request->script);
    if (!of_run || take_run(server, job, request, error))
        return await_job(server, client, job, error);
    job_free(job);
    return false;
}

/* -- executions -------------------------------------------------------------------------------- */

/* Finds the execution that a name means, and whether any of its runs can go on. */
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

/* Pauses what computes, or lets it go on. */
static bool pause_execution(struct server *server, int64_t execution, bool pause,
                            struct error *error)
{
    struct worker_job *job = schedule_find(server, execution);
    if (job && (job->state == JOB_RUNNING || job->state == JOB_PAUSED)) {
        (pause ? job_pause : job_continue)(job);
        return true;
    }
    return error_set(error, ERROR_USAGE,
                     pause ? "execution %lld does not compute just now"
                           : "execution %lld is not paused; \"thaw resume %lld\" goes on with what "
                             "was stopped",
                     (long long)execution, (long long)execution);
}

static bool stop_execution(struct server *server, struct client *client, int64_t execution,
                           struct error *error)
{
    struct worker_job *job = schedule_find(server, execution);
    if (schedule_is_queued(server, execution)) {
        schedule_drop(server, execution);
        return schedule_set_runs(server, execution, RUN_STOPPED, error);
    }
    if (!job)
        return error_set(error, ERROR_USAGE, "execution %lld does not run", (long long)execution);
    job_stop(job);
    if (job->state != JOB_STOPPING)
        job_fail(job, END_STOPPED, NULL); /* its runs had not begun */
    client->awaits = job;
    client->awaits_end = true;
    return true;
}

static bool remove_execution(struct server *server, int64_t execution, struct error *error)
{
    if (schedule_find(server, execution) || schedule_is_queued(server, execution))
        return error_set(error, ERROR_USAGE, "execution %lld is running; \"thaw stop %lld\" first",
                         (long long)execution, (long long)execution);
    bool good = store_begin(server->store, error) &&
                store_execution_remove(server->store, execution, error) &&
                server_commit_removal(server->store, error);
    store_rollback(server->store);
    staying_retire(server);
    return good;
}

static bool do_control(struct server *server, struct client *client,
                       const struct request_control *request, struct error *error)
{
    int64_t execution;
    bool unfinished, good;
    if (!find_execution(server, request->name, &execution, &unfinished, error))
        return false;
    schedule_clear(server, execution);
    if (request->control == CONTROL_PAUSE || request->control == CONTROL_CONTINUE)
        good = pause_execution(server, execution, request->control == CONTROL_PAUSE, error);
    else if (request->control == CONTROL_STOP)
        good = stop_execution(server, client, execution, error);
    else
        good = remove_execution(server, execution, error);
    if (good && !client->awaits)
        server_reply_done(client, execution);
    return good;
}

static bool do_resume(struct server *server, struct client *client,
                      const struct request_resume *request, struct error *error)
{
    int64_t execution;
    bool unfinished;
    if (!find_execution(server, request->name, &execution, &unfinished, error))
        return false;
    schedule_clear(server, execution);
    struct worker_job *job = schedule_find(server, execution);
    if (job && job->state == JOB_PAUSED) {
        job_continue(job);
        server_reply_done(client, execution);
        return true;
    }
    if (job || schedule_is_queued(server, execution))
        return error_set(error, ERROR_USAGE, "execution %lld is %s already", (long long)execution,
                         job ? "running" : "queued");
    if (!unfinished)
        return error_set(error, ERROR_USAGE,
                         "execution %lld has nothing left to do: its runs are done or failed",
                         (long long)execution);
    client->awaits = schedule_resume(server, execution, request->threads, request->unjailed,
                                     request->memory, error);
    client->awaits_end = false;
    return client->awaits != NULL;
}

/* -- all --------------------------------------------------------------------------------------- */

static bool do_hello(struct server *server, struct client *client,
                     const struct request_hello *request, struct error *error)
{
    char shown[64];
    const char *version = request->version ? request->version : "?";
    (void)server;
    client->greeted = true;
    if (strcmp(version, PACKAGE_VERSION) != 0)
        return error_set(
            error, ERROR_STORE,
            "the keeper of this workbench is thaw %s, this is thaw %s; let it end first",
            PACKAGE_VERSION, text_safe(version, shown, sizeof shown));
    server_reply_done(client, 0);
    return true;
}

/* Whether requests other than a greeting are accepted. */
static bool may_serve(struct server *server, struct error *error)
{
    if (server->leaving)
        return error_set(error, ERROR_CANCELLED, "the keeper was asked to end");
    server->displaced = server->displaced || store_is_displaced(server->store);
    return !server->displaced;
}

bool server_handle_frame(struct server *server, struct client *client, const struct frame *frame)
{
    struct error error;
    bool sound = false, good = false;
    union {
#define X(name, lower, most) struct request_##lower lower;
        REQUESTS(X)
#undef X
    } it;
    switch (frame->type) {
#define X(name, lower, most)                                                                       \
    case REQUEST_##name:                                                                           \
        sound = request_##lower##_read(&it.lower, frame, &error);                                  \
        good = sound && (REQUEST_##name == REQUEST_HELLO || may_serve(server, &error)) &&          \
               do_##lower(server, client, &it.lower, &error);                                      \
        break;
        REQUESTS(X)
#undef X
    }
    if (sound && !good && server->displaced)
        server_say_displaced(server, &error);
    if (sound && !good)
        server_refuse(client, &error);
    return sound;
}
