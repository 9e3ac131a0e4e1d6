/* SPDX-License-Identifier: MIT
 *
 * One step of a training: its shards, which any threads may compute, and their results.
 */
#ifndef WORKER_TRAINING_STEP_H
#define WORKER_TRAINING_STEP_H

#include "workspace.h"

struct training_step {
    struct workspace *workspace; /* borrowed, as is the recommender */
    struct recommender *recommender;
    uint64_t seed;
    uint32_t number;             /* of the step under way */
    struct training_order order; /* the order of the step's epoch */
    uint32_t shard_count, room;
    struct shard_result {
        double loss; /* summed over the shard's tasks */
        uint32_t tasks, rows;
        bool failed;
        struct error error;
    } * results;
    struct gradient_slot **slots;
    struct outer_step outer; /* after training_step_gather */
    double loss;             /* summed over all tasks; set by training_step_gather */
};

void training_step_init(struct training_step *step, struct workspace *workspace,
                        struct recommender *recommender, uint64_t seed);
void training_step_release(struct training_step *step); /* accepts a zeroed one */

/* Begins step `number` and sets shard_count. False if the budget has no memory for a gradient. */
bool training_step_begin(struct training_step *step, uint32_t number, struct error *error);
/* Computes one shard. Threads may compute different shards at the same time. */
void training_step_compute(struct training_step *step, uint32_t shard, uint32_t lane);
/* Called when all shards are computed. False with the error of the first shard that failed. */
bool training_step_gather(struct training_step *step, struct error *error);

#endif
