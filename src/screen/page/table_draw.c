/* SPDX-License-Identifier: MIT
 *
 * Draws the Table page: the way to the top frame and what is shown of it, its rows, the summary of
 * the column under the cursor; or points.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/bar.h"
#include "report/dataset_words.h"
#include "screen/page/table_scatter.h"
#include "screen/page/table_view.h"
#include "screen/widget/meter.h"

enum { PANEL_ROWS = 3, BAR = 30, PLACE_LEAST = 20 };

/* -- head -------------------------------------------------------------------------------------- */

/* "row 5 of 1,000", or how far the work is. */
static void place_words(const struct table_view *view, char *text, size_t size)
{
    char row[FIGURE_TEXT], rows[FIGURE_TEXT], share[FIGURE_TEXT];
    int64_t count = view->browser.scroll.count;
    if (view->walk) {
        figure_done(table_walk_share(view->walk), share);
        snprintf(text, size, "%s %s, row %s of %s", view->walk->verb, share,
                 figure_count(count ? view->browser.scroll.cursor + 1 : 0, row),
                 figure_count(count, rows));
    } else {
        snprintf(text, size, "row %s of %s",
                 figure_count(count ? view->browser.scroll.cursor + 1 : 0, row),
                 figure_count(count, rows));
    }
}

/* The first crumb from which on there is room for all. */
static size_t first_crumb(const struct table_view *view, const struct surface *surface, int room)
{
    size_t first = view->frame_count;
    for (int used = 0; first > 0; first--) {
        used += surface_text_width(surface, view->frames[first - 1]->crumb) + 3;
        if (used > room && first < view->frame_count)
            break;
    }
    return first;
}

static void draw_crumbs(const struct table_view *view, struct surface *surface, struct box box)
{
    int x = box.x, right = box.x + box.width;
    for (size_t i = first_crumb(view, surface, box.width); i < view->frame_count && x < right;
         i++) {
        bool top = i + 1 == view->frame_count;
        x += surface_format(surface, x, box.y, right - x, top ? INK_TAB : INK_DIM,
                            top ? " %s " : "%s ", view->frames[i]->crumb);
        if (!top)
            x += surface_text(surface, x, box.y, right - x, INK_DIM, surface->ascii ? "> " : "› ");
    }
}

static void draw_title(struct table_view *view, struct surface *surface, struct box box)
{
    char place[4 * FIGURE_TEXT];
    place_words(view, place, sizeof place);
    int width = (int)strlen(place), room = box.width - width - 1;
    int x = surface_text(surface, box.x, box.y, room, INK_STRONG, view->dataset) + 2;
    if (view->frame_count == 1) {
        for (int table = 0; table < DATASET_TABLES; table++) {
            bool front = view->frames[0]->table == (enum dataset_table)table;
            int from = x;
            if (room - x > 0)
                x += surface_format(surface, box.x + x, box.y, room - x, front ? INK_TAB : INK_DIM,
                                    " %s ", dataset_parts[table]);
            view->tabs[table] = (struct box){box.x + from, box.y, x - from, 1};
        }
    } else if (room - x > 0) {
        draw_crumbs(view, surface, (struct box){box.x + x, box.y, room - x, 1});
    }
    if (box.width > PLACE_LEAST && table_top(view)->kind != FRAME_SCATTER)
        surface_text_right(surface, box.x, box.y, box.width, view->walk ? INK_WARN : INK_DIM,
                           place);
}

/* The filter, the order and what is hidden, in the line below the title. */
static void draw_shown(const struct table_frame *top, struct surface *surface, struct box box)
{
    char order[200], hidden[FIGURE_TEXT];
    size_t own = 0;
    int x = box.x, right = box.x + box.width;
    table_frame_order_words(top, order, sizeof order);
    for (size_t i = 0; i < top->grid->column_count; i++)
        own += table_column_is_usual(&top->grid->columns[i]);
    size_t shown = 0;
    for (size_t i = 0; i < top->column_count; i++)
        shown += table_column_is_usual(&top->grid->columns[top->columns[i]]);
    if (*top->now.filter)
        x += surface_format(surface, x, box.y, right - x, INK_PLAIN, "where %s", top->now.filter) +
             2;
    if (*order && x < right)
        x += surface_text(surface, x, box.y, right - x, INK_DIM, order) + 2;
    if (shown < own && x < right)
        surface_format(surface, x, box.y, right - x, INK_DIM, "%s hidden",
                       figure_of((int64_t)(own - shown), "column", hidden));
}

/* -- panel ------------------------------------------------------------------------------------- */

static void draw_numbers(struct surface *surface, struct box box, const struct grid_column *column,
                         const struct column_summary *found)
{
    char low[FIGURE_TEXT], mean[FIGURE_TEXT], high[FIGURE_TEXT], values[FIGURE_TEXT];
    char missing[FIGURE_TEXT], distinct[FIGURE_TEXT];
    int used = surface_format(
        surface, box.x, box.y, box.width, INK_PLAIN, "%s, %s missing, %s distinct",
        figure_of(found->count, "value", values), figure_count(found->missing, missing),
        figure_count(found->distinct, distinct));
    if (!isnan(found->mean))
        surface_format(surface, box.x + used + 3, box.y, box.width - used - 3, INK_PLAIN,
                       "min %s   mean %s   max %s", value_words(column, found->min, low),
                       value_words(column, found->mean, mean),
                       value_words(column, found->max, high));
}

