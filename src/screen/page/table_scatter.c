/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/table_scatter.h"

#include <math.h>

#include "report/dataset_words.h"
#include "report/plot.h"

enum { LABEL = 12, GLYPH = 4, DOTS_WIDE = 2, DOTS_HIGH = 4 };

/* Rows of the table in the dots of a cell. */
static uint64_t count_in(const struct scatter *scatter, double left, double right, double low,
                         double high)
{
    uint64_t sum = 0;
    int from_x = (int)(left * SCATTER_WIDTH), to_x = (int)ceil(right * SCATTER_WIDTH);
    int from_y = (int)(low * SCATTER_HEIGHT), to_y = (int)ceil(high * SCATTER_HEIGHT);
    for (int y = from_y; y < to_y && y < SCATTER_HEIGHT; y++)
        for (int x = from_x; x < to_x && x < SCATTER_WIDTH; x++)
            sum += scatter->counts[y][x];
    return sum;
}

static void light(struct plot *plot, const struct scatter *scatter)
{
    for (int y = 0; y < plot->height; y++)
        for (int x = 0; x < plot->width; x++)
            plot->dots[(size_t)y * (size_t)plot->width + (size_t)x] =
                count_in(scatter, (double)x / plot->width, (double)(x + 1) / plot->width,
                         (double)y / plot->height, (double)(y + 1) / plot->height) > 0;
}

/* The ink of a cell: strong if it has many rows compared with the fullest one. */
static void draw_cells(struct surface *surface, struct box box, const struct plot *plot,
                       const struct scatter *scatter)
{
    uint64_t most = 1;
    for (int pass = 0; pass < 2; pass++)
        for (int row = 0; row < box.height; row++)
            for (int column = 0; column < box.width; column++) {
                char glyph[GLYPH];
                uint64_t count =
                    count_in(scatter, (double)column / box.width, (double)(column + 1) / box.width,
                             (double)row / box.height, (double)(row + 1) / box.height);
                if (pass == 0)
                    most = count > most ? count : most;
                else if (plot_braille(plot, column, row, glyph))
                    surface_glyph(surface, box.x + column, box.y + box.height - 1 - row,
                                  count * 10 > most ? INK_STRONG : INK_BAR,
                                  surface->ascii ? (count * 10 > most ? "#" : ".") : glyph);
            }
}

void table_scatter_draw(struct surface *surface, struct box box, const struct table_frame *frame)
{
    const struct scatter *scatter = frame->scatter;
    const struct grid_column *up = &frame->grid->columns[frame->of];
    const struct grid_column *across = &frame->grid->columns[frame->across];
    char text[FIGURE_TEXT], points[FIGURE_TEXT], missing[FIGURE_TEXT];
    int used = surface_format(
        surface, box.x, box.y, box.width, INK_PLAIN, "%s, %s without both, correlation %s",
        figure_of(scatter->points, "point", points), figure_count(scatter->missing, missing),
        figure_metric(scatter->correlation, true, text));
    (void)used;
    struct box inner = box_inside(box, LABEL + 1, 1, 0, 1);
    if (inner.width < 4 || inner.height < 2)
        return;
    surface_text_right(surface, box.x, inner.y, LABEL, INK_DIM,
                       value_words(up, scatter->high[0], text));
    surface_text_right(surface, box.x, inner.y + inner.height - 1, LABEL, INK_DIM,
                       value_words(up, scatter->low[0], text));
    int y = inner.y + inner.height;
    surface_text(surface, inner.x, y, inner.width, INK_DIM,
                 value_words(across, scatter->low[1], text));
    surface_text_right(surface, inner.x, y, inner.width, INK_DIM,
                       value_words(across, scatter->high[1], text));
    struct plot *plot = plot_new(inner.width * DOTS_WIDE, inner.height * DOTS_HIGH);
    light(plot, scatter);
    draw_cells(surface, inner, plot, scatter);
    plot_free(plot);
}
