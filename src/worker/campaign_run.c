/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "campaign_run.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "checkpoint.h"

/* -- progress ---------------------------------------------------------------------------------- */

uint64_t campaign_peak(const struct campaign_shared *shared)
{
    return shared->peak ? shared->peak(shared->peak_context) : 0;
}

struct message_progress campaign_run_progress(struct campaign_run *run, double now)
{
    struct work *work = &run->common.work;
    double share = work_show(work, now);
    return (struct message_progress){
        .run = run->common.number,
        .phase = run->phase == RUN_TRAINING ? PHASE_TRAINING : PHASE_EVALUATION,
        .step = work->step,
        .steps = work->steps,
        .share = share,
        .rate = run->phase == RUN_TRAINING ? work->rate : 0,
        .loss = work->loss,
        .seconds = work->seconds,
    };
}

static void say_last_progress(struct campaign_run *run)
{
    struct campaign_shared *shared = run->shared;
    pthread_mutex_lock(&shared->workspace.lock);
    struct message_progress message = campaign_run_progress(run, clock_monotonic());
    message.share = run->common.work.shown = 1;
    pthread_mutex_unlock(&shared->workspace.lock);
    message.peak_bytes = campaign_peak(shared);
    message_progress_write(outbox_open(shared->outbox), &message);
    outbox_close(shared->outbox);
}

/* -- the end ----------------------------------------------------------------------------------- */

/* Ends the progress messages of the run, before the keeper is told that it is over. */
static void close_run(struct campaign_run *run)
{
    pthread_mutex_lock(&run->shared->workspace.lock);
    run->phase = RUN_OVER;
    pthread_mutex_unlock(&run->shared->workspace.lock);
}

static void say_done(struct campaign_run *run)
{
    struct campaign_shared *shared = run->shared;
    struct recommender *recommender = run->common.recommender;
    struct bytes weights = {0}, checkpoint = {0};
    struct message_run_done message = {.run = run->common.number,
                                       .parameters = run->common.parameters};
    recommender->operations->weights(recommender, &weights);
    if (run->trainer.steps > 0)
        checkpoint_write_final(&run->trainer, &checkpoint);
    message.checkpoint = checkpoint.data;
    message.size = checkpoint.size;
    digest_of(weights.data, weights.size, message.weights);
    bytes_release(&weights);
    message.peak_bytes = campaign_peak(shared);
    message.seconds = work_seconds(&run->common.work);
    say_last_progress(run);
    close_run(run);
    message_run_done_write(outbox_open(shared->outbox), &message);
    outbox_close(shared->outbox);
    bytes_release(&checkpoint);
}

static void say_failed(struct campaign_run *run, const struct error *error)
{
    const struct message_run_failed message = {
        .run = run->common.number, .kind = error->kind, .text = error->text};
    close_run(run);
    message_run_failed_write(outbox_open(run->shared->outbox), &message);
    outbox_close(run->shared->outbox);
}

static void end_run(struct campaign_run *run, enum run_outcome outcome, const struct error *error)
{
    struct campaign_shared *shared = run->shared;
    if (outcome == OUTCOME_DONE)
        say_done(run);
    else if (outcome == OUTCOME_FAILED)
        say_failed(run, error);
    else
        close_run(run);
    trainer_release(&run->trainer);
    pthread_mutex_lock(&shared->workspace.lock);
    shared->checkpoint_bytes -= run->checkpoint_size;
    shared->active--;
    pthread_mutex_unlock(&shared->workspace.lock);
    outbox_wake(shared->outbox);
}

/* -- what the trainer tells -------------------------------------------------------------------- */

static void say_point(void *context, bool of_validation, uint32_t step, double value)
{
    struct campaign_run *run = context;
    const struct message_point message = {.run = run->common.number,
                                          .series =
                                              of_validation ? SERIES_VALIDATION : SERIES_TRAIN,
                                          .step = step,
                                          .value = value};
    message_point_write(outbox_open(run->shared->outbox), &message);
    outbox_close(run->shared->outbox);
}

/* Seconds until the next checkpoint, if this one took `spent` seconds to write. A checkpoint costs
 * the keeper about a second for each 60 MB. That cost, and the cost here, must stay below two
 * percent of the time of two processors. */
static double interval(struct campaign_run *run, size_t size, double spent)
{
    enum { BYTES_PER_SECOND = 3 << 20, COST = 60 };
    struct campaign_shared *shared = run->shared;
    pthread_mutex_lock(&shared->workspace.lock);
    shared->checkpoint_bytes += size - run->checkpoint_size;
    run->checkpoint_size = size;
    double seconds = (double)shared->checkpoint_bytes / BYTES_PER_SECOND;
    pthread_mutex_unlock(&shared->workspace.lock);
    return fmax(shared->checkpoint_seconds, fmax(seconds, COST * spent));
}

