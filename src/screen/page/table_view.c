/* SPDX-License-Identifier: MIT
 *
 * The Table page: the rows of one table of a data set, and a summary of the column under the
 * cursor.
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
#include "screen/app.h"
#include "screen/page/table_walk.h"
#include "screen/widget/meter.h"
#include "store/grid_store.h"

enum { PANEL_ROWS = 3, BAR = 30, WIDEST = 44 };

struct table_view {
    struct view view;
    struct grid *grid;
    struct browser browser;
    char dataset[64];
    enum dataset_table table;
    struct column_summary *summaries; /* one for each column */
    bool *known;                      /* which summaries are complete */
    int asked;                        /* the column of the last request; -1: none */
    unsigned counting;                /* number of the work under way; 0: none */
    struct error error;               /* "" if none */
};

static bool fill(void *context, struct listing *listing, int64_t first, int64_t count,
                 struct error *error)
{
    return grid_fill(((struct table_view *)context)->grid, listing, first, count, error);
}

static bool shows(const struct table_view *view, const char *dataset, enum dataset_table table)
{
    return view->grid && strcmp(view->dataset, dataset) == 0 && view->table == table;
}

static void take_found(struct view *self, const struct table_walk *walk)
{
    struct table_view *view = (struct table_view *)self;
    if (shows(view, walk->dataset, walk->table))
        scroll_to(&view->browser.scroll, walk->row);
}

static void start_walk(struct table_view *view, struct app *app, struct table_walk walk)
{
    walk.table = view->table;
    walk.view = &view->view;
    walk.found = take_found;
    memcpy(walk.dataset, view->dataset, sizeof walk.dataset);
    table_walk_start(app, &walk);
}

static void find(void *context, void *app, const char *text, bool backwards, bool here)
{
    struct table_view *view = context;
    int64_t step = here ? 0 : backwards ? view->grid->rows - 1 : 1, rows = view->grid->rows;
    if (rows > 0)
        start_walk(view, app,
                   (struct table_walk){.words = memory_string(text),
                                       .backwards = backwards,
                                       .row = (view->browser.scroll.cursor + step) % rows});
}

static void export(void *context, void *app, const char *words)
{
    start_walk(context, app, (struct table_walk){.words = memory_string(words), .exports = true});
}

static void close_table(struct table_view *view, struct app *app)
{
    if (view->counting)
        background_cancel(app->counting, view->counting);
    browser_show(&view->browser, listing_new(NULL));
    view->view.browser = NULL;
    grid_free(view->grid);
    free(view->summaries);
    free(view->known);
    view->grid = NULL;
    view->summaries = NULL;
    view->known = NULL;
    view->counting = 0;
    view->asked = -1;
}

static void open_table(struct table_view *view, struct app *app)
{
    close_table(view, app);
    snprintf(view->dataset, sizeof view->dataset, "%s", app->chosen.dataset);
    view->table = app->chosen.table;
    view->error.text[0] = '\0';
    view->grid = grid_open(app->store, view->dataset, view->table, &view->error);
    if (!view->grid)
        return;
    view->browser.column = 0;
    view->view.browser = &view->browser;
    browser_show(&view->browser, grid_listing(view->grid));
    browser_count(&view->browser, view->grid->rows);
    scroll_to(&view->browser.scroll, 0);
    view->summaries = memory_array(view->grid->column_count, sizeof *view->summaries);
    view->known = memory_array(view->grid->column_count, sizeof *view->known);
}

/* Summarises a column on the counting thread, with its own grid. */
struct summary_work {
    struct table_view *view;
    char dataset[64];
    enum dataset_table table;
    int column;
    bool good;
    struct column_summary summary;
    struct error error;
};

