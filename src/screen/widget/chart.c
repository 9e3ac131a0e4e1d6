/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/figures.h"
#include "report/plot.h"
#include "screen/widget/scale.h"

enum { LEAST_HEIGHT = 6, LEAST_WIDTH = 24, MARKER_DISTANCE = 18 };

const char *chart_marker(const struct surface *surface, int look)
{
    return plot_marker(look, surface->ascii);
}

enum ink chart_ink(int look)
{
    return plot_ink(look);
}

/* The number of points, and the range of those that can be drawn. */
struct extent {
    double x_low, x_high, y_low, y_high;
    size_t points, not_finite, not_positive;
};

static void include_point(struct extent *extent, double x, double y, bool log_y)
{
    if (!isfinite(y)) {
        extent->not_finite++;
        return;
    }
    extent->x_low = fmin(extent->x_low, x);
    extent->x_high = fmax(extent->x_high, x);
    extent->points++;
    if (log_y && y <= 0) {
        extent->not_positive++;
        return;
    }
    extent->y_low = fmin(extent->y_low, y);
    extent->y_high = fmax(extent->y_high, y);
}

static struct extent measure(const struct chart *chart)
{
    struct extent extent = {INFINITY, -INFINITY, INFINITY, -INFINITY, 0, 0, 0};
    for (size_t s = 0; s < chart->series_count; s++)
        for (size_t i = 0; i < chart->series[s].count; i++)
            include_point(&extent, chart->series[s].x[i], chart->series[s].y[i], chart->log_y);
    if (extent.y_low > extent.y_high) /* no value above 0 */
        extent.y_low = extent.y_high = 1;
    return extent;
}

static double latest_of(const struct chart_series *series)
{
    if (series->latest)
        return *series->latest;
    for (size_t i = series->count; i-- > 0;)
        if (isfinite(series->y[i]))
            return series->y[i];
    return NAN;
}

/* How much the legend shows. */
struct legend {
    bool title, values;
};

/* Draws the legend from row 0 on if `draw`. Returns the rows that it needs. */
static int draw_legend(struct surface *surface, struct box box, const struct chart *chart,
                       struct legend legend, bool draw)
{
    int x = box.x, y = box.y, right = box.x + box.width;
    if (chart->title && legend.title) {
        char title[128];
        snprintf(title, sizeof title, "%s%s", chart->title, chart->log_y ? ", log scale" : "");
        if (draw)
            surface_text(surface, x, y, box.width, INK_DIM, title);
        x += surface_text_width(surface, title) + 3;
    }
    for (size_t s = 0; s < chart->series_count; s++) {
        const struct chart_series *series = &chart->series[s];
        char latest[FIGURE_TEXT] = "";
        if (!series->name)
            continue;
        if (legend.values)
            figure_loss(latest_of(series), latest);
        int name = surface_text_width(surface, series->name), value = (int)strlen(latest);
        int needed = 2 + name + (value ? 1 + value : 0);
        if (x + needed > right && x > box.x) {
            x = box.x;
            y++;
        }
        if (draw && y < box.y + box.height) {
            enum ink ink = chart_ink(series->look);
            surface_glyph(surface, x, y, ink, chart_marker(surface, series->look));
            surface_text(surface, x + 2, y, right - x - 2, ink, series->name);
            surface_text(surface, x + 3 + name, y, right - x - 3 - name, INK_PLAIN, latest);
        }
        x += needed + (legend.values ? 3 : 2);
    }
    return y - box.y + 1;
}

/* Draws the fullest legend that fits in a quarter of the height, or else the shortest. */
static int fit_legend(struct surface *surface, struct box box, const struct chart *chart)
{
    static const struct legend LEVELS[] = {{true, true}, {false, true}, {false, false}};
    int level = 0, most = box.height / 4 < 1 ? 1 : box.height / 4;
    while (level < 2 && draw_legend(surface, box, chart, LEVELS[level], false) > most)
        level++;
    struct box top = {box.x, box.y, box.width, most};
    int rows = draw_legend(surface, top, chart, LEVELS[level], true);
    return rows > most ? most : rows;
}

