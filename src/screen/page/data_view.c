/* SPDX-License-Identifier: MIT
 *
 * The Data page: the data sets at the left, a summary of the chosen one at the right.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/dataset_report.h"
#include "report/dataset_words.h"
#include "screen/app.h"
#include "screen/widget/meter.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"

enum { LIST_WIDTH = 24, BAR_WIDTH = 24, WIDE = 64 };

struct data_view {
    struct view view;
    struct dataset_summary *sets;
    size_t count;
    struct browser browser;
    struct dataset_profile profile; /* of the set that its summary names */
    unsigned profiling;             /* number of the work under way; 0: none */
    char asked[64];                 /* the set whose profile was asked for */
    int64_t asked_at;               /* import time of that set */
    struct error error;             /* of the last read; "" if none */
};

static const struct dataset_summary *chosen(const struct data_view *view)
{
    return view->count ? &view->sets[browser_row(&view->browser)] : NULL;
}

/* Reads the profile of a data set on the counting thread. */
struct profile_work {
    struct data_view *view;
    char name[64];
    bool good;
    struct dataset_profile profile;
    struct error error;
};

static void work_profile(void *context, struct store *store, const struct patience *patience)
{
    struct profile_work *work = context;
    (void)patience; /* the store's queries check it */
    if (!store)
        error_set(&work->error, ERROR_STORE, "the workbench cannot be read");
    work->good = store && store_dataset_profile(store, work->name, &work->profile, &work->error);
}

static void take_profile(void *context, void *app)
{
    struct profile_work *work = context;
    (void)app;
    work->view->profiling = 0;
    work->view->profile = work->profile;
    if (!work->good)
        work->view->error = work->error;
}

static void ask_profile(struct data_view *view, struct app *app)
{
    const struct dataset_summary *set = chosen(view);
    bool same = set && strcmp(set->name, view->asked) == 0 && set->imported_at == view->asked_at;
    if (!set || same)
        return;
    if (view->profiling)
        background_cancel(app->counting, view->profiling);
    struct profile_work *work = memory_new(sizeof *work);
    work->view = view;
    snprintf(work->name, sizeof work->name, "%s", set->name);
    snprintf(view->asked, sizeof view->asked, "%s", set->name);
    view->asked_at = set->imported_at;
    view->error.text[0] = '\0';
    view->profiling = background_start(
        app->counting, &(struct background_work){work, work_profile, take_profile, free});
}

/* Keeps the chosen set when the list changes. */
static void choose_again(struct data_view *view, struct app *app)
{
    view->view.browser = view->count ? &view->browser : NULL;
    browser_show(&view->browser, datasets_listing(view->sets, view->count));
    for (size_t i = 0; i < view->count; i++)
        if (strcmp(view->sets[i].name, app->chosen.dataset) == 0)
            browser_choose(&view->browser, i);
}

static void note_choice(struct data_view *view, struct app *app)
{
    const struct dataset_summary *set = chosen(view);
    snprintf(app->chosen.dataset, sizeof app->chosen.dataset, "%s", set ? set->name : "");
    ask_profile(view, app);
}

static void look(struct view *self, struct app *app)
{
    struct data_view *view = (struct data_view *)self;
    if (!app->store)
        return;
    size_t count = 0;
    struct error error;
    struct dataset_summary *sets = store_datasets(app->store, &count, &error);
    if (!sets) {
        view->error = error;
        return;
    }
    free(view->sets);
    view->sets = sets;
    view->count = count;
    choose_again(view, app);
    note_choice(view, app);
}

static int draw_head(struct surface *surface, struct box box, const struct dataset_summary *set,
                     const struct dataset_profile *profile)
{
    int x = box.x, y = box.y;
    char ratings[FIGURE_TEXT], users[FIGURE_TEXT], items[FIGURE_TEXT];
    int used = surface_text(surface, x, y, box.width, INK_STRONG, set->name);
    surface_text_right(surface, x + used + 2, y, box.width - used - 2, INK_DIM, set->format);
    surface_format(surface, x, ++y, box.width, INK_PLAIN, "%s by %s of %s",
                   figure_of(set->ratings, "rating", ratings), figure_of(set->users, "user", users),
                   figure_of(set->items, "item", items));
    if (set->first_time != INT64_MIN) {
        surface_format(surface, x, ++y, box.width, INK_DIM, "from %s to %s",
                       figure_date(set->first_time, ratings), figure_date(set->last_time, users));
    }
    if (profile)
        surface_format(surface, x, ++y, box.width, INK_DIM, "%s of all pairs are rated",
                       figure_percent(profile->density, ratings));
    if (set->duplicates || set->rejected)
        surface_format(surface, x, ++y, box.width, INK_DIM, "%s, %s left out",
                       figure_of(set->duplicates, "repeated pair", ratings),
                       figure_of(set->rejected, "row", users));
    return y + 2 - box.y;
}

