/* SPDX-License-Identifier: MIT
 *
 * What a worker's frames mean: each is checked, and changes the job's state, its runs or its
 * journal.
 */
#include "config.h"

#include "job_frames.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "job_tasks.h"

static const double EXIT_PATIENCE = 5; /* seconds from a worker's last word to its exit */

/* The run of a frame, where it is one that still goes on. */
static struct job_run *find_run(struct job *job, uint32_t number, const char *frame,
                                struct error *error)
{
    if (number >= job->run_count)
        error_set(error, ERROR_INPUT, "%s: there is no run %u", frame, (unsigned)number);
    else if (run_state_is_over(job->runs[number].row.state))
        error_set(error, ERROR_INPUT, "%s: run %s is over", frame, job->runs[number].row.name);
    else
        return &job->runs[number];
    return NULL;
}

/* -- before START ------------------------------------------------------------------------------ */

static const struct job_arm *find_arm(const struct job *job, const char *name)
{
    for (uint32_t i = 0; i < job->arm_count; i++)
        if (strcmp(job->arms[i].name, name) == 0)
            return &job->arms[i];
    return NULL;
}

static void add_run(struct job *job, const struct job_arm *arm, uint64_t seed)
{
    job->runs = memory_resize(job->runs, job->run_count + 1, sizeof *job->runs);
    struct job_run *run = &job->runs[job->run_count++];
    *run = (struct job_run){.row = {.seed = seed,
                                    .state = RUN_QUEUED,
                                    .learns = arm->learns,
                                    .eta = (double)NAN,
                                    .loss = (double)NAN,
                                    .text = memory_string("")}};
    memcpy(run->row.arm, arm->name, sizeof run->row.arm);
}

/* One run for every arm and seed; closed forms are the same for every seed. */
static void make_runs(struct job *job, const struct message_plan *plan)
{
    if (!job->seeded)
        job->execution.seed = plan->seeds[0];
    for (uint32_t i = 0; i < job->arm_count; i++)
        for (uint32_t seed = 0; seed < (job->arms[i].learns ? plan->seed_count : 1); seed++)
            add_run(job, &job->arms[i],
                    job->seeded ? job->execution.seed + seed : plan->seeds[seed]);
}

static bool check_runs(const struct job *job, struct error *error)
{
    for (uint32_t i = 0; i < job->run_count; i++)
        if (!find_arm(job, job->runs[i].row.arm))
            return error_set(error, ERROR_SCRIPT, "the script has no arm \"%s\" any more",
                             job->runs[i].row.arm);
    return true;
}

static void note_binary(struct job *job, const char *binary)
{
    char before[160], now[160];
    if (!job->known) {
        job->execution.binary = memory_string(binary);
    } else if (strcmp(job->execution.binary, binary) != 0) {
        snprintf(job->note, sizeof job->note,
                 "begun by \"%s\", goes on with \"%s\": the last bits may differ",
                 text_safe(job->execution.binary, before, sizeof before),
                 text_safe(binary, now, sizeof now));
    }
}

/* The script goes to the worker only now: a refused one has seen nothing of it. */
static bool take_confined(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_confined confined;
    struct error refusal;
    if (!message_confined_read(&confined, frame, error))
        return false;
    free(job->execution.confinement);
    job->execution.confinement = confinement_text(&confined);
    if (!job->execution.unjailed && !confinement_suffices(&confined, &refusal)) {
        job_fail(job, END_REFUSED, &refusal);
        return true;
    }
    if (*job->execution.confinement)
        job_log(job, job->execution.confinement);
    job_load(job);
    return true;
}

