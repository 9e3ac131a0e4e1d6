/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/meter.h"

#include <math.h>

static int eighths_of(int width, double fraction)
{
    if (!(fraction > 0))
        return 0;
    return (int)lround((fraction > 1 ? 1 : fraction) * width * 8);
}

void meter_bar(struct surface *surface, int x, int y, int width, double fraction, enum ink ink)
{
    static const char *const PARTS[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int eighths = eighths_of(width, fraction);
    for (int i = 0; i < eighths / 8; i++)
        surface_glyph(surface, x + i, y, ink, "█");
    if (eighths % 8)
        surface_glyph(surface, x + eighths / 8, y, ink, PARTS[eighths % 8]);
}

void meter_progress(struct surface *surface, int x, int y, int width, double fraction, enum ink ink)
{
    int full = (eighths_of(width, fraction) + 4) / 8;
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
