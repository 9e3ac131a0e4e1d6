/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/meter.h"

#include <math.h>

#include "report/bar.h"

void meter_bar(struct surface *surface, int x, int y, int width, double fraction, enum ink ink)
{
    size_t eighths = bar_eighths(fraction, width > 0 ? (size_t)width : 0);
    for (int i = 0; i < width; i++)
        surface_glyph(surface, x + i, y, ink, bar_glyph(eighths, (size_t)i, surface->ascii));
}

void meter_progress(struct surface *surface, int x, int y, int width, double fraction, enum ink ink)
{
    int full = (int)(bar_eighths(fraction, width > 0 ? (size_t)width : 0) + 4) / 8;
    for (int i = 0; i < width; i++)
        surface_glyph(surface, x + i, y, i < full ? ink : INK_LINE, i < full ? "━" : "─");
}

void meter_histogram(struct surface *surface, int x, int y, const double *bins, int count,
                     enum ink ink)
{
    static const char *const HEIGHTS[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const PLAIN_HEIGHTS[] = {"_", ".", "-", "=", "+", "*", "%", "#"};
    const char *const *heights = surface->ascii ? PLAIN_HEIGHTS : HEIGHTS;
    double most = 0;
    for (int i = 0; i < count; i++)
        most = fmax(most, bins[i]);
    for (int i = 0; i < count; i++) {
        int height = most > 0 ? (int)ceil(bins[i] / most * 8) : 0;
        if (height > 0)
            surface_glyph(surface, x + i, y, ink, heights[height - 1]);
    }
}
