/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "trainer.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "baseline/baseline.h"
#include "breakdown.h"

/* If every step is one shard, one job computes steps for this many seconds. That is about the time
 * of a meta-learner's shard, so runs that cannot be split get their share of the pool. */
static const double SLICE = 0.01;

static bool settle(struct trainer *trainer);
static void run_shard(void *context, uint32_t lane);
static void run_part(void *context, uint32_t lane);
static void run_validation(void *context, uint32_t lane);

/* -- layout ------------------------------------------------------------------------------------ */

static void set_jobs(struct trainer *trainer, struct trainer_job *jobs, uint32_t count,
                     void (*run)(void *context, uint32_t lane))
{
    for (uint32_t i = 0; i < count; i++)
        jobs[i] = (struct trainer_job){
            .trainer = trainer, .number = i, .job = {.run = run, .context = &jobs[i]}};
}

static uint32_t spread(uint32_t steps, uint32_t points)
{
    return steps / points + (steps % points > 0);
}

void trainer_init(struct trainer *trainer, struct run_common *run,
                  const struct trainer_events *events, void *context, double checkpoint_seconds)
{
    const struct training_plan *plan = &run->recommender->plan;
    const struct split *split = run->workspace->split;
    *trainer = (struct trainer){.run = run,
                                .events = events,
                                .context = context,
                                .checkpoint_due = clock_monotonic() + checkpoint_seconds};
    training_step_init(&trainer->under_way, run->workspace, run->recommender, run->seed);
    if (plan->phase_count == 0)
        return;
    trainer->steps = run->work.steps = training_steps(split, plan);
    run->work.shards = training_shards(split, plan, 0);
    trainer->point_interval = spread(trainer->steps, TRAINER_POINTS);
    trainer->validation_interval = spread(trainer->steps, TRAINER_VALIDATIONS);
    set_jobs(trainer, trainer->parts, RECOMMENDER_PARTS, run_part);
}

/* The work of the validations up to a step, in rows. */
static uint64_t rows_validated(const struct trainer *trainer, uint32_t step)
{
    return validation_rows(&trainer->validation) * (1 + step / trainer->validation_interval);
}

void trainer_lay_out(struct trainer *trainer)
{
    struct work *work = &trainer->run->work;
    struct validation *validation = &trainer->validation;
    work->step = trainer->step;
    if (trainer->steps == 0)
        return;
    validation_lay_out(validation, trainer->run->workspace);
    trainer->validations = memory_array(validation->count, sizeof *trainer->validations);
    set_jobs(trainer, trainer->validations, validation->count, run_validation);
    work->all_rows += rows_validated(trainer, trainer->steps);
    if (trainer->step > 0)
        work->rows = rows_validated(trainer, trainer->step);
}

void trainer_release(struct trainer *trainer)
{
    training_step_release(&trainer->under_way);
    validation_release(&trainer->validation);
    free(trainer->validations);
    free(trainer->shards);
    trainer->validations = NULL;
    trainer->shards = NULL;
}

static void need_shard_jobs(struct trainer *trainer, uint32_t count)
{
    if (count <= trainer->shard_room)
        return;
    trainer->shards = memory_resize(trainer->shards, count, sizeof *trainer->shards);
    trainer->shard_room = count;
    set_jobs(trainer, trainer->shards, count, run_shard);
}

/* -- telling ----------------------------------------------------------------------------------- */

static void keep(struct trainer *trainer)
{
    double seconds = trainer->events->checkpoint(trainer->context);
    trainer->checkpoint_due = clock_monotonic() + seconds;
}

static void end(struct trainer *trainer, enum run_outcome outcome, const struct error *error)
{
    trainer->events->ended(trainer->context, outcome, error);
}

/* A step that a stop interrupts changes nothing, so the run can be kept as it was before the
 * step. */
static void give_up(struct trainer *trainer, struct error *error)
{
    const struct run_common *run = trainer->run;
    const struct breakdown_place place = {run->arm, run->seed, trainer->step, trainer->steps};
    if (error->kind == ERROR_CANCELLED && workspace_is_stopping(run->workspace)) {
        if (trainer->steps > 0)
            keep(trainer);
        end(trainer, OUTCOME_STOPPED, NULL);
    } else {
        breakdown_explain(&place, error);
        end(trainer, OUTCOME_FAILED, error);
    }
}

static void point(struct trainer *trainer, bool of_validation, double value)
{
    trainer->events->point(trainer->context, of_validation, trainer->step, value);
}

