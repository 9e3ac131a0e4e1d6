/* SPDX-License-Identifier: MIT
 *
 * Handles a worker's frames. Each is checked and changes the job's state, its runs or its journal.
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

enum { FILLS_AT_ONCE = 16 };
static const double EXIT_PATIENCE = 5; /* seconds from a worker's last frame to its exit */

/* The run of a frame, if it is still going on. */
static struct job_run *find_run(struct worker_job *job, uint32_t number, const char *frame,
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

static const struct job_arm *find_arm(const struct worker_job *job, const char *name)
{
    for (uint32_t i = 0; i < job->arm_count; i++)
        if (strcmp(job->arms[i].name, name) == 0)
            return &job->arms[i];
    return NULL;
}

static void add_run(struct worker_job *job, const struct job_arm *arm, uint64_t seed)
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

/* Makes a run for every arm and seed. Closed forms are the same for every seed, so they get one
 * run. */
static void make_runs(struct worker_job *job, const struct message_plan *plan)
{
    if (!job->seeded)
        job->execution.seed = plan->seeds[0];
    for (uint32_t i = 0; i < job->arm_count; i++)
        for (uint32_t seed = 0; seed < (job->arms[i].learns ? plan->seed_count : 1); seed++)
            add_run(job, &job->arms[i],
                    job->seeded ? job->execution.seed + seed : plan->seeds[seed]);
}

static bool check_runs(const struct worker_job *job, struct error *error)
{
    for (uint32_t i = 0; i < job->run_count; i++)
        if (!find_arm(job, job->runs[i].row.arm))
            return error_set(error, ERROR_SCRIPT, "the script has no arm \"%s\" any more",
                             job->runs[i].row.arm);
    return true;
}

static void note_binary(struct worker_job *job, const char *binary)
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

/* The script is sent only now, so a refused worker has seen nothing of it. */
static bool take_confined(struct worker_job *job, const struct message_confined *confined,
                          struct error *error)
{
    struct error refusal;
    (void)error;
    free(job->execution.confinement);
    job->execution.confinement = confinement_text(confined);
    if (!job->execution.unjailed && !confinement_suffices(confined, &refusal)) {
        job_fail(job, END_REFUSED, &refusal);
        return true;
    }
    if (*job->execution.confinement)
        job_log(job, job->execution.confinement);
    job_load(job);
    return true;
}

static bool take_plan(struct worker_job *job, const struct message_plan *plan, struct error *error)
{
    job->arm_count = plan->arm_count;
    for (uint32_t i = 0; i < plan->arm_count; i++) {
        snprintf(job->arms[i].name, sizeof job->arms[i].name, "%s", plan->arms[i].name);
        job->arms[i].learns = plan->arms[i].learns;
    }
    job->metric_count = plan->metric_count;
    memcpy(job->metrics, plan->metrics, sizeof job->metrics);
    note_binary(job, plan->binary);
    if (!job->known) {
        job->execution.experiment = memory_string(plan->experiment);
        job->execution.baseline = memory_string(plan->baseline);
        snprintf(job->execution.answer, sizeof job->execution.answer, "%s", plan->answer);
        job->execution.matters = plan->matters;
        job->execution.negatives = plan->negatives;
        snprintf(job->execution.negatives_by, sizeof job->execution.negatives_by, "%s",
                 plan->negatives_by);
        if (!job->execution.data)
            job->execution.data = memory_string(plan->data);
    }
    if (job->kind == JOB_START)
        make_runs(job, plan);
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

static bool take_bound(struct worker_job *job, const struct message_bound *bound,
                       struct error *error)
{
    if (bound->arm_count != job->arm_count)
        return error_set(error, ERROR_INPUT, "BOUND: it has %u arms instead of %u",
                         (unsigned)bound->arm_count, (unsigned)job->arm_count);
    for (uint32_t i = 0; i < job->run_count; i++) {
        size_t arm = (size_t)(find_arm(job, job->runs[i].row.arm) - job->arms);
        job->runs[i].row.parameters = bound->parameters[arm];
        job->runs[i].row.steps = bound->steps[arm];
        if (job->state != JOB_BINDING && !run_state_is_over(job->runs[i].row.state))
            job->runs[i].row.step = 0;
    }
    job_limits_set_sizes(&job->limits, bound);
    if (job->state != JOB_BINDING) {
        if (job->rebound)
            return error_set(error, ERROR_INPUT, "BOUND: it came a third time");
        job->rebound = true; /* now for the settings that the search chose */
        return true;
    }
    if (!job->known)
        note_scale(&job->execution, bound);
    job->state = JOB_BOUND;
    return true;
}

/* -- while it runs ----------------------------------------------------------------------------- */

static bool take_point(struct worker_job *job, const struct message_point *point,
                       struct error *error)
{
    struct job_run *run = find_run(job, point->run, "POINT", error);
    if (!run)
        return false;
    if (point->step > run->row.steps)
        return error_set(error, ERROR_INPUT, "POINT: its step is beyond the last one");
    if (++run->points > POINTS_MOST)
        return error_set(error, ERROR_INPUT, "POINT: more than %d of run %s", POINTS_MOST,
                         run->row.name);
    if (point->series == SERIES_TRAIN)
        run->row.loss = point->value;
    return true;
}

static bool take_progress(struct worker_job *job, const struct message_progress *progress,
                          struct error *error)
{
    struct job_run *run = find_run(job, progress->run, "PROGRESS", error);
    if (!run)
        return false;
    struct run *row = &run->row;
    bool still = job->state == JOB_PAUSED;
    row->step = progress->step;
    row->steps = progress->steps;
    row->share = progress->share;
    row->rate = still ? 0 : progress->rate;
    row->eta = still ? (double)NAN : progress->eta;
    if (!isnan(progress->loss))
        row->loss = progress->loss;
    row->seconds = run->seconds_before + progress->seconds;
    row->peak_bytes = progress->peak_bytes;
    row->heartbeat = clock_now();
    snprintf(row->phase, sizeof row->phase, "%s", message_phase_name(progress->phase));
    job_run_changed(job, run);
    return true;
}

static bool take_checkpoint(struct worker_job *job, const struct message_checkpoint *checkpoint,
                            struct error *error)
{
    struct job_run *run = find_run(job, checkpoint->run, "CHECKPOINT", error);
    if (!run)
        return false;
    if (checkpoint->step > run->row.steps)
        return error_set(error, ERROR_INPUT, "CHECKPOINT: its step is beyond the last one");
    run->row.step = checkpoint->step;
    run->row.seconds = run->seconds_before + checkpoint->seconds;
    job_run_changed(job, run);
    journal_mark(&job->journal, true);
    return true;
}

static bool take_predictions(struct worker_job *job, const struct message_predictions *predictions,
                             struct error *error)
{
    struct job_run *run = find_run(job, predictions->run, "PREDICTIONS", error);
    if (!run || !job_predictions_fit(job, predictions, error))
        return false;
    if (++run->predictions > SHEETS_MOST * job->task_count)
        return error_set(error, ERROR_INPUT,
                         "PREDICTIONS: more than %d for each of %zu sets of tasks", SHEETS_MOST,
                         job->task_count);
    return true;
}

static bool take_metric(struct worker_job *job, const struct message_metric *metric,
                        struct error *error)
{
    struct job_run *run = find_run(job, metric->run, "METRIC", error);
    if (!run || !job_metric_fits(job, metric, error))
        return false;
    if (++run->metrics > (uint64_t)job->metric_count * SHEETS_MOST * job->task_count)
        return error_set(error, ERROR_INPUT, "METRIC: more of run %s than it has tasks",
                         run->row.name);
    return true;
}

static bool take_trial(struct worker_job *job, const struct message_trial *trial,
                       struct error *error)
{
    const struct job_arm *arm = find_arm(job, trial->arm);
    if (!arm || !arm->learns)
        return error_set(error, ERROR_INPUT, "TRIAL: there is no arm \"%s\" that learns",
                         trial->arm);
    if (++job->trials > job->arm_count * MESSAGE_TRIALS * MESSAGE_RUNGS)
        return error_set(error, ERROR_INPUT, "TRIAL: more of them than a search has");
    journal_mark(&job->journal, true);
    return true;
}

static void close_run(struct worker_job *job, struct job_run *run, enum run_state state,
                      const char *text)
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

static bool take_run_done(struct worker_job *job, const struct message_run_done *done,
                          struct error *error)
{
    struct job_run *run = find_run(job, done->run, "RUN_DONE", error);
    if (!run)
        return false;
    run->row.step = run->row.steps;
    run->row.share = 1;
    run->row.seconds = run->seconds_before + done->seconds;
    run->row.parameters = done->parameters;
    run->row.peak_bytes = done->peak_bytes;
    close_run(job, run, RUN_DONE, "");
    return true;
}

static bool take_run_failed(struct worker_job *job, const struct message_run_failed *failed,
                            struct error *error)
{
    char text[MESSAGE_TEXT];
    struct job_run *run = find_run(job, failed->run, "RUN_FAILED", error);
    if (!run)
        return false;
    close_run(job, run, RUN_FAILED, text_safe_lines(failed->text, text, sizeof text));
    return true;
}

/* -- at any time ------------------------------------------------------------------------------- */

/* What a checked script prints is part of the answer. */
static void keep_printed(struct worker_job *job, const char *line)
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

static bool take_log(struct worker_job *job, const struct frame *frame, struct error *error)
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

/* The worker has sent its last frame and may exit. */
static void say_end(struct worker_job *job, enum job_end end)
{
    job->end = end;
    job->said_its_end = true;
    job->deadline = clock_monotonic() + EXIT_PATIENCE;
}

static bool take_failed(struct worker_job *job, const struct message_failed *failed,
                        struct error *error)
{
    (void)error;
    say_end(job, job_end_of_failure(job));
    job->error.kind = failed->kind;
    job->line = failed->line;
    text_safe_lines(failed->text, job->error.text, sizeof job->error.text);
    return true;
}

static bool take_declined(struct worker_job *job, const struct message_declined *declined,
                          struct error *error)
{
    (void)error;
    job->stay.declined = true;
    job->error.kind = declined->kind;
    job->line = declined->line;
    text_safe_lines(declined->text, job->error.text, sizeof job->error.text);
    job->state = JOB_ANSWERED;
    return true;
}

static bool take_answer(struct worker_job *job, const struct message_answer *message,
                        struct error *error)
{
    const struct job_question *question = &job->question;
    union answer_body answer;
    if (!answer_read(&answer, question->type, &question->question, message->bytes, message->size,
                     error))
        return false;
    job->answer = memory_new(message->size);
    memcpy(job->answer, message->bytes, message->size);
    job->answer_size = message->size;
    if (job->stays)
        job->state = JOB_ANSWERED;
    else
        say_end(job, END_ANSWERED);
    return true;
}

/* Whether a frame of that type is allowed in this state. */
static bool is_timely(const struct worker_job *job, uint32_t type)
{
    bool runs = job->state == JOB_RUNNING || job->state == JOB_PAUSED || job->state == JOB_STOPPING;
    switch (type) {
    case MESSAGE_LOG:
    case MESSAGE_FAILED:
        return true;
    case MESSAGE_CONFINED:
        return job->state == JOB_STARTING;
    case MESSAGE_PLAN:
        return job->state == JOB_LOADING;
    case MESSAGE_ANSWER:
        return job->state == JOB_ASKED;
    case MESSAGE_DECLINED:
        return job->state == JOB_ASKED && job->stays;
    default:
        return runs || (type == MESSAGE_BOUND && job->state == JOB_BINDING);
    }
}

/* Name, name in C, whether it goes to the journal. */
#define TAKEN(X)                                                                                   \
    X(CONFINED, confined, false)                                                                   \
    X(PLAN, plan, false)                                                                           \
    X(BOUND, bound, false)                                                                         \
    X(POINT, point, true)                                                                          \
    X(PROGRESS, progress, false)                                                                   \
    X(CHECKPOINT, checkpoint, true)                                                                \
    X(PREDICTIONS, predictions, true)                                                              \
    X(METRIC, metric, true)                                                                        \
    X(TRIAL, trial, true)                                                                          \
    X(RUN_DONE, run_done, true)                                                                    \
    X(RUN_FAILED, run_failed, false)                                                               \
    X(FAILED, failed, false)                                                                       \
    X(ANSWER, answer, false)                                                                       \
    X(DECLINED, declined, false)

bool job_handle_frame(struct worker_job *job, struct store *store, const struct frame *frame,
                      struct error *error)
{
    if (frame->type == MESSAGE_ALIVE || job->said_its_end)
        return true;
    if (!is_timely(job, frame->type))
        return error_set(error, ERROR_INPUT, "%s: not now", messages_to_keeper[frame->type].name);
    switch (frame->type) {
#define X(name, lower, kept)                                                                       \
    case MESSAGE_##name: {                                                                         \
        struct message_##lower message;                                                            \
        if (!message_##lower##_read(&message, frame, error) ||                                     \
            !take_##lower(job, &message, error))                                                   \
            return false;                                                                          \
        if (kept)                                                                                  \
            journal_add(&job->journal, frame->type, frame->data, frame->size);                     \
        return true;                                                                               \
    }
        TAKEN(X)
#undef X
    case MESSAGE_LOG:
        return take_log(job, frame, error);
    case MESSAGE_TASKS:
        return job_take_tasks(job, store, frame, error);
    default:
        say_end(job, frame->type == MESSAGE_FINISHED ? END_FINISHED : END_STOPPED);
        return true;
    }
}

void job_receive(struct worker_job *job, struct store *store)
{
    struct error error;
    struct frame frame;
    for (int i = 0; i < FILLS_AT_ONCE && job->state != JOB_OVER && !journal_is_full(&job->journal);
         i++) {
        enum frame_progress progress = frame_input_fill(&job->input, job->worker.from, &error);
        int found = 0;
        while (job->state != JOB_OVER &&
               (found = frame_input_next(&job->input, &frame, &error)) > 0) {
            job->silence = 0;
            if (!job_handle_frame(job, store, &frame, &error))
                found = -1;
            if (found < 0)
                break;
        }
        if (found < 0 && error.kind == ERROR_STORE) {
            job_fail(job, END_LOST, &error); /* not the worker's fault, so it can be resumed */
        } else if (found < 0) {
            if (error.kind == ERROR_INPUT) /* any other error is the script's */
                error_within(&error, "the worker sent something wrong");
            job_fail(job, job_end_of_failure(job), &error);
        } else if (progress == FRAME_CLOSED && job->state != JOB_OVER) {
            job_end_worker(job);
        } else if (progress == FRAME_FAILED) {
            job_fail(job, END_LOST, &error);
        }
        if (progress != FRAME_READ)
            return;
    }
}
