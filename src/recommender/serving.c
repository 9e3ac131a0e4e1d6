/* SPDX-License-Identifier: MIT
 *
 * Serving through `predict`, for recommenders without a faster way of their own: good enough for
 * closed forms, which compute little. Also finds the highest scores.
 */
#include "config.h"

#include "recommender/serving.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct plain_serving {
    struct serving base;
    struct recommender *recommender;
    uint32_t lane, count;
    uint32_t *items, *users, *nowhere;
    uint32_t *support_users, *support_nowhere, support_room;
};

static void fill(uint32_t *numbers, uint32_t count, uint32_t number)
{
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = number;
}

static void make_room(struct plain_serving *serving, uint32_t count)
{
    if (count <= serving->support_room)
        return;
    serving->support_room = count;
    serving->support_users = memory_resize(serving->support_users, count, sizeof(uint32_t));
    serving->support_nowhere = memory_resize(serving->support_nowhere, count, sizeof(uint32_t));
    fill(serving->support_nowhere, count, ROWS_NOWHERE);
}

static bool plain_score(struct serving *self, const struct serving_user *user, float *scores,
                        struct error *error)
{
    struct plain_serving *serving = (struct plain_serving *)self;
    uint32_t support[] = {0, user->count}, query[] = {0, serving->count};
    make_room(serving, user->count);
    fill(serving->support_users, user->count, user->user);
    fill(serving->users, serving->count, user->user);
    const struct episodes episodes = {
        .support = {1, support, serving->support_users, user->item,
                    user->interaction ? user->interaction : serving->support_nowhere, user->value},
        .query = {1, query, serving->users, serving->items, serving->nowhere, NULL},
    };
    return serving->recommender->operations->predict(serving->recommender, serving->lane, &episodes,
                                                     scores, NULL, error);
}

static void plain_free(struct serving *self)
{
    struct plain_serving *serving = (struct plain_serving *)self;
    free(serving->items);
    free(serving->users);
    free(serving->nowhere);
    free(serving->support_users);
    free(serving->support_nowhere);
    free(serving);
}

static struct serving *plain_new(struct recommender *recommender, uint32_t lane,
                                 const uint32_t *items, uint32_t count)
{
    static const struct serving_operations operations = {plain_score, plain_free};
    struct plain_serving *serving = memory_new(sizeof *serving);
    *serving = (struct plain_serving){
        .base.operations = &operations,
        .recommender = recommender,
        .lane = lane,
        .count = count,
        .items = memory_array(count, sizeof *serving->items),
        .users = memory_array(count, sizeof *serving->users),
        .nowhere = memory_array(count, sizeof *serving->nowhere),
    };
    memcpy(serving->items, items, count * sizeof *items);
    fill(serving->nowhere, count, ROWS_NOWHERE);
    return &serving->base;
}

struct serving *serving_new(struct recommender *recommender, uint32_t lane, const uint32_t *items,
                            uint32_t count, struct error *error)
{
    if (count == 0) {
        error_set(error, ERROR_USAGE, "there is no item to be recommended");
        return NULL;
    }
    return recommender->operations->serve
               ? recommender->operations->serve(recommender, lane, items, count, error)
               : plain_new(recommender, lane, items, count);
}

void serving_free(struct serving *serving)
{
    if (serving)
        serving->operations->free(serving);
}

bool serving_score(struct serving *serving, const struct serving_user *user, float *scores,
                   struct error *error)
{
    return serving->operations->score(serving, user, scores, error);
}

/* -- the best ---------------------------------------------------------------------------------- */

/* Whether place a comes after place b. */
static bool is_after(const float *scores, uint32_t a, uint32_t b)
{
    return scores[a] < scores[b] || (scores[a] == scores[b] && a > b);
}

/* Moves the entry at `at` down a heap whose root is the place that comes last. */
static void sink(const float *scores, uint32_t *heap, uint32_t count, uint32_t at)
{
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_after(scores, heap[child + 1], heap[child]))
            child++;
        if (!is_after(scores, heap[child], heap[at]))
            return;
        uint32_t other = heap[at];
        heap[at] = heap[child];
        heap[child] = other;
    }
}

uint32_t serving_top(const float *scores, uint32_t count, const bool *hidden, uint32_t most,
                     uint32_t *places)
{
    uint32_t found = 0;
    for (uint32_t place = 0; place < count && most > 0; place++) {
        if (hidden && hidden[place])
            continue;
        if (found < most) {
            places[found++] = place;
            for (uint32_t at = found / 2; found == most && at-- > 0;)
                sink(scores, places, found, at);
        } else if (is_after(scores, places[0], place)) {
            places[0] = place;
            sink(scores, places, found, 0);
        }
    }
    for (uint32_t at = found / 2; found < most && at-- > 0;)
        sink(scores, places, found, at);
    for (uint32_t left = found; left > 1; left--) {
        uint32_t last = places[0];
        places[0] = places[left - 1];
        places[left - 1] = last;
        sink(scores, places, left - 1, 0);
    }
    return found;
}