static double say_checkpoint(void *context)
{
    struct campaign_run *run = context;
    struct campaign_shared *shared = run->shared;
    struct budget *budget = shared->workspace.budget;
    struct bytes bytes = {0};
    double begun = clock_thread();
    checkpoint_write(&run->trainer, &bytes);
    uint64_t encoded = 2 * (uint64_t)bytes.size; /* encoded here and once more for the keeper */
    budget_owe(budget, encoded);
    const struct message_checkpoint message = {.run = run->common.number,
                                               .step = run->trainer.step,
                                               .seconds = work_seconds(&run->common.work),
                                               .bytes = bytes.data,
                                               .size = bytes.size};
    message_checkpoint_write(outbox_open(shared->outbox), &message);
    outbox_close(shared->outbox);
    double seconds = interval(run, bytes.size, clock_thread() - begun);
    bytes_release(&bytes);
    budget_give(budget, encoded);
    return seconds;
}

static void say_note(void *context, const char *line)
{
    struct campaign_run *run = context;
    const struct message_log message = {.run = run->common.number, .line = line};
    message_log_write(outbox_open(run->shared->outbox), &message);
    outbox_close(run->shared->outbox);
}

static void end_training(void *context, enum run_outcome outcome, const struct error *error)
{
    struct campaign_run *run = context;
    if (outcome != OUTCOME_DONE) {
        end_run(run, outcome, error);
        return;
    }
    pthread_mutex_lock(&run->shared->workspace.lock);
    run->phase = RUN_EVALUATION;
    pthread_mutex_unlock(&run->shared->workspace.lock);
    evaluation_go(&run->evaluation);
}

/* -- what the evaluation tells ----------------------------------------------------------------- */

static void say_predictions(void *context, const struct predicted_rows *rows)
{
    struct campaign_run *run = context;
    const struct message_predictions message = {
        .run = run->common.number,
        .part = rows->set->part,
        .scenario = scenario_name(run->common.workspace->dataset, rows->set->scenario),
        .shots = rows->shots,
        .draw = rows->set->draw,
        .values = rows->values,
        .deviations = rows->deviations,
        .count = rows->count,
    };
    message_predictions_write(outbox_open(run->shared->outbox), &message);
    outbox_close(run->shared->outbox);
}

static void end_evaluation(void *context, enum run_outcome outcome, const struct error *error)
{
    end_run(context, outcome, error);
}

/* -- life -------------------------------------------------------------------------------------- */

/* Starts or continues the run. */
static void go(void *context, uint32_t lane)
{
    struct campaign_run *run = context;
    (void)lane;
    pthread_mutex_lock(&run->shared->workspace.lock);
    enum run_phase phase = run->phase;
    run->posted = false;
    pthread_mutex_unlock(&run->shared->workspace.lock);
    if (phase == RUN_TRAINING)
        trainer_go(&run->trainer);
    else if (phase == RUN_EVALUATION)
        evaluation_go(&run->evaluation);
}

struct campaign_run *campaign_run_new(struct campaign_shared *shared, uint32_t number,
                                      const char *arm, uint64_t seed,
                                      struct recommender *recommender, uint64_t parameters,
                                      const void *checkpoint, size_t size, struct error *error)
{
    static const struct trainer_events trainer_events = {
        .point = say_point, .checkpoint = say_checkpoint, .note = say_note, .ended = end_training};
    static const struct evaluation_events evaluation_events = {.predicted = say_predictions,
                                                               .ended = end_evaluation};
    struct campaign_run *run = memory_new(sizeof *run);
    run->shared = shared;
    run->common = (struct run_common){.workspace = &shared->workspace,
                                      .number = number,
                                      .arm = memory_string(arm),
                                      .seed = seed,
                                      .parameters = parameters,
                                      .recommender = recommender,
                                      .work = {.lock = &shared->workspace.lock, .loss = NAN}};
    run->job = (struct pool_job){.run = go, .context = run};
    /* Spreads the first checkpoints of several runs over time. */
    trainer_init(&run->trainer, &run->common, &trainer_events, run,
                 shared->checkpoint_seconds * (0.5 + number % 8 / 16.0));
    evaluation_init(&run->evaluation, &run->common, &evaluation_events, run);
    if (size == 0 || checkpoint_load(&run->trainer, checkpoint, size, error))
        return run;
    error_within(error, "the checkpoint of arm \"%s\", seed %llu", arm, (unsigned long long)seed);
    campaign_run_free(run);
    return NULL;
}

void campaign_run_free(struct campaign_run *run)
{
    trainer_release(&run->trainer);
    evaluation_release(&run->evaluation);
    if (run->common.recommender)
        run->common.recommender->operations->free(run->common.recommender);
    free(run->common.arm);
    free(run);
}

void campaign_run_lay_out(struct campaign_run *run)
{
    run->common.work.all_rows = evaluation_rows(&run->shared->workspace);
    trainer_lay_out(&run->trainer);
}

static void post(struct campaign_run *run)
{
    if (!run->posted)
        pool_post(run->shared->workspace.pool, &run->job);
    run->posted = true;
}

void campaign_run_start(struct campaign_run *run)
{
    run->phase = RUN_TRAINING;
    post(run);
}

void campaign_run_unpark(struct campaign_run *run)
{
    if (run->trainer.parked || run->evaluation.parked)
        post(run);
    run->trainer.parked = run->evaluation.parked = false;
}