/* Joins neighbouring bars until at most `room` are left, and returns how many. */
static int join_bars(const struct column_summary *rating, int room,
                     struct summary_bar bars[SUMMARY_BINS])
{
    int count = (int)rating->bar_count, together = room > 0 ? (count + room - 1) / room : count;
    for (int i = 0; i < count; i++) {
        struct summary_bar *bar = &bars[i / together];
        if (i % together == 0)
            *bar = rating->bars[i];
        else
            bar->count += rating->bars[i].count;
        bar->to = rating->bars[i].to;
    }
    return count > 0 ? (count + together - 1) / together : 0;
}

/* Draws the histogram of the ratings, one bar in each row. */
static int draw_ratings(struct surface *surface, struct box box,
                        const struct column_summary *rating)
{
    int64_t most = 1;
    char text[FIGURE_TEXT];
    struct summary_bar bars[SUMMARY_BINS];
    int rows = join_bars(rating, box.height, bars);
    int label = 5, widest = box.width > 40 ? box.width / 3 : 12;
    for (int i = 0; i < rows; i++) {
        int wanted = (int)strlen(figure_range(bars[i].from, bars[i].to, text));
        most = bars[i].count > most ? bars[i].count : most;
        label = wanted > label ? wanted : label;
    }
    label = label < widest ? label : widest;
    int bar = box.width - label - 13, x = box.x + label + 1;
    bar = bar < BAR_WIDTH ? bar : BAR_WIDTH;
    for (int i = 0; i < rows && i < box.height; i++) {
        const struct summary_bar *one = &bars[i];
        surface_text_right(surface, box.x, box.y + i, label, INK_PLAIN,
                           figure_range(one->from, one->to, text));
        meter_bar(surface, x, box.y + i, bar, (double)one->count / (double)most, INK_BAR);
        surface_text_right(surface, x + bar, box.y + i, 12, INK_DIM,
                           figure_count(one->count, text));
    }
    return rows;
}

/* Describes the number of ratings of each user or item. If there is room, adds a histogram whose
 * bins grow by a constant factor. */
static void draw_spread(struct surface *surface, struct box box, const char *of,
                        const struct count_spread *spread)
{
    double bins[40];
    char figure[FIGURE_TEXT];
    size_t first = 0, count = 0;
    while (first < spread->bin_count && spread->bins[first] == 0)
        first++;
    for (size_t i = first; i < spread->bin_count; i++)
        bins[count++] = (double)spread->bins[i];
    int used = surface_text(surface, box.x, box.y, box.width, INK_DIM, of) + 1;
    used += surface_text(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                         figure_count((int64_t)spread->least, figure));
    if (spread->least < spread->most)
        used += surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN, " to %s",
                               figure_count((int64_t)spread->most, figure));
    used += surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN, ", mean %s",
                           figure_number(spread->mean, figure));
    while (count > 1 && (int)count >= box.width - used) { /* merge pairs of bins until they fit */
        for (size_t i = 0; i < (count + 1) / 2; i++)
            bins[i] = bins[2 * i] + (2 * i + 1 < count ? bins[2 * i + 1] : 0);
        count = (count + 1) / 2;
    }
    if (box.width - used > (int)count)
        meter_histogram(surface, box.x + box.width - (int)count, box.y, bins, (int)count, INK_BAR);
}

static void draw_tables(struct surface *surface, struct box box, const struct app *app,
                        const struct dataset_summary *set)
{
    int x = box.x + surface_text(surface, box.x, box.y, box.width, INK_DIM, "Enter shows the") + 1;
    for (enum dataset_table table = 0; table < DATASET_TABLES; table++) {
        bool front = app->chosen.table == table;
        if (dataset_has_table(set, table))
            x += surface_format(surface, x, box.y, box.x + box.width - x,
                                front ? INK_TAB : INK_PLAIN, " %s ", dataset_parts[table]);
    }
}

/* Draws what the import decided on its own, as far as there is room. */
static void draw_notes(struct surface *surface, struct box box, const struct dataset_summary *set)
{
    char note[256];
    int row = 0;
    for (const char *notes = set->notes; text_line(&notes, note, sizeof note); row++)
        if (row < box.height)
            surface_text(surface, box.x, box.y + row, box.width, INK_DIM, note);
    if (row > box.height && box.height > 0)
        surface_text(surface, box.x, box.y + box.height - 1, box.width, INK_DIM, "…");
}

