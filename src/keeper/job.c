/* SPDX-License-Identifier: MIT
 *
 * The life of a job, from the start of its worker to its end. job_frames.c handles the worker's
 * frames.
 */
#include "config.h"

#include "job.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/trial_store.h"

static const double SILENCE_MOST = 120, STOP_PATIENCE = 10; /* seconds */
/* Computing time for each thread of a worker that only answers a question. No client waits longer
 * for an answer (client_requests.c). A training may take days; it is bounded by the time limit of
 * each call of the script. */
enum {
    ANSWER_SECONDS = 120,
    STAY_SECONDS = 3600 /* the same for one that stays between questions */
};

struct worker_job *job_new(enum job_kind kind)
{
    struct worker_job *job = memory_new(sizeof *job);
    job->kind = kind;
    job_limits_init(&job->limits);
    frame_input_init(&job->input, job->limits.kinds, MESSAGE_TYPES);
    return job;
}

void job_free(struct worker_job *job)
{
    if (!job)
        return;
    worker_process_end(&job->worker, true, NULL, 0);
    frame_input_release(&job->input);
    frame_output_release(&job->output);
    execution_release(&job->execution);
    for (uint32_t i = 0; i < job->run_count; i++)
        free(job->runs[i].row.text);
    free(job->runs);
    for (size_t i = 0; i < job->task_count; i++) {
        free(job->tasks[i].support);
        free(job->tasks[i].query);
    }
    free(job->tasks);
    free(job->answer);
    job_question_release(&job->question);
    free(job->message_path);
    journal_release(&job->journal);
    free(job);
}

bool job_begin(struct worker_job *job, struct error *error)
{
    uint32_t threads = job->execution.threads;
    bool asks = job->kind == JOB_ASK;
    const struct worker_process_options options = {
        .threads = threads,
        .seconds = asks ? (job->stays ? STAY_SECONDS : ANSWER_SECONDS) * threads : 0,
        .memory = job->memory,
        .precise = asks && question_kinds[job->question.type].precision == QUESTION_DOUBLE};
    job->state = JOB_STARTING;
    return worker_process_start(&job->worker, &options, error);
}

void job_load(struct worker_job *job)
{
    const struct execution *execution = &job->execution;
    char path[4096];
    const struct message_load load = {
        .asked = job->kind == JOB_ASK,
        .stays = job->stays,
        .quick = job->kind == JOB_ASK && question_kinds[job->question.type].time == QUESTION_QUICK,
        .path = text_safe(job->message_path ? job->message_path : execution->script_path, path,
                          sizeof path),
        .text = execution->script,
        .size = strlen(execution->script),
        .modules = execution->modules,
        .modules_size = execution->modules_size,
        .settings = execution->settings,
    };
    message_load_write(&job->output, &load);
    job->state = JOB_LOADING;
    job_flush_output(job);
}

void job_send_data(struct worker_job *job, struct packed_data *data, bool keep)
{
    worker_process_expect_data(&job->worker, frame_output_pending(&data->frame));
    job_limits_set_data(&job->limits, &data->size, job->execution.negatives);
    if (job->kind == JOB_ASK)
        job_limits_set_answer(&job->limits, &question_kinds[job->question.type], &data->size);
    frame_output_add(&job->output, &data->frame, keep);
    if (!keep)
        packed_data_release(data);
    job->state = JOB_BINDING;
    job_flush_output(job);
}

/* Sends what the search of this execution has found so far. */
static bool send_tried(struct worker_job *job, struct store *store, struct error *error)
{
    size_t count;
    struct stored_trial *trials = store_trials(store, job->execution.number, &count, error);
    if (!trials)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct message_tried tried = {.arm = trials[i].arm,
                                            .trial = trials[i].trial,
                                            .rung = trials[i].rung,
                                            .score = trials[i].score};
        message_tried_write(&job->output, &tried);
    }
    stored_trials_free(trials, count);
    return true;
}

static bool send_run(struct worker_job *job, uint32_t number, struct store *store,
                     struct bytes *checkpoint, struct error *error)
{
    const struct run *row = &job->runs[number].row;
    struct message_run run = {.run = number, .arm = row->arm, .seed = row->seed};
    bool found = false, damaged = false;
    run.done = run_state_is_over(row->state);
    if (!run.done && job->kind == JOB_RESUME &&
        !store_checkpoint_latest(store, row->id, &run.step, checkpoint, &found, &damaged, error))
        return false;
    if (found) {
        run.checkpoint = checkpoint->data;
        run.size = checkpoint->size;
    }
    message_run_write(&job->output, &run);
    return true;
}

