/* SPDX-License-Identifier: MIT
 *
 * Maps values to rows and columns of a chart, with ticks at round numbers. On a linear vertical
 * scale, every tick lies exactly in the middle of a row of cells.
 */
#ifndef SCREEN_SCALE_H
#define SCREEN_SCALE_H

#include <stdbool.h>

enum { TICK_MOST = 64, TICK_TEXT = 16 };

struct tick {
    int cell; /* row from the bottom, or column */
    char text[TICK_TEXT];
};

struct scale {
    double first;    /* the value (or its logarithm) at the middle of cell 0 */
    double per_cell; /* the range of values (or logarithms) in one cell */
    int cells, dots; /* cells along the axis, dots in a cell */
    double offset;   /* dots from the first dot of a cell to its value */
    bool logarithmic;
    struct tick ticks[TICK_MOST];
    int tick_count;
};

/* A vertical scale that covers low..high. Both are finite with low <= high, and above 0 if
 * `logarithmic`. `cells` is at least 2. */
struct scale scale_vertical(double low, double high, int cells, int dots, bool logarithmic);

/* A horizontal scale that ends at round numbers, so that it rarely changes as values arrive. */
struct scale scale_horizontal(double low, double high, int cells, int dots);

/* The dot of a value, clamped to the axis. A value not above 0 lies at the bottom of a logarithmic
 * axis. */
int scale_dot(const struct scale *scale, double value);

#endif
