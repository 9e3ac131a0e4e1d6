/* SPDX-License-Identifier: MIT
 *
 * A line chart of several series, with axes at round ticks. The legend shows the marker, name and
 * latest value of each series. Lines are braille dots, or the series' own character on an ASCII
 * surface. Every point of a line leaves a dot, except points that are not finite, or not above 0 on
 * a logarithmic axis. The chart shows the number of those. A chart in a small box omits its axes
 * first, then everything but the legend.
 */
#ifndef SCREEN_CHART_H
#define SCREEN_CHART_H

#include "screen/terminal/surface.h"

struct chart_series {
    const char *name;    /* NULL: omit from the legend, for a further line of a named series */
    const double *x, *y; /* x ascending; a y that is not finite leaves a gap */
    size_t count;
    int look;             /* colour and marker, 0 .. 7; larger numbers repeat them */
    const double *latest; /* the value in the legend; NULL: the last finite y */
    const double *raw;    /* the unsmoothed y, drawn faintly behind all lines; NULL: none */
};

/* All pointers are borrowed. */
struct chart {
    const char *title;   /* the label of the vertical axis */
    const char *x_label; /* the label of the horizontal axis */
    const struct chart_series *series;
    size_t series_count;
    bool log_y;
    const char *missing; /* why there are no points yet; NULL: unknown */
};

void chart_draw(struct surface *surface, struct box box, const struct chart *chart);

/* The marker and the ink of a line with this `look`, on this surface. */
const char *chart_marker(const struct surface *surface, int look);
enum ink chart_ink(int look);

#endif
