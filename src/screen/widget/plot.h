/* SPDX-License-Identifier: MIT
 *
 * A field of dots and the lines drawn on it: the part of a chart that must never lose a point. Dot
 * (0, 0) is at the lower left.
 */
#ifndef SCREEN_PLOT_H
#define SCREEN_PLOT_H

#include <stdbool.h>

struct plot {
    int width, height;   /* in dots */
    unsigned char *dots; /* owned; 1 if lit */
};

struct plot *plot_new(int width, int height);
void plot_free(struct plot *plot); /* accepts NULL */
bool plot_is_lit(const struct plot *plot, int x, int y);

/* Lights every dot column from one point to the other, x from left to right; in each column all
 * dots the line passes, so that many points in one column leave their lowest and highest. */
void plot_line(struct plot *plot, int from_x, int from_y, int to_x, int to_y);

/* Lights what is lit in `other`, which has the same size. */
void plot_add(struct plot *plot, const struct plot *other);

/* The eight dots of a braille cell (2 wide, 4 high) as U+2800 in UTF-8; false if none is lit. */
bool plot_braille(const struct plot *plot, int column, int row, char glyph[4]);

#endif
