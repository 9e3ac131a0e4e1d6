/* SPDX-License-Identifier: MIT
 *
 * Computes batches in order of shot set (a set of tasks at one number of shots), then batch. Each
 * thread has a ticket of the evaluation. It computes batches for SLICE seconds and then goes to the
 * end of the pool's queue, so that runs share the pool.
 */
#include "config.h"

#include "evaluation.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "independence.h"

/* A batch has about this many rows and at most this many tasks. It is large enough that a call
 * costs little beside its rows, and small enough to stay in a processor's cache. */
enum { BATCH_ROWS = 2048, BATCH_TASKS = 64 };

static const double SLICE = 0.03; /* seconds */

/* The predictions of a shot set while they are being computed. */
struct shot_predictions {
    float *values;
    float *deviations; /* NULL if the recommender has none */
    uint32_t batches_left;
};

/* A thread's right to compute batches of an evaluation, one at a time. Each thread has one. */
struct ticket {
    struct pool_job job;
    struct evaluation *evaluation;
    bool active; /* queued in the pool or running; guarded by the lock */
};

struct batch {
    uint32_t shot_set, number, first, tasks, shots;
    const struct task_set *set;
};

static void run_ticket(void *context, uint32_t lane);

/* -- layout ------------------------------------------------------------------------------------ */

static uint32_t tasks_in_batch(const struct task_options *options, uint32_t shots)
{
    uint32_t rows = options->query + (shots < options->most ? shots : options->most);
    uint32_t tasks = BATCH_ROWS / rows;
    return tasks < 1 ? 1 : tasks > BATCH_TASKS ? BATCH_TASKS : tasks;
}

/* The number of batches of a shot set. All but the last are equally wide. */
static uint32_t batches_of(const struct workspace *workspace, uint32_t shot_set)
{
    uint32_t width = tasks_in_batch(workspace->tasks, workspace_shots(workspace, shot_set));
    uint32_t count = workspace->shot_sets[shot_set].count;
    return count / width + (count % width > 0);
}

/* Batch `number` of a shot set. It has no tasks if there is no such batch. */
static struct batch batch_at(const struct workspace *workspace, uint32_t shot_set, uint32_t number)
{
    struct batch batch = {.shot_set = shot_set,
                          .number = number,
                          .shots = workspace_shots(workspace, shot_set),
                          .set = &workspace->shot_sets[shot_set]};
    uint32_t width = tasks_in_batch(workspace->tasks, batch.shots);
    if (number < batches_of(workspace, shot_set)) {
        batch.first = number * width;
        uint32_t left = batch.set->count - batch.first;
        batch.tasks = left < width ? left : width;
    }
    return batch;
}

static size_t query_rows(const struct task_set *set, uint32_t first, uint32_t count)
{
    size_t rows = 0;
    for (uint32_t i = first; i < first + count; i++)
        rows += set->tasks[i].query_count;
    return rows;
}

uint64_t evaluation_rows(const struct workspace *workspace)
{
    uint64_t rows = 0;
    for (uint32_t i = 0; i < workspace_shot_set_count(workspace); i++)
        rows += work_rows_of(&workspace->shot_sets[i], 0, workspace->shot_sets[i].count,
                             workspace_shots(workspace, i));
    return rows;
}

/* -- giving out work --------------------------------------------------------------------------- */

/* Takes the next batch. False if there is none to take now. Called with the lock held. */
static bool take(struct evaluation *evaluation, struct batch *batch)
{
    const struct workspace *workspace = evaluation->run->workspace;
    if (workspace->paused || workspace->stopping || evaluation->failed)
        return false;
    while (evaluation->next_set < workspace_shot_set_count(workspace)) {
        struct shot_predictions *predictions = &evaluation->predictions[evaluation->next_set];
        *batch = batch_at(workspace, evaluation->next_set, evaluation->next_batch);
        if (batch->tasks == 0) {
            evaluation->next_set++;
            evaluation->next_batch = 0;
            continue;
        }
        if (evaluation->next_batch == 0) {
            size_t rows = query_rows(batch->set, 0, batch->set->count);
            predictions->values = memory_array(rows, sizeof(float));
            if (evaluation->run->recommender->deviates)
                predictions->deviations = memory_array(rows, sizeof(float));
            predictions->batches_left = batches_of(workspace, evaluation->next_set);
        }
        evaluation->next_batch++;
        evaluation->batches_out++;
        return true;
    }
    return false;
}

/* Predictions are rounded before they are sent, so that readers see the same numbers in every
 * stored form. */
