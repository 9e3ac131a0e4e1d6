/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/plot.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

struct plot *plot_new(int width, int height)
{
    struct plot *plot = memory_new(sizeof *plot);
    plot->width = width;
    plot->height = height;
    plot->dots = memory_array((size_t)width, (size_t)height);
    return plot;
}

void plot_free(struct plot *plot)
{
    if (!plot)
        return;
    free(plot->dots);
    free(plot);
}

bool plot_is_lit(const struct plot *plot, int x, int y)
{
    return x >= 0 && y >= 0 && x < plot->width && y < plot->height &&
           plot->dots[(size_t)y * (size_t)plot->width + (size_t)x];
}

static void light_span(struct plot *plot, int x, int from, int to)
{
    if (from > to) {
        int swap = from;
        from = to;
        to = swap;
    }
    for (int y = from < 0 ? 0 : from; y <= to && y < plot->height; y++)
        plot->dots[(size_t)y * (size_t)plot->width + (size_t)x] = 1;
}

void plot_line(struct plot *plot, int from_x, int from_y, int to_x, int to_y)
{
    double slope = to_x > from_x ? (double)(to_y - from_y) / (to_x - from_x) : 0;
    for (int x = from_x < 0 ? 0 : from_x; x <= to_x && x < plot->width; x++) {
        /* The line's extent from half a column before x to half a column after. */
        double before = x == from_x ? 0 : x - from_x - 0.5;
        double after = x == to_x ? to_x - from_x : x - from_x + 0.5;
        int enters = from_y + (int)lround(slope * before);
        int leaves = from_x == to_x ? to_y : from_y + (int)lround(slope * after);
        light_span(plot, x, enters, leaves);
    }
}

void plot_add(struct plot *plot, const struct plot *other)
{
    size_t dots = (size_t)plot->width * (size_t)plot->height;
    for (size_t i = 0; i < dots; i++)
        plot->dots[i] |= other->dots[i];
}

bool plot_braille(const struct plot *plot, int column, int row, char glyph[4])
{
    static const unsigned char BITS[2][4] = {{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}};
    unsigned bits = 0;
    for (int x = 0; x < 2; x++)
        for (int y = 0; y < 4; y++)
            if (plot_is_lit(plot, 2 * column + x, 4 * row + y))
                bits |= BITS[x][y];
    unsigned character = 0x2800 + bits;
    glyph[0] = (char)(0xE0 | character >> 12);
    glyph[1] = (char)(0x80 | (character >> 6 & 0x3F));
    glyph[2] = (char)(0x80 | (character & 0x3F));
    glyph[3] = '\0';
    return bits != 0;
}

const char *plot_marker(int look, bool ascii)
{
    static const char *const MARKERS[] = {"●", "▲", "■", "◆", "○", "△", "□", "◇"};
    static const char *const ASCII_MARKERS[] = {"o", "x", "#", "*", "+", "@", "%", "&"};
    return (ascii ? ASCII_MARKERS : MARKERS)[look % INK_SERIES_COUNT];
}

enum ink plot_ink(int look)
{
    return (enum ink)(INK_SERIES + look % INK_SERIES_COUNT);
}
