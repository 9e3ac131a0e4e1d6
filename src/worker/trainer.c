/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "trainer.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "baseline/baseline.h"
#include "breakdown.h"
#include "checkpoint.h"
#include "evaluation.h"
#include "progress.h"
#include "recommender/parameters.h"
#include "wire/report.h"

/* Where every step is one shard, so many seconds of them are taken in one job: about what a shard
 * of a meta-learner takes, so that runs that cannot be split get their share of the pool. */
static const double SLICE = 0.01;
enum { VALIDATION_BATCH = 64 };

static bool settle(struct run *run);
static void post_step(struct run *run);
static void run_shard(void *context, uint32_t lane);
static void run_validation(void *context, uint32_t lane);

/* -- layout ------------------------------------------------------------------------------------ */

static uint32_t spread(uint32_t steps, uint32_t points)
{
    return steps / points + (steps % points > 0);
}

static void lay_out_validation(struct run *run)
{
    const struct campaign *campaign = run->campaign;
    uint32_t tasks = campaign->validation.count;
    uint32_t batches = tasks / VALIDATION_BATCH + (tasks % VALIDATION_BATCH > 0);
    uint32_t most = VALIDATION_TASKS_MOST / VALIDATION_BATCH;
    run->validation_count = batches < most ? batches : most;
    run->validations = memory_array(run->validation_count, sizeof *run->validations);
    for (uint32_t i = 0; i < run->validation_count; i++) {
        struct validation *part = &run->validations[i];
        part->job = (struct job){.run = run_validation, .context = part};
        part->run = run;
        part->first = (uint32_t)((uint64_t)i * batches / run->validation_count) * VALIDATION_BATCH;
        part->tasks =
            tasks - part->first < VALIDATION_BATCH ? tasks - part->first : VALIDATION_BATCH;
    }
}

/* Rows that the validations up to a step go through. */
static uint64_t validation_rows(const struct run *run, uint32_t step)
{
    uint64_t rows = 0;
    for (uint32_t i = 0; i < run->validation_count; i++)
        rows += evaluation_rows_of(&run->campaign->validation, run->validations[i].first,
                                   run->validations[i].tasks, VALIDATION_SHOTS);
    return rows * (1 + step / run->validation_interval);
}

void trainer_prepare(struct run *run)
{
    const struct training_plan *plan = &run->recommender->plan;
    const struct split *split = run->campaign->options.split;
    if (plan->phase_count == 0)
        return;
    run->steps = run->work.steps = training_steps(split, plan);
    run->work.shards = training_shards(split, plan, 0);
    run->point_interval = spread(run->steps, TRAINER_POINTS);
    run->validation_interval = spread(run->steps, TRAINER_VALIDATIONS);
    run->order.epoch = UINT32_MAX;
}

void trainer_lay_out(struct run *run)
{
    run->work.step = run->step;
    run->work.all_rows = evaluation_rows(run->campaign);
    if (run->steps == 0)
        return;
    lay_out_validation(run);
    run->work.all_rows += validation_rows(run, run->steps);
    if (run->step > 0)
        run->work.rows = validation_rows(run, run->step);
}

void trainer_release(struct run *run)
{
    for (uint32_t i = 0; i < run->shards_made; i++)
        gradient_slot_free(run->slots[i]);
    free(run->slots);
    free(run->shards);
    free(run->validations);
    training_order_release(&run->order);
    run->shards_made = run->validation_count = 0;
    run->slots = NULL;
    run->shards = NULL;
    run->validations = NULL;
}

static bool make_shards(struct run *run, uint32_t count, struct error *error)
{
    if (count <= run->shards_made)
        return true;
    run->shards = memory_resize(run->shards, count, sizeof *run->shards);
    run->slots = memory_resize(run->slots, count, sizeof(struct gradient_slot *));
    for (uint32_t i = 0; i < count; i++) {
        struct shard *shard = &run->shards[i];
        if (i >= run->shards_made)
            run->slots[i] = run->recommender->operations->slot_new(run->recommender, error);
        if (!run->slots[i]) {
            run->shards_made = i;
            return false;
        }
        *shard = (struct shard){.run = run, .number = i, .slot = run->slots[i]};
        shard->job = (struct job){.run = run_shard, .context = shard};
    }
    run->shards_made = count;
    return true;
}

