/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "simulated_items.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "evaluate/gain.h"

enum { RESAMPLES = 199 };
static const double LEVEL = 0.95;
static const uint64_t SIMULATION_SEED = 20261129;

struct room {
    const struct items_truth *truth;
    double *cumulative; /* popularity of items 0 .. n */
    double *user_gains, *item_gains, *users, *items, *shares;
    uint32_t *numbers, *item_numbers;
    bool *taken;
    double gain, of_rows;
};

static struct room room_new(const struct items_truth *truth)
{
    uint32_t most = truth->users > truth->items ? truth->users : truth->items;
    struct room room = {
        .truth = truth,
        .cumulative = memory_array(truth->items, sizeof(double)),
        .user_gains = memory_array(truth->users, sizeof(double)),
        .item_gains = memory_array(truth->items, sizeof(double)),
        .users = memory_array(truth->users, sizeof(double)),
        .items = memory_array(truth->items, sizeof(double)),
        .shares = memory_array(truth->items, sizeof(double)),
        .numbers = memory_array(most, sizeof(uint32_t)),
        .item_numbers = memory_array(truth->items, sizeof(uint32_t)),
        .taken = memory_array(truth->items, sizeof(bool)),
    };
    double sum = 0;
    for (uint32_t i = 0; i < truth->items; i++)
        room.cumulative[i] = sum += pow(i + 1.0, -truth->popularity);
    for (uint32_t i = 0; i < most; i++)
        room.numbers[i] = i;
    return room;
}

static void room_release(struct room *room)
{
    free(room->cumulative);
    free(room->user_gains);
    free(room->item_gains);
    free(room->users);
    free(room->items);
    free(room->shares);
    free(room->numbers);
    free(room->item_numbers);
    free(room->taken);
}

static uint32_t draw_item(const struct room *room, struct random *random)
{
    uint32_t item = 0;
    do {
        double place = random_uniform(random) * room->cumulative[room->truth->items - 1];
        for (item = 0; room->cumulative[item] < place;)
            item++;
    } while (room->taken[item]);
    return item;
}

/* Sums over users and items of the rows' gains, each row with its weight, and their squares. */
static void draw_rows(struct room *room, struct random *random)
{
    const struct items_truth *truth = room->truth;
    double weight = 1.0 / truth->users / truth->asked, row;
    memset(room->items, 0, truth->items * sizeof *room->items);
    memset(room->shares, 0, truth->items * sizeof *room->shares);
    memset(room->users, 0, truth->users * sizeof *room->users);
    room->gain = room->of_rows = 0;
    double *squares = memory_array((size_t)truth->users * truth->asked, sizeof *squares);
    for (uint32_t user = 0; user < truth->users; user++) {
        memset(room->taken, 0, truth->items * sizeof *room->taken);
        for (uint32_t i = 0; i < truth->asked; i++) {
            uint32_t item = draw_item(room, random);
            room->taken[item] = true;
            simulate_normals(random, &row, 1);
            row = weight * (room->user_gains[user] + room->item_gains[item] + truth->of_rows * row);
            room->gain += row;
            room->users[user] += row;
            room->items[item] += row;
            room->shares[item] += weight;
            squares[user * truth->asked + i] = row;
        }
    }
    for (size_t i = 0; i < (size_t)truth->users * truth->asked; i++)
        room->of_rows += pow(squares[i] - weight * room->gain, 2);
    free(squares);
}

static struct gain_items items_of(struct room *room)
{
    struct gain_items items = {
        .number = room->item_numbers, .differences = room->items, .of_rows = room->of_rows};
    double squares = 0;
    for (uint32_t item = 0; item < room->truth->items; item++) {
        if (room->shares[item] <= 0)
            continue;
        squares += room->shares[item] * room->shares[item];
        room->items[items.count] = room->items[item] - room->shares[item] * room->gain;
        room->item_numbers[items.count++] = item;
    }
    for (uint32_t i = 0; i < items.count; i++)
        room->items[i] = room->gain + items.count * room->items[i];
    items.effective = (uint32_t)fmax(2, 1 / squares);
    return items;
}

static void draw(struct room *room, uint32_t replicate, struct items_tally *tally)
{
    const struct items_truth *truth = room->truth;
    struct random random = random_at(SIMULATION_SEED, RANDOM_NOISE, replicate, truth->items);
    simulate_normals(&random, room->user_gains, truth->users);
    simulate_users(&random, truth->shape, room->item_gains, truth->items);
    for (uint32_t user = 0; user < truth->users; user++)
        room->user_gains[user] *= truth->of_users;
    for (uint32_t item = 0; item < truth->items; item++)
        room->item_gains[item] *= truth->of_items;
    draw_rows(room, &random);
    for (uint32_t user = 0; user < truth->users; user++)
        room->users[user] *= truth->users;
    double means[] = {0, room->gain};
    struct gain_cell cells[2] = {{.users = truth->users,
                                  .user = room->numbers,
                                  .differences = room->users,
                                  .gain = room->gain,
                                  .arm = {1, 1, &means[0], 0},
                                  .opponent = {0, 1, &means[1], 0}}};
    struct gain_verdict verdicts[2];
    cells[1] = cells[0];
    cells[1].table = 1;
    cells[0].items = items_of(room);
    gain_judge(cells, 2, LEVEL, RESAMPLES, replicate, verdicts);
    tally->replicates++;
    tally->held += verdicts[0].interval.low <= 0 && verdicts[0].interval.high >= 0;
    tally->held_users += verdicts[1].interval.low <= 0 && verdicts[1].interval.high >= 0;
    tally->marked += verdicts[0].adjusted_p <= 1 - LEVEL;
    tally->marked_users += verdicts[1].adjusted_p <= 1 - LEVEL;
    tally->width += (verdicts[0].interval.high - verdicts[0].interval.low) / 2;
    tally->width_users += (verdicts[1].interval.high - verdicts[1].interval.low) / 2;
}

void simulate_items(const struct items_truth *truth, uint32_t replicates, struct items_tally *tally)
{
    struct room room = room_new(truth);
    for (uint32_t replicate = 0; replicate < replicates; replicate++)
        draw(&room, replicate, tally);
    room_release(&room);
}