static void work_summary(void *context, struct store *store, const struct patience *patience)
{
    struct summary_work *work = context;
    (void)patience; /* the store's queries check it */
    if (!store)
        return;
    struct grid *grid = grid_open(store, work->dataset, work->table, &work->error);
    work->good = grid && grid_summarise(grid, (size_t)work->column, &work->summary, &work->error);
    grid_free(grid);
}

static void take_summary(void *context, void *app)
{
    struct summary_work *work = context;
    struct table_view *view = work->view;
    (void)app;
    view->counting = 0;
    if (work->good) {
        view->summaries[work->column] = work->summary;
        view->known[work->column] = true;
    } else {
        view->error = work->error;
    }
}

static void ask_summary(struct table_view *view, struct app *app)
{
    int column = (int)view->browser.column;
    if (!view->grid || view->known[column] || view->asked == column)
        return;
    if (view->counting)
        background_cancel(app->counting, view->counting);
    struct summary_work *work = memory_new(sizeof *work);
    work->view = view;
    work->table = view->table;
    work->column = view->asked = column;
    snprintf(work->dataset, sizeof work->dataset, "%s", view->dataset);
    view->counting = background_start(
        app->counting, &(struct background_work){work, work_summary, take_summary, free});
}

static void look(struct view *self, struct app *app)
{
    struct table_view *view = (struct table_view *)self;
    bool same = shows(view, app->chosen.dataset, app->chosen.table);
    if (!app->store)
        return;
    if (same) { /* a new import may have replaced the set */
        struct error error;
        struct grid *grid = grid_open(app->store, view->dataset, view->table, &error);
        same = grid && grid->rows == view->grid->rows &&
               grid->column_count == view->grid->column_count;
        grid_free(grid);
    }
    if (!same)
        open_table(view, app);
    ask_summary(view, app);
}

static void draw_title(const struct table_view *view, struct surface *surface, struct box box)
{
    char row[FIGURE_TEXT], rows[FIGURE_TEXT], place[3 * FIGURE_TEXT];
    int x = box.x + surface_text(surface, box.x, box.y, box.width, INK_STRONG, view->dataset) + 2;
    for (int table = 0; table < DATASET_TABLES; table++) {
        bool front = view->table == (enum dataset_table)table;
        x += surface_format(surface, x, box.y, box.width, front ? INK_TAB : INK_DIM, " %s ",
                            dataset_parts[table]);
    }
    snprintf(place, sizeof place, "row %s of %s",
             figure_count(view->browser.scroll.cursor + 1, row),
             figure_count(view->grid->rows, rows));
    if (box.x + box.width - x > (int)strlen(place) + 1)
        surface_text_right(surface, x, box.y, box.x + box.width - x, INK_DIM, place);
}

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
    size_t column = view->browser.column;
    const struct grid_column *about = &view->grid->columns[column];
    char title[128];
    snprintf(title, sizeof title, "%s, %s", about->name, column_words(about));
    surface_rule(surface, box.x, box.y, box.width, title);
    struct box first = {box.x, box.y + 1, box.width, 1}, second = {box.x, box.y + 2, box.width, 1};
    if (view->error.text[0]) {
        surface_text(surface, first.x, first.y, first.width, INK_BAD, view->error.text);
    } else if (!view->known[column]) {
        surface_text(surface, first.x, first.y, first.width, INK_DIM, "counting …");
    } else {
        draw_numbers(surface, first, about, &view->summaries[column]);
        draw_shape(surface, second, about, &view->summaries[column]);
    }
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct table_view *view = (struct table_view *)self;
    (void)app;
    if (!view->grid) {
        surface_text(surface, box.x, box.y, box.width, INK_BAD, view->error.text);
        return;
    }
    draw_title(view, surface, box);
    bool panel = box.height >= 10;
    browser_draw(surface, box_inside(box, 0, 2, 0, panel ? PANEL_ROWS : 0), &view->browser, true);
    if (panel)
        draw_panel(view, surface,
                   (struct box){box.x, box.y + box.height - PANEL_ROWS, box.width, PANEL_ROWS});
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct table_view *view = (struct table_view *)self;
    browser_move(&view->browser, action);
    ask_summary(view, app);
}

