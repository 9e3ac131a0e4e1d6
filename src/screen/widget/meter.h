/* SPDX-License-Identifier: MIT
 *
 * Draws quantities as lengths: bars, progress, and histograms in one row.
 */
#ifndef SCREEN_METER_H
#define SCREEN_METER_H

#include "screen/terminal/surface.h"

/* A bar over `fraction` of `width` cells, precise to an eighth of a cell. The fraction is clamped
 * to 0 .. 1; NaN is 0. */
void meter_bar(struct surface *surface, int x, int y, int width, double fraction, enum ink ink);

/* A bar, with a thin line for the remaining part. */
void meter_progress(struct surface *surface, int x, int y, int width, double fraction,
                    enum ink ink);

/* The heights of `count` bins in one row, one cell each. A bin above 0 is never blank. */
void meter_histogram(struct surface *surface, int x, int y, const double *bins, int count,
                     enum ink ink);

#endif
