/* SPDX-License-Identifier: MIT
 *
 * Lays out the periods of a time line, counts ratings in them, and fits the line of the drift from
 * sums that one walk collects for each user.
 */
#include "config.h"

#include "shape_time.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/memory.h"

static const int64_t HOUR = 3600, DAY = 86400, WEEK = 604800, FIRST_MONDAY = 4 * 86400;
static const double YEAR = 365.25 * 86400;
/* The year 1000: times before it are no dates of ratings. */
static const int64_t LONG_AGO = -30610224000;

/* -- periods ----------------------------------------------------------------------------------- */

/* `value` rounded down to a multiple of `step`. */
static int64_t floor_to(int64_t value, int64_t step)
{
    int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

/* Months since the year 0. */
static int64_t month_of(int64_t time)
{
    struct calendar date = calendar_of(time);
    return date.year * 12 + date.month - 1;
}

static int64_t month_start(int64_t month)
{
    int64_t january = floor_to(month, 12);
    return calendar_seconds(
        &(struct calendar){.year = january / 12, .month = (int)(month - january) + 1, .day = 1});
}

/* The start of the period `at` of equal length. */
static bool lay_seconds(struct shape_clock *clock, struct dataset_shape *shape,
                        enum shape_unit unit)
{
    int64_t step = unit == SHAPE_HOUR ? HOUR : unit == SHAPE_DAY ? DAY : WEEK;
    int64_t shift = unit == SHAPE_WEEK ? FIRST_MONDAY : 0;
    int64_t from = floor_to(clock->first - shift, step) + shift;
    int64_t count = (clock->last - from) / step + 1;
    if (count > SHAPE_PERIODS)
        return false;
    shape->unit = unit;
    shape->period_count = (size_t)count;
    for (int64_t i = 0; i < count; i++) {
        shape->periods[i].from = from + i * step;
        clock->until[i] = from + (i + 1) * step;
    }
    return true;
}

static bool lay_months(struct shape_clock *clock, struct dataset_shape *shape, int64_t months)
{
    int64_t from = floor_to(month_of(clock->first), months);
    int64_t count = (month_of(clock->last) - from) / months + 1;
    if (count > SHAPE_PERIODS)
        return false;
    shape->unit = months == 1 ? SHAPE_MONTH : months == 3 ? SHAPE_QUARTER : SHAPE_YEARS;
    shape->unit_years = (int)(months / 12);
    shape->period_count = (size_t)count;
    for (int64_t i = 0; i < count; i++) {
        shape->periods[i].from = month_start(from + i * months);
        clock->until[i] = month_start(from + (i + 1) * months);
    }
    return true;
}

void shape_clock_start(struct shape_clock *clock, struct dataset_shape *shape)
{
    static const int64_t MONTHS[] = {1, 3, 12, 60, 120, 1200, 12000};
    const struct dataset_summary *summary = &shape->profile.summary;
    *clock = (struct shape_clock){.first = summary->first_time, .last = summary->last_time};
    clock->on = summary->first_time >= LONG_AGO && summary->last_time <= CALENDAR_LAST;
    if (!clock->on)
        return;
    clock->middle = clock->first + (clock->last - clock->first) / 2;
    bool good = lay_seconds(clock, shape, SHAPE_HOUR) || lay_seconds(clock, shape, SHAPE_DAY) ||
                lay_seconds(clock, shape, SHAPE_WEEK);
    for (size_t i = 0; !good; i++)
        good = lay_months(clock, shape, MONTHS[i]);
}

size_t shape_clock_period(const struct shape_clock *clock, const struct dataset_shape *shape,
                          int64_t time)
{
    size_t low = 0, high = shape->period_count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (time < clock->until[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* -- counting ---------------------------------------------------------------------------------- */

static struct shape_trend *trend_of(struct shape_clock *clock, uint32_t user)
{
    if (user >= clock->trend_capacity) {
        size_t capacity = (size_t)user + user / 2 + 256;
        clock->trends = memory_resize(clock->trends, capacity, sizeof *clock->trends);
        memset(clock->trends + clock->trend_capacity, 0,
               (capacity - clock->trend_capacity) * sizeof *clock->trends);
        clock->trend_capacity = capacity;
    }
    return &clock->trends[user];
}

void shape_clock_add(struct shape_clock *clock, struct dataset_shape *shape, uint32_t user,
                     int64_t time, double rating)
{
    struct shape_period *period = &shape->periods[clock->period];
    if (time < period->from || time >= clock->until[clock->period]) {
        clock->period = shape_clock_period(clock, shape, time);
        period = &shape->periods[clock->period];
    }
    int64_t day = floor_to(time, DAY);
    int64_t weekday = (day / DAY - 4) % 7; /* 1970-01-05 was a Monday */
    shape->timed++;
    shape->hours[(time - day) / HOUR]++;
    shape->weekdays[weekday < 0 ? weekday + 7 : weekday]++;
    period->ratings++;
    clock->sums[clock->period] += rating;
    struct shape_trend *trend = trend_of(clock, user);
    double x = (double)(time - clock->middle) / YEAR;
    trend->n++;
    trend->x += x;
    trend->xx += x * x;
    trend->r += rating;
    trend->xr += x * rating;
}

/* -- drift ------------------------------------------------------------------------------------- */

static void fit_drift(const struct shape_clock *clock, size_t users, struct shape_drift *drift)
{
    struct shape_trend all = {0};
    double groups = 0, scatter = 0;
    for (size_t i = 0; i < users; i++) {
        const struct shape_trend *one = &clock->trends[i];
        groups += one->n > 0;
        all.n += one->n;
        all.x += one->x;
        all.xx += one->xx;
        all.r += one->r;
        all.xr += one->xr;
    }
    double x = all.x / all.n, r = all.r / all.n, spread = all.xx - all.n * x * x;
    if (clock->first == clock->last || spread <= 0)
        return;
    drift->slope = (all.xr - all.n * x * r) / spread;
    for (size_t i = 0; i < users; i++) {
        const struct shape_trend *one = &clock->trends[i];
        double with = one->xr - x * one->r - r * one->x + one->n * x * r;
        double along = one->xx - 2 * x * one->x + one->n * x * x;
        double moment = with - drift->slope * along;
        scatter += moment * moment;
    }
    drift->change = drift->slope * (double)(clock->last - clock->first) / YEAR;
    if (groups > 1)
        drift->error = sqrt(groups / (groups - 1) * scatter) / spread;
}

void shape_clock_finish(struct shape_clock *clock, struct dataset_shape *shape, size_t users)
{
    shape->drift = (struct shape_drift){NAN, NAN, NAN};
    for (size_t i = 0; i < shape->period_count; i++) {
        struct shape_period *period = &shape->periods[i];
        period->mean = shape->profile.summary.mean + clock->sums[i] / (double)period->ratings;
    }
    if (shape->timed == 0)
        return;
    trend_of(clock, (uint32_t)users); /* the last users may have no time */
    fit_drift(clock, users, &shape->drift);
}

void shape_clock_release(struct shape_clock *clock)
{
    free(clock->trends);
}
