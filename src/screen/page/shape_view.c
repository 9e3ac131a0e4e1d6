/* SPDX-License-Identifier: MIT
 *
 * The Shape page: what decides how hard it is to recommend from a data set, one part at a time. A
 * part is a table; beside or below it is a chart, or the whole text of the row under the cursor.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/shape_report.h"
#include "screen/app.h"
#include "screen/widget/chart.h"
#include "screen/widget/meter.h"
#include "store/dataset_store.h"

/* In cells: the least width of a chart beside its table and the least height below it, the least
 * and most rows of the text of a row, the height from which the head has a second line, and the
 * width from which the head has both users and items. */
enum {
    CHART_WIDTH = 30,
    CHART_HEIGHT = 8,
    TEXT_LEAST = 3,
    TEXT_MOST = 5,
    TALL = 12,
    WIDE = 76,
    GAP = 2
};

struct shape_view {
    struct view view;
    struct browser browser;
    struct dataset_shape *shape; /* NULL: not known yet */
    enum shape_part part;
    bool chart;        /* the chart is in the place of the table */
    unsigned counting; /* number of the work under way; 0: none */
    char asked[64];    /* the set whose shape was asked for */
    int64_t asked_at;  /* import time of that set */
    struct error error;
};

/* -- reading ----------------------------------------------------------------------------------- */

/* Computes the shape on the counting thread. */
struct shape_work {
    struct shape_view *view;
    char name[64];
    struct dataset_shape *shape;
    struct error error;
};

static void work_shape(void *context, struct store *store, const struct patience *patience)
{
    struct shape_work *work = context;
    (void)patience; /* the store's queries check it */
    if (!store)
        error_set(&work->error, ERROR_STORE, "the workbench cannot be read");
    else
        work->shape = store_dataset_shape(store, work->name, &work->error);
}

static void release_work(void *context)
{
    struct shape_work *work = context;
    dataset_shape_free(work->shape);
    free(work);
}

static void show(struct shape_view *view)
{
    view->view.browser = NULL;
    browser_show(&view->browser,
                 view->shape ? shape_listing(view->shape, view->part, false) : listing_new(NULL));
    if (view->shape)
        view->view.browser = &view->browser;
}

static void take_shape(void *context, void *app)
{
    struct shape_work *work = context;
    struct shape_view *view = work->view;
    (void)app;
    view->counting = 0;
    view->shape = work->shape;
    work->shape = NULL;
    if (!view->shape)
        view->error = work->error;
    else if (!shape_has_part(view->shape, view->part))
        view->part = SHAPE_PART_WARNINGS;
    show(view);
}

static void ask(struct shape_view *view, struct app *app, const struct dataset_summary *summary)
{
    if (view->counting)
        background_cancel(app->counting, view->counting);
    dataset_shape_free(view->shape);
    view->shape = NULL;
    view->error.text[0] = '\0';
    show(view);
    struct shape_work *work = memory_new(sizeof *work);
    work->view = view;
    snprintf(work->name, sizeof work->name, "%s", summary->name);
    snprintf(view->asked, sizeof view->asked, "%s", summary->name);
    view->asked_at = summary->imported_at;
    view->counting = background_start(
        app->counting, &(struct background_work){work, work_shape, take_shape, release_work});
}

static void look(struct view *self, struct app *app)
{
    struct shape_view *view = (struct shape_view *)self;
    struct dataset_summary summary;
    struct error error;
    if (!app->store)
        return;
    if (!store_dataset_summary(app->store, app->chosen.dataset, &summary, &error)) {
        if (error.kind == ERROR_USAGE) { /* it was removed */
            dataset_shape_free(view->shape);
            view->shape = NULL;
            view->asked[0] = '\0';
            show(view);
        }
        view->error = error;
        return;
    }
    if (strcmp(summary.name, view->asked) != 0 || summary.imported_at != view->asked_at)
        ask(view, app, &summary);
}

/* -- head -------------------------------------------------------------------------------------- */

/* The number of users by their numbers of ratings, or of items, and how unequal these are. Returns
 * the cells used. */