/* Draws a small histogram or the most frequent texts. */
static void draw_shape(struct surface *surface, struct box box, const struct grid_column *column,
                       const struct column_summary *found)
{
    char low[FIGURE_TEXT], high[FIGURE_TEXT];
    if (!isnan(found->mean)) {
        double bins[SUMMARY_BINS];
        int count = (int)found->bar_count;
        for (int i = 0; i < count; i++)
            bins[i] = (double)found->bars[i].count;
        int x = box.x +
                surface_text(surface, box.x, box.y, box.width, INK_DIM,
                             value_words(column, found->min, low)) +
                1;
        meter_histogram(surface, x, box.y, bins, count, INK_BAR);
        surface_text(surface, x + count + 1, box.y, box.width, INK_DIM,
                     value_words(column, found->max, high));
        return;
    }
    int x = box.x, right = box.x + box.width;
    for (size_t i = 0; i < found->bar_count && x < right; i++) {
        char count[FIGURE_TEXT];
        x += surface_text(surface, x, box.y, right - x, INK_PLAIN, found->bars[i].text) + 1;
        x += surface_text(surface, x, box.y, right - x, INK_DIM,
                          figure_count(found->bars[i].count, count)) +
             2;
    }
}

static void draw_panel(const struct table_view *view, struct surface *surface, struct box box)
{
    const struct table_frame *top = table_top(view);
    size_t column = table_cursor_column(view);
    if (column == SIZE_MAX)
        return;
    const struct grid_column *about = &top->grid->columns[column];
    char title[128];
    snprintf(title, sizeof title, "%.80s, %s", about->name, column_words(about));
    surface_rule(surface, box.x, box.y, box.width, title);
    struct box first = {box.x, box.y + 1, box.width, 1}, second = {box.x, box.y + 2, box.width, 1};
    if (view->error.text[0]) {
        surface_text(surface, first.x, first.y, first.width, INK_BAD, view->error.text);
    } else if (column >= top->summary_count || !top->summarised[column]) {
        surface_text(surface, first.x, first.y, first.width, INK_DIM, "counting …");
    } else {
        draw_numbers(surface, first, about, &top->summaries[column]);
        draw_shape(surface, second, about, &top->summaries[column]);
    }
}

/* -- the page ---------------------------------------------------------------------------------- */

bool table_draw_cell(void *context, struct surface *surface, struct box box, size_t row,
                     size_t column)
{
    const struct table_view *view = context;
    const struct table_frame *top = table_top(view);
    size_t of = table_frame_column(top, column);
    if (of == SIZE_MAX || top->grid->columns[of].look != GRID_BAR)
        return false;
    const struct listing_cell *cell = listing_at(view->browser.listing, row, column);
    if (cell && !isnan(cell->value))
        meter_bar(surface, box.x, box.y, box.width, cell->value, INK_BAR);
    return true;
}

void table_draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct table_view *view = (struct table_view *)self;
    const struct table_frame *top = table_top(view);
    (void)app;
    if (!top) {
        surface_text(surface, box.x, box.y, box.width, INK_BAD, view->error.text);
        return;
    }
    if (top->kind != FRAME_SCATTER)
        view->browser.scroll.count = table_frame_rows(top); /* it grows while rows are found */
    draw_title(view, surface, box);
    draw_shown(top, surface, (struct box){box.x, box.y + 1, box.width, 1});
    struct box rest = box_inside(box, 0, 2, 0, 0);
    if (top->kind == FRAME_SCATTER) {
        table_scatter_draw(surface, rest, top);
        return;
    }
    bool panel = box.height >= 10 && top->kind == FRAME_TABLE;
    browser_draw(surface, box_inside(rest, 0, 0, 0, panel ? PANEL_ROWS : 0), &view->browser, true);
    if (panel)
        draw_panel(view, surface,
                   (struct box){box.x, box.y + box.height - PANEL_ROWS, box.width, PANEL_ROWS});
}

/* -- a column as a text ------------------------------------------------------------------------ */

static void add_line(struct bytes *text, const char *label, const char *value)
{
    bytes_add_format(text, "%-9s %s\n", label, value);
}

char *table_describe(const struct table_frame *frame, size_t column)
{
    const struct column_summary *found = &frame->summaries[column];
    const struct grid_column *about = &frame->grid->columns[column];
    struct bytes text = {0};
    char figure[FIGURE_TEXT], label[2 * FIGURE_TEXT + 8], shown[32 * 4 + 1], drawn[BAR_TEXT];
    int64_t most = 1;
    add_line(&text, "values", figure_count(found->count, figure));
    add_line(&text, "missing", figure_count(found->missing, figure));
    add_line(&text, "distinct", figure_count(found->distinct, figure));
    if (!isnan(found->mean)) {
        add_line(&text, "min", value_words(about, found->min, figure));
        add_line(&text, "mean", value_words(about, found->mean, figure));
        add_line(&text, "max", value_words(about, found->max, figure));
    }
    bytes_add(&text, "\n", 1);
    for (size_t i = 0; i < found->bar_count; i++)
        most = found->bars[i].count > most ? found->bars[i].count : most;
    for (size_t i = 0; i < found->bar_count; i++) {
        const struct summary_bar *bar = &found->bars[i];
        if (about->type == COLUMN_TEXT)
            snprintf(label, sizeof label, "%s", bar->text);
        else
            range_words(about, bar->from, bar->to, label);
        text_fit(label, 24, true, false, shown, sizeof shown);
        bytes_add_format(&text, "%s %10s  %s\n", shown, figure_count(bar->count, figure),
                         bar_write((double)bar->count / (double)most, BAR, false, drawn));
    }
    bytes_add(&text, "", 1);
    return (char *)text.data;
}
