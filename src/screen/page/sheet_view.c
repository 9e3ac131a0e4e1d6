/* SPDX-License-Identifier: MIT
 *
 * The page SQL: a query, and the rows that it gives. They are fetched in the background, the first
 * of them if there are very many; an export asks again and writes all.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "command/suggest.h"
#include "report/figures.h"
#include "report/query_report.h"
#include "screen/app.h"
#include "screen/export_file.h"

static const double SECONDS = 600; /* Esc ends it sooner */
enum { WIDEST = 44 };

struct sheet_view {
    struct view view;
    struct browser browser;
    unsigned asked;  /* of chosen.asked that is shown or under way */
    unsigned number; /* of the work under way; 0: none */
    bool more;       /* there are rows behind the last */
    struct error error;
};

/* A query on the counting thread: rows for the page, or, with `words`, for a file. */
struct sheet_work {
    struct sheet_view *view;
    char *sql, *words; /* owned */
    struct listing *listing;
    bool more, good;
    int64_t rows;
    struct error error;
};

static void write_file(struct sheet_work *work, struct query *query)
{
    struct export_file file;
    if (!export_open(&file, work->words, &work->error))
        return;
    work->good = query_write(query, file.format, &file.output, &work->rows, &work->error);
    work->good = export_close(&file, work->good, &work->error);
}

static void ask(void *context, struct store *store, const struct patience *patience)
{
    struct sheet_work *work = context;
    (void)patience; /* the store's queries check it */
    error_set(&work->error, ERROR_STORE, "there is no workbench to ask yet");
    struct query *query = store ? query_open(store, work->sql, SECONDS, &work->error) : NULL;
    if (!query && store)
        suggest_in_query(store, &work->error);
    if (query && work->words)
        write_file(work, query);
    else if (query)
        work->listing = query_listing(query, QUERY_ROWS_MOST, &work->more, &work->error);
    query_free(query);
}

static void take_rows(void *context, void *application)
{
    struct sheet_work *work = context;
    struct sheet_view *view = work->view;
    (void)application;
    view->number = 0;
    view->more = work->more;
    view->error = work->error;
    if (!work->listing)
        return;
    view->error.text[0] = '\0';
    view->view.browser = &view->browser;
    view->browser.sorted = -1;
    view->browser.column = 0;
    browser_show(&view->browser, work->listing);
    browser_choose(&view->browser, 0);
    work->listing = NULL;
}

static void take_file(void *context, void *application)
{
    struct sheet_work *work = context;
    struct app *app = application;
    char rows[FIGURE_TEXT];
    if (work->good)
        app_say(app, INK_PLAIN, "%s written", figure_of(work->rows, "row", rows));
    else
        app_say(app, INK_BAD, "%s", work->error.text);
}

static void release(void *context)
{
    struct sheet_work *work = context;
    listing_free(work->listing);
    free(work->sql);
    free(work->words);
    free(work);
}

static unsigned start(struct sheet_view *view, struct app *app, const char *words)
{
    struct sheet_work *work = memory_new(sizeof *work);
    work->view = view;
    work->sql = memory_string(app->chosen.query);
    work->words = memory_string(words);
    return background_start(app->counting, &(struct background_work){
                                               work, ask, words ? take_file : take_rows, release});
}

static void export(void *context, void *application, const char *words)
{
    struct app *app = application;
    if (!app->chosen.query)
        return;
    start(context, app, words);
    app_say(app, INK_DIM, "writing …");
}

static void look(struct view *self, struct app *app)
{
    struct sheet_view *view = (struct sheet_view *)self;
    if (!app->chosen.query || view->asked == app->chosen.asked)
        return;
    if (view->number)
        background_cancel(app->counting, view->number);
    view->asked = app->chosen.asked;
    view->error.text[0] = '\0';
    view->view.browser = NULL;
    browser_show(&view->browser, listing_new(NULL));
    view->number = start(view, app, NULL);
}

static void draw_query(const struct sheet_view *view, const struct app *app,
                       struct surface *surface, struct box box)
{
    char count[FIGURE_TEXT], at[FIGURE_TEXT], place[3 * FIGURE_TEXT], *safe;
    size_t rows = listing_row_count(view->browser.listing);
    size_t size = 10 * strlen(app->chosen.query) + 1;
    snprintf(place, sizeof place, "row %s of %s%s",
             figure_count(view->browser.scroll.cursor + (rows > 0), at),
             figure_count((int64_t)rows, count), view->more ? " and more" : "");
    int used = view->view.browser ? (int)strlen(place) + 2 : 0;
    safe = text_safe(app->chosen.query, memory_new(size), size);
    surface_text(surface, box.x, box.y, box.width > used + 10 ? box.width - used : box.width,
                 INK_STRONG, safe);
    if (used && box.width > used + 10)
        surface_text_right(surface, box.x, box.y, box.width, INK_DIM, place);
    free(safe);
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct sheet_view *view = (struct sheet_view *)self;
    struct box body = box_inside(box, 0, box.height >= 10 ? 2 : 1, 0, 0);
    if (!app->chosen.query) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM,
                     "Type :sql SELECT ... to ask the workbench.");
        return;
    }
    draw_query(view, app, surface, box);
    for (const char *text = view->error.text; *text && body.height > 0; body.y++, body.height--) {
        size_t length = text_break(text, body.width > 1 ? (size_t)body.width : 1, true);
        surface_format(surface, body.x, body.y, body.width, INK_BAD, "%.*s", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
    if (view->number)
        surface_text(surface, body.x, body.y, body.width, INK_DIM, "asking …");
    else if (view->view.browser)
        browser_draw(surface, body, &view->browser, true);
}

static void move(struct view *self, struct app *app, enum action action)
{
    (void)app;
    browser_move(&((struct sheet_view *)self)->browser, action);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    if (action != ACTION_SHEET_AGAIN)
        return false;
    app->chosen.asked++;
    look(self, app);
    return true;
}

static char *value(struct view *self, struct app *app, const char *name)
{
    (void)self;
    return strcmp(name, "query") == 0
               ? memory_string(app->chosen.query ? app->chosen.query : "SELECT ")
               : NULL;
}

static void free_view(struct view *self)
{
    struct sheet_view *view = (struct sheet_view *)self;
    browser_release(&view->browser);
    free(view);
}

struct view *sheet_view_new(void)
{
    static const struct view_operations OPERATIONS = {
        .look = look, .draw = draw, .move = move, .act = act, .value = value, .free = free_view};
    struct sheet_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){.empty = "no rows",
                                                           .sideways = true,
                                                           .cell = true,
                                                           .widest = WIDEST,
                                                           .export = export,
                                                           .context = view});
    return &view->view;
}
