/* SPDX-License-Identifier: MIT
 *
 * A campaign is all runs of one execution, and what they share: the data, the tasks, the pool.
 * Nobody waits for the outbox with the lock of its workspace held.
 */
#ifndef WORKER_CAMPAIGN_H
#define WORKER_CAMPAIGN_H

#include "outbox.h"
#include "workspace.h"

struct campaign_options {
    struct pool *pool; /* borrowed, as all of these */
    struct outbox *outbox;
    const struct dataset *dataset;
    const struct split *split;
    const struct task_options *tasks;
    struct budget *budget;           /* NULL: none */
    double checkpoint_seconds;       /* least seconds between two checkpoints of a run */
    uint64_t (*peak)(void *context); /* bytes that the arenas took, for messages; may be NULL */
    void *peak_context;
};

struct campaign;

struct campaign *campaign_new(const struct campaign_options *options);
/* After pool_wait: nothing of it may be under way. Accepts NULL. */
void campaign_free(struct campaign *campaign);

/* Adds run `number`; takes the recommender. The run begins at its beginning, or where `checkpoint`
 * (`size` bytes, 0: none) left it. Fails if the checkpoint is not one of this run. */
bool campaign_add(struct campaign *campaign, uint32_t number, const char *arm, uint64_t seed,
                  struct recommender *recommender, uint64_t parameters, const void *checkpoint,
                  size_t size, struct error *error);

/* Draws all tasks from the seed of the execution and tells the keeper. Once, before the start. */
void campaign_make_tasks(struct campaign *campaign, uint64_t seed);

void campaign_start(struct campaign *campaign);
/* Every run takes a checkpoint where it stands and waits. */
void campaign_pause(struct campaign *campaign);
void campaign_continue(struct campaign *campaign);
/* Every run takes a checkpoint at its next step's end and is over. */
void campaign_stop(struct campaign *campaign);
/* All runs are over. The outbox is woken when that happens. */
bool campaign_is_over(struct campaign *campaign);

/* Tells the keeper of every run that is under way. Called by the main thread, not more than four
 * times a second. Runs that share the pool wait for each other in the estimate as they do in fact.
 */
void campaign_report(struct campaign *campaign);

/* -- for the search ---------------------------------------------------------------------------- */

struct workspace *campaign_workspace(struct campaign *campaign);
/* Settings are looked for before the runs (search.h). */
void campaign_begin_search(struct campaign *campaign);
bool campaign_is_searching(struct campaign *campaign);
void campaign_end_search(struct campaign *campaign);

#endif
