/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "campaign.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "campaign_run.h"
#include "wire/report.h"

struct campaign {
    struct campaign_shared shared;
    struct campaign_run *runs; /* in the order they were added */
    bool searching;            /* guarded by the workspace's lock */
};

static void lock(struct campaign *campaign)
{
    pthread_mutex_lock(&campaign->shared.workspace.lock);
}

static void unlock(struct campaign *campaign)
{
    pthread_mutex_unlock(&campaign->shared.workspace.lock);
}

/* -- life -------------------------------------------------------------------------------------- */

struct campaign *campaign_new(const struct campaign_options *options)
{
    struct campaign *campaign = memory_new(sizeof *campaign);
    struct campaign_shared *shared = &campaign->shared;
    workspace_init(&shared->workspace, options->pool, options->dataset, options->split,
                   options->tasks, options->budget);
    shared->outbox = options->outbox;
    shared->checkpoint_seconds = options->checkpoint_seconds;
    shared->peak = options->peak;
    shared->peak_context = options->peak_context;
    return campaign;
}

void campaign_free(struct campaign *campaign)
{
    if (!campaign)
        return;
    for (struct campaign_run *run = campaign->runs, *next; run; run = next) {
        next = run->next;
        campaign_run_free(run);
    }
    workspace_release(&campaign->shared.workspace);
    free(campaign);
}

bool campaign_add(struct campaign *campaign, uint32_t number, const char *arm, uint64_t seed,
                  struct recommender *recommender, uint64_t parameters, const void *checkpoint,
                  size_t size, struct error *error)
{
    struct campaign_run *run = campaign_run_new(&campaign->shared, number, arm, seed, recommender,
                                                parameters, checkpoint, size, error);
    if (!run)
        return false;
    lock(campaign);
    struct campaign_run **end = &campaign->runs;
    while (*end)
        end = &(*end)->next;
    *end = run;
    campaign->shared.active++;
    unlock(campaign);
    return true;
}

/* -- tasks ------------------------------------------------------------------------------------- */

static void add_text(struct bytes *texts, const char *text)
{
    bytes_add(texts, text, strlen(text) + 1);
}

