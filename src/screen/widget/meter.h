/* SPDX-License-Identifier: MIT
 *
 * Quantities as lengths: bars, progress, and histograms of one line.
 */
#ifndef SCREEN_METER_H
#define SCREEN_METER_H

#include "screen/terminal/surface.h"

/* `fraction` (0 .. 1, clamped; NaN is 0) of `width` cells, to an eighth of a cell. */
void meter_bar(struct surface *surface, int x, int y, int width, double fraction, enum ink ink);

/* The same with what is still to come as a thin line. */
void meter_progress(struct surface *surface, int x, int y, int width, double fraction,
                    enum ink ink);

/* Heights of `count` bins in one row, one cell a bin; a bin that holds anything is never blank. */
void meter_histogram(struct surface *surface, int x, int y, const double *bins, int count,
                     enum ink ink);

#endif
