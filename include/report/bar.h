/* SPDX-License-Identifier: MIT
 *
 * Draws a share as a bar, in eighths of a cell; in ASCII, in whole cells.
 */
#ifndef REPORT_BAR_H
#define REPORT_BAR_H

#include <stdbool.h>
#include <stddef.h>

enum { BAR_CELLS_MOST = 64, BAR_TEXT = 3 * BAR_CELLS_MOST + 1 };

/* How many eighths of a cell the bar has for `share` (0 .. 1, clamped; NaN is 0) of `cells`. */
size_t bar_eighths(double share, size_t cells);
/* The character in cell `at` of a bar with that many eighths; " " after its end. */
const char *bar_glyph(size_t eighths, size_t at, bool ascii);
/* Writes the bar, padded to `cells`, at most BAR_CELLS_MOST. Returns `text`. */
char *bar_write(double share, size_t cells, bool ascii, char text[BAR_TEXT]);

#endif