static void announce(struct campaign *campaign, const struct task_set *set)
{
    const struct dataset *dataset = campaign->shared.workspace.dataset;
    const struct task_groups *groups = &campaign->shared.workspace.split->groups;
    struct bytes users = {0}, keys = {0}, support = {0}, query = {0};
    struct arena *arena = arena_new();
    uint32_t *support_starts = arena_take_zeroed(arena, (set->count + 1) * sizeof(uint32_t));
    uint32_t *query_starts = arena_take_zeroed(arena, (set->count + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < set->count; i++) {
        const struct task *task = &set->tasks[i];
        add_text(&users, id_map_text(dataset->users, task->user));
        if (groups->keys)
            add_text(&keys, task_groups_key(groups, task->group));
        bytes_add(&support, task->support, task->support_count * sizeof(uint32_t));
        bytes_add(&query, task->query, task->query_count * sizeof(uint32_t));
        support_starts[i + 1] = support_starts[i] + task->support_count;
        query_starts[i + 1] = query_starts[i] + task->query_count;
    }
    struct message_tasks message = {
        .part = set->part,
        .scenario = scenario_name(dataset, set->scenario),
        .draw = set->draw,
        .count = set->count,
        .of_items = dataset->mirrored,
        .users = (const char *)users.data,
        .users_size = users.size,
        .keys = (const char *)keys.data,
        .keys_size = keys.size,
        .support_starts = support_starts,
        .query_starts = query_starts,
        .support = (const uint32_t *)(const void *)support.data,
        .query = (const uint32_t *)(const void *)query.data,
        .truth = task_set_truth(set, dataset, 0, set->count, arena),
    };
    message_tasks_write(outbox_open(campaign->shared.outbox), &message);
    outbox_close(campaign->shared.outbox);
    bytes_release(&users);
    bytes_release(&keys);
    bytes_release(&support);
    bytes_release(&query);
    arena_free(arena);
}

void campaign_make_tasks(struct campaign *campaign, uint64_t seed)
{
    struct workspace *workspace = &campaign->shared.workspace;
    workspace_make_tasks(workspace, seed);
    for (uint32_t i = 0; i < workspace->set_count; i++)
        if (workspace->sets[i].count > 0)
            announce(campaign, &workspace->sets[i]);
}

/* -- start, pause, end ------------------------------------------------------------------------- */

void campaign_start(struct campaign *campaign)
{
    for (struct campaign_run *run = campaign->runs; run; run = run->next)
        campaign_run_lay_out(run);
    /* Closed forms first: they are quick, and the other arms are compared with them. */
    lock(campaign);
    for (int closed = 1; closed >= 0; closed--)
        for (struct campaign_run *run = campaign->runs; run; run = run->next)
            if ((run->trainer.steps == 0) == closed)
                campaign_run_start(run);
    unlock(campaign);
    if (!campaign->runs)
        outbox_wake(campaign->shared.outbox);
}

void campaign_pause(struct campaign *campaign)
{
    lock(campaign);
    campaign->shared.workspace.paused = true;
    unlock(campaign);
}

/* Lets parked runs continue. Called with the lock held. */
static void unpark(struct campaign *campaign)
{
    for (struct campaign_run *run = campaign->runs; run; run = run->next)
        campaign_run_unpark(run);
    pthread_cond_broadcast(&campaign->shared.workspace.changed);
}

void campaign_continue(struct campaign *campaign)
{
    lock(campaign);
    campaign->shared.workspace.paused = false;
    unpark(campaign);
    unlock(campaign);
}

void campaign_stop(struct campaign *campaign)
{
    lock(campaign);
    campaign->shared.workspace.stopping = true;
    unpark(campaign);
    unlock(campaign);
}

bool campaign_is_over(struct campaign *campaign)
{
    lock(campaign);
    bool over = campaign->shared.active == 0 && !campaign->searching;
    unlock(campaign);
    return over;
}

/* -- progress ---------------------------------------------------------------------------------- */

/* Estimated seconds until a run ends if all runs share the pool evenly. Called with the lock
 * held. */
static double time_left(const struct campaign *campaign, const struct campaign_run *run)
{
    uint32_t threads = pool_threads(campaign->shared.workspace.pool);
    const struct work *work = &run->common.work;
    uint32_t shards = work->shards < threads ? work->shards : threads;
    struct work_left own = work_left(work);
    double left = own.steps + own.rows, before = 0;
    for (const struct campaign_run *other = campaign->runs; other; other = other->next) {
        if (other->phase == RUN_OVER)
            continue;
        struct work_left its = work_left(&other->common.work);
        double others = its.steps + its.rows;
        before += isnan(others) || others > left ? left : others;
    }
    double alone = own.steps / (shards > 0 ? shards : 1) + own.rows / threads;
    return before / threads > alone ? before / threads : alone;
}

void campaign_report(struct campaign *campaign)
{
    double now = clock_monotonic();
    uint64_t bytes = campaign_peak(&campaign->shared);
    lock(campaign);
    struct frame_output *output = outbox_open_now(campaign->shared.outbox);
    for (struct campaign_run *run = campaign->runs; run; run = run->next) {
        if (run->phase != RUN_TRAINING && run->phase != RUN_EVALUATION)
            continue;
        struct message_progress message = campaign_run_progress(run, now);
        message.eta = time_left(campaign, run);
        message.peak_bytes = bytes;
        message_progress_write(output, &message);
    }
    outbox_close(campaign->shared.outbox);
    unlock(campaign);
}

/* -- for the search ---------------------------------------------------------------------------- */

struct workspace *campaign_workspace(struct campaign *campaign)
{
    return &campaign->shared.workspace;
}

static void set_searching(struct campaign *campaign, bool searching)
{
    lock(campaign);
    campaign->searching = searching;
    unlock(campaign);
}

void campaign_begin_search(struct campaign *campaign)
{
    set_searching(campaign, true);
}

bool campaign_is_searching(struct campaign *campaign)
{
    lock(campaign);
    bool searching = campaign->searching;
    unlock(campaign);
    return searching;
}

void campaign_end_search(struct campaign *campaign)
{
    set_searching(campaign, false);
    outbox_wake(campaign->shared.outbox);
}