static void draw_profile(const struct data_view *view, const struct app *app,
                         struct surface *surface, struct box box)
{
    const struct dataset_summary *set = chosen(view);
    bool there = strcmp(view->profile.summary.name, set->name) == 0 && !view->profiling;
    int used = draw_head(surface, box, set, there ? &view->profile : NULL);
    struct box rest = box_inside(box, 0, used, 0, 0);
    if (rest.height == 0)
        return;
    if (view->error.text[0]) {
        surface_text(surface, rest.x, rest.y, rest.width, INK_BAD, view->error.text);
        return;
    }
    if (!there) {
        surface_text(surface, rest.x, rest.y, rest.width, INK_DIM, "counting …");
    } else {
        struct box bars = box_inside(rest, 0, 0, 0, 5);
        surface_text(surface, rest.x, rest.y, rest.width, INK_DIM, "ratings");
        used = 1 + draw_ratings(surface, box_inside(bars, 0, 1, 0, 0), &view->profile.rating);
        rest = box_inside(rest, 0, used + 1, 0, 0);
        if (rest.height >= 4) {
            draw_spread(surface, rest, "of a user  ", &view->profile.per_user);
            rest = box_inside(rest, 0, 1, 0, 0);
            draw_spread(surface, rest, "of an item ", &view->profile.per_item);
            rest = box_inside(rest, 0, 2, 0, 0);
        }
    }
    if (rest.height > 0)
        draw_tables(surface, rest, app, set);
    draw_notes(surface, box_inside(rest, 0, 2, 0, 0), set);
}

static void draw_welcome(struct surface *surface, struct box box)
{
    static const char *const LINES[] = {
        "No data yet.",
        "",
        "Press a to import a folder of ratings: MovieLens, CSV, TSV, JSON lines.",
        "Or press : and type demo, to train the bundled experiment.",
    };
    for (int i = 0; i < 4 && i < box.height; i++)
        surface_text(surface, box.x, box.y + i, box.width, i ? INK_DIM : INK_STRONG, LINES[i]);
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct data_view *view = (struct data_view *)self;
    if (view->count == 0 && app->trying) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM, "opening the workbench …");
        return;
    }
    if (view->count == 0) {
        draw_welcome(surface, box);
        return;
    }
    bool wide = box.width >= WIDE;
    struct box left = box, right = box;
    if (wide) {
        left.width = LIST_WIDTH;
        right = box_inside(box, LIST_WIDTH + 3, 0, 0, 0);
        surface_fill(surface, (struct box){box.x + LIST_WIDTH + 1, box.y, 1, box.height}, INK_LINE,
                     "│");
    } else {
        left.height = 1 + (box.height / 3 < 1 ? 1 : box.height / 3);
        right = box_inside(box, 0, left.height + 1, 0, 0);
    }
    browser_draw(surface, left, &view->browser, true);
    draw_profile(view, app, surface, right);
}

static void chose(struct view *self, struct app *app)
{
    note_choice((struct data_view *)self, app);
}

static void move(struct view *self, struct app *app, enum action action)
{
    browser_move(&((struct data_view *)self)->browser, action);
    chose(self, app);
}

/* Chooses the next table that the set has. */
static void next_table(const struct data_view *view, struct app *app)
{
    const struct dataset_summary *set = chosen(view);
    do {
        app->chosen.table = (app->chosen.table + 1) % DATASET_TABLES;
    } while (!dataset_has_table(set, app->chosen.table));
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct data_view *view = (struct data_view *)self;
    if (action != ACTION_DATA_OPEN && action != ACTION_DATA_TABLE && action != ACTION_DATA_SHAPE)
        return false;
    if (view->count == 0)
        app_say(app, INK_DIM, "there is no data set yet: press a to import one");
    else if (action == ACTION_DATA_OPEN)
        app_go(app, PAGE_TABLE);
    else if (action == ACTION_DATA_SHAPE)
        app_go(app, PAGE_SHAPE);
    else
        next_table(view, app);
    return true;
}

static char *value(struct view *self, struct app *app, const char *name)
{
    (void)self;
    if (strcmp(name, "query") == 0)
        return app->chosen.dataset[0]
                   ? memory_format("SELECT * FROM %s_ratings", app->chosen.dataset)
                   : memory_string("SELECT ");
    bool known = strcmp(name, "data") == 0 && app->chosen.dataset[0];
    return known ? memory_string(app->chosen.dataset) : NULL;
}

static void free_view(struct view *self)
{
    struct data_view *view = (struct data_view *)self;
    browser_release(&view->browser);
    free(view->sets);
    free(view);
}

struct view *data_view_new(void)
{
    static const struct view_operations OPERATIONS = {.look = look,
                                                      .draw = draw,
                                                      .move = move,
                                                      .act = act,
                                                      .value = value,
                                                      .free = free_view,
                                                      .chose = chose};
    struct data_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){.arrow = true});
    return &view->view;
}
