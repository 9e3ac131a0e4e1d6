/* SPDX-License-Identifier: MIT
 *
 * The Table page: a stack of tables, each opened from the one below it. What is done to rows and
 * columns, counted and drawn is in the files beside this one.
 */
#include "config.h"

#include "screen/page/table_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/dataset_words.h"
#include "store/dataset_store.h"

enum { WIDEST = 44 };

struct table_frame *table_top(const struct table_view *view)
{
    return view->frame_count ? view->frames[view->frame_count - 1] : NULL;
}

size_t table_cursor_column(const struct table_view *view)
{
    const struct table_frame *top = table_top(view);
    return top ? table_frame_column(top, view->browser.column) : SIZE_MAX;
}

/* -- the stack --------------------------------------------------------------------------------- */

void table_show(struct table_view *view, int64_t row)
{
    struct table_frame *top = table_top(view);
    bool rows = top && top->kind != FRAME_SCATTER;
    view->view.browser = rows ? &view->browser : NULL;
    if (!rows)
        return;
    browser_show(&view->browser, table_frame_listing(top, true));
    browser_count(&view->browser, table_frame_rows(top));
    scroll_to(&view->browser.scroll, row);
}

/* Shows another frame, whose columns have other widths. */
static void show_frame(struct table_view *view, const struct table_frame *frame)
{
    browser_show(&view->browser, listing_new(NULL));
    view->browser.column = frame->at_column;
    table_show(view, frame->cursor);
}

void table_push(struct table_view *view, struct app *app, struct table_frame *frame)
{
    struct table_frame *below = table_top(view);
    table_end(view, app);
    if (below) {
        below->cursor = view->browser.scroll.cursor;
        below->at_column = view->browser.column;
    }
    table_frame_forget_summaries(frame);
    view->frames = memory_resize(view->frames, view->frame_count + 1, sizeof *view->frames);
    view->frames[view->frame_count++] = frame;
    show_frame(view, frame);
}

void table_pop(struct table_view *view, struct app *app)
{
    table_end(view, app);
    table_frame_free(view->frames[--view->frame_count]);
    struct table_frame *top = table_top(view);
    if (!top) {
        view->view.browser = NULL;
        return;
    }
    show_frame(view, top);
    table_ask_summary(view, app);
}

static void close_all(struct table_view *view, struct app *app)
{
    table_end(view, app);
    while (view->frame_count)
        table_frame_free(view->frames[--view->frame_count]);
    table_forget_counts(view);
    browser_show(&view->browser, listing_new(NULL));
    view->view.browser = NULL;
}

static void open_table(struct table_view *view, struct app *app)
{
    close_all(view, app);
    view->error.text[0] = '\0';
    struct grid *grid = grid_open(app->store, view->dataset, app->chosen.table, &view->error);
    if (!grid || !grid_join(grid, &view->error)) {
        grid_free(grid);
        return;
    }
    struct table_frame *frame =
        table_frame_new(FRAME_TABLE, grid, memory_string(dataset_parts[app->chosen.table]));
    frame->table = app->chosen.table;
    table_push(view, app, frame);
}

/* -- the summary ------------------------------------------------------------------------------- */

static void take_summary(struct table_walk *walk, struct app *app)
{
    struct table_view *view = (struct table_view *)walk->view;
    struct table_frame *frame = walk->frame;
    (void)app;
    view->counting = 0;
    if (walk->good && walk->request.column < frame->summary_count) {
        frame->summaries[walk->request.column] = walk->summary;
        frame->summarised[walk->request.column] = true;
    } else {
        view->error = walk->error;
    }
}

void table_ask_summary(struct table_view *view, struct app *app)
{
    struct table_frame *top = table_top(view);
    size_t column = table_cursor_column(view);
    if (view->counting)
        background_cancel(app->counting, view->counting);
    view->counting = 0;
    view->error.text[0] = '\0';
    if (view->walking || column == SIZE_MAX || top->kind != FRAME_TABLE)
        return;
    if (top->summary_count != top->grid->column_count)
        table_frame_forget_summaries(top);
    if (top->summarised[column])
        return;
    struct table_walk *walk = table_walk_new(WALK_SUMMARY, &view->view, top);
    walk->request.column = column;
    walk->done = take_summary;
    view->counting = table_walk_start(app, walk);
}

/* -- operations -------------------------------------------------------------------------------- */

static void look(struct view *self, struct app *app)
{
    struct table_view *view = (struct table_view *)self;
    struct dataset_summary summary;
    struct error error;
    if (!app->store)
        return;
    bool known = store_dataset_summary(app->store, app->chosen.dataset, &summary, &error);
    bool same = known && view->frame_count && strcmp(view->dataset, summary.name) == 0 &&
                view->imported_at == summary.imported_at &&
                view->frames[0]->table == app->chosen.table;
    if (!same) { /* another table, or a new import has replaced it */
        snprintf(view->dataset, sizeof view->dataset, "%s", app->chosen.dataset);
        view->imported_at = known ? summary.imported_at : 0;
        open_table(view, app);
    }
    if (!view->counting)
        table_ask_summary(view, app);
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct table_view *view = (struct table_view *)self;
    size_t before = table_cursor_column(view);
    browser_move(&view->browser, action);
    if (table_cursor_column(view) != before)
        table_ask_summary(view, app);
}

