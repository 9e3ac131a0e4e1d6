/* SPDX-License-Identifier: MIT
 *
 * Ratings in time: periods, hours, weekdays, and the drift of the mean.
 */
#ifndef STORE_SHAPE_TIME_H
#define STORE_SHAPE_TIME_H

#include "store/dataset_shape.h"

/* Sums over the ratings of one user that have a time. x is years from the middle of all times, r
 * the rating less the mean of all. */
struct shape_trend {
    double n, x, xx, r, xr;
};

struct shape_clock {
    bool on; /* the data set has times, all in the years 1000 to 9999 */
    int64_t first, last, middle;
    int64_t until[SHAPE_PERIODS]; /* the first second after each period */
    double sums[SHAPE_PERIODS];   /* of the ratings less their mean */
    size_t period;                /* of the rating before */
    struct shape_trend *trends;   /* of each user */
    size_t trend_capacity;
};

/* Lays out the periods. */
void shape_clock_start(struct shape_clock *clock, struct dataset_shape *shape);
/* `rating` is less the mean of all. */
void shape_clock_add(struct shape_clock *clock, struct dataset_shape *shape, uint32_t user,
                     int64_t time, double rating);
/* The period of a time between the first and the last. */
size_t shape_clock_period(const struct shape_clock *clock, const struct dataset_shape *shape,
                          int64_t time);
/* Fills in means and drift. */
void shape_clock_finish(struct shape_clock *clock, struct dataset_shape *shape, size_t users);
void shape_clock_release(struct shape_clock *clock);

#endif
