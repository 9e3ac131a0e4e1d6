/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "job_limits.h"

#include <string.h>

enum { HEAD = 1024, NAMES = 1 << 20, PREDICTION = 2 * sizeof(float) };

/* The limit never exceeds that of the message itself. */
static void set(struct job_limits *limits, enum message_type type, uint64_t most)
{
    uint64_t bound = messages_to_keeper[type].most;
    limits->kinds[type].most = most < bound ? most : bound;
}

void job_limits_init(struct job_limits *limits)
{
    static const enum message_type large[] = {
        MESSAGE_TASKS, MESSAGE_CHECKPOINT, MESSAGE_PREDICTIONS, MESSAGE_RUN_DONE, MESSAGE_ANSWER};
    memcpy(limits->kinds, messages_to_keeper, sizeof limits->kinds);
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        set(limits, large[i], HEAD);
}

/* Bytes of all ids, each followed by a NUL. */
static uint64_t id_bytes(const struct id_map *ids)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < id_map_size(ids); i++)
        bytes += strlen(id_map_text(ids, i)) + 1;
    return bytes;
}

/* Bytes of the longest id of a user or item. */
static uint64_t longest_of(const struct dataset *dataset)
{
    const struct id_map *sides[] = {dataset->users, dataset->items};
    size_t longest = 0;
    for (int side = 0; side < 2; side++)
        for (uint32_t i = 0; i < id_map_size(sides[side]); i++) {
            size_t length = strlen(id_map_text(sides[side], i));
            longest = length > longest ? length : longest;
        }
    return longest;
}

struct data_size data_size_of(const struct dataset *dataset)
{
    return (struct data_size){.longest = longest_of(dataset),
                              .users = (uint32_t)id_map_size(dataset->users),
                              .items = (uint32_t)id_map_size(dataset->items),
                              .interactions = dataset->interactions,
                              .user_bytes = id_bytes(dataset->users),
                              .item_bytes = id_bytes(dataset->items)};
}

void job_limits_set_data(struct job_limits *limits, const struct data_size *size)
{
    enum { TASK = 2 * sizeof(uint32_t), ROW = 3 * sizeof(uint32_t) };
    limits->interactions = size->interactions;
    set(limits, MESSAGE_TASKS,
        HEAD + TASK + (size->longest + 1 + MESSAGE_KEY + 1 + TASK + ROW) * size->interactions);
    set(limits, MESSAGE_PREDICTIONS, HEAD + PREDICTION * (uint64_t)size->interactions);
}

void job_limits_set_answer(struct job_limits *limits, const struct question_kind *kind,
                           const struct data_size *size)
{
    uint64_t most = kind->answer_most;
    uint64_t items = HEAD + size->item_bytes + PREDICTION * (uint64_t)size->items;
    if (kind->bound == QUESTION_BY_ITEMS && items < most)
        most = items;
    set(limits, MESSAGE_ANSWER, most);
}

/* A learner is saved as its numbers, with two more numbers of the optimiser for each. */
void job_limits_set_sizes(struct job_limits *limits, const struct message_bound *bound)
{
    enum { PARAMETER = 2 * 3 * sizeof(float) };
    uint64_t largest = 0;
    for (uint32_t i = 0; i < bound->arm_count; i++)
        if (bound->parameters[i] > largest)
            largest = bound->parameters[i];
    if (largest > UINT32_MAX)
        largest = UINT32_MAX;
    set(limits, MESSAGE_CHECKPOINT, HEAD + NAMES + PARAMETER * largest);
    set(limits, MESSAGE_RUN_DONE, HEAD + NAMES + PARAMETER * largest);
}