static int draw_side(const struct shape_view *view, struct surface *surface, struct box box,
                     enum shape_sides side)
{
    const struct dataset_profile *profile = &view->shape->profile;
    const struct count_spread *spread =
        side == SHAPE_USERS ? &profile->per_user : &profile->per_item;
    char gini[FIGURE_TEXT];
    double bins[40];
    size_t first = 0, count = 0;
    while (first < spread->bin_count && spread->bins[first] == 0)
        first++;
    for (size_t i = first; i < spread->bin_count; i++)
        bins[count++] = (double)spread->bins[i];
    int used = surface_format(surface, box.x, box.y, box.width, INK_DIM, "%s, Gini %s",
                              side == SHAPE_USERS ? "users" : "items",
                              figure_number(view->shape->sides[side].gini, gini));
    if (used + 1 + (int)count > box.width)
        return used;
    meter_histogram(surface, box.x + used + 1, box.y, bins, (int)count, INK_BAR);
    return used + 1 + (int)count;
}

static void draw_line_of_time(const struct shape_view *view, struct surface *surface,
                              struct box box)
{
    const struct dataset_summary *summary = &view->shape->profile.summary;
    double bins[SHAPE_PERIODS];
    int count = (int)view->shape->period_count, together = 1, joined = 0;
    char from[FIGURE_TEXT], to[FIGURE_TEXT];
    int room = box.width - 2 * ((int)strlen("2000-01-01") + 1);
    if (count < 2 || room < 6)
        return;
    while ((count + together - 1) / together > room)
        together++;
    for (int i = 0; i < count; i++) {
        if (i % together == 0)
            bins[joined++] = 0;
        bins[joined - 1] += (double)view->shape->periods[i].ratings;
    }
    int x = box.x + surface_text(surface, box.x, box.y, box.width, INK_DIM,
                                 figure_date(summary->first_time, from));
    meter_histogram(surface, x + 1, box.y, bins, joined, INK_BAR);
    surface_text(surface, x + joined + 2, box.y, box.width - joined - 2, INK_DIM,
                 figure_date(summary->last_time, to));
}

/* Returns the rows used. */
static int draw_head(const struct shape_view *view, struct surface *surface, struct box box)
{
    char text[SHAPE_TEXT];
    int used = surface_text(surface, box.x, box.y, box.width, INK_STRONG, view->asked) + GAP;
    if (!view->shape)
        return 1;
    shape_size_words(view->shape, text);
    char *density = strstr(text, " items, ");
    if (density && (int)strlen(text) > box.width - used)
        density[strlen(" items")] = '\0';
    surface_text(surface, box.x + used, box.y, box.width - used, INK_PLAIN, text);
    if (box.height < TALL || box.width < WIDE)
        return 1;
    struct box line = {box.x, box.y + 1, box.width, 1};
    for (enum shape_sides side = 0; side < SHAPE_SIDES; side++)
        line = box_inside(line, draw_side(view, surface, line, side) + GAP, 0, 0, 0);
    draw_line_of_time(view, surface, line);
    return 2;
}

static size_t count_parts(const struct shape_view *view, enum shape_part before)
{
    size_t count = 0;
    for (enum shape_part part = 0; part < before; part++)
        count += shape_has_part(view->shape, part);
    return count;
}

/* All parts if they fit, else the chosen one and its place among them. */
static void draw_parts(const struct shape_view *view, struct surface *surface, struct box box)
{
    int width = 0, x = box.x;
    for (enum shape_part part = 0; part < SHAPE_PART_COUNT; part++)
        if (shape_has_part(view->shape, part))
            width += (int)strlen(shape_part_title(part)) + 2;
    if (width > box.width) {
        x += surface_format(surface, x, box.y, box.width, INK_TAB, " %s ",
                            shape_part_title(view->part));
        surface_format(surface, x + 1, box.y, box.x + box.width - x - 1, INK_DIM, "%zu of %zu",
                       count_parts(view, view->part) + 1, count_parts(view, SHAPE_PART_COUNT));
        return;
    }
    for (enum shape_part part = 0; part < SHAPE_PART_COUNT; part++)
        if (shape_has_part(view->shape, part))
            x += surface_format(surface, x, box.y, box.x + box.width - x,
                                part == view->part ? INK_TAB : INK_DIM, " %s ",
                                shape_part_title(part));
}

/* -- parts ------------------------------------------------------------------------------------- */