static void go_to(struct app *app, const char *text)
{
    struct table_view *view = (struct table_view *)app->views[PAGE_TABLE];
    size_t length = strlen(text);
    double number;
    bool percent = length > 0 && text[length - 1] == '%';
    if (!view->grid || length == 0)
        return;
    if (!text_number(text, length - percent, &number) || number < 0)
        app_say(app, INK_BAD, "expected a row, such as 5000, or a place, such as 50%%");
    else if (percent)
        scroll_to(&view->browser.scroll, (int64_t)(number / 100 * (double)(view->grid->rows - 1)));
    else
        scroll_to(&view->browser.scroll, (int64_t)fmin(number, (double)view->grid->rows) - 1);
}

static void add_line(struct bytes *text, const char *label, const char *value)
{
    char line[128];
    snprintf(line, sizeof line, "%-9s %s\n", label, value);
    bytes_add(text, line, strlen(line));
}

/* All bars of the column as a text for the pager. */
static char *describe(const struct table_view *view, size_t column)
{
    const struct column_summary *found = &view->summaries[column];
    const struct grid_column *about = &view->grid->columns[column];
    struct bytes text = {0};
    char figure[FIGURE_TEXT], line[256], label[2 * FIGURE_TEXT + 8];
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
        char shown[32 * 4 + 1], drawn[BAR_TEXT];
        if (about->type == COLUMN_TEXT)
            snprintf(label, sizeof label, "%s", bar->text);
        else
            range_words(about, bar->from, bar->to, label);
        text_fit(label, 24, true, false, shown, sizeof shown);
        snprintf(line, sizeof line, "%s %10s  %s\n", shown, figure_count(bar->count, figure),
                 bar_write((double)bar->count / (double)most, BAR, false, drawn));
        bytes_add(&text, line, strlen(line));
    }
    bytes_add(&text, "", 1);
    return (char *)text.data;
}

/* Skips the tables that the set does not have. */
static void next_table(struct table_view *view, struct app *app)
{
    do {
        app->chosen.table = (app->chosen.table + 1) % DATASET_TABLES;
        look(&view->view, app);
    } while (!view->grid && app->chosen.table != DATASET_RATINGS);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct table_view *view = (struct table_view *)self;
    if (!view->grid)
        return true;
    size_t column = view->browser.column;
    switch (action) {
    case ACTION_TABLE_TABLE:
        next_table(view, app);
        return true;
    case ACTION_TABLE_COLUMN:
        if (view->known[column]) {
            char *text = describe(view, column);
            app_read(app, view->grid->columns[column].name, text);
            free(text);
        }
        return true;
    case ACTION_TABLE_GOTO:
        app_ask(app, "go to row or percent: ", "", go_to);
        return true;
    default:
        return false;
    }
}

static char *value(struct view *self, struct app *app, const char *name)
{
    const struct table_view *view = (const struct table_view *)self;
    (void)app;
    if (strcmp(name, "data") == 0)
        return memory_string(view->dataset);
    return strcmp(name, "table") == 0 ? memory_string(dataset_parts[view->table]) : NULL;
}

static void free_view(struct view *self)
{
    struct table_view *view = (struct table_view *)self;
    browser_release(&view->browser);
    grid_free(view->grid);
    free(view->summaries);
    free(view->known);
    free(view);
}

struct view *table_view_new(void)
{
    static const struct view_operations OPERATIONS = {look,  draw,      move, act,
                                                      value, free_view, NULL};
    struct table_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){.empty = "no rows",
                                                           .sideways = true,
                                                           .widest = WIDEST,
                                                           .fill = fill,
                                                           .find = find,
                                                           .export = export,
                                                           .context = view});
    view->asked = -1;
    return &view->view;
}
