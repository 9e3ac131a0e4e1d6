/* SPDX-License-Identifier: MIT
 *
 * A grid of dots and the lines drawn on it. A chart uses it so that no point is lost. Dot (0, 0) is
 * at the lower left.
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include <stdbool.h>

#include "report/ink.h"

struct plot {
    int width, height;   /* in dots */
    unsigned char *dots; /* owned; 1 if lit */
};

struct plot *plot_new(int width, int height);
void plot_free(struct plot *plot); /* accepts NULL */
bool plot_is_lit(const struct plot *plot, int x, int y);

/* Lights a line from left to right. Lights every dot that the line passes in each column, so the
 * minimum and maximum of many points in a column stay visible. */
void plot_line(struct plot *plot, int from_x, int from_y, int to_x, int to_y);

/* Lights the dots that are lit in `other`, which has the same size. */
void plot_add(struct plot *plot, const struct plot *other);

/* The eight dots of a braille cell (2 wide, 4 high) as UTF-8 from U+2800 on. Returns false if none
 * is lit. */
bool plot_braille(const struct plot *plot, int column, int row, char glyph[4]);

/* The marker and the ink of a series with this `look`, 0 .. 7; larger numbers repeat them. */
const char *plot_marker(int look, bool ascii);
enum ink plot_ink(int look);

#endif
