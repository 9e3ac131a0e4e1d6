/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "training_step.h"

#include <stdlib.h>

#include "base/memory.h"
#include "recommender/parameters.h"

void training_step_init(struct training_step *step, struct workspace *workspace,
                        struct recommender *recommender, uint64_t seed)
{
    *step = (struct training_step){.workspace = workspace,
                                   .recommender = recommender,
                                   .seed = seed,
                                   .order.epoch = UINT32_MAX};
}

void training_step_release(struct training_step *step)
{
    for (uint32_t i = 0; i < step->room; i++)
        gradient_slot_free(step->slots[i]);
    free(step->slots);
    free(step->results);
    training_order_release(&step->order);
    *step = (struct training_step){0};
}

static bool make_room(struct training_step *step, uint32_t count, struct error *error)
{
    struct recommender *recommender = step->recommender;
    if (count <= step->room)
        return true;
    step->results = memory_resize(step->results, count, sizeof *step->results);
    step->slots = memory_resize(step->slots, count, sizeof(struct gradient_slot *));
    while (step->room < count) {
        struct gradient_slot *slot = recommender->operations->slot_new(recommender, error);
        if (!slot)
            return false;
        step->slots[step->room++] = slot;
    }
    return true;
}

bool training_step_begin(struct training_step *step, uint32_t number, struct error *error)
{
    const struct split *split = step->workspace->split;
    const struct training_plan *plan = &step->recommender->plan;
    struct training_position position = training_position(split, plan, number);
    step->number = number;
    if (step->order.epoch != position.epoch)
        training_order_make(&step->order, step->workspace->dataset, split, plan, step->seed,
                            position);
    step->shard_count = training_shards(split, plan, number);
    return make_room(step, step->shard_count, error);
}

void training_step_compute(struct training_step *step, uint32_t shard, uint32_t lane)
{
    const struct workspace *workspace = step->workspace;
    struct recommender *recommender = step->recommender;
    struct shard_result *result = &step->results[shard];
    struct arena *arena = workspace->arenas[lane];
    struct training_place place = {
        .seed = step->seed, .step = step->number, .shard = shard, .phase = step->order.phase};
    arena_reset(arena);
    struct episodes episodes =
        training_episodes(&step->order, workspace->dataset, workspace->split, &recommender->plan,
                          step->seed, step->number, shard, arena);
    gradient_slot_clear(step->slots[shard]);
    result->loss = 0;
    result->tasks = episodes.query.tasks;
    result->rows = episodes.query.offsets[result->tasks] + episodes.support.offsets[result->tasks];
    result->failed = !recommender->operations->gradient(
        recommender, lane, &episodes, place, step->slots[shard], &result->loss, &result->error);
}

bool training_step_gather(struct training_step *step, struct error *error)
{
    double loss = 0;
    uint32_t tasks = 0;
    for (uint32_t i = 0; i < step->shard_count; i++) {
        if (step->results[i].failed) {
            *error = step->results[i].error;
            return false;
        }
        loss += step->results[i].loss;
        tasks += step->results[i].tasks;
    }
    step->loss = loss;
    step->outer =
        (struct outer_step){.slots = step->slots,
                            .count = step->shard_count,
                            .tasks = tasks,
                            .position = training_position(step->workspace->split,
                                                          &step->recommender->plan, step->number)};
    return true;
}
