/* SPDX-License-Identifier: MIT
 *
 * Decides which job computes. One execution computes at a time. A job that is planned while another
 * one computes is stored as queued and freed. Its turn begins with a new worker, in the same way as
 * a resume.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/budget.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "memory_share.h"
#include "server.h"
#include "store/dataset_store.h"
#include "store/metric_store.h"

/* Ratings in the sample that a script is checked on while it is being written. */
enum { SAMPLE_RATINGS = 10000 };

uint64_t schedule_memory(const struct server *server, uint64_t asked)
{
    uint64_t promised = 0;
    for (size_t i = 0; i < server->job_count; i++) {
        const struct worker_process *worker = &server->jobs[i]->worker;
        bool asks = worker->id && !server->jobs[i]->said_its_end && /* else it only gives back */
                    server->jobs[i]->state != JOB_WAITING;
        uint64_t resident = asks ? memory_resident(worker->id) : 0;
        promised += asks && worker->memory > resident ? worker->memory - resident : 0;
    }
    return asked ? asked : memory_share(memory_free(""), promised);
}

void schedule_add(struct server *server, struct worker_job *job)
{
    server->jobs = memory_resize(server->jobs, server->job_count + 1, sizeof(struct worker_job *));
    server->jobs[server->job_count++] = job;
}

struct worker_job *schedule_find(const struct server *server, int64_t execution)
{
    for (size_t i = 0; i < server->job_count; i++)
        if (server->jobs[i]->stored && server->jobs[i]->execution.number == execution)
            return server->jobs[i];
    return NULL;
}

bool schedule_is_queued(const struct server *server, int64_t execution)
{
    for (size_t i = 0; i < server->queue_count; i++)
        if (server->queue[i].execution == execution)
            return true;
    return false;
}

void schedule_drop(struct server *server, int64_t execution)
{
    size_t kept = 0;
    for (size_t i = 0; i < server->queue_count; i++)
        if (server->queue[i].execution != execution)
            server->queue[kept++] = server->queue[i];
    server->queue_count = kept;
}

static void enqueue(struct server *server, int64_t execution, uint64_t memory)
{
    server->queue = memory_resize(server->queue, server->queue_count + 1, sizeof *server->queue);
    server->queue[server->queue_count++] = (struct queued_execution){execution, memory};
}

static void set_state(struct run *run, enum run_state state)
{
    run->state = state;
    free(run->text);
    run->text = memory_string("");
    run->rate = 0;
    run->eta = (double)NAN;
    run->phase[0] = '\0';
    run->ended_at = 0;
    run->heartbeat = clock_now();
}

static bool write_states(struct server *server, struct run *runs, size_t count,
                         enum run_state state, struct error *error)
{
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        if (run_state_is_over(runs[i].state))
            continue;
        set_state(&runs[i], state);
        good = store_run_update(server->store, &runs[i], error);
    }
    return good;
}

bool schedule_set_runs(struct server *server, int64_t execution, enum run_state state,
                       struct error *error)
{
    size_t count;
    struct run *runs = store_runs(server->store, execution, &count, error);
    if (!runs)
        return false;
    bool good = store_begin(server->store, error) &&
                write_states(server, runs, count, state, error) &&
                store_commit(server->store, error);
    store_rollback(server->store);
    run_array_free(runs, count);
    return good;
}

struct worker_job *schedule_resume(struct server *server, int64_t execution, uint32_t threads,
                                   bool unjailed, uint64_t memory, struct error *error)
{
    struct worker_job *job = job_new(JOB_RESUME);
    job->asked_memory = memory;
    job->memory = schedule_memory(server, memory);
    size_t count = 0;
    struct run *runs = NULL;
    job->known = job->stored = true;
    bool good = store_execution(server->store, execution, &job->execution, error) &&
                (runs = store_runs(server->store, execution, &count, error));
    if (good) {
        job->runs = memory_array(count, sizeof *job->runs);
        job->run_count = (uint32_t)count;
        for (size_t i = 0; i < count; i++)
            job->runs[i] = (struct job_run){.row = runs[i], .seconds_before = runs[i].seconds};
        free(runs); /* their texts are the job's now */
        if (threads)
            job->execution.threads = threads;
        job->execution.unjailed |= unjailed;
        good = (job->execution.threads >= 1 && job->execution.threads <= STORED_THREADS_MOST) ||
               error_set(error, ERROR_STORE,
                         "execution %lld is stored with %u threads, which cannot be: --threads "
                         "says how many, and `thaw doctor` what else is wrong",
                         (long long)execution, (unsigned)job->execution.threads);
        good = good && job_begin(job, error);
    }
    if (good) {
        schedule_add(server, job);
        return job;
    }
    job_free(job);
    return NULL;
}

