/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "campaign.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "breakdown.h"
#include "checkpoint.h"
#include "evaluation.h"
#include "trainer.h"
#include "wire/report.h"

/* -- life -------------------------------------------------------------------------------------- */

struct campaign *campaign_new(const struct campaign_options *options)
{
    struct campaign *campaign = memory_new(sizeof *campaign);
    uint32_t lanes = pool_threads(options->pool);
    campaign->options = *options;
    campaign->range = value_range_of(options->dataset, options->split->training);
    float levels[VALUE_LEVELS_MOST];
    if (value_levels_of(options->dataset, options->split->training, levels) <= VALUE_LEVELS_MOST) {
        campaign->grid_smallest = campaign->range.smallest;
        campaign->grid_largest = campaign->range.largest;
    }
    campaign->loss_limit = breakdown_limit(options->dataset, options->split);
    campaign->arenas = memory_array(lanes, sizeof(struct arena *));
    for (uint32_t i = 0; i < lanes; i++)
        campaign->arenas[i] = arena_new_within(options->budget);
    pthread_mutex_init(&campaign->lock, NULL);
    pthread_cond_init(&campaign->changed, NULL);
    return campaign;
}

static void free_run(struct run *run)
{
    trainer_release(run);
    evaluation_release(run);
    if (run->recommender)
        run->recommender->operations->free(run->recommender);
    free(run->arm);
    free(run);
}

void campaign_free(struct campaign *campaign)
{
    if (!campaign)
        return;
    for (struct run *run = campaign->runs, *next; run; run = next) {
        next = run->next;
        free_run(run);
    }
    uint32_t shots = campaign->options.tasks->shot_count;
    for (uint32_t i = 0; i < campaign->set_count * shots; i++) /* before the sets they borrow */
        task_set_release(&campaign->sheets[i]);
    for (uint32_t i = 0; i < campaign->set_count; i++)
        task_set_release(&campaign->sets[i]);
    free(campaign->sheets);
    free(campaign->sets);
    task_set_release(&campaign->validation);
    for (uint32_t i = 0; i < pool_threads(campaign->options.pool); i++)
        arena_free(campaign->arenas[i]);
    free(campaign->arenas);
    pthread_cond_destroy(&campaign->changed);
    pthread_mutex_destroy(&campaign->lock);
    free(campaign);
}

/* -- runs -------------------------------------------------------------------------------------- */

/* Starts a run, or goes on with it. */
static void go(void *context, uint32_t lane)
{
    struct run *run = context;
    (void)lane;
    pthread_mutex_lock(&run->campaign->lock);
    enum run_phase phase = run->phase;
    run->posted = false;
    pthread_mutex_unlock(&run->campaign->lock);
    if (phase == RUN_TRAINING)
        trainer_go(run);
    else if (phase == RUN_EVALUATION)
        evaluation_go(run);
}

/* With the lock held. */
static void post(struct run *run)
{
    if (!run->posted)
        pool_post(run->campaign->options.pool, &run->job);
    run->posted = true;
}

bool campaign_add(struct campaign *campaign, uint32_t number, const char *arm, uint64_t seed,
                  struct recommender *recommender, uint64_t parameters, const void *checkpoint,
                  size_t size, struct error *error)
{
    struct run *run = memory_new(sizeof *run);
    run->campaign = campaign;
    run->number = number;
    run->arm = memory_string(arm);
    run->seed = seed;
    run->parameters = parameters;
    run->recommender = recommender;
    run->job = (struct job){.run = go, .context = run};
    run->work.loss = NAN;
    trainer_prepare(run);
    if (size > 0 && !checkpoint_load(run, checkpoint, size, error)) {
        free_run(run);
        return error_within(error, "the checkpoint of arm \"%s\", seed %llu", arm,
                            (unsigned long long)seed);
    }
    pthread_mutex_lock(&campaign->lock);
    struct run **end = &campaign->runs;
    while (*end)
        end = &(*end)->next;
    *end = run;
    campaign->active++;
    pthread_mutex_unlock(&campaign->lock);
    return true;
}

/* -- tasks ------------------------------------------------------------------------------------- */

static void add_text(struct bytes *texts, const char *text)
{
    bytes_add(texts, text, strlen(text) + 1);
}

