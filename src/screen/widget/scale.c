/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/scale.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

static const double NICE[] = {1, 2, 2.5, 5};
enum { NICE_COUNT = sizeof NICE / sizeof *NICE };

/* The smallest 1, 2, 2.5 or 5 times a power of ten that is at least `value`. */
static double nice_step(double value)
{
    double power = pow(10, floor(log10(value)));
    for (int i = 0; i < NICE_COUNT; i++)
        if (NICE[i] * power >= value * (1 - 1e-9))
            return NICE[i] * power;
    return 10 * power;
}

/* Writes `value`, a multiple of `step`, with as many digits as the step needs. */
static void write_tick(double value, double step, char text[TICK_TEXT])
{
    if (fabs(value) < step * 1e-6)
        value = 0;
    int digits = (int)ceil(-log10(step) - 1e-9);
    if (digits < 0)
        digits = 0;
    double shifted = step * pow(10, digits);
    if (fabs(shifted - round(shifted)) > 1e-6)
        digits++;
    if (fabs(value) >= 1e7 || digits > 5)
        snprintf(text, TICK_TEXT, "%.3g", value);
    else
        snprintf(text, TICK_TEXT, "%.*f", digits, value);
}

static void add_tick(struct scale *scale, int cell, double value, double step)
{
    if (scale->tick_count == TICK_MOST || cell < 0 || cell >= scale->cells)
        return;
    struct tick *tick = &scale->ticks[scale->tick_count++];
    tick->cell = cell;
    write_tick(value, step, tick->text);
}

/* Whether `cells` rows of `per_cell` each cover low..high, if row middles lie at multiples of
 * `per_cell`. */
static bool holds(double low, double high, double per_cell, int cells)
{
    double first = floor(low / per_cell + 0.5);
    return high / per_cell - first <= cells - 0.6;
}

/* Chooses the finest rows that cover low..high with a tick every 3 to 6 rows, or every 2 to 6 in a
 * low chart. A tick step s every r rows gives s / r for each row. */
static void set_linear(struct scale *scale, double low, double high)
{
    int fewest = scale->cells < 8 ? 2 : 3, most = scale->cells / 2, rows_per_tick = 0;
    double step = 0, per_cell = INFINITY;
    most = most < fewest ? fewest : most > 6 ? 6 : most;
    int power = (int)floor(log10((high - low) / scale->cells)) - 1;
    for (int e = power; e <= power + 4; e++)
        for (int n = 0; n < NICE_COUNT; n++)
            for (int rows = fewest; rows <= most; rows++) {
                double candidate = NICE[n] * pow(10, e) / rows;
                if (candidate >= per_cell * (1 - 1e-9) ||
                    !holds(low, high, candidate, scale->cells))
                    continue;
                per_cell = candidate;
                step = NICE[n] * pow(10, e);
                rows_per_tick = rows;
            }
    assert(rows_per_tick > 0);
    double first = floor(low / per_cell + 0.5);
    scale->per_cell = per_cell;
    scale->first = first * per_cell;
    for (int row = 0; row < scale->cells; row++) {
        double index = first + row;
        if (fabs(remainder(index, rows_per_tick)) < 0.25)
            add_tick(scale, row, index * per_cell, step);
    }
}

/* Adds ticks to a logarithmic scale: powers of ten, 1-2-5, or round numbers if the range is small.
 * Each is at the nearest row, and is left out if there is no room. */
static void set_logarithmic_ticks(struct scale *scale, double low, double high)
{
    static const double STEPS[] = {1, 2, 5};
    int last = -2, count = high / low > 1e3 ? 1 : 3;
    if (high / low < 10) {
        double step = nice_step((high - low) / scale->cells * 3);
        for (double value = ceil(low / step) * step; value <= high * (1 + 1e-12); value += step) {
            int cell = scale_dot(scale, value) / scale->dots;
            if (cell - last >= 2)
                add_tick(scale, last = cell, value, step);
        }
        return;
    }
    for (int e = (int)floor(log10(low)); e <= (int)ceil(log10(high)); e++)
        for (int n = 0; n < count; n++) {
            double value = STEPS[n] * pow(10, e);
            int cell = scale_dot(scale, value) / scale->dots;
            if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) && cell - last >= 2)
                add_tick(scale, last = cell, value, pow(10, e));
        }
}

struct scale scale_vertical(double low, double high, int cells, int dots, bool logarithmic)
{
    struct scale scale = {
        .cells = cells, .dots = dots, .offset = (dots - 1) / 2.0, .logarithmic = logarithmic};
    double size = fmax(fabs(low), fabs(high));
    if (logarithmic) {
        if (high / low < 1 + 1e-6)
            low *= 0.95, high *= 1.05;
        scale.per_cell = (log10(high) - log10(low)) / (cells - 0.6);
        scale.first = log10(low) + 0.3 * scale.per_cell;
        set_logarithmic_ticks(&scale, low, high);
        return scale;
    }
    if (high - low <= size * 1e-9) { /* draw a constant as a line in the middle */
        double room = size > 0 ? size * 0.05 : 1;
        low -= room, high += room;
    }
    set_linear(&scale, low, high);
    return scale;
}

struct scale scale_horizontal(double low, double high, int cells, int dots)
{
    struct scale scale = {.cells = cells, .dots = dots};
    if (high - low <= fabs(high) * 1e-12)
        high = low + 1;
    int wanted = cells / 12 < 2 ? 2 : cells / 12;
    double step = nice_step((high - low) / wanted);
    if (step < 1) /* steps and epochs are whole numbers */
        step = 1;
    double from = floor(low / step) * step, to = ceil(high / step) * step;
    scale.first = from;
    scale.per_cell = cells > 1 ? (to - from) / (cells - 1.0 / dots) : 1;
    for (double value = from; value <= to + step / 2; value += step)
        add_tick(&scale, scale_dot(&scale, value) / dots, value, step);
    return scale;
}

int scale_dot(const struct scale *scale, double value)
{
    if (scale->logarithmic && value <= 0)
        return 0;
    double position = ((scale->logarithmic ? log10(value) : value) - scale->first) /
                      scale->per_cell * scale->dots;
    double dot = floor(position + scale->offset + 0.5),
           most = (double)scale->cells * scale->dots - 1;
    return (int)(dot < 0 ? 0 : dot > most ? most : dot);
}