/* -- failure ----------------------------------------------------------------------------------- */

static bool is_stopping(struct run *run)
{
    pthread_mutex_lock(&run->campaign->lock);
    bool stopping = run->campaign->stopping;
    pthread_mutex_unlock(&run->campaign->lock);
    return stopping;
}

/* What was cut short by a stop has changed nothing: the run is as it was before that step. */
static void give_up(struct run *run, struct error *error)
{
    if (error->kind == ERROR_CANCELLED && is_stopping(run)) {
        if (run->steps > 0)
            checkpoint_send(run);
        run_end(run);
    } else {
        breakdown_explain(run, error);
        run_fail(run, error);
    }
}

/* -- validation -------------------------------------------------------------------------------- */

/* Counts a finished job; true where it was the last. */
static bool is_last(struct run *run)
{
    pthread_mutex_lock(&run->campaign->lock);
    bool last = --run->outstanding == 0;
    pthread_mutex_unlock(&run->campaign->lock);
    return last;
}

static void send_point(struct run *run, enum message_series series, double value)
{
    struct message_point message = {
        .run = run->number, .series = series, .step = run->step, .value = value};
    struct outbox *outbox = run->campaign->options.outbox;
    message_point_write(outbox_open(outbox), &message);
    outbox_close(outbox);
}

static void measure(struct validation *part, uint32_t lane)
{
    struct run *run = part->run;
    const struct campaign *campaign = run->campaign;
    const struct dataset *dataset = campaign->options.dataset;
    struct arena *arena = campaign->arenas[lane];
    arena_reset(arena);
    struct episodes episodes = task_set_episodes(&campaign->validation, dataset, part->first,
                                                 part->tasks, VALIDATION_SHOTS, arena);
    uint32_t rows = episodes.query.offsets[part->tasks];
    float *predictions = arena_take(arena, rows * sizeof *predictions);
    part->failed = !run->recommender->operations->predict(run->recommender, lane, &episodes,
                                                          predictions, NULL, &part->error);
    part->squares = 0;
    part->rows = rows;
    if (part->failed)
        return;
    const float *truth =
        task_set_truth(&campaign->validation, dataset, part->first, part->tasks, arena);
    for (uint32_t i = 0; i < rows; i++) {
        double difference = (double)predictions[i] - (double)truth[i];
        part->squares += difference * difference;
    }
}

static bool finish_validation(struct run *run, struct error *error)
{
    double squares = 0;
    uint64_t rows = 0;
    for (uint32_t i = 0; i < run->validation_count; i++) {
        if (run->validations[i].failed) {
            *error = run->validations[i].error;
            return false;
        }
        squares += run->validations[i].squares;
        rows += run->validations[i].rows;
    }
    if (!isfinite(squares))
        return error_set(error, ERROR_NUMERIC,
                         "a prediction for the validation users is not a finite number");
    run->validated = true;
    if (rows > 0)
        send_point(run, SERIES_VALIDATION, squares / (double)rows);
    return true;
}

static void run_validation(void *context, uint32_t lane)
{
    struct validation *part = context;
    struct run *run = part->run;
    struct error error;
    double begun = clock_monotonic();
    measure(part, lane);
    work_add_rows(
        run,
        evaluation_rows_of(&run->campaign->validation, part->first, part->tasks, VALIDATION_SHOTS),
        clock_monotonic() - begun);
    if (!is_last(run))
        return;
    if (!finish_validation(run, &error))
        give_up(run, &error);
    else if (settle(run))
        post_step(run);
}

static bool validation_is_due(const struct run *run)
{
    return !run->validated && run->validation_count > 0 &&
           (run->step % run->validation_interval == 0 || run->step == run->steps);
}

static void post_validation(struct run *run)
{
    uint32_t count = run->validation_count;
    run->outstanding = count;
    for (uint32_t i = 0; i < count; i++)
        pool_post(run->campaign->options.pool, &run->validations[i].job);
}

/* -- steps ------------------------------------------------------------------------------------- */