static void announce(struct campaign *campaign, const struct task_set *set)
{
    const struct dataset *dataset = campaign->options.dataset;
    struct bytes users = {0}, support = {0}, query = {0};
    struct arena *arena = arena_new();
    uint32_t *support_starts = arena_take_zeroed(arena, (set->count + 1) * sizeof(uint32_t));
    uint32_t *query_starts = arena_take_zeroed(arena, (set->count + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < set->count; i++) {
        const struct task *task = &set->tasks[i];
        add_text(&users, id_map_text(dataset->users, task->user));
        bytes_add(&support, task->support, task->support_count * sizeof(uint32_t));
        bytes_add(&query, task->query, task->query_count * sizeof(uint32_t));
        support_starts[i + 1] = support_starts[i] + task->support_count;
        query_starts[i + 1] = query_starts[i] + task->query_count;
    }
    struct message_tasks message = {
        .part = set->part,
        .scenario = scenario_name(set->scenario),
        .draw = set->draw,
        .count = set->count,
        .users = (const char *)users.data,
        .users_size = users.size,
        .support_starts = support_starts,
        .query_starts = query_starts,
        .support = (const uint32_t *)(const void *)support.data,
        .query = (const uint32_t *)(const void *)query.data,
        .truth = task_set_truth(set, dataset, 0, set->count, arena),
    };
    message_tasks_write(outbox_open(campaign->options.outbox), &message);
    outbox_close(campaign->options.outbox);
    bytes_release(&users);
    bytes_release(&support);
    bytes_release(&query);
    arena_free(arena);
}

void campaign_make_tasks(struct campaign *campaign, uint64_t seed)
{
    const struct campaign_options *options = &campaign->options;
    const struct task_options *tasks = options->tasks;
    uint32_t tests = SCENARIO_COUNT * tasks->draws;
    task_set_make_validation(&campaign->validation, options->dataset, options->split, tasks, seed,
                             SCENARIO_USER_COLD, 0);
    campaign->set_count = tests + SCENARIO_COUNT * VALIDATION_DRAWS;
    campaign->sets = memory_array(campaign->set_count, sizeof *campaign->sets);
    for (uint32_t i = 0; i < tests; i++)
        task_set_make(&campaign->sets[i], options->dataset, options->split, tasks, seed,
                      (enum scenario)(i / tasks->draws), i % tasks->draws);
    for (uint32_t i = 0; i < SCENARIO_COUNT * VALIDATION_DRAWS; i++)
        task_set_make_validation(&campaign->sets[tests + i], options->dataset, options->split,
                                 tasks, seed, (enum scenario)(i / VALIDATION_DRAWS),
                                 i % VALIDATION_DRAWS);
    campaign->sheets =
        memory_array((size_t)campaign->set_count * tasks->shot_count, sizeof *campaign->sheets);
    for (uint32_t i = 0; i < campaign->set_count; i++) {
        for (uint32_t k = 0; k < tasks->shot_count; k++)
            task_set_select(&campaign->sheets[i * tasks->shot_count + k], &campaign->sets[i],
                            tasks->shots[k]);
        if (campaign->sets[i].count > 0)
            announce(campaign, &campaign->sets[i]);
    }
}

/* -- start, pause, end ------------------------------------------------------------------------- */

void campaign_start(struct campaign *campaign)
{
    for (struct run *run = campaign->runs; run; run = run->next)
        trainer_lay_out(run);
    /* Closed forms first: they are quick, and everything else is set beside them. */
    for (int closed = 1; closed >= 0; closed--) {
        for (struct run *run = campaign->runs; run; run = run->next) {
            if ((run->steps == 0) != closed)
                continue;
            pthread_mutex_lock(&campaign->lock);
            run->phase = RUN_TRAINING;
            post(run);
            pthread_mutex_unlock(&campaign->lock);
        }
    }
    if (!campaign->runs)
        outbox_wake(campaign->options.outbox);
}

/* Posts what stands still. With the lock held. */
static void unpark(struct campaign *campaign)
{
    for (struct run *run = campaign->runs; run; run = run->next) {
        if (!run->parked)
            continue;
        run->parked = false;
        post(run);
    }
}

void campaign_pause(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->lock);
    campaign->paused = true;
    pthread_mutex_unlock(&campaign->lock);
}

void campaign_continue(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->lock);
    campaign->paused = false;
    unpark(campaign);
    pthread_cond_broadcast(&campaign->changed);
    pthread_mutex_unlock(&campaign->lock);
}

void campaign_stop(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->lock);
    campaign->stopping = true;
    unpark(campaign);
    pthread_cond_broadcast(&campaign->changed);
    pthread_mutex_unlock(&campaign->lock);
}

bool campaign_is_over(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->lock);
    bool over = campaign->active == 0 && !campaign->searching;
    pthread_mutex_unlock(&campaign->lock);
    return over;
}

bool campaign_is_searching(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->lock);
    bool searching = campaign->searching;
    pthread_mutex_unlock(&campaign->lock);
    return searching;
}

bool campaign_may_go_on(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->lock);
    while (campaign->paused && !campaign->stopping)
        pthread_cond_wait(&campaign->changed, &campaign->lock);
    bool stopping = campaign->stopping;
    pthread_mutex_unlock(&campaign->lock);
    return !stopping;
}

void campaign_end_search(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->lock);
    campaign->searching = false;
    pthread_mutex_unlock(&campaign->lock);
    outbox_wake(campaign->options.outbox);
}

void run_close(struct run *run)
{
    pthread_mutex_lock(&run->campaign->lock);
    run->phase = RUN_OVER;
    pthread_mutex_unlock(&run->campaign->lock);
}

void run_end(struct run *run)
{
    struct campaign *campaign = run->campaign;
    run_close(run);
    trainer_release(run);
    pthread_mutex_lock(&campaign->lock);
    campaign->checkpoint_bytes -= run->checkpoint_size;
    campaign->active--;
    pthread_mutex_unlock(&campaign->lock);
    outbox_wake(campaign->options.outbox);
}

void run_fail(struct run *run, const struct error *error)
{
    struct message_run_failed message = {
        .run = run->number, .kind = error->kind, .text = error->text};
    struct outbox *outbox = run->campaign->options.outbox;
    run_close(run);
    message_run_failed_write(outbox_open(outbox), &message);
    outbox_close(outbox);
    run_end(run);
}
