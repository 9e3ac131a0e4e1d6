/* SPDX-License-Identifier: MIT
 *
 * A campaign is all runs of one execution, and what they share: the data, the tasks, the pool.
 * A run is trained (trainer.h), then evaluated (evaluation.h); it is a state machine that the
 * pool's threads advance, so that many runs go on at once and none owns a thread.
 *
 * One lock guards what several threads touch; what belongs to a run's training is touched only by
 * the thread that finished the last job of its step. Nobody waits for the outbox with the lock
 * held. What a run computes depends on its seed and on the campaign's, never on the number of
 * threads, the time, or the other runs.
 */
#ifndef WORKER_CAMPAIGN_H
#define WORKER_CAMPAIGN_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "outbox.h"
#include "pool.h"
#include "recommender/recommender.h"
#include "task/task.h"

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

enum run_phase {
    RUN_WAITING, /* not started yet */
    RUN_TRAINING,
    RUN_EVALUATION,
    RUN_OVER /* done, failed or stopped */
};

/* One shard of the step under way: a job, and what came out. */
struct shard {
    struct job job;
    struct run *run;
    uint32_t number;
    struct gradient_slot *slot;
    double loss;
    uint32_t tasks, rows;
    bool failed;
    struct error error;
};

/* A part of the outer step: a job, and what came out. */
struct update {
    struct job job;
    struct run *run;
    uint32_t part;
    bool failed;
    struct error error;
};

/* A batch of validation tasks: a job, and what came out. */
struct validation {
    struct job job;
    struct run *run;
    uint32_t first, tasks; /* of the campaign's validation set */
    double squares;        /* summed over its query rows */
    uint32_t rows;
    bool failed;
    struct error error;
};

/* The predictions of one set of tasks at one number of shots, while they are computed. */
struct sheet {
    float *values;
    float *deviations; /* NULL where the recommender has none */
    uint32_t batches_left;
};

/* The right to compute batches of an evaluation, one at a time. A run has one a thread. */
struct ticket {
    struct job job;
    struct run *run;
    bool active; /* guarded by the lock: waits in the pool or runs */
};

/* What is known of a run's work, guarded by the lock; progress.h makes shares and times of it. */
struct work {
    uint32_t step, steps;    /* done, and in all */
    uint32_t shards;         /* of a step: so many threads it can keep busy */
    double loss;             /* of the last step, NaN before it */
    uint64_t rows, all_rows; /* of predictions (validation and evaluation), done and in all */
    double seconds;          /* computed since the start, all threads together */
    double step_seconds;     /* lately, in steps */
    double row_seconds;      /* lately, in predictions */
    uint64_t steps_timed, step_rows, rows_timed; /* what the last two were spent on */
    double shown;      /* the last share that was shown: shares do not go back */
    double rate_since; /* where the measurement of the rate begins */
    uint32_t rate_step;
    double rate;
};

struct run {
    struct campaign *campaign;
    struct run *next;
    uint32_t number; /* in messages */
    char *arm;
    uint64_t seed, parameters;
    struct recommender *recommender; /* owned */
    struct job job;                  /* starts it, and goes on after a pause */

    enum run_phase phase; /* guarded by the lock, as the next ones */
    bool parked;          /* stands still until the pause is over */
    bool posted;          /* `job` waits in the pool */
    bool ended;           /* one thread was told that the evaluation is over */
    uint32_t outstanding; /* jobs of the step, update or validation under way */
    struct work work;

    struct training_order order; /* of the epoch under way */
    uint32_t step, steps;
    uint32_t point_interval, validation_interval;
    uint32_t shard_count, shards_made;
    struct shard *shards;
    struct gradient_slot **slots;
    struct step_under_way { /* between its shards and its end */
        double loss;
        struct outer_step outer;
        uint32_t parts;
        struct update updates[RECOMMENDER_PARTS];
    } under_way;
    uint32_t validation_count;
    struct validation *validations;
    bool validated;  /* the validation that belongs to `step`, if one does, was made */
    double loss_sum; /* of the steps since the last point */
    uint64_t loss_tasks;
    double checkpoint_due; /* on the monotonic clock */
    size_t checkpoint_size;

    struct sheet *sheets; /* as the campaign's; guarded by the lock, as the next ones */
    uint32_t next_sheet, next_batch, batches_out, sheets_left;
    bool failed;
    uint64_t failed_at; /* the first batch that failed */
    struct error error;
    struct ticket *tickets; /* one a thread */
};

struct campaign {
    struct campaign_options options;
    struct value_range range;
    double loss_limit;                 /* of a training that has not diverged */
    struct arena **arenas;             /* one a lane, reset by each job */
    float grid_smallest, grid_largest; /* predictions lie on this grid; equal: on none */
    struct task_set *sets;             /* parts x scenarios x draws */
    uint32_t set_count;
    struct task_set *sheets;    /* sets x shots: the tasks that have so much support */
    struct task_set validation; /* what validation curves show: user-cold, the first draw */
    struct run *runs;           /* in the order they were added */

    pthread_mutex_t lock;
    uint32_t active; /* runs that are not over; guarded by the lock, as the next ones */
    bool paused, stopping;
    bool searching;          /* settings are looked for before the runs (search.h) */
    pthread_cond_t changed;  /* no longer paused, or stopping */
    size_t checkpoint_bytes; /* of the last checkpoints of all active runs */
};

struct campaign *campaign_new(const struct campaign_options *options);
/* After pool_wait: nothing of it may be under way. Accepts NULL. */
void campaign_free(struct campaign *campaign);

/* Adds run `number`; takes the recommender. The run begins at its beginning, or where `checkpoint`
 * (`size` bytes, 0: none) left it. Fails where the checkpoint is not one of this run. */
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

/* -- for the search ---------------------------------------------------------------------------- */

bool campaign_is_searching(struct campaign *campaign);
/* Waits while the campaign is paused; false where it is stopping. On a thread of the pool. */
bool campaign_may_go_on(struct campaign *campaign);
void campaign_end_search(struct campaign *campaign);

/* -- for trainer and evaluation ---------------------------------------------------------------- */

/* Nothing more is reported of the run: called before the keeper hears that it is over. */
void run_close(struct run *run);
/* The run is over. */
void run_end(struct run *run);
/* The same, after telling the keeper why. */
void run_fail(struct run *run, const struct error *error);

#endif