/* Counts a finished job. True if it was the last. */
static bool is_last(struct trainer *trainer)
{
    pthread_mutex_t *lock = &trainer->run->workspace->lock;
    pthread_mutex_lock(lock);
    bool last = --trainer->outstanding == 0;
    pthread_mutex_unlock(lock);
    return last;
}

/* Posts jobs at once. The thread that finishes the last of them continues the run. */
static void post(struct trainer *trainer, struct trainer_job *jobs, uint32_t count, bool at_home)
{
    struct pool *pool = trainer->run->workspace->pool;
    trainer->outstanding = count;
    for (uint32_t i = 0; i < count; i++) {
        jobs[i].job.home = at_home ? pool_home(pool, i, count) : 0;
        jobs[i].job.next = i + 1 < count ? &jobs[i + 1].job : NULL;
    }
    pool_post_list(pool, &jobs[0].job);
}

static void post_step(struct trainer *trainer)
{
    post(trainer, trainer->shards, trainer->under_way.shard_count, false);
}

/* -- validation -------------------------------------------------------------------------------- */

static bool finish_validation(struct trainer *trainer, struct error *error)
{
    double mean;
    if (!validation_gather(&trainer->validation, &mean, error))
        return false;
    trainer->validated = true;
    if (!isnan(mean))
        point(trainer, true, mean);
    return true;
}

static void run_validation(void *context, uint32_t lane)
{
    struct trainer_job *job = context;
    struct trainer *trainer = job->trainer;
    struct validation_batch *batch = &trainer->validation.batches[job->number];
    struct run_common *run = trainer->run;
    struct error error;
    double begun = clock_monotonic();
    validation_measure(&trainer->validation, batch, run->recommender, lane);
    work_add_rows(
        &run->work,
        work_rows_of(&run->workspace->validation, batch->first, batch->tasks, VALIDATION_SHOTS),
        clock_monotonic() - begun);
    if (!is_last(trainer))
        return;
    if (!finish_validation(trainer, &error))
        give_up(trainer, &error);
    else if (settle(trainer))
        post_step(trainer);
}

static bool validation_is_due(const struct trainer *trainer)
{
    return !trainer->validated && trainer->validation.count > 0 &&
           (trainer->step % trainer->validation_interval == 0 || trainer->step == trainer->steps);
}

/* -- steps ------------------------------------------------------------------------------------- */

/* Whether the shards' results are good enough for an outer step. */
static bool judge_step(struct trainer *trainer, struct error *error)
{
    struct training_step *step = &trainer->under_way;
    if (!training_step_gather(step, error) ||
        !breakdown_check(step->loss / step->outer.tasks, trainer->run->workspace->loss_limit,
                         error))
        return false;
    if (clock_monotonic() > trainer->checkpoint_due)
        keep(trainer); /* the state that gave a good loss; the next may not */
    return true;
}

/* Makes the computed state the run's next state. */
static void count_step(struct trainer *trainer)
{
    const struct training_step *step = &trainer->under_way;
    trainer->step++;
    trainer->validated = false;
    trainer->loss_sum += step->loss;
    trainer->loss_tasks += step->outer.tasks;
    work_add_step(&trainer->run->work, trainer->step, step->loss / step->outer.tasks);
    if (trainer->step % trainer->point_interval == 0 || trainer->step == trainer->steps) {
        point(trainer, false, trainer->loss_sum / (double)trainer->loss_tasks);
        trainer->loss_sum = 0;
        trainer->loss_tasks = 0;
    }
}

/* Ends a step. True if the next may follow at once. */
static bool finish_step(struct trainer *trainer)
{
    count_step(trainer);
    if (validation_is_due(trainer)) {
        post(trainer, trainer->validations, trainer->validation.count, false);
        return false;
    }
    return settle(trainer);
}

static void take_part(struct trainer *trainer, uint32_t part)
{
    struct recommender *recommender = trainer->run->recommender;
    struct part_result *result = &trainer->part_results[part];
    double begun = clock_monotonic();
    result->failed = !recommender->operations->step_part(recommender, &trainer->under_way.outer,
                                                         part, &result->error);
    work_add_update(&trainer->run->work, clock_monotonic() - begun);
}

/* Called when all parts are done. True if the next step may follow at once. */
static bool finish_parts(struct trainer *trainer)
{
    for (uint32_t part = 0; part < trainer->part_count; part++)
        if (trainer->part_results[part].failed) {
            give_up(trainer, &trainer->part_results[part].error);
            return false;
        }
    return finish_step(trainer);
}