static bool take_plan(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_plan plan;
    if (!message_plan_read(&plan, frame, error))
        return false;
    job->arm_count = plan.arm_count;
    for (uint32_t i = 0; i < plan.arm_count; i++) {
        snprintf(job->arms[i].name, sizeof job->arms[i].name, "%s", plan.arms[i].name);
        job->arms[i].learns = plan.arms[i].learns;
    }
    note_binary(job, plan.binary);
    if (!job->known) {
        job->execution.experiment = memory_string(plan.experiment);
        job->execution.baseline = memory_string(plan.baseline);
        snprintf(job->execution.answer, sizeof job->execution.answer, "%s", plan.answer);
        job->execution.matters = plan.matters;
        if (!job->execution.data)
            job->execution.data = memory_string(plan.data);
    }
    if (job->kind == JOB_START)
        make_runs(job, &plan);
    job->state = JOB_PLANNED;
    return check_runs(job, error);
}

static void note_scale(struct execution *execution, const struct message_bound *bound)
{
    memcpy(execution->levels, bound->levels, bound->level_count * sizeof *execution->levels);
    execution->level_count = bound->level_count;
    execution->smallest = bound->smallest;
    execution->largest = bound->largest;
}

static bool take_bound(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_bound bound;
    if (!message_bound_read(&bound, frame, error))
        return false;
    if (bound.arm_count != job->arm_count)
        return error_set(error, ERROR_INPUT, "BOUND: it has %u arms instead of %u",
                         (unsigned)bound.arm_count, (unsigned)job->arm_count);
    for (uint32_t i = 0; i < job->run_count; i++) {
        size_t arm = (size_t)(find_arm(job, job->runs[i].row.arm) - job->arms);
        job->runs[i].row.parameters = bound.parameters[arm];
        job->runs[i].row.steps = bound.steps[arm];
        if (job->state != JOB_BINDING && !run_state_is_over(job->runs[i].row.state))
            job->runs[i].row.step = 0;
    }
    job_limits_set_sizes(&job->limits, &bound);
    if (job->state != JOB_BINDING) {
        if (job->rebound)
            return error_set(error, ERROR_INPUT, "BOUND: it came a third time");
        job->rebound = true; /* of the settings that a search chose */
        return true;
    }
    if (!job->known)
        note_scale(&job->execution, &bound);
    job->state = JOB_BOUND;
    return true;
}

/* -- while it runs ----------------------------------------------------------------------------- */

static bool take_point(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_point point;
    if (!message_point_read(&point, frame, error))
        return false;
    struct job_run *run = find_run(job, point.run, "POINT", error);
    if (!run)
        return false;
    if (point.step > run->row.steps)
        return error_set(error, ERROR_INPUT, "POINT: its step is beyond the last one");
    if (++run->points > POINTS_MOST)
        return error_set(error, ERROR_INPUT, "POINT: more than %d of run %s", POINTS_MOST,
                         run->row.name);
    if (point.series == SERIES_TRAIN)
        run->row.loss = point.value;
    journal_add(&job->journal, frame->type, frame->data, frame->size);
    return true;
}

static bool take_progress(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_progress progress;
    if (!message_progress_read(&progress, frame, error))
        return false;
    struct job_run *run = find_run(job, progress.run, "PROGRESS", error);
    if (!run)
        return false;
    struct run *row = &run->row;
    bool still = job->state == JOB_PAUSED;
    row->step = progress.step;
    row->steps = progress.steps;
    row->share = progress.share;
    row->rate = still ? 0 : progress.rate;
    row->eta = still ? (double)NAN : progress.eta;
    if (!isnan(progress.loss))
        row->loss = progress.loss;
    row->seconds = run->seconds_before + progress.seconds;
    row->peak_bytes = progress.peak_bytes;
    row->heartbeat = clock_now();
    snprintf(row->phase, sizeof row->phase, "%s", message_phase_name(progress.phase));
    job_run_changed(job, run);
    return true;
}

static bool take_checkpoint(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_checkpoint checkpoint;
    if (!message_checkpoint_read(&checkpoint, frame, error))
        return false;
    struct job_run *run = find_run(job, checkpoint.run, "CHECKPOINT", error);
    if (!run)
        return false;
    if (checkpoint.step > run->row.steps)
        return error_set(error, ERROR_INPUT, "CHECKPOINT: its step is beyond the last one");
    run->row.step = checkpoint.step;
    run->row.seconds = run->seconds_before + checkpoint.seconds;
    job_run_changed(job, run);
    journal_add(&job->journal, frame->type, frame->data, frame->size);
    journal_mark(&job->journal, true);
    return true;
}