/* Sets the state of a run in the database once the worker is gone. */
static void settle(struct worker_job *job, struct job_run *run)
{
    static const struct {
        enum run_state state;
        const char *text;
    } ends[] = {[END_LOST] = {RUN_INTERRUPTED, NULL},
                [END_FINISHED] = {RUN_INTERRUPTED, "the worker ended without its results"},
                [END_STOPPED] = {RUN_STOPPED, ""},
                [END_ANSWERED] = {RUN_INTERRUPTED, ""},
                [END_REFUSED] = {RUN_INTERRUPTED, NULL},
                [END_FAILED] = {RUN_FAILED, NULL}};
    const char *text = ends[job->end].text ? ends[job->end].text : job->error.text;
    run->row.state = ends[job->end].state;
    free(run->row.text);
    run->row.text = memory_string(text);
    run->row.rate = 0;
    run->row.eta = (double)NAN;
    run->row.ended_at = clock_now();
    run->row.phase[0] = '\0';
    job_run_changed(job, run);
}

bool job_start_runs(struct worker_job *job, struct store *store, struct error *error)
{
    struct bytes checkpoint = {0};
    bool good = send_tried(job, store, error);
    for (uint32_t i = 0; good && i < job->run_count; i++)
        good = send_run(job, i, store, &checkpoint, error);
    bytes_release(&checkpoint);
    if (!good)
        return false;
    const struct message_start start = {job->execution.seed, job->run_count};
    message_start_write(&job->output, &start);
    job->state = JOB_RUNNING;
    job_flush_output(job);
    return true;
}

bool job_question_read(struct job_question *question, enum question_type type, const void *bytes,
                       size_t size, struct error *error)
{
    *question = (struct job_question){.type = type, .bytes = memory_new(size), .size = size};
    if (size > 0)
        memcpy(question->bytes, bytes, size);
    if (question_read(&question->question, type, question->bytes, size, error))
        return true;
    error->kind = ERROR_USAGE;
    return false;
}

void job_question_release(struct job_question *question)
{
    free(question->run.text);
    free(question->bytes);
    *question = (struct job_question){0};
}

static bool has_run(const struct job_stay *stay, const struct run *run)
{
    for (uint32_t i = 0; i < stay->run_count; i++)
        if (stay->runs[i].seed == run->seed && strcmp(stay->runs[i].arm, run->arm) == 0)
            return true;
    return false;
}

bool job_can_take(const struct worker_job *job, const struct run *run)
{
    return job->stays && !job->stay.outdated && !job->said_its_end && job->state != JOB_OVER &&
           job->execution.number == run->execution &&
           (has_run(&job->stay, run) || job->stay.run_count < MESSAGE_KEPT_RUNS);
}

/* Notes that the worker has the run that it was asked about. */
static void note_run(struct worker_job *job)
{
    struct job_stay *stay = &job->stay;
    const struct run *run = &job->question.run;
    if (!job->stays || has_run(stay, run))
        return;
    snprintf(stay->runs[stay->run_count].arm, sizeof stay->runs[0].arm, "%s", run->arm);
    stay->runs[stay->run_count++].seed = run->seed;
}

static bool add_run(struct worker_job *job, struct store *store, struct message_question *message,
                    struct bytes *checkpoint, struct error *error)
{
    const struct run *run = &job->question.run;
    uint64_t step = 0;
    bool found = false, damaged = false;
    message->arm = run->arm;
    message->seed = run->seed;
    if (!job->stay.tried && !send_tried(job, store, error))
        return false;
    job->stay.tried = true;
    if (has_run(&job->stay, run))
        return true;
    if (!store_checkpoint_latest(store, run->id, &step, checkpoint, &found, &damaged, error))
        return false;
    message->checkpoint = found ? checkpoint->data : NULL;
    message->checkpoint_size = found ? checkpoint->size : 0;
    return true;
}

bool job_ask(struct worker_job *job, struct store *store, struct error *error)
{
    const struct job_question *question = &job->question;
    struct message_question message = {
        .type = question->type, .bytes = question->bytes, .size = question->size};
    struct bytes checkpoint = {0};
    if (question_is_of_run(question->type, question->run.name) &&
        !add_run(job, store, &message, &checkpoint, error))
        return false;
    message_question_write(&job->output, &message);
    bytes_release(&checkpoint);
    job->state = JOB_ASKED;
    job->stay.computed = worker_process_computed(&job->worker);
    job_flush_output(job);
    return true;
}

void job_wait(struct worker_job *job)
{
    if (!job->stay.declined)
        note_run(job);
    free(job->answer);
    job->answer = NULL;
    job->printed[0] = '\0';
    job->printed_all = job->stay.declined = false;
    job->error = (struct error){0};
    job->line = 0;
    job->state = JOB_WAITING;
    job->stay.waits_since = clock_monotonic();
}