static void draw_lorenz(const struct shape_view *view, struct surface *surface, struct box box)
{
    static const double ENDS[] = {0, 100};
    double x[SHAPE_CURVE], y[SHAPE_SIDES][SHAPE_CURVE];
    for (int p = 0; p < SHAPE_CURVE; p++) {
        x[p] = 100.0 * p / (SHAPE_CURVE - 1);
        for (int side = 0; side < SHAPE_SIDES; side++)
            y[side][p] = 100 * view->shape->sides[side].curve[p];
    }
    const struct chart_series series[] = {
        {.name = "items, Gini",
         .x = x,
         .y = y[SHAPE_ITEMS],
         .count = SHAPE_CURVE,
         .look = 1,
         .latest = &view->shape->sides[SHAPE_ITEMS].gini},
        {.name = "users, Gini",
         .x = x,
         .y = y[SHAPE_USERS],
         .count = SHAPE_CURVE,
         .look = 0,
         .latest = &view->shape->sides[SHAPE_USERS].gini},
        {.name = "all equal", .x = ENDS, .y = ENDS, .count = 2, .look = 7, .latest = &ENDS[0]},
    };
    chart_draw(surface, box,
               &(struct chart){.title = "% of the ratings",
                               .x_label = "% with fewest ratings",
                               .series = series,
                               .series_count = 3});
}

static void draw_means(const struct shape_view *view, struct surface *surface, struct box box)
{
    double x[SHAPE_PERIODS], y[SHAPE_PERIODS];
    char unit[FIGURE_TEXT];
    for (size_t i = 0; i < view->shape->period_count; i++) {
        x[i] = (double)i + 1;
        y[i] = view->shape->periods[i].mean;
    }
    const struct chart_series series = {
        .name = "mean", .x = x, .y = y, .count = view->shape->period_count};
    chart_draw(surface, box,
               &(struct chart){.title = "mean rating",
                               .x_label = shape_unit_words(view->shape, unit),
                               .series = &series,
                               .series_count = 1});
}

/* Ratings, new users and new items, on a logarithmic axis. */
static void draw_counts(const struct shape_view *view, struct surface *surface, struct box box)
{
    double x[SHAPE_PERIODS], y[3][SHAPE_PERIODS];
    char unit[FIGURE_TEXT];
    for (size_t i = 0; i < view->shape->period_count; i++) {
        const struct shape_period *period = &view->shape->periods[i];
        x[i] = (double)i + 1;
        y[0][i] = (double)period->ratings;
        y[1][i] = (double)period->new_users;
        y[2][i] = (double)period->new_items;
    }
    struct chart_series series[3] = {
        {.name = "ratings"}, {.name = "new users"}, {.name = "new items"}};
    for (int i = 0; i < 3; i++) {
        series[i].x = x;
        series[i].y = y[i];
        series[i].count = view->shape->period_count;
        series[i].look = i;
    }
    chart_draw(surface, box,
               &(struct chart){.title = "of each period",
                               .x_label = shape_unit_words(view->shape, unit),
                               .series = series,
                               .series_count = 3,
                               .log_y = true});
}

static bool has_chart(const struct shape_view *view)
{
    return view->part == SHAPE_PART_TAIL || view->part == SHAPE_PART_TIME;
}

static void draw_chart(const struct shape_view *view, struct surface *surface, struct box box)
{
    if (view->part == SHAPE_PART_TAIL)
        draw_lorenz(view, surface, box);
    else
        draw_means(view, surface, box);
}

static bool has_text(const struct shape_view *view)
{
    return view->part == SHAPE_PART_WARNINGS || view->part == SHAPE_PART_FACTS;
}

