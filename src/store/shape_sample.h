/* SPDX-License-Identifier: MIT
 *
 * What needs all ratings of a user, or of a pair, at once. While they fit, all are kept; otherwise
 * every second, fourth, eighth ... user or pair, with all its ratings.
 */
#ifndef STORE_SHAPE_SAMPLE_H
#define STORE_SHAPE_SAMPLE_H

#include "store/dataset_shape.h"

/* The most ratings that a sample keeps. A data set with at most so many is kept whole. A larger one
 * keeps fewer, because its sample errs by less than a percent anyway. */
enum { SAMPLE_WHOLE = 1 << 20, SAMPLE_PART = 1 << 18 };

struct timed_rating {
    int64_t time;
    uint32_t user;
};

struct pace_sample {
    struct timed_rating *kept;
    size_t count, most;
    uint32_t every; /* users whose number is a multiple of it are kept; 0 counts as 1 */
};

struct rated_pair {
    uint64_t pair;    /* numbers of user and item */
    uint32_t context; /* hash of the other columns */
    float rating;
};

struct pair_sample {
    struct rated_pair *kept;
    size_t count, most;
    int shift; /* the lowest so many bits of a pair's hash are 0 */
};

void pace_sample_add(struct pace_sample *sample, uint32_t user, int64_t time);
void pace_sample_take(struct pace_sample *sample, struct shape_pace *pace);
void pair_sample_add(struct pair_sample *sample, uint32_t user, uint32_t item, float rating,
                     uint64_t context);
void pair_sample_take(struct pair_sample *sample, struct shape_repeats *repeats);

#endif