static void compute(struct shard *shard, uint32_t lane)
{
    struct run *run = shard->run;
    const struct campaign_options *options = &run->campaign->options;
    struct recommender *recommender = run->recommender;
    struct training_place place = {
        .seed = run->seed, .step = run->step, .shard = shard->number, .phase = run->order.phase};
    struct arena *arena = run->campaign->arenas[lane];
    double begun = clock_monotonic();
    arena_reset(arena);
    struct episodes episodes =
        training_episodes(&run->order, options->dataset, options->split, &recommender->plan,
                          run->seed, run->step, shard->number, arena);
    gradient_slot_clear(shard->slot);
    shard->loss = 0;
    shard->tasks = episodes.query.tasks;
    shard->rows = episodes.query.offsets[shard->tasks] + episodes.support.offsets[shard->tasks];
    shard->failed = !recommender->operations->gradient(recommender, lane, &episodes, place,
                                                       shard->slot, &shard->loss, &shard->error);
    work_add_shard(run, shard->rows, clock_monotonic() - begun);
}

/* Whether what the shards computed is good enough for an outer step. */
static bool judge_step(struct run *run, struct error *error)
{
    struct step_under_way *step = &run->under_way;
    step->loss = 0;
    step->outer =
        (struct outer_step){.slots = run->slots,
                            .count = run->shard_count,
                            .moment = training_moment(run->campaign->options.split,
                                                      &run->recommender->plan, run->step)};
    for (uint32_t i = 0; i < run->shard_count; i++) {
        if (run->shards[i].failed) {
            *error = run->shards[i].error;
            return false;
        }
        step->loss += run->shards[i].loss;
        step->outer.tasks += run->shards[i].tasks;
    }
    if (!breakdown_check(run, step->loss / step->outer.tasks, error))
        return false;
    if (clock_monotonic() > run->checkpoint_due)
        checkpoint_send(run); /* what has just given a good loss: the next may not */
    return true;
}

/* What was computed is the next state of the run. */
static void count_step(struct run *run)
{
    const struct step_under_way *step = &run->under_way;
    run->step++;
    run->validated = false;
    run->loss_sum += step->loss;
    run->loss_tasks += step->outer.tasks;
    work_add_step(run, step->loss / step->outer.tasks);
    if (run->step % run->point_interval == 0 || run->step == run->steps) {
        send_point(run, SERIES_TRAIN, run->loss_sum / (double)run->loss_tasks);
        run->loss_sum = 0;
        run->loss_tasks = 0;
    }
}

/* The end of a step. True where the next may follow at once. */
static bool finish_step(struct run *run)
{
    count_step(run);
    if (validation_is_due(run)) {
        post_validation(run);
        return false;
    }
    return settle(run);
}

static void run_update(void *context, uint32_t lane)
{
    struct update *update = context;
    struct run *run = update->run;
    const struct step_under_way *step = &run->under_way;
    double begun = clock_monotonic();
    (void)lane;
    update->failed = !run->recommender->operations->step_part(run->recommender, &step->outer,
                                                              update->part, &update->error);
    work_add_update(run, clock_monotonic() - begun);
    if (!is_last(run))
        return;
    for (uint32_t part = 0; part < step->parts; part++)
        if (step->updates[part].failed) {
            give_up(run, &run->under_way.updates[part].error);
            return;
        }
    if (finish_step(run))
        post_step(run);
}

/* The parts of the outer step go to the threads that wait for work. */
static void post_update(struct run *run)
{
    struct pool *pool = run->campaign->options.pool;
    struct step_under_way *step = &run->under_way;
    run->outstanding = step->parts;
    for (uint32_t part = 0; part < step->parts; part++) {
        struct update *update = &step->updates[part];
        *update = (struct update){.run = run, .part = part};
        update->job = (struct job){.run = run_update,
                                   .context = update,
                                   .home = pool_home(pool, part, step->parts),
                                   .next = part + 1 < step->parts ? &update[1].job : NULL};
    }
    pool_post_list(pool, &step->updates[0].job);
}