static void draw_vertical_axis(struct surface *surface, struct box plot, const struct scale *scale)
{
    int label = plot.x - 2;
    surface_fill(surface, (struct box){plot.x - 1, plot.y, 1, plot.height}, INK_LINE, "│");
    for (int i = 0; i < scale->tick_count; i++) {
        const struct tick *tick = &scale->ticks[i];
        int y = plot.y + plot.height - 1 - tick->cell;
        surface_glyph(surface, plot.x - 1, y, INK_LINE, "┤");
        surface_text(surface, label - (int)strlen(tick->text), y, TICK_TEXT, INK_DIM, tick->text);
    }
}

static void draw_horizontal_axis(struct surface *surface, struct box plot,
                                 const struct scale *scale, const char *name)
{
    int y = plot.y + plot.height, right = plot.x + plot.width, free_from = plot.x - 2;
    surface_fill(surface, (struct box){plot.x - 1, y, plot.width + 1, 1}, INK_LINE, "─");
    surface_glyph(surface, plot.x - 1, y, INK_LINE, "└");
    int name_x = right - (name ? surface_text_width(surface, name) : 0);
    for (int i = 0; i < scale->tick_count; i++) {
        const struct tick *tick = &scale->ticks[i];
        int length = (int)strlen(tick->text), x = plot.x + tick->cell;
        int start = x - length / 2;
        if (start + length > right)
            start = right - length;
        surface_glyph(surface, x, y, INK_LINE, "┬");
        if (start < free_from || (start + length > name_x - 1 && i > 0))
            continue;
        surface_text(surface, start, y + 1, length, INK_DIM, tick->text);
        free_from = start + length + 2;
    }
    if (name && name_x >= free_from)
        surface_text(surface, name_x, y + 1, right - name_x, INK_DIM, name);
}

/* Draws the values of a series as a line of dots. */
static struct plot *rasterise(const struct chart_series *series, const double *values,
                              const struct scale *across, const struct scale *upwards)
{
    struct plot *plot = plot_new(across->cells * across->dots, upwards->cells * upwards->dots);
    bool joined = false;
    int last_x = 0, last_y = 0;
    for (size_t i = 0; i < series->count; i++) {
        if (!isfinite(values[i])) {
            joined = false;
            continue;
        }
        int x = scale_dot(across, series->x[i]), y = scale_dot(upwards, values[i]);
        plot_line(plot, joined ? last_x : x, joined ? last_y : y, x, y);
        joined = true;
        last_x = x;
        last_y = y;
    }
    return plot;
}

/* Draws markers at the end of the line and at regular distances before it. Each series has another
 * offset, so that markers do not hide one another. */
static void draw_markers(struct surface *surface, struct box box, const struct chart_series *series,
                         const struct scale *across, const struct scale *upwards)
{
    int next = box.width;
    bool last = true;
    for (size_t i = series->count; i-- > 0;) {
        if (!isfinite(series->y[i]))
            continue;
        int column = scale_dot(across, series->x[i]) / across->dots;
        int row = scale_dot(upwards, series->y[i]) / upwards->dots;
        if (column > next)
            continue;
        surface_glyph(surface, box.x + column, box.y + box.height - 1 - row,
                      chart_ink(series->look), chart_marker(surface, series->look));
        next = column - MARKER_DISTANCE + (last ? 4 * (series->look % 4) : 0);
        last = false;
    }
}

/* Draws the cells of one line, with the dots of all lines so far, or its marker in ASCII. */
static void draw_line(struct surface *surface, struct box box, const struct plot *line,
                      const struct plot *all, const char *marker, enum ink ink)
{
    for (int row = 0; row < box.height; row++)
        for (int column = 0; column < box.width; column++) {
            char own[4], shared[4];
            const char *glyph = NULL;
            if (surface->ascii)
                glyph = plot_is_lit(line, column, row) ? marker : NULL;
            else if (plot_braille(line, column, row, own) && plot_braille(all, column, row, shared))
                glyph = shared;
            if (glyph)
                surface_glyph(surface, box.x + column, box.y + box.height - 1 - row, ink, glyph);
        }
}