static void go_to(struct table_view *view, struct app *app, const char *text)
{
    size_t length = strlen(text);
    double number;
    bool percent = length > 0 && text[length - 1] == '%';
    int64_t rows = view->browser.scroll.count;
    if (length == 0)
        return;
    if (!text_number(text, length - percent, &number) || number < 0)
        app_say(app, INK_BAD, "expected a row, such as 5000, or a place, such as 50%%");
    else if (percent)
        scroll_to(&view->browser.scroll, (int64_t)(fmin(number, 100) / 100 * (double)(rows - 1)));
    else
        scroll_to(&view->browser.scroll, (int64_t)fmin(number, (double)rows) - 1);
}

/* Skips the tables that the set does not have. */
static void next_table(struct table_view *view, struct app *app)
{
    do {
        app->chosen.table = (app->chosen.table + 1) % DATASET_TABLES;
        look(&view->view, app);
    } while (!view->frame_count && app->chosen.table != DATASET_RATINGS);
}

/* Shows that table, or stays if the data set lacks it. */
static void go_to_table(struct table_view *view, struct app *app, enum dataset_table table)
{
    enum dataset_table before = app->chosen.table;
    app->chosen.table = table;
    look(&view->view, app);
    if (view->frame_count)
        return;
    app->chosen.table = before;
    look(&view->view, app);
    app_say(app, INK_DIM, "%s has no table of %s", view->dataset, dataset_parts[table]);
}

static void click(struct view *self, struct app *app, int x, int y)
{
    struct table_view *view = (struct table_view *)self;
    for (enum dataset_table table = 0; view->frame_count == 1 && table < DATASET_TABLES; table++) {
        const struct box *tab = &view->tabs[table];
        if (y != tab->y || x < tab->x || x >= tab->x + tab->width)
            continue;
        if (table != view->frames[0]->table)
            go_to_table(view, app, table);
        return;
    }
}

static void summarise(struct table_view *view, struct app *app)
{
    const struct table_frame *top = table_top(view);
    size_t column = table_cursor_column(view);
    if (column == SIZE_MAX)
        return;
    if (column >= top->summary_count || !top->summarised[column]) {
        app_say(app, INK_DIM,
                top->kind == FRAME_TABLE
                    ? "the column is still being counted"
                    : "F counts the values of a column, H its numbers in bins");
        return;
    }
    char *text = table_describe(top, column);
    app_read(app, top->grid->columns[column].name, text);
    free(text);
}

static void typed(struct view *self, struct app *app, enum action action, const char *text)
{
    struct table_view *view = (struct table_view *)self;
    if (!table_top(view))
        return;
    if (action == ACTION_TABLE_GOTO)
        go_to(view, app, text);
    else if (action == ACTION_TABLE_FILTER)
        table_filter(view, app, text);
    else if (action == ACTION_TABLE_ADD)
        table_add(view, app, text);
    else if (action == ACTION_TABLE_SHOW)
        table_show_columns(view, app, text);
    else if (action == ACTION_TABLE_HIDE)
        table_hide(view, app, text);
    else if (action == ACTION_TABLE_COLUMN_GO)
        table_go_to_column(view, app, text);
    else
        table_count(view, app, action, text);
}

#define ASKED(X)                                                                                   \
    X(GOTO, "go to row or percent: ")                                                              \
    X(FILTER, "filter: ")                                                                          \
    X(ADD, "add the column: ")                                                                     \
    X(SHOW, "show the column, or all: ")                                                           \
    X(COLUMN_GO, "go to the column: ")                                                             \
    X(MEANS, "means of the column: ")                                                              \
    X(CROSSTAB, "against the column, and what is averaged if not counted: ")                       \
    X(SCATTER, "points over the column: ")

