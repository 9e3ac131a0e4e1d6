/* SPDX-License-Identifier: MIT
 *
 * From values to rows and columns of a chart, with ticks at numbers a person would choose. A linear
 * vertical scale is chosen such that every tick lies exactly at the middle of a row of cells.
 */
#ifndef SCREEN_SCALE_H
#define SCREEN_SCALE_H

#include <stdbool.h>

enum { TICK_MOST = 64, TICK_TEXT = 16 };

struct tick {
    int cell; /* row from below, or column */
    char text[TICK_TEXT];
};

struct scale {
    double first;    /* the value (or its logarithm) at the middle of cell 0 */
    double per_cell; /* value (or logarithm) of one cell */
    int cells, dots; /* cells along the axis, dots in a cell */
    double offset;   /* from the first dot of a cell to where its value lies, in dots */
    bool logarithmic;
    struct tick ticks[TICK_MOST];
    int tick_count;
};

/* A vertical scale of `cells` rows that shows all of low..high (finite, low <= high; above 0 where
 * logarithmic). Needs cells >= 2. */
struct scale scale_vertical(double low, double high, int cells, int dots, bool logarithmic);

/* A horizontal one whose ends are round numbers, so that it stays while values come in. */
struct scale scale_horizontal(double low, double high, int cells, int dots);

/* The dot a value falls on, clamped to the axis; what is not above 0 on a logarithmic one is at its
 * foot. */
int scale_dot(const struct scale *scale, double value);

#endif