/* Draws the unsmoothed values, all in one faint ink. Values outside the scale appear on its
 * edge. */
static void draw_raw(struct surface *surface, struct box box, const struct chart *chart,
                     const struct scale *across, const struct scale *upwards)
{
    struct plot *all = plot_new(across->cells * across->dots, upwards->cells * upwards->dots);
    for (size_t s = 0; s < chart->series_count; s++) {
        const struct chart_series *series = &chart->series[s];
        if (!series->raw || surface->ascii)
            continue;
        struct plot *raw = rasterise(series, series->raw, across, upwards);
        plot_add(all, raw);
        plot_free(raw);
    }
    draw_line(surface, box, all, all, NULL, INK_LINE);
    plot_free(all);
}

static void draw_lines(struct surface *surface, struct box box, const struct chart *chart,
                       const struct scale *across, const struct scale *upwards)
{
    struct plot *all = plot_new(across->cells * across->dots, upwards->cells * upwards->dots);
    for (size_t s = 0; s < chart->series_count; s++) {
        const struct chart_series *series = &chart->series[s];
        struct plot *line = rasterise(series, series->y, across, upwards);
        plot_add(all, line);
        draw_line(surface, box, line, all, chart_marker(surface, series->look),
                  chart_ink(series->look));
        plot_free(line);
    }
    plot_free(all);
    for (size_t s = 0; s < chart->series_count && !surface->ascii; s++)
        if (chart->series[s].name)
            draw_markers(surface, box, &chart->series[s], across, upwards);
}

static void draw_plot(struct surface *surface, struct box box, const struct chart *chart,
                      const struct extent *extent)
{
    bool axes = box.height >= LEAST_HEIGHT - 1 && box.width >= LEAST_WIDTH;
    int rows = axes ? box.height - 2 : box.height, margin = 0;
    int across_dots = surface->ascii ? 1 : 2, upwards_dots = surface->ascii ? 1 : 4;
    if (rows < 2)
        return;
    struct scale upwards =
        scale_vertical(extent->y_low, extent->y_high, rows, upwards_dots, chart->log_y);
    for (int i = 0; axes && i < upwards.tick_count; i++) {
        int length = (int)strlen(upwards.ticks[i].text) + 2;
        margin = length > margin ? length : margin;
    }
    if (axes && margin < 3)
        margin = 3;
    struct box plot = {box.x + margin, box.y, box.width - margin, rows};
    struct scale across = scale_horizontal(extent->x_low, extent->x_high, plot.width, across_dots);
    if (axes) {
        draw_vertical_axis(surface, plot, &upwards);
        draw_horizontal_axis(surface, plot, &across, chart->x_label);
    }
    draw_raw(surface, plot, chart, &across, &upwards);
    draw_lines(surface, plot, chart, &across, &upwards);
}

static void draw_notes(struct surface *surface, struct box box, const struct extent *extent)
{
    char text[128] = "";
    if (extent->not_finite)
        snprintf(text, sizeof text, "%zu not finite", extent->not_finite);
    if (extent->not_positive)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "%s%zu at or below 0, at the foot", *text ? ", " : "", extent->not_positive);
    if (*text)
        surface_text_right(surface, box.x, box.y, box.width, INK_WARN, text);
}

void chart_draw(struct surface *surface, struct box box, const struct chart *chart)
{
    if (box.width < 1 || box.height < 1)
        return;
    int used = fit_legend(surface, box, chart);
    struct extent extent = measure(chart);
    struct box rest = box_inside(box, 0, used, 0, 0);
    if (extent.points == 0)
        surface_text(surface, rest.x, rest.y + rest.height / 2, rest.height > 0 ? rest.width : 0,
                     INK_DIM, chart->missing ? chart->missing : "nothing to draw yet");
    else
        draw_plot(surface, rest, chart, &extent);
    if (rest.height > 0)
        draw_notes(surface, rest, &extent);
}