static bool take_predictions(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_predictions predictions;
    if (!message_predictions_read(&predictions, frame, error))
        return false;
    struct job_run *run = find_run(job, predictions.run, "PREDICTIONS", error);
    if (!run)
        return false;
    if (!job_predictions_fit(job, &predictions, error))
        return false;
    if (++run->predictions > SHEETS_MOST * job->task_count)
        return error_set(error, ERROR_INPUT,
                         "PREDICTIONS: more than %d for each of %zu sets of tasks", SHEETS_MOST,
                         job->task_count);
    journal_add(&job->journal, frame->type, frame->data, frame->size);
    return true;
}

static bool take_trial(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_trial trial;
    if (!message_trial_read(&trial, frame, error))
        return false;
    const struct job_arm *arm = find_arm(job, trial.arm);
    if (!arm || !arm->learns)
        return error_set(error, ERROR_INPUT, "TRIAL: there is no arm \"%s\" that learns",
                         trial.arm);
    if (++job->trials > job->arm_count * MESSAGE_TRIALS * MESSAGE_RUNGS)
        return error_set(error, ERROR_INPUT, "TRIAL: more of them than a search has");
    journal_add(&job->journal, frame->type, frame->data, frame->size);
    journal_mark(&job->journal, true);
    return true;
}

static void close_run(struct job *job, struct job_run *run, enum run_state state, const char *text)
{
    run->row.state = state;
    free(run->row.text);
    run->row.text = memory_string(text);
    run->row.phase[0] = '\0';
    run->row.rate = 0;
    run->row.eta = (double)NAN;
    run->row.heartbeat = run->row.ended_at = clock_now();
    job_run_changed(job, run);
    journal_mark(&job->journal, true);
}

static bool take_run_done(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_run_done done;
    if (!message_run_done_read(&done, frame, error))
        return false;
    struct job_run *run = find_run(job, done.run, "RUN_DONE", error);
    if (!run)
        return false;
    run->row.step = run->row.steps;
    run->row.share = 1;
    run->row.seconds = run->seconds_before + done.seconds;
    run->row.parameters = done.parameters;
    run->row.peak_bytes = done.peak_bytes;
    close_run(job, run, RUN_DONE, "");
    journal_add(&job->journal, frame->type, frame->data, frame->size);
    return true;
}

static bool take_run_failed(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_run_failed failed;
    char text[MESSAGE_TEXT];
    if (!message_run_failed_read(&failed, frame, error))
        return false;
    struct job_run *run = find_run(job, failed.run, "RUN_FAILED", error);
    if (!run)
        return false;
    close_run(job, run, RUN_FAILED, text_safe(failed.text, text, sizeof text));
    return true;
}

/* -- at any time ------------------------------------------------------------------------------- */

/* What a script prints that is checked belongs to the answer. */
static void keep_printed(struct job *job, const char *line)
{
    char safe[1024];
    size_t used = strlen(job->printed), room = sizeof job->printed - used;
    if (job->kind != JOB_ASK || job->printed_all)
        return;
    int length =
        snprintf(job->printed + used, room, "prints    %s\n", text_safe(line, safe, sizeof safe));
    job->printed_all = length >= (int)room - (int)sizeof JOB_PRINTED_MORE;
    if (job->printed_all)
        strcpy(job->printed + used, JOB_PRINTED_MORE);
}

