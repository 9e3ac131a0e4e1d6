/* SPDX-License-Identifier: MIT
 *
 * Pictures in cells: which dots are lit, and whose colour or marker a cell has.
 */
#include "config.h"

#include "report/picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figures.h"
#include "report/plot.h"

enum { WIDTH = 80, DOTS_WIDE = 2, DOTS_HIGH = 4 };

enum ink picture_ink(const struct picture *picture, size_t group)
{
    if (picture->group_count == 0)
        return INK_SERIES;
    return group >= picture->group_count ? INK_LINE : plot_ink((int)group);
}

const char *picture_marker(const struct picture *picture, size_t group, bool ascii)
{
    if (picture->group_count > 0 && group >= picture->group_count)
        return ascii ? "." : "·";
    return plot_marker((int)group, ascii);
}

/* -- places ------------------------------------------------------------------------------------ */

/* Least and most of x or of y. */
static void extent_of(const struct picture *picture, size_t axis, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < picture->count; i++) {
        *low = fmin(*low, (double)picture->points[2 * i + axis]);
        *high = fmax(*high, (double)picture->points[2 * i + axis]);
    }
}

struct frame_of_points {
    double low[2], high[2];
};

static struct frame_of_points frame_of(const struct picture *picture)
{
    struct frame_of_points frame;
    for (size_t axis = 0; axis < 2; axis++)
        extent_of(picture, axis, &frame.low[axis], &frame.high[axis]);
    return frame;
}

/* The dot, 0 .. dots - 1. */
static int dot_of(const struct frame_of_points *frame, size_t axis, double value, int dots)
{
    double range = frame->high[axis] - frame->low[axis];
    int dot = range > 0 ? (int)((value - frame->low[axis]) / range * dots) : dots / 2;
    return dot < dots ? dot : dots - 1;
}

void picture_place(const struct picture *picture, size_t point, int width, int height, int *column,
                   int *row)
{
    struct frame_of_points frame = frame_of(picture);
    const float *place = picture->points + 2 * point;
    *column = dot_of(&frame, 0, (double)place[0], width * DOTS_WIDE) / DOTS_WIDE;
    *row = height - 1 - dot_of(&frame, 1, (double)place[1], height * DOTS_HIGH) / DOTS_HIGH;
}

/* -- cells ------------------------------------------------------------------------------------- */

/* How many points of each group, and of none, lie in each cell, counted from below. */
static uint32_t *count_groups(const struct picture *picture, int width, int height,
                              struct plot *plot)
{
    size_t kinds = picture->group_count + 1;
    uint32_t *counts = memory_array((size_t)(width * height) * kinds, sizeof *counts);
    struct frame_of_points frame = frame_of(picture);
    for (size_t i = 0; i < picture->count; i++) {
        int x = dot_of(&frame, 0, (double)picture->points[2 * i], plot->width);
        int y = dot_of(&frame, 1, (double)picture->points[2 * i + 1], plot->height);
        int cell = y / DOTS_HIGH * width + x / DOTS_WIDE;
        plot->dots[(size_t)y * (size_t)plot->width + (size_t)x] = 1;
        counts[(size_t)cell * kinds + picture->groups[i]]++;
    }
    return counts;
}

/* The group with most points; the first of equals. -1 if there is none. */
static int fullest(const uint32_t *counts, size_t kinds)
{
    int best = -1;
    for (size_t group = 0; group < kinds; group++)
        if (counts[group] > (best < 0 ? 0 : counts[best]))
            best = (int)group;
    return best;
}

void picture_fill(const struct picture *picture, int width, int height, enum picture_way way,
                  struct picture_cell *cells)
{
    size_t kinds = picture->group_count + 1;
    struct plot *plot = plot_new(width * DOTS_WIDE, height * DOTS_HIGH);
    uint32_t *counts = count_groups(picture, width, height, plot);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            struct picture_cell *cell = &cells[(height - 1 - row) * width + column];
            int group = fullest(counts + (size_t)(row * width + column) * kinds, kinds);
            *cell = (struct picture_cell){.ink = INK_PLAIN};
            if (group < 0)
                continue;
            cell->ink = picture_ink(picture, (size_t)group);
            if (way == PICTURE_DOTS)
                plot_braille(plot, column, row, cell->glyph);
            else
                snprintf(cell->glyph, sizeof cell->glyph, "%s",
                         picture_marker(picture, (size_t)group, way == PICTURE_PLAIN));
        }
    free(counts);
    plot_free(plot);
}

/* -- paper ------------------------------------------------------------------------------------- */

char *picture_legend(const struct picture *picture, size_t entry)
{
    size_t points = 0;
    char safe[60], count[FIGURE_TEXT];
    for (size_t i = 0; i < picture->count; i++)
        points += picture->groups[i] == entry;
    if (picture->group_count == 0 || entry > picture->group_count ||
        (entry == picture->group_count && points == 0))
        return NULL;
    text_safe(entry < picture->group_count ? picture->of_group[entry] : "unknown", safe,
              sizeof safe);
    return memory_format("%s %s", safe, figure_count((int64_t)points, count));
}

static void print_legend(const struct picture *picture, int width, struct output *output)
{
    char *text;
    int used = 0;
    for (size_t entry = 0; (text = picture_legend(picture, entry)); entry++) {
        char *shown = output_safe(output, text);
        int cells = (int)text_width(shown) + 2;
        if (used > 0 && used + 2 + cells > width) {
            output_print(output, "\n");
            used = 0;
        }
        output_print(output, "%s", used ? "  " : "");
        output_ink(output, picture_ink(picture, entry));
        output_print(output, "%s", picture_marker(picture, entry, output->ascii));
        output_ink(output, INK_PLAIN);
        output_print(output, " %s", shown);
        used += cells + (used ? 2 : 0);
        free(shown);
        free(text);
    }
    if (used > 0)
        output_print(output, "\n");
}

void picture_print(const struct picture *picture, int height, struct output *output)
{
    int width = output->width > 0 ? (int)output->width : WIDTH;
    enum picture_way way = output->ascii    ? PICTURE_PLAIN
                           : output->colour ? PICTURE_DOTS
                                            : PICTURE_MARKERS;
    if (picture->group_count == 0 && way == PICTURE_MARKERS)
        way = PICTURE_DOTS;
    struct picture_cell *cells = memory_array((size_t)(width * height), sizeof *cells);
    picture_fill(picture, width, height, way, cells);
    for (int row = 0; row < height; row++) {
        int end = width;
        enum ink ink = INK_PLAIN;
        while (end > 0 && !*cells[row * width + end - 1].glyph)
            end--;
        for (int column = 0; column < end; column++) {
            const struct picture_cell *cell = &cells[row * width + column];
            if (*cell->glyph && cell->ink != ink)
                output_ink(output, ink = cell->ink);
            output_print(output, "%s", *cell->glyph ? cell->glyph : " ");
        }
        if (ink != INK_PLAIN)
            output_ink(output, INK_PLAIN);
        output_print(output, "\n");
    }
    free(cells);
    print_legend(picture, width, output);
}