/* The last column of the row under the cursor, broken into lines. */
static void draw_text(const struct shape_view *view, struct surface *surface, struct box box)
{
    const struct listing *listing = view->browser.listing;
    size_t last = listing_column_count(listing) - 1;
    size_t row = listing_place(listing, browser_row(&view->browser));
    const struct listing_cell *name = listing_at(listing, row, 0);
    const struct listing_cell *cell = listing_at(listing, row, last);
    if (!cell || !cell->text || box.height < 2 || box.width < 1)
        return;
    surface_rule(surface, box.x, box.y, box.width, name->text);
    const char *text = cell->text;
    for (int y = 1; *text && y < box.height; y++) {
        size_t length = text_break(text, (size_t)box.width, true);
        bool rest = text[length] && y + 1 == box.height;
        surface_format(surface, box.x, box.y + y, box.width, INK_PLAIN, "%.*s",
                       rest ? (int)strlen(text) : (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
}

/* The cells that the columns of the table need. */
static int table_width(const struct shape_view *view)
{
    struct listing *listing = view->browser.listing;
    size_t count = listing_column_count(listing), *widths = memory_array(count, sizeof *widths);
    int width = GAP; /* of the arrow */
    listing_measure(listing, SIZE_MAX - 1, widths);
    for (size_t i = 0; i < count; i++)
        width += (int)widths[i] + LISTING_GAP;
    free(widths);
    return width;
}

static void draw_with_chart(struct shape_view *view, struct surface *surface, struct box box)
{
    int width = table_width(view), rows = (int)listing_row_count(view->browser.listing) + 1;
    struct box table = box, chart = box;
    bool beside = box.width - width >= CHART_WIDTH;
    int height = box.height - rows - 1 > box.height / 2 ? box.height - rows - 1 : box.height / 2;
    if (!beside && height < CHART_HEIGHT) {
        browser_draw(surface, box, &view->browser, true);
        return;
    }
    if (beside) {
        table.width = width;
        chart = box_inside(box, width + GAP, 0, 0, 0);
    } else {
        table.height = box.height - height - 1;
        chart = box_inside(box, 0, table.height + 1, 0, 0);
    }
    browser_draw(surface, table, &view->browser, true);
    draw_chart(view, surface, chart);
}

static void draw_part(struct shape_view *view, struct surface *surface, struct box box)
{
    int half = box.height / 2;
    if (view->part == SHAPE_PART_TIME && view->chart && half >= CHART_HEIGHT) {
        draw_counts(view, surface, box_inside(box, 0, 0, 0, box.height - half));
        draw_means(view, surface, box_inside(box, 0, half, 0, 0));
    } else if (has_chart(view) && view->chart) {
        draw_chart(view, surface, box);
    } else if (has_chart(view)) {
        draw_with_chart(view, surface, box);
    } else if (has_text(view) && box.height >= 2 * TEXT_LEAST) {
        int rows = box.height / 2 < TEXT_MOST ? box.height / 2 : TEXT_MOST;
        browser_draw(surface, box_inside(box, 0, 0, 0, rows), &view->browser, true);
        draw_text(view, surface, (struct box){box.x, box.y + box.height - rows, box.width, rows});
    } else {
        browser_draw(surface, box, &view->browser, true);
    }
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct shape_view *view = (struct shape_view *)self;
    (void)app;
    int used = draw_head(view, surface, box);
    struct box rest = box_inside(box, 0, used, 0, 0);
    if (view->error.text[0] && !view->shape) {
        surface_format(surface, rest.x, rest.y, rest.width, INK_BAD, "%s; t counts again",
                       view->error.text);
    } else if (!view->shape) {
        surface_text(surface, rest.x, rest.y, rest.width, INK_DIM, "counting …");
    } else {
        draw_parts(view, surface, rest);
        bool roomy = rest.height >= TALL;
        draw_part(view, surface, box_inside(rest, 0, roomy ? 2 : 1, 0, 0));
    }
}

/* -- actions ----------------------------------------------------------------------------------- */

static void next_part(struct shape_view *view, int step)
{
    if (!view->shape)
        return;
    int part = (int)view->part;
    do {
        part = (part + step + SHAPE_PART_COUNT) % SHAPE_PART_COUNT;
    } while (!shape_has_part(view->shape, (enum shape_part)part));
    view->part = (enum shape_part)part;
    browser_sort(&view->browser, -1, false);
    show(view);
    scroll_to(&view->browser.scroll, 0);
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct shape_view *view = (struct shape_view *)self;
    (void)app;
    if (action == ACTION_LEFT || action == ACTION_RIGHT)
        next_part(view, action == ACTION_RIGHT ? 1 : -1);
    else
        browser_move(&view->browser, action);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct shape_view *view = (struct shape_view *)self;
    if (action == ACTION_SHAPE_PART && !view->shape && !view->counting) {
        view->asked[0] = '\0';
        look(self, app);
    } else if (action == ACTION_SHAPE_PART || action == ACTION_SHAPE_BEFORE) {
        next_part(view, action == ACTION_SHAPE_PART ? 1 : -1);
    } else if (action == ACTION_SHAPE_CHART) {
        if (view->shape && !has_chart(view))
            app_say(app, INK_DIM, "long tail and time have a chart");
        else
            view->chart = !view->chart;
    } else {
        return false;
    }
    return true;
}

static char *value(struct view *self, struct app *app, const char *name)
{
    const struct shape_view *view = (const struct shape_view *)self;
    (void)app;
    return strcmp(name, "data") == 0 ? memory_string(view->asked) : NULL;
}

static void free_view(struct view *self)
{
    struct shape_view *view = (struct shape_view *)self;
    browser_release(&view->browser);
    dataset_shape_free(view->shape);
    free(view);
}

struct view *shape_view_new(void)
{
    static const struct view_operations OPERATIONS = {
        .look = look, .draw = draw, .move = move, .act = act, .value = value, .free = free_view};
    struct shape_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){.arrow = true, .empty = "none"});
    return &view->view;
}