static bool take_log(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_log log;
    if (!message_log_read(&log, frame, error))
        return false;
    if (log.run != UINT32_MAX && log.run >= job->run_count)
        return error_set(error, ERROR_INPUT, "LOG: there is no run %u", (unsigned)log.run);
    if (++job->log_lines > PRINTED_MOST * (job->execution.threads + 2))
        return error_set(error, ERROR_INPUT, "LOG: more than %u lines", job->log_lines - 1);
    keep_printed(job, log.line);
    if (job->log_lines <= LOG_LINES_MOST)
        journal_add(&job->journal, frame->type, frame->data, frame->size);
    else if (job->log_lines == LOG_LINES_MOST + 1)
        job_log(job, "further lines are left out");
    return true;
}

/* The worker has said its last word and may exit. */
static void say_end(struct job *job, enum job_end end)
{
    job->end = end;
    job->said_its_end = true;
    job->deadline = clock_monotonic() + EXIT_PATIENCE;
}

static bool take_failed(struct job *job, const struct frame *frame, struct error *error)
{
    struct message_failed failed;
    if (!message_failed_read(&failed, frame, error))
        return false;
    say_end(job, job_end_of_failure(job));
    job->error.kind = failed.kind;
    job->line = failed.line;
    text_safe_lines(failed.text, job->error.text, sizeof job->error.text);
    return true;
}

static bool take_answer(struct job *job, const struct frame *frame, struct error *error)
{
    const struct job_question *question = &job->question;
    struct message_answer message;
    union answer_body answer;
    if (!message_answer_read(&message, frame, error) ||
        !answer_read(&answer, question->type, &question->question, message.bytes, message.size,
                     error))
        return false;
    job->answer = memory_new(message.size);
    memcpy(job->answer, message.bytes, message.size);
    job->answer_size = message.size;
    say_end(job, END_ANSWERED);
    return true;
}

static bool handle_run_frame(struct job *job, struct store *store, const struct frame *frame,
                             struct error *error)
{
    switch (frame->type) {
    case MESSAGE_BOUND:
        return take_bound(job, frame, error);
    case MESSAGE_TASKS:
        return job_take_tasks(job, store, frame, error);
    case MESSAGE_TRIAL:
        return take_trial(job, frame, error);
    case MESSAGE_POINT:
        return take_point(job, frame, error);
    case MESSAGE_PROGRESS:
        return take_progress(job, frame, error);
    case MESSAGE_CHECKPOINT:
        return take_checkpoint(job, frame, error);
    case MESSAGE_PREDICTIONS:
        return take_predictions(job, frame, error);
    case MESSAGE_RUN_DONE:
        return take_run_done(job, frame, error);
    case MESSAGE_RUN_FAILED:
        return take_run_failed(job, frame, error);
    case MESSAGE_FINISHED:
    case MESSAGE_STOPPED:
        say_end(job, frame->type == MESSAGE_FINISHED ? END_FINISHED : END_STOPPED);
        return true;
    default:
        return error_set(error, ERROR_INPUT, "%s: not now", messages_to_keeper[frame->type].name);
    }
}

bool job_handle_frame(struct job *job, struct store *store, const struct frame *frame,
                      struct error *error)
{
    if (frame->type == MESSAGE_ALIVE || job->said_its_end)
        return true;
    if (frame->type == MESSAGE_LOG)
        return take_log(job, frame, error);
    if (frame->type == MESSAGE_FAILED)
        return take_failed(job, frame, error);
    if (frame->type == MESSAGE_CONFINED && job->state == JOB_STARTING)
        return take_confined(job, frame, error);
    if (frame->type == MESSAGE_PLAN && job->state == JOB_LOADING)
        return take_plan(job, frame, error);
    if (frame->type == MESSAGE_BOUND && job->state == JOB_BINDING)
        return take_bound(job, frame, error);
    if (frame->type == MESSAGE_ANSWER && job->state == JOB_ASKED)
        return take_answer(job, frame, error);
    if (job->state == JOB_RUNNING || job->state == JOB_PAUSED || job->state == JOB_STOPPING)
        return handle_run_frame(job, store, frame, error);
    return error_set(error, ERROR_INPUT, "%s: not now", messages_to_keeper[frame->type].name);
}