/* All shards are computed. True where the next step may follow at once. */
static bool take_step(struct run *run)
{
    const struct recommender_operations *operations = run->recommender->operations;
    struct step_under_way *step = &run->under_way;
    struct error error;
    bool good = judge_step(run, &error);
    double begun = clock_monotonic();
    step->parts = good ? operations->step_begin(run->recommender, &step->outer, &error) : 0;
    good = step->parts > 0;
    bool alone = pool_threads(run->campaign->options.pool) == 1 || run->shard_count == 1;
    if (good && step->parts > 1 && !alone) {
        post_update(run);
        return false;
    }
    for (uint32_t part = 0; good && part < step->parts; part++)
        good = operations->step_part(run->recommender, &step->outer, part, &error);
    work_add_update(run, clock_monotonic() - begun);
    if (!good) {
        give_up(run, &error);
        return false;
    }
    return finish_step(run);
}

static void run_shard(void *context, uint32_t lane)
{
    struct shard *shard = context;
    struct run *run = shard->run;
    double until = clock_monotonic() + SLICE;
    for (;;) {
        compute(shard, lane);
        if (!is_last(run) || !take_step(run))
            return;
        if (run->shard_count > 1 || clock_monotonic() > until)
            break;
        shard = &run->shards[0];
    }
    post_step(run);
}

static bool prepare_step(struct run *run, struct error *error)
{
    const struct campaign_options *options = &run->campaign->options;
    const struct training_plan *plan = &run->recommender->plan;
    struct training_moment moment = training_moment(options->split, plan, run->step);
    if (run->order.epoch != moment.epoch)
        training_order_make(&run->order, options->dataset, options->split, plan, run->seed, moment);
    run->shard_count = training_shards(options->split, plan, run->step);
    if (!make_shards(run, run->shard_count, error))
        return false;
    run->outstanding = run->shard_count;
    return true;
}

static void post_step(struct run *run)
{
    for (uint32_t i = 0; i < run->shard_count; i++)
        run->shards[i].job.next = i + 1 < run->shard_count ? &run->shards[i + 1].job : NULL;
    pool_post_list(run->campaign->options.pool, &run->shards[0].job);
}

/* -- between steps ----------------------------------------------------------------------------- */

/* Whether the run goes on from here now; parks it during a pause. */
static bool may_go_on(struct run *run)
{
    struct campaign *campaign = run->campaign;
    pthread_mutex_lock(&campaign->lock);
    bool stopping = campaign->stopping;
    run->parked = campaign->paused && !stopping;
    bool parked = run->parked;
    pthread_mutex_unlock(&campaign->lock);
    if (stopping)
        run_end(run);
    return !stopping && !parked;
}

static bool is_interrupted(struct run *run)
{
    struct campaign *campaign = run->campaign;
    pthread_mutex_lock(&campaign->lock);
    bool interrupted = campaign->paused || campaign->stopping;
    pthread_mutex_unlock(&campaign->lock);
    return interrupted;
}

/* At a step's end, everything sent that belongs to it: ends, parks or stops the run, or prepares
 * the next step. Returns whether there is one to compute. */
static bool settle(struct run *run)
{
    struct error error;
    bool trained = run->step == run->steps;
    if (trained || is_interrupted(run)) {
        checkpoint_send(run);
        if (!may_go_on(run))
            return false;
    }
    if (trained) {
        evaluation_go(run);
        return false;
    }
    if (prepare_step(run, &error))
        return true;
    run_fail(run, &error);
    return false;
}

/* What fitting has to say goes into the log of the execution. */
static void say_note(struct run *run)
{
    const struct message_log message = {.run = run->number,
                                        .line = baseline_note(run->recommender)};
    if (!*message.line)
        return;
    struct outbox *outbox = run->campaign->options.outbox;
    message_log_write(outbox_open(outbox), &message);
    outbox_close(outbox);
}

static bool fit(struct run *run)
{
    struct error error;
    double begun = clock_monotonic();
    if (!run->recommender->operations->fit(run->recommender, &error)) {
        give_up(run, &error);
        return false;
    }
    say_note(run);
    work_add_update(run, clock_monotonic() - begun);
    work_add_step(run, NAN);
    return true;
}

void trainer_go(struct run *run)
{
    if (run->steps == 0) {
        if (may_go_on(run) && fit(run))
            evaluation_go(run);
        return;
    }
    if (run->checkpoint_due == 0) /* not of all runs at once */
        run->checkpoint_due = clock_monotonic() + run->campaign->options.checkpoint_seconds *
                                                      (0.5 + run->number % 8 / 16.0);
    if (validation_is_due(run))
        post_validation(run);
    else if (settle(run))
        post_step(run);
}
