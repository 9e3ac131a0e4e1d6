/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "scaling.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static double before_scaling(enum feature_scale scale, double number)
{
    return scale == SCALE_LOG ? copysign(log1p(fabs(number)), number) : number;
}

static double cell(const struct scaling_column *column, uint32_t entity)
{
    return column->numbers[entity * column->stride];
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void rank_training(struct scaling *scaling, const struct scaling_column *column)
{
    double *sorted = memory_array(column->entities, sizeof *sorted);
    for (uint32_t e = 0; e < column->entities; e++)
        if (column->training[e] && !isnan(cell(column, e)))
            sorted[scaling->entities++] = cell(column, e);
    qsort(sorted, scaling->entities, sizeof *sorted, ascending);
    scaling->below = memory_array(scaling->entities + 1, sizeof *scaling->below);
    for (size_t i = 0; i < scaling->entities; i++) {
        if (i > 0 && sorted[i] == sorted[i - 1])
            continue;
        scaling->below[scaling->count] = (uint32_t)i;
        sorted[scaling->count++] = sorted[i];
    }
    scaling->below[scaling->count] = (uint32_t)scaling->entities;
    scaling->values = sorted;
}

/* Welford's algorithm stays exact for large numbers such as years and seconds since 1970. */
static void standardise(struct scaling *scaling, const struct scaling_column *column)
{
    double mean = 0, squares = 0;
    uint32_t count = 0;
    for (uint32_t e = 0; e < column->entities; e++) {
        double number = before_scaling(scaling->scale, cell(column, e));
        if (!column->training[e] || isnan(number))
            continue;
        double before = number - mean;
        mean += before / ++count;
        squares += before * (number - mean);
    }
    scaling->mean = mean;
    scaling->deviation = squares > 0 && isfinite(squares) ? sqrt(squares / count) : 1;
}

static void span(struct scaling *scaling, const struct scaling_column *column)
{
    scaling->least = INFINITY;
    scaling->most = -INFINITY;
    for (uint32_t e = 0; e < column->entities; e++) {
        if (!column->training[e])
            continue;
        scaling->least = fmin(scaling->least, cell(column, e));
        scaling->most = fmax(scaling->most, cell(column, e));
    }
    scaling->mean = isfinite(scaling->least) ? scaling->least : 0;
    scaling->deviation = scaling->most > scaling->least ? scaling->most - scaling->least : 1;
}

void scaling_fit(struct scaling *scaling, enum feature_scale scale,
                 const struct scaling_column *column)
{
    *scaling = (struct scaling){.scale = scale, .deviation = 1};
    if (scale == SCALE_RANK)
        rank_training(scaling, column);
    else if (scale == SCALE_MIN_MAX)
        span(scaling, column);
    else if (scale != SCALE_NONE)
        standardise(scaling, column);
}

/* The share of smaller numbers plus half of those that are equal, as -1 .. 1. */
static double rank_of(const struct scaling *scaling, double number)
{
    size_t low = 0, high = scaling->count; /* values before `low` are smaller */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scaling->values[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool equal = low < scaling->count && scaling->values[low] == number;
    double both = (double)scaling->below[low] + (double)scaling->below[low + equal];
    return scaling->entities > 0 ? both / (double)scaling->entities - 1 : 0;
}

float scaling_of(const struct scaling *scaling, double number)
{
    if (isnan(number))
        return 0;
    double scaled =
        scaling->scale == SCALE_RANK
            ? rank_of(scaling, number)
            : (before_scaling(scaling->scale, number) - scaling->mean) / scaling->deviation;
    if (scaling->scale == SCALE_MIN_MAX)
        scaled = fmin(fmax(scaled, 0), 1);
    return isfinite((float)scaled) ? (float)scaled : 0;
}

void scaling_release(struct scaling *scaling)
{
    free(scaling->values);
    free(scaling->below);
}
