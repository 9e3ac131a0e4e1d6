/* SPDX-License-Identifier: MIT
 *
 * One step of a training: its shards, which any threads may compute, and what came out of them.
 */
#ifndef WORKER_TRAINING_STEP_H
#define WORKER_TRAINING_STEP_H

#include "workspace.h"

struct training_step {
    struct workspace *workspace; /* borrowed, as the recommender */
    struct recommender *recommender;
    uint64_t seed;
    uint32_t number;             /* of the step under way */
    struct training_order order; /* of its epoch */
    uint32_t shard_count, room;
    struct shard_result {
        double loss; /* the sum over its tasks */
        uint32_t tasks, rows;
        bool failed;
        struct error error;
    } * results;
    struct gradient_slot **slots;
    struct outer_step outer; /* after training_step_gather */
    double loss;             /* the sum over all its tasks, after it */
};

void training_step_init(struct training_step *step, struct workspace *workspace,
                        struct recommender *recommender, uint64_t seed);
void training_step_release(struct training_step *step); /* accepts one that is all zero */

/* Begins step `number`: sets shard_count. False if the budget refuses a slot for a gradient. */
bool training_step_begin(struct training_step *step, uint32_t number, struct error *error);
/* Computes one shard. Different threads may compute different shards at once. */
void training_step_compute(struct training_step *step, uint32_t shard, uint32_t lane);
/* All shards are computed. False with the error of the first that failed. */
bool training_step_gather(struct training_step *step, struct error *error);

#endif