static void round_to_grid(const struct workspace *workspace, float *values, float *deviations,
                          size_t count)
{
    float low = workspace->grid_smallest, high = workspace->grid_largest;
    for (size_t i = 0; low < high && i < count; i++) {
        values[i] = value_grid_value(low, high, value_grid_number(low, high, values[i]));
        if (deviations)
            deviations[i] =
                value_grid_distance(low, high, value_grid_steps(low, high, deviations[i]));
    }
}

static bool predict(struct evaluation *evaluation, const struct batch *batch, uint32_t lane,
                    struct error *error)
{
    const struct workspace *workspace = evaluation->run->workspace;
    struct recommender *recommender = evaluation->run->recommender;
    const struct shot_predictions *predictions = &evaluation->predictions[batch->shot_set];
    struct arena *arena = workspace->arenas[lane];
    size_t before = query_rows(batch->set, 0, batch->first);
    float *values = predictions->values + before;
    float *deviations = predictions->deviations ? predictions->deviations + before : NULL;
    size_t count = query_rows(batch->set, batch->first, batch->tasks);
    arena_reset(arena);
    struct episodes episodes = task_set_episodes(batch->set, workspace->dataset, batch->first,
                                                 batch->tasks, batch->shots, arena);
    if (!recommender->operations->predict(recommender, lane, &episodes, values, deviations,
                                          error) ||
        !recommender_check(values, deviations, count, error))
        return false;
    recommender_clip(workspace->range, values, count);
    round_to_grid(workspace, values, deviations, count);
    return true;
}

/* -- taking in results ------------------------------------------------------------------------- */

static void tell(struct evaluation *evaluation, const struct batch *batch)
{
    struct shot_predictions *predictions = &evaluation->predictions[batch->shot_set];
    const struct predicted_rows rows = {
        .set = batch->set,
        .shots = batch->shots,
        .count = (uint32_t)query_rows(batch->set, 0, batch->set->count),
        .values = predictions->values,
        .deviations = predictions->deviations,
    };
    evaluation->events->predicted(evaluation->context, &rows);
    free(predictions->values);
    free(predictions->deviations);
    predictions->values = predictions->deviations = NULL;
}

/* Keeps the error of the first batch in order that failed, so it does not depend on the number of
 * threads. */
static void note_failure(struct evaluation *evaluation, const struct batch *batch,
                         const struct error *error)
{
    const struct run_common *run = evaluation->run;
    uint64_t at = (uint64_t)batch->shot_set << 32 | batch->number;
    if (evaluation->failed && evaluation->failed_at < at)
        return;
    evaluation->failed = true;
    evaluation->failed_at = at;
    evaluation->error = *error;
    if (error->kind != ERROR_SCRIPT) {
        char shots[SHOTS_TEXT];
        error_within(&evaluation->error, "arm \"%s\", seed %llu, scenario %s, %s shots", run->arm,
                     (unsigned long long)run->seed,
                     scenario_name(run->workspace->dataset, batch->set->scenario),
                     shots_words(batch->shots, shots));
    }
}

/* For the first draw: whether the learner predicts the same if tasks are grouped differently. */
static bool is_independent(struct evaluation *evaluation, const struct batch *batch, uint32_t lane,
                           struct error *error)
{
    const struct workspace *workspace = evaluation->run->workspace;
    const struct run_common *run = evaluation->run;
    const struct shot_predictions *predictions = &evaluation->predictions[batch->shot_set];
    const struct independence about = {
        .recommender = run->recommender,
        .dataset = workspace->dataset,
        .set = batch->set,
        .shots = batch->shots,
        .range = workspace->range,
        .lane = lane,
        .arena = workspace->arenas[lane],
    };
    if (batch->set->draw > 0 || run->work.steps == 0)
        return true;
    arena_reset(workspace->arenas[lane]);
    return independence_repeat(&about, run->seed, predictions->values, predictions->deviations,
                               error);
}

/* Stores the result of a batch. The last batch of a shot set reports the set. */
static void deliver(struct evaluation *evaluation, const struct batch *batch, uint32_t lane,
                    const struct error *failure)
{
    pthread_mutex_t *lock = &evaluation->run->workspace->lock;
    struct error dependence;
    pthread_mutex_lock(lock);
    if (failure)
        note_failure(evaluation, batch, failure);
    bool whole =
        --evaluation->predictions[batch->shot_set].batches_left == 0 && !evaluation->failed;
    pthread_mutex_unlock(lock);
    bool good = whole && is_independent(evaluation, batch, lane, &dependence);
    if (good)
        tell(evaluation, batch);
    pthread_mutex_lock(lock);
    if (whole && !good)
        note_failure(evaluation, batch, &dependence);
    evaluation->batches_out--;
    evaluation->sets_left -= good;
    pthread_mutex_unlock(lock);
}

