/* SPDX-License-Identifier: MIT
 *
 * A run of a campaign: its identity, its phase, its training (trainer.h) and its evaluation
 * (evaluation.h). It is a state machine that the pool's threads advance, so many runs progress at
 * once and none owns a thread. Results are sent to the keeper.
 */
#ifndef WORKER_CAMPAIGN_RUN_H
#define WORKER_CAMPAIGN_RUN_H

#include "evaluation.h"
#include "outbox.h"
#include "run_common.h"
#include "run_metrics.h"
#include "trainer.h"
#include "wire/report.h"

/* What the runs of a campaign share. */
struct campaign_shared {
    struct workspace workspace;
    struct outbox *outbox;           /* borrowed, as is the next */
    struct script_host *metrics;     /* the script, for its metrics; NULL for none */
    double checkpoint_seconds;       /* minimum time between two checkpoints of a run */
    uint64_t (*peak)(void *context); /* bytes used by the arenas, for messages; may be NULL */
    void *peak_context;
    uint32_t active; /* runs not yet over; guarded by the workspace's lock, as is the next */
    size_t checkpoint_bytes; /* of the last checkpoints of all active runs */
};

enum run_phase {
    RUN_WAITING, /* not started yet */
    RUN_TRAINING,
    RUN_EVALUATION,
    RUN_OVER /* done, failed or stopped */
};

struct campaign_run {
    struct campaign_run *next;
    struct campaign_shared *shared; /* borrowed */
    struct run_common common;
    struct pool_job job; /* starts the run, or continues it after a pause */

    enum run_phase phase; /* guarded by the workspace's lock, as are the following */
    bool posted;          /* `job` is queued in the pool */
    size_t checkpoint_size;

    struct trainer trainer;
    struct evaluation evaluation;
    struct run_metrics metrics;
    struct pool_job judging; /* calls the script's metrics once all predictions are there */
};

/* Takes the recommender. The run starts at the beginning, or continues from `checkpoint` (`size`
 * bytes; 0 for none). NULL if the checkpoint belongs to another run. */
struct campaign_run *campaign_run_new(struct campaign_shared *shared, uint32_t number,
                                      const char *arm, uint64_t seed,
                                      struct recommender *recommender, uint64_t parameters,
                                      const void *checkpoint, size_t size, struct error *error);
void campaign_run_free(struct campaign_run *run);

/* Called after all tasks are made and before the start. */
void campaign_run_lay_out(struct campaign_run *run);

uint64_t campaign_peak(const struct campaign_shared *shared);

/* -- with the lock held ------------------------------------------------------------------------ */

void campaign_run_start(struct campaign_run *run);
/* Continues the run if it is parked. */
void campaign_run_unpark(struct campaign_run *run);
/* The run's progress without its ETA. */
struct message_progress campaign_run_progress(struct campaign_run *run, double now);

#endif
