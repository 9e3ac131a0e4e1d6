/* SPDX-License-Identifier: MIT
 *
 * Work is taken in the order sheet (set of tasks x shots), batch. Each thread has a ticket of the
 * run: it computes batches for a moment and goes to the end of the pool's queue, so that runs share
 * the pool.
 */
#include "config.h"

#include "evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "checkpoint.h"
#include "independence.h"
#include "progress.h"
#include "wire/report.h"

/* A batch has about so many rows, and at most so many tasks: enough that one call costs little
 * beside its rows, few enough to stay in a processor's cache. */
enum { BATCH_ROWS = 2048, BATCH_TASKS = 64 };

/* What a task costs beside its rows, in rows: weights of its own, a system to solve. */
enum { TASK_ROWS = 20 };

static const double SLICE = 0.03; /* seconds */

struct batch {
    uint32_t sheet, number, first, tasks, shots;
    const struct task_set *set;
};

static void run_ticket(void *context, uint32_t lane);

/* -- layout ------------------------------------------------------------------------------------ */

static uint32_t sheet_count(const struct campaign *campaign)
{
    return campaign->set_count * campaign->options.tasks->shot_count;
}

static uint32_t tasks_in_batch(const struct task_options *options, uint32_t shots)
{
    uint32_t rows = options->query + (shots < options->most ? shots : options->most);
    uint32_t tasks = BATCH_ROWS / rows;
    return tasks < 1 ? 1 : tasks > BATCH_TASKS ? BATCH_TASKS : tasks;
}

/* Batch `number` of a sheet; without tasks where the sheet has no such batch. */
static struct batch batch_at(const struct campaign *campaign, uint32_t sheet, uint32_t number)
{
    const struct task_options *options = campaign->options.tasks;
    struct batch batch = {.sheet = sheet, .number = number};
    batch.set = &campaign->sheets[sheet];
    batch.shots = options->shots[sheet % options->shot_count];
    uint32_t width = tasks_in_batch(options, batch.shots);
    uint32_t batches = batch.set->count / width + (batch.set->count % width > 0);
    if (number < batches) {
        batch.first = number * width;
        uint32_t left = batch.set->count - batch.first;
        batch.tasks = left < width ? left : width;
    }
    return batch;
}

static uint32_t batches_of(const struct campaign *campaign, uint32_t sheet)
{
    struct batch batch = batch_at(campaign, sheet, 0);
    uint32_t width = tasks_in_batch(campaign->options.tasks, batch.shots);
    return batch.set->count / width + (batch.set->count % width > 0);
}

static size_t query_rows(const struct task_set *set, uint32_t first, uint32_t count)
{
    size_t rows = 0;
    for (uint32_t i = first; i < first + count; i++)
        rows += set->tasks[i].query_count;
    return rows;
}

uint64_t evaluation_rows_of(const struct task_set *set, uint32_t first, uint32_t count,
                            uint32_t shots)
{
    uint64_t rows = query_rows(set, first, count) + (uint64_t)count * TASK_ROWS;
    for (uint32_t i = first; i < first + count; i++) {
        uint32_t support = set->tasks[i].support_count;
        rows += support < shots ? support : shots;
    }
    return rows;
}

uint64_t evaluation_rows(const struct campaign *campaign)
{
    uint64_t rows = 0;
    for (uint32_t sheet = 0; sheet < sheet_count(campaign); sheet++) {
        struct batch batch = batch_at(campaign, sheet, 0);
        rows += evaluation_rows_of(batch.set, 0, batch.set->count, batch.shots);
    }
    return rows;
}

/* -- giving out work --------------------------------------------------------------------------- */

/* Takes the next batch; false where there is none to take now. With the lock held. */
static bool take(struct run *run, struct batch *batch)
{
    struct campaign *campaign = run->campaign;
    if (campaign->paused || campaign->stopping || run->failed)
        return false;
    while (run->next_sheet < sheet_count(campaign)) {
        struct sheet *sheet = &run->sheets[run->next_sheet];
        *batch = batch_at(campaign, run->next_sheet, run->next_batch);
        if (batch->tasks == 0) {
            run->next_sheet++;
            run->next_batch = 0;
            continue;
        }
        if (run->next_batch == 0) {
            size_t rows = query_rows(batch->set, 0, batch->set->count);
            sheet->values = memory_array(rows, sizeof *sheet->values);
            if (run->recommender->deviates)
                sheet->deviations = memory_array(rows, sizeof *sheet->deviations);
            sheet->batches_left = batches_of(campaign, run->next_sheet);
        }
        run->next_batch++;
        run->batches_out++;
        return true;
    }
    return false;
}