void job_end_worker(struct worker_job *job)
{
    char how[160] = "";
    worker_process_end(&job->worker, true, how, sizeof how);
    if (job->state == JOB_ANSWERED)
        job->end = END_ANSWERED; /* what it said before counts */
    if (job->end == END_LOST && !*job->error.text)
        error_set(&job->error, ERROR_CANCELLED, "the worker %s", how);
    job->state = JOB_OVER;
    bool told = false;
    for (uint32_t i = 0; i < job->run_count; i++)
        if (!run_state_is_over(job->runs[i].row.state)) {
            settle(job, &job->runs[i]);
            told = true;
        }
    if (job->end == END_FINISHED)
        job_log(job, "finished");
    else if (told)
        job_log(job, job->end == END_STOPPED ? "stopped" : job->error.text);
    journal_mark(&job->journal, true);
}

enum job_end job_end_of_failure(const struct worker_job *job)
{
    return job->kind == JOB_RESUME && job->state < JOB_RUNNING ? END_LOST : END_FAILED;
}

void job_fail(struct worker_job *job, enum job_end end, const struct error *error)
{
    if (job->state == JOB_OVER)
        return;
    job->end = end;
    if (error)
        job->error = *error;
    job_end_worker(job);
}

void job_flush_output(struct worker_job *job)
{
    struct error ignored; /* a lost worker shows at its other pipe, with its last frames */
    if (job->state != JOB_OVER && frame_output_pending(&job->output) > 0 &&
        !frame_output_flush(&job->output, job->worker.to, &ignored))
        frame_output_release(&job->output);
}

static void send_word(struct worker_job *job, enum message_type type)
{
    message_write_empty(&job->output, type);
    job_flush_output(job);
}

static void set_unfinished(struct worker_job *job, enum run_state state)
{
    for (uint32_t i = 0; i < job->run_count; i++)
        if (!run_state_is_over(job->runs[i].row.state)) {
            job->runs[i].row.state = state;
            job->runs[i].row.rate = 0;
            job->runs[i].row.eta = (double)NAN;
            job_run_changed(job, &job->runs[i]);
        }
}

void job_pause(struct worker_job *job)
{
    if (job->state != JOB_RUNNING)
        return;
    job->state = JOB_PAUSED;
    send_word(job, MESSAGE_PAUSE);
    set_unfinished(job, RUN_PAUSED);
}

void job_hold(struct worker_job *job, bool hold)
{
    if (job->held == hold)
        return;
    job->held = hold;
    if (job->state == JOB_RUNNING)
        send_word(job, hold ? MESSAGE_PAUSE : MESSAGE_CONTINUE);
}

void job_continue(struct worker_job *job)
{
    if (job->state != JOB_PAUSED)
        return;
    job->state = JOB_RUNNING;
    if (!job->held)
        send_word(job, MESSAGE_CONTINUE);
    set_unfinished(job, RUN_RUNNING);
}

void job_stop(struct worker_job *job)
{
    if (job->state != JOB_RUNNING && job->state != JOB_PAUSED)
        return;
    job->state = JOB_STOPPING;
    job->deadline = clock_monotonic() + STOP_PATIENCE;
    send_word(job, MESSAGE_STOP);
}

/* The limit on computing that a worker which does not stay has from the system. */
static bool computes_too_long(const struct worker_job *job)
{
    return job->stays && job->state == JOB_ASKED &&
           worker_process_computed(&job->worker) - job->stay.computed >
               (double)(ANSWER_SECONDS * job->execution.threads);
}

void job_tick(struct worker_job *job, double seconds)
{
    struct error error;
    if (!journal_is_full(&job->journal))
        job->silence += seconds < 2 ? seconds : 2; /* the keeper itself may have been suspended */
    if (job->state == JOB_OVER)
        return;
    if (job->deadline > 0 && clock_monotonic() > job->deadline) {
        if (!job->said_its_end)
            job_log(job, "the worker did not stop in time and was ended");
        job_fail(job, job->said_its_end ? job->end : END_STOPPED, NULL);
    } else if (job->silence > SILENCE_MOST) {
        error_set(&error, ERROR_CANCELLED, "the worker was silent for %.0f seconds and was ended",
                  SILENCE_MOST);
        job_fail(job, END_LOST, &error);
    } else if (computes_too_long(job)) {
        error_set(&error, ERROR_CANCELLED,
                  "the worker computed for more than %d seconds and was ended", ANSWER_SECONDS);
        job_fail(job, END_LOST, &error);
    }
    for (uint32_t i = 0; i < job->run_count; i++)
        if (job->state == JOB_RUNNING && job->runs[i].row.state == RUN_RUNNING) {
            job->runs[i].row.heartbeat = clock_now();
            job_run_changed(job, &job->runs[i]);
        }
}

void job_run_changed(struct worker_job *job, struct job_run *run)
{
    run->dirty = true;
    journal_mark(&job->journal, false);
}

void job_log(struct worker_job *job, const char *text)
{
    journal_add(&job->journal, JOURNAL_REMARK, text, strlen(text) + 1);
}