/* -- the end ----------------------------------------------------------------------------------- */

/* Whether the evaluation has just ended, and how. Only one thread gets true. Called with the lock
 * held. */
static bool has_ended(struct evaluation *evaluation, enum run_outcome *outcome)
{
    bool stopping = evaluation->run->workspace->stopping;
    if (evaluation->batches_out > 0 || evaluation->ended)
        return false;
    if (evaluation->failed)
        *outcome = evaluation->error.kind == ERROR_CANCELLED && stopping ? OUTCOME_STOPPED
                                                                         : OUTCOME_FAILED;
    else
        *outcome = evaluation->sets_left == 0 ? OUTCOME_DONE : OUTCOME_STOPPED;
    evaluation->ended = evaluation->failed || evaluation->sets_left == 0 || stopping;
    return evaluation->ended;
}

static bool take_or_rest(struct ticket *ticket, struct batch *batch)
{
    struct evaluation *evaluation = ticket->evaluation;
    struct workspace *workspace = evaluation->run->workspace;
    enum run_outcome outcome;
    pthread_mutex_lock(&workspace->lock);
    bool taken = take(evaluation, batch);
    bool ended = !taken && has_ended(evaluation, &outcome);
    ticket->active = taken;
    if (!taken && workspace->paused)
        evaluation->parked = true;
    pthread_mutex_unlock(&workspace->lock);
    if (ended)
        evaluation->events->ended(evaluation->context, outcome,
                                  outcome == OUTCOME_FAILED ? &evaluation->error : NULL);
    return taken;
}

/* Computes a batch. False if there is none now. */
static bool use(struct ticket *ticket, uint32_t lane)
{
    struct evaluation *evaluation = ticket->evaluation;
    struct batch batch;
    struct error error;
    if (!take_or_rest(ticket, &batch))
        return false;
    double begun = clock_monotonic();
    bool good = predict(evaluation, &batch, lane, &error);
    work_add_rows(&evaluation->run->work,
                  work_rows_of(batch.set, batch.first, batch.tasks, batch.shots),
                  clock_monotonic() - begun);
    deliver(evaluation, &batch, lane, good ? NULL : &error);
    return true;
}

static void run_ticket(void *context, uint32_t lane)
{
    struct ticket *ticket = context;
    double until = clock_monotonic() + SLICE;
    while (use(ticket, lane)) {
        if (clock_monotonic() > until) {
            pool_post(ticket->evaluation->run->workspace->pool, &ticket->job);
            return;
        }
    }
}

/* -- life -------------------------------------------------------------------------------------- */

void evaluation_init(struct evaluation *evaluation, struct run_common *run,
                     const struct evaluation_events *events, void *context)
{
    *evaluation = (struct evaluation){.run = run, .events = events, .context = context};
}

static void lay_out(struct evaluation *evaluation)
{
    const struct workspace *workspace = evaluation->run->workspace;
    uint32_t threads = pool_threads(workspace->pool), sets = workspace_shot_set_count(workspace);
    evaluation->predictions = memory_array(sets, sizeof *evaluation->predictions);
    for (uint32_t i = 0; i < sets; i++)
        evaluation->sets_left += batches_of(workspace, i) > 0;
    evaluation->tickets = memory_array(threads, sizeof *evaluation->tickets);
    for (uint32_t i = 0; i < threads; i++) {
        struct ticket *ticket = &evaluation->tickets[i];
        *ticket = (struct ticket){.evaluation = evaluation,
                                  .job = {.run = run_ticket, .context = ticket}};
    }
}

void evaluation_go(struct evaluation *evaluation)
{
    struct workspace *workspace = evaluation->run->workspace;
    if (!evaluation->tickets)
        lay_out(evaluation);
    pthread_mutex_lock(&workspace->lock);
    for (uint32_t i = 0; i < pool_threads(workspace->pool); i++) {
        struct ticket *ticket = &evaluation->tickets[i];
        if (!ticket->active) {
            ticket->active = true;
            pool_post(workspace->pool, &ticket->job);
        }
    }
    pthread_mutex_unlock(&workspace->lock);
}

void evaluation_release(struct evaluation *evaluation)
{
    uint32_t sets =
        evaluation->predictions ? workspace_shot_set_count(evaluation->run->workspace) : 0;
    for (uint32_t i = 0; i < sets; i++) {
        free(evaluation->predictions[i].values);
        free(evaluation->predictions[i].deviations);
    }
    free(evaluation->predictions);
    free(evaluation->tickets);
    evaluation->predictions = NULL;
    evaluation->tickets = NULL;
}
