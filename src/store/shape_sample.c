/* SPDX-License-Identifier: MIT
 *
 * Samples of users and of pairs that keep all their ratings. A full sample drops every second user
 * or pair, so it never takes more than some megabytes.
 */
#include "config.h"

#include "shape_sample.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static const int64_t HOUR = 3600, DAY = 86400;

/* -- pace -------------------------------------------------------------------------------------- */

/* One user may have more ratings than the sample has room for: it is then dropped with the others,
 * and the sample may become empty. */
static void thin_pace(struct pace_sample *sample)
{
    size_t kept = 0;
    sample->every *= 2;
    for (size_t i = 0; i < sample->count; i++)
        if (sample->kept[i].user % sample->every == 0)
            sample->kept[kept++] = sample->kept[i];
    sample->count = kept;
}

void pace_sample_add(struct pace_sample *sample, uint32_t user, int64_t time)
{
    if (sample->every == 0)
        sample->every = 1;
    /* From 2^31 on, only user 0 is left. */
    while (sample->count == sample->most && sample->every < UINT32_C(1) << 31)
        thin_pace(sample);
    if (user % sample->every != 0 || sample->count == sample->most)
        return;
    sample->kept = memory_grow(sample->kept, sample->count, sizeof *sample->kept);
    sample->kept[sample->count++] = (struct timed_rating){time, user};
}

static int compare_timed(const void *left, const void *right)
{
    const struct timed_rating *a = left, *b = right;
    if (a->user != b->user)
        return a->user < b->user ? -1 : 1;
    return (a->time > b->time) - (a->time < b->time);
}

/* The most of `count` ascending times that lie within `length` seconds, both ends included. */
static size_t densest(const struct timed_rating *times, size_t count, int64_t length)
{
    size_t most = 0, first = 0;
    for (size_t i = 0; i < count; i++) {
        while (times[i].time - times[first].time > length)
            first++;
        most = i + 1 - first > most ? i + 1 - first : most;
    }
    return most;
}

static size_t count_shared_seconds(const struct timed_rating *times, size_t count)
{
    size_t shared = 0;
    for (size_t i = 0; i < count; i++)
        shared += (i > 0 && times[i].time == times[i - 1].time) ||
                  (i + 1 < count && times[i].time == times[i + 1].time);
    return shared;
}

void pace_sample_take(struct pace_sample *sample, struct shape_pace *pace)
{
    size_t hour = 0, day = 0, second = 0;
    *pace = (struct shape_pace){.sampled = sample->every > 1};
    if (sample->count > 0)
        qsort(sample->kept, sample->count, sizeof *sample->kept, compare_timed);
    for (size_t first = 0, end; first < sample->count; first = end) {
        for (end = first; end < sample->count; end++)
            if (sample->kept[end].user != sample->kept[first].user)
                break;
        if (end - first < 2)
            continue;
        hour += densest(sample->kept + first, end - first, HOUR);
        day += densest(sample->kept + first, end - first, DAY);
        second += count_shared_seconds(sample->kept + first, end - first);
        pace->users++;
        pace->ratings += (int64_t)(end - first);
    }
    double all = (double)pace->ratings; /* 0 / 0 is NaN */
    pace->in_hour = (double)hour / all;
    pace->in_day = (double)day / all;
    pace->in_second = (double)second / all;
    free(sample->kept);
    sample->kept = NULL;
}

/* -- pairs ------------------------------------------------------------------------------------- */

/* The finaliser of MurmurHash3: every bit of the pair reaches every bit of the hash. */
static uint64_t mix(uint64_t pair)
{
    pair = (pair ^ pair >> 33) * 0xff51afd7ed558ccdu;
    pair = (pair ^ pair >> 33) * 0xc4ceb9fe1a85ec53u;
    return pair ^ pair >> 33;
}

static bool is_sampled(uint64_t pair, int shift)
{
    return (mix(pair) & ((UINT64_C(1) << shift) - 1)) == 0;
}

void pair_sample_add(struct pair_sample *sample, uint32_t user, uint32_t item, float rating,
                     uint64_t context)
{
    uint64_t pair = (uint64_t)user << 32 | item;
    while (sample->count == sample->most && sample->shift < 63) {
        size_t kept = 0;
        sample->shift++;
        for (size_t i = 0; i < sample->count; i++)
            if (is_sampled(sample->kept[i].pair, sample->shift))
                sample->kept[kept++] = sample->kept[i];
        sample->count = kept;
    }
    if (!is_sampled(pair, sample->shift) || sample->count == sample->most)
        return;
    sample->kept = memory_grow(sample->kept, sample->count, sizeof *sample->kept);
    sample->kept[sample->count++] = (struct rated_pair){pair, (uint32_t)(context >> 32), rating};
}

static int compare_rated(const void *left, const void *right)
{
    const struct rated_pair *a = left, *b = right;
    return (a->pair > b->pair) - (a->pair < b->pair);
}

static void count_pair(const struct rated_pair *rows, int64_t count, struct shape_repeats *repeats)
{
    bool rating = false, context = false;
    for (int64_t i = 1; i < count; i++) {
        rating = rating || rows[i].rating != rows[0].rating;
        context = context || rows[i].context != rows[0].context;
    }
    repeats->pairs++;
    repeats->repeated += count > 1;
    repeats->most = count > repeats->most ? count : repeats->most;
    repeats->other_rating += rating;
    repeats->other_context += context;
}

void pair_sample_take(struct pair_sample *sample, struct shape_repeats *repeats)
{
    *repeats = (struct shape_repeats){.sampled = sample->shift > 0, .rows = (int64_t)sample->count};
    if (sample->count > 0)
        qsort(sample->kept, sample->count, sizeof *sample->kept, compare_rated);
    for (size_t first = 0, end; first < sample->count; first = end) {
        for (end = first; end < sample->count; end++)
            if (sample->kept[end].pair != sample->kept[first].pair)
                break;
        count_pair(sample->kept + first, (int64_t)(end - first), repeats);
    }
    free(sample->kept);
    sample->kept = NULL;
}
