/* SPDX-License-Identifier: MIT
 *
 * The training rows of each step. Order and episodes are functions of the seed, the epoch and the
 * group, so that shards, threads and a resumed run agree.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/stretches.h"
#include "rows_builder.h"
#include "task/task.h"
#include "task_rows.h"

/* A range of an epoch's order. */
struct stretch {
    uint32_t first, count;
};

static bool is_validation(const struct training_plan *plan, uint32_t phase)
{
    assert(phase < plan->phase_count);
    return plan->phases[phase].users == USERS_VALIDATION;
}

static uint32_t entries(const struct split *split, const struct training_plan *plan, uint32_t phase)
{
    if (is_validation(plan, phase))
        return plan->by == TRAIN_BY_TASK ? split->validation_task_count : split->validation_rows;
    return plan->by == TRAIN_BY_TASK ? split->training_task_count : split->training_rows;
}

static uint32_t quotient_up(uint32_t dividend, uint32_t divisor)
{
    assert(divisor > 0);
    return dividend / divisor + (dividend % divisor != 0);
}

uint32_t training_steps_per_epoch(const struct split *split, const struct training_plan *plan,
                                  uint32_t phase)
{
    return quotient_up(entries(split, plan, phase), plan->batch);
}

uint32_t training_first_step(const struct split *split, const struct training_plan *plan,
                             uint32_t phase)
{
    uint32_t steps = 0;
    for (uint32_t earlier = 0; earlier < phase; earlier++)
        steps += training_steps_per_epoch(split, plan, earlier) * plan->phases[earlier].epochs;
    return steps;
}

uint32_t training_steps(const struct split *split, const struct training_plan *plan)
{
    return training_first_step(split, plan, plan->phase_count);
}

struct training_position training_position(const struct split *split,
                                           const struct training_plan *plan, uint32_t step)
{
    uint32_t epochs = 0;
    for (uint32_t phase = 0;; phase++) {
        uint32_t per_epoch = training_steps_per_epoch(split, plan, phase);
        uint32_t steps = per_epoch * plan->phases[phase].epochs;
        if (step < steps || phase + 1 == plan->phase_count)
            return (struct training_position){.phase = phase,
                                              .epoch = epochs + step / per_epoch,
                                              .step_of_epoch = step % per_epoch,
                                              .progress = (double)step / steps};
        step -= steps;
        epochs += plan->phases[phase].epochs;
    }
}

static struct stretch batch_of(const struct split *split, const struct training_plan *plan,
                               struct training_position position)
{
    uint32_t count = entries(split, plan, position.phase),
             first = position.step_of_epoch * plan->batch;
    assert(first < count);
    return (struct stretch){first, plan->batch < count - first ? plan->batch : count - first};
}

static uint32_t shards_of(const struct training_plan *plan, uint32_t batch)
{
    return plan->by == TRAIN_BY_ROW ? 1 : quotient_up(batch, plan->shard);
}

uint32_t training_shards(const struct split *split, const struct training_plan *plan, uint32_t step)
{
    return shards_of(plan, batch_of(split, plan, training_position(split, plan, step)).count);
}

static enum row_role role_of(bool validation)
{
    return validation ? ROLE_VALIDATION : ROLE_TRAINING;
}

void training_order_make(struct training_order *order, const struct dataset *dataset,
                         const struct split *split, const struct training_plan *plan, uint64_t seed,
                         struct training_position position)
{
    bool validation = is_validation(plan, position.phase);
    order->epoch = position.epoch;
    order->phase = position.phase;
    order->count = entries(split, plan, position.phase);
    order->entries = memory_resize(order->entries, order->count, sizeof *order->entries);
    uint32_t count = 0;
    if (plan->by == TRAIN_BY_TASK)
        for (; count < order->count; count++)
            order->entries[count] = validation ? count : split->training_tasks[count];
    else
        for (uint32_t row = 0; row < dataset->interactions; row++)
            if (split->role[row] == role_of(validation))
                order->entries[count++] = row;
    assert(count == order->count);
    struct random random = random_at(seed, RANDOM_EPOCH, position.epoch, 0);
    random_shuffle(&random, order->entries, order->count);
}

void training_order_release(struct training_order *order)
{
    free(order->entries);
    *order = (struct training_order){0};
}

static uint32_t query_count(const struct training_plan *plan, uint32_t rows)
{
    uint32_t half = rows / 2;
    return plan->query == 0 || plan->query > half ? half : plan->query;
}

static uint32_t support_count(const struct training_plan *plan, uint32_t others,
                              struct random *random)
{
    static const uint32_t SIZES[] = {0, 1, 3, 5, 10, 20, 50, 100};
    uint32_t most = others < plan->support_most ? others : plan->support_most;
    uint32_t smaller = 0;
    while (smaller < sizeof SIZES / sizeof *SIZES && SIZES[smaller] < most)
        smaller++;
    if (!plan->random_support)
        return most;
    uint32_t choice = random_below(random, smaller + 1);
    return choice < smaller ? SIZES[choice] : most;
}

