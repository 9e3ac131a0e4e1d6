/* SPDX-License-Identifier: MIT
 *
 * A campaign is all runs of one execution and what they share: the data, the tasks, the pool. A
 * thread that holds the lock of the campaign's workspace never waits for the outbox.
 */
#ifndef WORKER_CAMPAIGN_H
#define WORKER_CAMPAIGN_H

#include "outbox.h"
#include "workspace.h"

struct campaign_options {
    struct pool *pool; /* borrowed, as are the others here */
    struct outbox *outbox;
    const struct dataset *dataset;
    const struct split *split;
    const struct task_options *tasks;
    struct budget *budget;           /* NULL for none */
    struct script_host *metrics;     /* the script, for its metrics; NULL for none */
    double checkpoint_seconds;       /* minimum time between two checkpoints of a run */
    uint64_t (*peak)(void *context); /* bytes used by the arenas, for messages; may be NULL */
    void *peak_context;
};

struct campaign;

struct campaign *campaign_new(const struct campaign_options *options);
/* Call only after pool_wait, when no job of the campaign is left. Accepts NULL. */
void campaign_free(struct campaign *campaign);

/* Adds run `number` and takes the recommender. The run starts at the beginning, or continues from
 * `checkpoint` (`size` bytes; 0 for none). Fails if the checkpoint belongs to another run. */
bool campaign_add(struct campaign *campaign, uint32_t number, const char *arm, uint64_t seed,
                  struct recommender *recommender, uint64_t parameters, const void *checkpoint,
                  size_t size, struct error *error);

/* Draws all tasks from the seed of the execution and sends them to the keeper. Once, before the
 * start. */
void campaign_make_tasks(struct campaign *campaign, uint64_t seed);

void campaign_start(struct campaign *campaign);
/* Every run takes a checkpoint after its present step and waits. */
void campaign_pause(struct campaign *campaign);
void campaign_continue(struct campaign *campaign);
/* Every run takes a checkpoint after its present step and ends. */
void campaign_stop(struct campaign *campaign);
/* Whether all runs are over. The outbox is woken when the last one ends. */
bool campaign_is_over(struct campaign *campaign);

/* Sends the progress of every run under way to the keeper. Called by the main thread, at most four
 * times a second. The estimated times assume that the runs share the pool. */
void campaign_report(struct campaign *campaign);

/* -- for the search ---------------------------------------------------------------------------- */

struct workspace *campaign_workspace(struct campaign *campaign);
/* A search for settings precedes the runs (search.h). */
void campaign_begin_search(struct campaign *campaign);
bool campaign_is_searching(struct campaign *campaign);
void campaign_end_search(struct campaign *campaign);

#endif
