/* SPDX-License-Identifier: MIT
 *
 * A share as a bar, to an eighth of a cell; in ASCII to a whole one.
 */
#ifndef REPORT_BAR_H
#define REPORT_BAR_H

#include <stdbool.h>
#include <stddef.h>

enum { BAR_CELLS_MOST = 64, BAR_TEXT = 3 * BAR_CELLS_MOST + 1 };

/* Eighths of a cell that `share` (0 .. 1, clamped; NaN is 0) of `cells` fills. */
size_t bar_eighths(double share, size_t cells);
/* What stands in cell `at` of a bar of so many eighths; " " behind its end. */
const char *bar_glyph(size_t eighths, size_t at, bool ascii);
/* The bar padded to `cells`, at most BAR_CELLS_MOST; returns `text`. */
char *bar_write(double share, size_t cells, bool ascii, char text[BAR_TEXT]);

#endif