/* -- what jobs wait for ------------------------------------------------------------------------ */

static void explain_missing(struct server *server, const char *name, struct error *error)
{
    struct error ignored;
    size_t count = 0, used = 0;
    char shown[128], list[300] = "";
    struct dataset_summary *all = store_datasets(server->store, &count, &ignored);
    for (size_t i = 0; all && i < count && used < sizeof list - 80; i++)
        used +=
            (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", all[i].name);
    free(all);
    text_safe(name, shown, sizeof shown);
    error_set(error, ERROR_USAGE,
              "there is no data set \"%s\" (there %s %s); \"thaw import PATH --name %s\" brings it "
              "in",
              shown, count == 1 ? "is" : "are", count ? list : "none yet", shown);
}

/* Whether the job asks about a sample of its data set. */
static bool asks_of_sample(const struct worker_job *job)
{
    return job->kind == JOB_ASK && job->question.type == QUESTION_CHECK &&
           job->question.question.check.sampled;
}

/* Sends the data set to a planned job, and the question to a job that asks. */
static bool give_data(struct server *server, struct worker_job *job, struct error *error)
{
    const char *name = job->execution.data;
    bool sampled = asks_of_sample(job);
    struct packed_data *data = sampled ? &server->sample : &server->data;
    struct dataset_summary summary;
    if (!store_dataset_summary(server->store, name, &summary, error)) {
        if (error->kind == ERROR_USAGE)
            explain_missing(server, name, error);
        return false;
    }
    if (!packed_data_load(data, server->store, summary.name, sampled ? SAMPLE_RATINGS : 0, error))
        return false;
    if (job->known && strcmp(data->digest, job->execution.data_digest) != 0)
        return error_set(error, ERROR_USAGE,
                         "the data set \"%s\" has changed since execution %lld began; start its "
                         "script anew",
                         name, (long long)job->execution.number);
    memcpy(job->execution.data_digest, data->digest, sizeof data->digest);
    job_send_data(job, data,
                  sampled || server->queue_count > 0 || (server->active && server->active != job));
    return job->kind != JOB_ASK || job_ask(job, server->store, error);
}

/* Adds a line to the log: an execution starts to compute, or waits. */
static bool log_begin(struct server *server, const struct worker_job *job, enum run_state state,
                      const char *what, struct error *error)
{
    char text[128], memory[BUDGET_TEXT];
    uint32_t threads = job->execution.threads;
    if (state == RUN_QUEUED)
        snprintf(text, sizeof text, "queued");
    else
        snprintf(text, sizeof text, "%s with %u thread%s and at most %s of memory outside Lua",
                 what, (unsigned)threads, threads == 1 ? "" : "s",
                 budget_text(job->memory, memory));
    return store_log_add(server->store, job->execution.number, "", text, error);
}

/* Stores a new execution with its runs, in one transaction. */
static bool store_new(struct server *server, struct worker_job *job, enum run_state state,
                      struct error *error)
{
    struct store *store = server->store;
    job->execution.created_at = clock_now();
    bool good = store_begin(store, error) && store_execution_add(store, &job->execution, error);
    for (uint32_t i = 0; good && i < job->metric_count; i++)
        good = store_metric_add(store, job->execution.number, i, &job->metrics[i], error);
    for (uint32_t i = 0; good && i < job->run_count; i++) {
        struct run *run = &job->runs[i].row;
        run->execution = job->execution.number;
        run->state = state;
        run->started_at = state == RUN_RUNNING ? clock_now() : 0;
        run->heartbeat = clock_now();
        good = store_run_add(store, run, error);
    }
    good = good && log_begin(server, job, state, "started", error) && store_commit(store, error);
    store_rollback(store);
    job->stored = good;
    return good;
}

/* Rewinds one run to its newest good checkpoint. */
static bool rewind_run(struct server *server, struct worker_job *job, struct run *run,
                       struct error *error)
{
    struct bytes checkpoint = {0};
    uint64_t step = 0;
    bool found, damaged;
    if (!store_checkpoint_latest(server->store, run->id, &step, &checkpoint, &found, &damaged,
                                 error))
        return false;
    bytes_release(&checkpoint);
    if (damaged) {
        char text[200];
        snprintf(text, sizeof text, "a damaged checkpoint is passed over; the run goes on from %s",
                 found ? "the one before" : "its beginning");
        if (!store_log_add(server->store, job->execution.number, run->name, text, error))
            return false;
    }
    run->step = found ? step : 0;
    if (run->started_at == 0)
        run->started_at = clock_now();
    return store_run_rewind(server->store, run->id, found ? (int64_t)step : -1, error);
}

/* Stores that the runs of an execution go on, or wait. */
static bool store_again(struct server *server, struct worker_job *job, enum run_state state,
                        struct error *error)
{
    struct store *store = server->store;
    bool good = store_begin(store, error) && store_execution_update(store, &job->execution, error);
    if (good && *job->note)
        good = store_log_add(store, job->execution.number, "", job->note, error);
    for (uint32_t i = 0; good && i < job->run_count; i++) {
        struct run *run = &job->runs[i].row;
        if (run_state_is_over(run->state))
            continue;
        set_state(run, state);
        good = (state == RUN_QUEUED || rewind_run(server, job, run, error)) &&
               store_run_update(store, run, error);
    }
    good = good && log_begin(server, job, state, "goes on", error) && store_commit(store, error);
    store_rollback(store);
    return good;
}

/* -- moving on --------------------------------------------------------------------------------- */

/* Scripts and data sets are large, and a keeper may run for months, so free memory goes back to the
 * system. */
static void give_back_memory(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

static void remove_job(struct server *server, struct worker_job *job)
{
    size_t kept = 0;
    for (size_t i = 0; i < server->job_count; i++)
        if (server->jobs[i] != job)
            server->jobs[kept++] = server->jobs[i];
    server->job_count = kept;
    if (server->active == job)
        server->active = NULL;
    for (size_t i = 0; i < server->client_count; i++)
        if (server->clients[i]->awaits == job)
            server->clients[i]->awaits = NULL;
    job_free(job);
    give_back_memory();
}

/* Handles a bound job: its execution is stored, its clients are told, and it starts or waits.
 * Returns whether the job is gone. */
static bool settle_bound(struct server *server, struct worker_job *job)
{
    struct error error;
    bool now = !server->active || server->active == job;
    enum run_state state = now ? RUN_RUNNING : RUN_QUEUED;
    bool good = job->kind == JOB_START ? store_new(server, job, state, &error)
                                       : store_again(server, job, state, &error);
    if (good && now) {
        server->active = job;
        good = job_start_runs(job, server->store, &error);
    }
    if (!good) {
        job_fail(job, job->stored ? END_LOST : END_FAILED, &error);
        if (job->stored) /* a full disk may delay its journal for long */
            server_refuse_all(server, job, &error);
        return false;
    }
    server_say_done(server, job, false);
    if (now)
        return false;
    enqueue(server, job->execution.number, job->asked_memory);
    remove_job(server, job);
    return true;
}

/* Answers the clients that still wait for the job. */
static void tell_end(struct server *server, struct worker_job *job)
{
    struct error error = job->error;
    if (job->end == END_ANSWERED) {
        server_say_answer(server, job);
        if (!*error.text || job->stay.declined) /* of those whose questions are queued */
            error_set(&error, ERROR_CANCELLED, "the worker has ended; ask again");
    }
    if (job->end != END_ANSWERED && job->kind != JOB_ASK)
        server_say_done(server, job, true);
    if (job->end == END_LOST && job->kind == JOB_START)
        error_within(&error, "the script could not be started");
    server_refuse_all(server, job, &error);
}

/* Returns whether the job is gone. A stored job stays until its journal is written. */
static bool settle_over(struct server *server, struct worker_job *job)
{
    struct error ignored;
    if (job->stored && job->journal.pending)
        return false;
    if (job->stored)
        store_shrink(server->store, &ignored); /* old checkpoints of finished runs */
    tell_end(server, job);
    remove_job(server, job);
    return true;
}

/* What was computed is kept in memory, and the last checkpoint is in the database. */
static void say_trouble(struct server *server, const struct worker_job *job,
                        const struct error *error, bool first)
{
    char *text =
        memory_format("%s; %zu bytes wait to be written, and training waits until they are",
                      error->text, job->journal.bytes.size);
    store_set_trouble(server->store, text);
    if (first)
        dprintf(STDERR_FILENO, "%s\n", text);
    free(text);
}

static void write_journal(struct server *server, struct worker_job *job)
{
    struct error error;
    bool was_failing = job->journal.failing;
    if (job_write_journal(job, server->store, &error))
        job_hold(job, false);
    else
        job_hold(job, true);
    if (job->journal.failing && store_is_displaced(server->store))
        server->displaced = true;
    else if (job->journal.failing)
        say_trouble(server, job, &error, !was_failing);
    if (was_failing && !job->journal.failing)
        store_set_trouble(server->store, "");
    if (was_failing && !job->journal.failing)
        job_log(job, "training waited until the database could be written again");
}

/* Whether the job is gone. */
static bool advance_job(struct server *server, struct worker_job *job, double *wait)
{
    struct error error;
    if (job->state == JOB_PLANNED && !give_data(server, job, &error)) {
        job_fail(job, job->stored ? END_LOST : END_FAILED, &error);
        if (job->stored)
            server_refuse_all(server, job, &error);
    }
    if (job->state == JOB_ANSWERED)
        staying_settle(server, job);
    if (job->state == JOB_BOUND && settle_bound(server, job))
        return true;
    if (job->stored && journal_is_due(&job->journal, wait))
        write_journal(server, job);
    if (job->stored)
        journal_is_due(&job->journal, wait);
    if (job->said_its_end && !job->stored)
        tell_end(server, job); /* a worker with much memory takes a while to exit */
    return job->state == JOB_OVER && settle_over(server, job);
}

void schedule_clear(struct server *server, int64_t execution)
{
    struct worker_job *job = schedule_find(server, execution);
    if (!job)
        return;
    for (uint32_t i = 0; i < job->run_count; i++)
        if (!run_state_is_over(job->runs[i].row.state))
            return;
    job_fail(job, END_FINISHED, NULL);
    write_journal(server, job);
    settle_over(server, job);
}

static void begin_next(struct server *server)
{
    struct error error;
    while (!server->active && server->queue_count > 0 && !server->leaving) {
        struct queued_execution next = server->queue[0];
        int64_t execution = next.execution;
        schedule_drop(server, execution);
        server->active = schedule_resume(server, execution, 0, false, next.memory, &error);
        if (!server->active) {
            dprintf(STDERR_FILENO, "execution %lld: %s\n", (long long)execution, error.text);
            schedule_set_runs(server, execution, RUN_INTERRUPTED, &error);
        }
    }
}

/* Forgets the data set if no waiting job could use it. */
static void forget_data(struct server *server)
{
    bool awaited = server->queue_count > 0;
    for (size_t i = 0; i < server->job_count; i++)
        awaited = awaited || server->jobs[i]->state <= JOB_PLANNED;
    if (*server->data.name && !awaited) {
        packed_data_release(&server->data);
        give_back_memory();
    }
}

void schedule_advance(struct server *server, double *wait)
{
    for (size_t i = 0; i < server->job_count;)
        if (!advance_job(server, server->jobs[i], wait))
            i++;
    begin_next(server);
    forget_data(server);
}

void schedule_tick(struct server *server, double seconds)
{
    for (size_t i = 0; i < server->job_count; i++)
        job_tick(server->jobs[i], seconds);
    staying_tick(server);
}

void schedule_leave(struct server *server)
{
    struct error error;
    server->leaving = true;
    for (size_t i = 0; i < server->queue_count; i++)
        if (!schedule_set_runs(server, server->queue[i].execution, RUN_STOPPED, &error))
            dprintf(STDERR_FILENO, "%s\n", error.text);
    server->queue_count = 0;
    error_set(&error, ERROR_CANCELLED, "the keeper was asked to end");
    for (size_t i = 0; i < server->job_count; i++) {
        struct worker_job *job = server->jobs[i];
        job_stop(job);
        if (job->state != JOB_STOPPING)
            job_fail(job, job->stored ? END_STOPPED : END_LOST, &error);
    }
}