static struct episodes row_episodes(const struct dataset *dataset, const uint32_t *rows,
                                    uint32_t count, struct arena *arena)
{
    struct rows_builder support = rows_builder_new(dataset, 1, 0, arena);
    struct rows_builder query = rows_builder_new(dataset, 1, count, arena);
    rows_builder_add(&support, NULL, 0);
    rows_builder_add(&query, rows, count);
    return (struct episodes){
        .support = rows_builder_rows(&support, true),
        .query = rows_builder_rows(&query, false),
        .query_value = query.value,
    };
}

/* Where the entries of an epoch's order find their rows. */
struct task_source {
    const struct dataset *dataset;
    const struct split *split;
    const struct training_plan *plan;
    bool validation;
};

static struct validation_task task_at(const struct task_source *source, uint32_t entry)
{
    return source->validation ? source->split->validation_tasks[entry]
                              : (struct validation_task){.group = entry};
}

/* Enough room for the task's rows: all rows of the group. */
static uint32_t room_of(const struct task_source *source, uint32_t entry)
{
    const struct interaction_index *index = &source->split->groups.index;
    uint32_t group = task_at(source, entry).group;
    return index->starts[group + 1] - index->starts[group];
}

static uint32_t list_rows(const struct task_source *source, uint32_t entry, uint32_t *rows)
{
    struct validation_task task = task_at(source, entry);
    return rows_of_task(source->split, task.group, role_of(source->validation), task.scenario,
                        rows);
}

static struct episodes task_episodes(const struct task_source *source, uint64_t seed,
                                     uint32_t epoch, const uint32_t *entries, uint32_t count,
                                     struct arena *arena)
{
    size_t all = 0;
    for (uint32_t t = 0; t < count; t++)
        all += room_of(source, entries[t]);
    struct rows_builder support = rows_builder_new(source->dataset, count, all, arena);
    struct rows_builder query = rows_builder_new(source->dataset, count, all, arena);
    uint32_t *rows = arena_take(arena, all * sizeof *rows);
    for (uint32_t t = 0; t < count; t++) {
        struct validation_task task = task_at(source, entries[t]);
        uint32_t found = list_rows(source, entries[t], rows);
        uint32_t kind = source->validation ? 1 + (uint32_t)task.scenario : 0;
        struct random random = random_at(seed, RANDOM_EPISODE, kind << 24 | epoch, task.group);
        random_shuffle(&random, rows, found);
        uint32_t asked = query_count(source->plan, found);
        rows_builder_add(&query, rows, asked);
        rows_builder_add(&support, rows + asked,
                         support_count(source->plan, found - asked, &random));
    }
    return (struct episodes){
        .support = rows_builder_rows(&support, true),
        .query = rows_builder_rows(&query, false),
        .query_value = query.value,
    };
}

/* The tasks of a batch that make up a shard. Shards have about equal numbers of rows, because
 * threads wait for the slowest. */
static struct stretch shard_of(const struct task_source *source, const uint32_t *entries,
                               uint32_t count, uint32_t shard, struct arena *arena)
{
    const struct training_plan *plan = source->plan;
    uint32_t *rows = arena_take(arena, count * sizeof *rows), shards = shards_of(plan, count);
    for (uint32_t t = 0; t < count; t++) {
        uint32_t all = room_of(source, entries[t]);
        if (source->validation)
            all = list_rows(source, entries[t], arena_take(arena, all * sizeof *rows));
        uint32_t asked = query_count(plan, all);
        rows[t] = asked + (all - asked < plan->support_most ? all - asked : plan->support_most);
    }
    uint32_t first = stretches_cut(rows, count, shards, shard);
    return (struct stretch){first, stretches_cut(rows, count, shards, shard + 1) - first};
}

struct episodes training_episodes(const struct training_order *order, const struct dataset *dataset,
                                  const struct split *split, const struct training_plan *plan,
                                  uint64_t seed, uint32_t step, uint32_t shard, struct arena *arena)
{
    struct training_position position = training_position(split, plan, step);
    assert(order->epoch == position.epoch && order->phase == position.phase);
    struct stretch batch = batch_of(split, plan, position);
    const uint32_t *listed = order->entries + batch.first;
    if (plan->by == TRAIN_BY_ROW)
        return row_episodes(dataset, listed, batch.count, arena);
    const struct task_source source = {dataset, split, plan, is_validation(plan, position.phase)};
    struct stretch part = shard_of(&source, listed, batch.count, shard, arena);
    return task_episodes(&source, seed, position.epoch, listed + part.first, part.count, arena);
}