/* So that whoever reads the predictions, in whatever form they were kept, sees the same numbers. */
static void round_to_grid(const struct campaign *campaign, float *values, float *deviations,
                          size_t count)
{
    float low = campaign->grid_smallest, high = campaign->grid_largest;
    for (size_t i = 0; low < high && i < count; i++) {
        values[i] = value_grid_value(low, high, value_grid_number(low, high, values[i]));
        if (deviations)
            deviations[i] =
                value_grid_distance(low, high, value_grid_steps(low, high, deviations[i]));
    }
}

static bool predict(struct run *run, const struct batch *batch, uint32_t lane, struct error *error)
{
    struct campaign *campaign = run->campaign;
    struct arena *arena = campaign->arenas[lane];
    arena_reset(arena);
    const struct sheet *sheet = &run->sheets[batch->sheet];
    size_t before = query_rows(batch->set, 0, batch->first);
    float *values = sheet->values + before;
    float *deviations = sheet->deviations ? sheet->deviations + before : NULL;
    size_t count = query_rows(batch->set, batch->first, batch->tasks);
    struct episodes episodes = task_set_episodes(batch->set, campaign->options.dataset,
                                                 batch->first, batch->tasks, batch->shots, arena);
    if (!run->recommender->operations->predict(run->recommender, lane, &episodes, values,
                                               deviations, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            return error_set(error, ERROR_NUMERIC, "a prediction is not a finite number");
        if (deviations && !(deviations[i] >= 0 && isfinite(deviations[i])))
            return error_set(error, ERROR_NUMERIC,
                             "a deviation is not a finite number of at least 0");
    }
    recommender_clip(campaign->range, values, count);
    round_to_grid(campaign, values, deviations, count);
    return true;
}

/* -- taking in results ------------------------------------------------------------------------- */

static void send_sheet(struct run *run, const struct batch *batch)
{
    struct sheet *sheet = &run->sheets[batch->sheet];
    struct message_predictions message = {
        .run = run->number,
        .part = batch->set->part,
        .scenario = scenario_name(batch->set->scenario),
        .shots = batch->shots,
        .draw = batch->set->draw,
        .values = sheet->values,
        .deviations = sheet->deviations,
        .count = (uint32_t)query_rows(batch->set, 0, batch->set->count),
    };
    struct outbox *outbox = run->campaign->options.outbox;
    message_predictions_write(outbox_open(outbox), &message);
    outbox_close(outbox);
    free(sheet->values);
    free(sheet->deviations);
    sheet->values = sheet->deviations = NULL;
}

/* Keeps the failure of the first batch that failed: the same one for any number of threads. */
static void note_failure(struct run *run, const struct batch *batch, const struct error *error)
{
    uint64_t at = (uint64_t)batch->sheet << 32 | batch->number;
    if (run->failed && run->failed_at < at)
        return;
    run->failed = true;
    run->failed_at = at;
    run->error = *error;
    if (error->kind != ERROR_SCRIPT) {
        char shots[16] = "all";
        if (batch->shots != SHOTS_ALL)
            snprintf(shots, sizeof shots, "%u", batch->shots);
        error_within(&run->error, "arm \"%s\", seed %llu, scenario %s, %s shots", run->arm,
                     (unsigned long long)run->seed, scenario_name(batch->set->scenario), shots);
    }
}

/* Of the first draw, whether a learner says the same of tasks in other company. */
static bool is_independent(struct run *run, const struct batch *batch, uint32_t lane,
                           struct error *error)
{
    struct campaign *campaign = run->campaign;
    const struct sheet *sheet = &run->sheets[batch->sheet];
    const struct independence about = {
        .recommender = run->recommender,
        .dataset = campaign->options.dataset,
        .set = batch->set,
        .shots = batch->shots,
        .range = campaign->range,
        .lane = lane,
        .arena = campaign->arenas[lane],
    };
    if (batch->set->draw > 0 || run->steps == 0)
        return true;
    arena_reset(campaign->arenas[lane]);
    return independence_repeat(&about, run->seed, sheet->values, sheet->deviations, error);
}

/* Takes a batch in. The last one of a sheet sends it. */
static void deliver(struct run *run, const struct batch *batch, uint32_t lane,
                    const struct error *failure)
{
    struct campaign *campaign = run->campaign;
    struct error dependence;
    pthread_mutex_lock(&campaign->lock);
    if (failure)
        note_failure(run, batch, failure);
    bool whole = --run->sheets[batch->sheet].batches_left == 0 && !run->failed;
    pthread_mutex_unlock(&campaign->lock);
    bool good = whole && is_independent(run, batch, lane, &dependence);
    if (good)
        send_sheet(run, batch);
    pthread_mutex_lock(&campaign->lock);
    if (whole && !good)
        note_failure(run, batch, &dependence);
    run->batches_out--;
    run->sheets_left -= good;
    pthread_mutex_unlock(&campaign->lock);
}

/* -- the end ----------------------------------------------------------------------------------- */

static void finish(struct run *run)
{
    const struct campaign_options *options = &run->campaign->options;
    struct bytes weights = {0}, checkpoint = {0};
    struct message_run_done message = {.run = run->number, .parameters = run->parameters};
    run->recommender->operations->weights(run->recommender, &weights);
    if (run->steps > 0)
        checkpoint_write_final(run, &checkpoint);
    message.checkpoint = checkpoint.data;
    message.size = checkpoint.size;
    digest_of(weights.data, weights.size, message.weights);
    bytes_release(&weights);
    message.peak_bytes = options->peak ? options->peak(options->peak_context) : 0;
    pthread_mutex_lock(&run->campaign->lock);
    message.seconds = run->work.seconds;
    pthread_mutex_unlock(&run->campaign->lock);
    progress_report_done(run);
    run_close(run);
    message_run_done_write(outbox_open(options->outbox), &message);
    outbox_close(options->outbox);
    bytes_release(&checkpoint);
    run_end(run);
}

enum ending { GOES_ON, IS_DONE, HAS_FAILED, HAS_STOPPED };

/* Whether the run has ended now; told to one thread only. With the lock held. */
static enum ending ending_of(struct run *run)
{
    enum ending ending = GOES_ON;
    if (run->batches_out > 0 || run->ended)
        return GOES_ON;
    if (run->failed)
        ending = run->error.kind == ERROR_CANCELLED && run->campaign->stopping ? HAS_STOPPED
                                                                               : HAS_FAILED;
    else if (run->sheets_left == 0)
        ending = IS_DONE;
    else if (run->campaign->stopping)
        ending = HAS_STOPPED;
    run->ended = ending != GOES_ON;
    return ending;
}

/* Ends the run where that is due. */
static void conclude(struct run *run, enum ending ending)
{
    if (ending == IS_DONE)
        finish(run);
    else if (ending == HAS_FAILED)
        run_fail(run, &run->error);
    else if (ending == HAS_STOPPED)
        run_end(run);
}

static bool take_or_rest(struct ticket *ticket, struct batch *batch)
{
    struct run *run = ticket->run;
    struct campaign *campaign = run->campaign;
    pthread_mutex_lock(&campaign->lock);
    bool taken = take(run, batch);
    enum ending ending = taken ? GOES_ON : ending_of(run);
    ticket->active = taken;
    if (!taken && campaign->paused)
        run->parked = true;
    pthread_mutex_unlock(&campaign->lock);
    conclude(run, ending);
    return taken;
}

/* Computes a batch; false where there is none now. */
static bool use(struct ticket *ticket, uint32_t lane)
{
    struct run *run = ticket->run;
    struct batch batch;
    struct error error;
    if (!take_or_rest(ticket, &batch))
        return false;
    double begun = clock_monotonic();
    bool good = predict(run, &batch, lane, &error);
    work_add_rows(run, evaluation_rows_of(batch.set, batch.first, batch.tasks, batch.shots),
                  clock_monotonic() - begun);
    deliver(run, &batch, lane, good ? NULL : &error);
    return true;
}

static void run_ticket(void *context, uint32_t lane)
{
    struct ticket *ticket = context;
    double until = clock_monotonic() + SLICE;
    while (use(ticket, lane)) {
        if (clock_monotonic() > until) {
            pool_post(ticket->run->campaign->options.pool, &ticket->job);
            return;
        }
    }
}

static void lay_out(struct run *run)
{
    struct campaign *campaign = run->campaign;
    uint32_t threads = pool_threads(campaign->options.pool);
    run->sheets = memory_array(sheet_count(campaign), sizeof *run->sheets);
    run->sheets_left = 0;
    for (uint32_t i = 0; i < sheet_count(campaign); i++)
        run->sheets_left += batches_of(campaign, i) > 0;
    run->tickets = memory_array(threads, sizeof *run->tickets);
    for (uint32_t i = 0; i < threads; i++) {
        struct ticket *ticket = &run->tickets[i];
        *ticket = (struct ticket){.run = run, .job = {.run = run_ticket, .context = ticket}};
    }
}

void evaluation_go(struct run *run)
{
    struct campaign *campaign = run->campaign;
    if (!run->tickets)
        lay_out(run);
    pthread_mutex_lock(&campaign->lock);
    run->phase = RUN_EVALUATION;
    for (uint32_t i = 0; i < pool_threads(campaign->options.pool); i++) {
        struct ticket *ticket = &run->tickets[i];
        if (!ticket->active) {
            ticket->active = true;
            pool_post(campaign->options.pool, &ticket->job);
        }
    }
    pthread_mutex_unlock(&campaign->lock);
}

void evaluation_release(struct run *run)
{
    if (run->sheets) {
        for (uint32_t i = 0; i < sheet_count(run->campaign); i++) {
            free(run->sheets[i].values);
            free(run->sheets[i].deviations);
        }
    }
    free(run->sheets);
    free(run->tickets);
    run->sheets = NULL;
    run->tickets = NULL;
}
