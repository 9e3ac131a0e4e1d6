/* SPDX-License-Identifier: MIT
 *
 * A run of a campaign: who it is, its phase, its training (trainer.h) and its evaluation
 * (evaluation.h). It is a state machine that the pool's threads advance, so that many runs go on at
 * once and none owns a thread. What it finds out goes to the keeper.
 */
#ifndef WORKER_CAMPAIGN_RUN_H
#define WORKER_CAMPAIGN_RUN_H

#include "evaluation.h"
#include "outbox.h"
#include "run_common.h"
#include "trainer.h"
#include "wire/report.h"

/* What the runs of a campaign share with it. */
struct campaign_shared {
    struct workspace workspace;
    struct outbox *outbox;           /* borrowed */
    double checkpoint_seconds;       /* least seconds between two checkpoints of a run */
    uint64_t (*peak)(void *context); /* bytes that the arenas took, for messages; may be NULL */
    void *peak_context;
    uint32_t active; /* runs that are not over; guarded by the workspace's lock, as the next */
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
    struct pool_job job; /* starts it, and goes on after a pause */

    enum run_phase phase; /* guarded by the workspace's lock, as the next ones */
    bool posted;          /* `job` waits in the pool */
    size_t checkpoint_size;

    struct trainer trainer;
    struct evaluation evaluation;
};

/* Takes the recommender. Begins at the beginning, or where `checkpoint` (`size` bytes, 0: none)
 * left it; NULL if the checkpoint is not one of this run. */
struct campaign_run *campaign_run_new(struct campaign_shared *shared, uint32_t number,
                                      const char *arm, uint64_t seed,
                                      struct recommender *recommender, uint64_t parameters,
                                      const void *checkpoint, size_t size, struct error *error);
void campaign_run_free(struct campaign_run *run);

/* Once all tasks are made. */
void campaign_run_lay_out(struct campaign_run *run);

uint64_t campaign_peak(const struct campaign_shared *shared);

/* -- with the lock held ------------------------------------------------------------------------ */

void campaign_run_start(struct campaign_run *run);
/* Goes on if it stands still. */
void campaign_run_unpark(struct campaign_run *run);
/* How far it is, but for its ETA. */
struct message_progress campaign_run_progress(struct campaign_run *run, double now);

#endif
