/* SPDX-License-Identifier: MIT
 *
 * A line chart of several series: axes with round ticks, a legend that names each series, its
 * marker and its latest value. Lines are braille dots, or the series' own character on an ASCII
 * surface. Every point of a line leaves a dot: one that is not finite, or not above 0 on a
 * logarithmic axis, is counted in words. A chart in a small box gives up its axes first, then all
 * but the legend.
 */
#ifndef SCREEN_CHART_H
#define SCREEN_CHART_H

#include "screen/terminal/surface.h"

struct chart_series {
    const char *name;    /* NULL: not in the legend, for another line of a series that is */
    const double *x, *y; /* x ascending; a y that is not finite leaves a gap */
    size_t count;
    int look;             /* which colour and marker, 0 .. 7; larger ones come round again */
    const double *latest; /* what the legend says; NULL: the last finite y */
    const double *raw;    /* what y smooths: drawn faintly behind all lines; NULL: nothing */
};

/* Borrows everything. */
struct chart {
    const char *title;   /* what is drawn upwards */
    const char *x_label; /* what is drawn to the right */
    const struct chart_series *series;
    size_t series_count;
    bool log_y;
    const char *missing; /* why there are no points yet; NULL: nothing is known of it */
};

void chart_draw(struct surface *surface, struct box box, const struct chart *chart);

/* The marker of a look on this surface, and its ink. */
const char *chart_marker(const struct surface *surface, int look);
enum ink chart_ink(int look);

#endif