static void run_part(void *context, uint32_t lane)
{
    struct trainer_job *job = context;
    (void)lane;
    take_part(job->trainer, job->number);
    if (is_last(job->trainer) && finish_parts(job->trainer))
        post_step(job->trainer);
}

/* Called when all shards are done. True if the next step may follow at once. */
static bool take_step(struct trainer *trainer)
{
    struct recommender *recommender = trainer->run->recommender;
    struct training_step *step = &trainer->under_way;
    struct error error;
    bool alone = pool_threads(trainer->run->workspace->pool) == 1 || step->shard_count == 1;
    bool good = judge_step(trainer, &error);
    double begun = clock_monotonic();
    trainer->part_count =
        good ? recommender->operations->step_begin(recommender, &step->outer, &error) : 0;
    work_add_update(&trainer->run->work, clock_monotonic() - begun);
    if (trainer->part_count == 0) {
        give_up(trainer, &error);
        return false;
    }
    if (trainer->part_count > 1 && !alone) {
        post(trainer, trainer->parts, trainer->part_count, true);
        return false;
    }
    for (uint32_t part = 0; part < trainer->part_count; part++)
        take_part(trainer, part);
    return finish_parts(trainer);
}

static void run_shard(void *context, uint32_t lane)
{
    struct trainer_job *job = context;
    struct trainer *trainer = job->trainer;
    struct training_step *step = &trainer->under_way;
    double begun = clock_monotonic(), until = begun + SLICE;
    uint32_t shard = job->number;
    for (;; shard = 0, begun = clock_monotonic()) {
        training_step_compute(step, shard, lane);
        work_add_shard(&trainer->run->work, step->results[shard].rows, clock_monotonic() - begun);
        if (!is_last(trainer) || !take_step(trainer))
            return;
        if (step->shard_count > 1 || clock_monotonic() > until)
            break;
    }
    post_step(trainer);
}

static bool prepare_step(struct trainer *trainer, struct error *error)
{
    if (!training_step_begin(&trainer->under_way, trainer->step, error))
        return false;
    need_shard_jobs(trainer, trainer->under_way.shard_count);
    trainer->outstanding = trainer->under_way.shard_count;
    return true;
}

/* -- between steps ----------------------------------------------------------------------------- */

/* Whether the run may continue now. Parks it during a pause and ends it after a stop. */
static bool may_go_on(struct trainer *trainer)
{
    struct workspace *workspace = trainer->run->workspace;
    pthread_mutex_lock(&workspace->lock);
    bool stopping = workspace->stopping;
    bool parked = trainer->parked = workspace->paused && !stopping;
    pthread_mutex_unlock(&workspace->lock);
    if (stopping)
        end(trainer, OUTCOME_STOPPED, NULL);
    return !stopping && !parked;
}

/* Called after a step, when everything that belongs to it was reported. Ends, parks or stops the
 * run, or prepares the next step. Returns whether there is a step to compute. */
static bool settle(struct trainer *trainer)
{
    struct error error;
    bool trained = trainer->step == trainer->steps;
    if (trained || workspace_is_interrupted(trainer->run->workspace)) {
        keep(trainer);
        if (!may_go_on(trainer))
            return false;
    }
    if (trained) {
        end(trainer, OUTCOME_DONE, NULL);
        return false;
    }
    if (prepare_step(trainer, &error))
        return true;
    give_up(trainer, &error);
    return false;
}

static void fit(struct trainer *trainer)
{
    struct recommender *recommender = trainer->run->recommender;
    struct error error;
    double begun = clock_monotonic();
    if (!recommender->operations->fit(recommender, &error)) {
        give_up(trainer, &error);
        return;
    }
    if (*baseline_note(recommender))
        trainer->events->note(trainer->context, baseline_note(recommender));
    work_add_update(&trainer->run->work, clock_monotonic() - begun);
    work_add_step(&trainer->run->work, 0, (double)NAN);
    end(trainer, OUTCOME_DONE, NULL);
}

void trainer_go(struct trainer *trainer)
{
    if (trainer->steps == 0) {
        if (may_go_on(trainer))
            fit(trainer);
    } else if (validation_is_due(trainer)) {
        post(trainer, trainer->validations, trainer->validation.count, false);
    } else if (settle(trainer)) {
        post_step(trainer);
    }
}