#define X(name, prompt)                                                                            \
    static void take_##name(struct app *app, const char *text)                                     \
    {                                                                                              \
        typed(app->views[PAGE_TABLE], app, ACTION_TABLE_##name, text);                             \
    }
ASKED(X)
#undef X

/* Asks for what the action needs; false if it needs nothing. */
static bool ask(struct table_view *view, struct app *app, enum action action)
{
    switch (action) {
#define X(name, prompt)                                                                            \
    case ACTION_TABLE_##name:                                                                      \
        app_ask(app, prompt, action == ACTION_TABLE_FILTER ? table_top(view)->now.filter : "",     \
                take_##name);                                                                      \
        return true;
        ASKED(X)
#undef X
    default:
        return false;
    }
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct table_view *view = (struct table_view *)self;
    if (!table_top(view) || ask(view, app, action) || table_act_on_rows(view, app, action) ||
        table_act_on_counts(view, app, action))
        return true;
    switch (action) {
    case ACTION_TABLE_TABLE:
        next_table(view, app);
        return true;
    case ACTION_TABLE_OPEN:
        if (!table_enter(view, app))
            summarise(view, app);
        return true;
    case ACTION_TABLE_COLUMN:
        summarise(view, app);
        return true;
    default:
        return false;
    }
}

/* Ends the work under way, or goes back to the table below. */
static bool back(struct view *self, struct app *app)
{
    struct table_view *view = (struct table_view *)self;
    bool opening = view->walk && view->walk->kind == WALK_INDEX && view->frame_count > 1 &&
                   table_top(view)->before_count == 0;
    if (view->walking && !opening) {
        background_give_up(app->reading);
        return true;
    }
    if (view->frame_count < 2)
        return false;
    table_pop(view, app);
    return true;
}

static char *value(struct view *self, struct app *app, const char *name)
{
    const struct table_view *view = (const struct table_view *)self;
    (void)app;
    if (strcmp(name, "data") == 0)
        return memory_string(view->dataset);
    return strcmp(name, "table") == 0 && view->frame_count
               ? memory_string(dataset_parts[view->frames[0]->table])
               : NULL;
}

static const char *name_at(struct view *self, size_t place)
{
    const struct table_frame *top = table_top((struct table_view *)self);
    return top && place < top->grid->column_count ? top->grid->columns[place].name : NULL;
}

/* -- rows for the browser ---------------------------------------------------------------------- */

static bool fill(void *context, struct listing *listing, int64_t first, int64_t count,
                 struct error *error)
{
    const struct table_frame *top = table_top(context);
    struct grid_selection selection = table_frame_selection(top);
    return table_frame_fill(top->grid, &selection, listing, first, count, error);
}

static void take_found(struct table_walk *walk, struct app *app)
{
    struct table_view *view = (struct table_view *)walk->view;
    char safe[128];
    view->walking = 0;
    view->walk = NULL;
    app->message[0] = '\0';
    if (!walk->good)
        app_show(app, INK_BAD, "A walk over the table", walk->error.text);
    else if (walk->row < 0)
        app_say(app, INK_DIM, "no row has \"%s\"", text_safe(walk->words, safe, sizeof safe));
    else
        scroll_to(&view->browser.scroll, walk->row);
    table_ask_summary(view, app);
}

static void find(void *context, void *app, const char *text, bool backwards, bool here)
{
    struct table_view *view = context;
    int64_t rows = table_frame_rows(table_top(view));
    int64_t step = here ? 0 : backwards ? rows - 1 : 1;
    if (rows == 0 && !view->walking)
        return;
    struct table_walk *walk = table_walk_new(WALK_FIND, &view->view, table_top(view));
    walk->verb = "searching";
    walk->words = memory_string(text);
    walk->backwards = backwards;
    walk->row = rows > 0 ? (view->browser.scroll.cursor + step) % rows : 0;
    walk->done = take_found;
    table_begin(view, app, walk);
}

static void take_exported(struct table_walk *walk, struct app *app)
{
    struct table_view *view = (struct table_view *)walk->view;
    char count[FIGURE_TEXT];
    view->walking = 0;
    view->walk = NULL;
    if (!walk->good)
        app_show(app, INK_BAD, "A walk over the table", walk->error.text);
    else
        app_say(app, INK_PLAIN, "%s written", figure_of(walk->row, "row", count));
    table_ask_summary(view, app);
}

static void export(void *context, void *application, const char *words)
{
    struct table_view *view = context;
    struct app *app = application;
    struct table_walk *walk = table_walk_new(WALK_EXPORT, &view->view, table_top(view));
    walk->verb = "writing";
    walk->words = memory_string(words);
    walk->listing = table_frame_listing(table_top(view), false);
    walk->done = take_exported;
    table_begin(view, app, walk);
}

static void sort(void *context, void *app, enum action action)
{
    table_act_on_rows(context, app, action);
}

static void sort_by(void *context, void *app, size_t column)
{
    table_sort_by(context, app, column);
}

static void free_view(struct view *self)
{
    struct table_view *view = (struct table_view *)self;
    while (view->frame_count)
        table_frame_free(view->frames[--view->frame_count]);
    table_forget_counts(view);
    browser_release(&view->browser);
    free(view->frames);
    free(view);
}

struct view *table_view_new(void)
{
    static const struct view_operations OPERATIONS = {
        .look = look,
        .draw = table_draw,
        .move = move,
        .act = act,
        .value = value,
        .free = free_view,
        .back = back,
        .typed = typed,
        .name_at = name_at,
        .click = click,
    };
    struct table_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){.empty = "no rows",
                                                           .sideways = true,
                                                           .widest = WIDEST,
                                                           .draw = table_draw_cell,
                                                           .fill = fill,
                                                           .find = find,
                                                           .sort = sort,
                                                           .sort_by = sort_by,
                                                           .export = export,
                                                           .context = view});
    return &view->view;
}
