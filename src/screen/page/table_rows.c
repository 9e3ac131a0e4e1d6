/* SPDX-License-Identifier: MIT
 *
 * What a person does to the rows and columns of the top frame: filters, sorts, hides, adds, and
 * takes it back. Every step can be undone.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figures.h"
#include "screen/page/table_view.h"
#include "store/expression.h"

/* -- walks ------------------------------------------------------------------------------------- */

bool table_end(struct table_view *view, struct app *app)
{
    bool any = view->walking != 0;
    if (view->counting)
        background_cancel(app->counting, view->counting);
    if (any)
        background_cancel(app->reading, view->walking);
    view->counting = view->walking = 0;
    view->walk = NULL;
    table_walk_free(view->next);
    view->next = NULL;
    return any;
}

void table_begin(struct table_view *view, struct app *app, struct table_walk *walk)
{
    if (view->walking && view->walk->kind == WALK_INDEX && walk->kind != WALK_INDEX) {
        table_walk_free(view->next);
        view->next = walk;
        return;
    }
    table_end(view, app);
    view->walk = walk;
    view->walking = table_walk_start(app, walk);
    app->message[0] = '\0';
}

/* Starts the walk that waited for the rows, or else the summary of the column. A search begins at
 * the row that the cursor is on now. */
static void go_on(struct table_view *view, struct app *app)
{
    struct table_walk *next = view->next;
    int64_t rows = table_frame_rows(table_top(view));
    view->next = NULL;
    if (next && next->kind == WALK_FIND && rows > 0)
        next->row = (view->browser.scroll.cursor + (next->backwards ? rows - 1 : 0)) % rows;
    if (next)
        table_begin(view, app, next);
    else
        table_ask_summary(view, app);
}

static void take_index(struct table_walk *walk, struct app *app)
{
    struct table_view *view = (struct table_view *)walk->view;
    struct table_frame *frame = walk->frame;
    char rows[FIGURE_TEXT], all[FIGURE_TEXT];
    view->walking = 0;
    view->walk = NULL;
    if (!walk->good) {
        table_walk_free(view->next);
        view->next = NULL;
    }
    if (walk->good) {
        table_frame_display(frame);
        table_show(view, walk->order.order_count ? 0 : view->browser.scroll.cursor);
        app_say(app, INK_DIM, "%s of %s", figure_count(table_frame_rows(frame), rows),
                figure_of(frame->grid->rows, "row", all));
    } else {
        app_show(app, INK_BAD, "A walk over the table", walk->error.text);
        if (frame->before_count == 0 && view->frame_count > 1) {
            table_pop(view, app);
            return;
        }
        table_frame_withdraw(frame);
        table_show(view, 0);
    }
    go_on(view, app);
}

void table_start_index(struct table_view *view, struct app *app)
{
    struct table_frame *top = table_top(view);
    struct error error;
    table_end(view, app);
    top->now.index = row_index_new(&error);
    if (!top->now.index) {
        app_say(app, INK_BAD, "%s", error.text);
        table_frame_withdraw(top);
        return;
    }
    struct table_walk *walk = table_walk_new(WALK_INDEX, &view->view, top);
    walk->verb = top->now.order.order_count ? "sorting" : "filtering";
    walk->done = take_index;
    if (top->now.order.order_count == 0)
        table_frame_display(top); /* rows are shown as they are found */
    table_begin(view, app, walk);
}

/* Shows the frame after a change of its state. */
static void show_changed(struct table_view *view, struct app *app, bool wanted, int64_t row)
{
    if (wanted)
        table_start_index(view, app);
    table_show(view, row);
    if (!wanted)
        table_ask_summary(view, app);
}

void table_apply(struct table_view *view, struct app *app, struct table_state draft)
{
    struct table_frame *top = table_top(view);
    bool same = strcmp(draft.filter, top->now.filter) == 0;
    int64_t row = view->browser.scroll.cursor;
    table_end(view, app);
    bool wanted = table_frame_change(top, draft);
    show_changed(view, app, wanted, same && !wanted ? row : 0);
}

static void step(struct table_view *view, struct app *app, bool back)
{
    bool moved;
    table_end(view, app);
    bool wanted = table_frame_step(table_top(view), back, &moved);
    if (moved)
        show_changed(view, app, wanted, view->browser.scroll.cursor);
    else
        app_say(app, INK_DIM,
                back ? "there is nothing to undo in this table"
                     : "there is nothing to redo in this table");
}

/* -- filter and added columns ------------------------------------------------------------------ */

static const char *without_blanks(const char *text)
{
    return text + strspn(text, " ");
}

void table_filter(struct table_view *view, struct app *app, const char *text)
{
    struct table_frame *top = table_top(view);
    struct expression condition;
    struct error error;
    text = without_blanks(text);
    if (*text && !grid_compile(top->grid, text, true, &condition, &error)) {
        app_ask_again(app, error.text);
        return;
    }
    if (*text)
        expression_release(&condition);
    struct table_state draft = table_frame_draft(top);
    free(draft.filter);
    draft.filter = memory_string(text);
    table_apply(view, app, draft);
}

/* Filters by the value of the cell as well. */
static void only(struct table_view *view, struct app *app)
{
    struct table_frame *top = table_top(view);
    char *condition = table_cell_condition(view, table_cursor_column(view));
    if (!condition)
        return;
    char *all = *top->now.filter ? memory_format("(%s) and %s", top->now.filter, condition)
                                 : memory_string(condition);
    table_filter(view, app, all);
    free(condition);
    free(all);
}

/* "decade = bin(item.year, 10)", or the value alone. A name is followed by one "=". */
static char *name_of(const char **text)
{
    size_t length = strcspn(*text, "= <>!~('\"+-*/%[,");
    const char *sign = *text + length + strspn(*text + length, " ");
    if (length == 0 || *sign != '=' || sign[1] == '=')
        return NULL;
    char *name = memory_format("%.*s", (int)length, *text);
    *text = without_blanks(sign + 1);
    return name;
}

void table_add(struct table_view *view, struct app *app, const char *text)
{
    struct table_frame *top = table_top(view);
    struct error error;
    const char *whole = without_blanks(text), *value = whole;
    char *name = name_of(&value);
    table_end(view, app);
    if (*value && grid_add_column(top->grid, name, value, &error)) {
        struct table_state draft = table_frame_draft(top);
        table_state_show(&draft, top->grid, top->grid->column_count - 1, true);
        table_apply(view, app, draft);
        table_go_to_column(view, app, top->grid->columns[top->grid->column_count - 1].name);
    } else if (*value) {
        app_ask_again(app, error.text);
    }
    free(name);
}

/* -- columns ----------------------------------------------------------------------------------- */

static size_t column_named(struct table_view *view, struct app *app, const char *text)
{
    const struct grid *grid = table_top(view)->grid;
    char shown[128];
    size_t place = grid_column_place(grid, text);
    if (place < grid->column_count)
        return place;
    app_say(app, INK_BAD, "there is no column \"%s\"; Tab completes a name",
            text_safe(text, shown, sizeof shown));
    return SIZE_MAX;
}

void table_go_to_column(struct table_view *view, struct app *app, const char *text)
{
    const struct table_frame *top = table_top(view);
    text = without_blanks(text);
    size_t column = *text ? column_named(view, app, text) : SIZE_MAX;
    for (size_t i = 0; i < top->column_count && column != SIZE_MAX; i++)
        if (top->columns[i] == column) {
            view->browser.column = i;
            table_ask_summary(view, app);
            return;
        }
    if (column != SIZE_MAX)
        app_say(app, INK_DIM, "the column is hidden; + shows it");
}

void table_show_columns(struct table_view *view, struct app *app, const char *text)
{
    struct table_frame *top = table_top(view);
    text = without_blanks(text);
    bool all = strcasecmp(text, "all") == 0;
    size_t column = all || !*text ? SIZE_MAX : column_named(view, app, text);
    if (column == SIZE_MAX && !all)
        return;
    struct table_state draft = table_frame_draft(top);
    for (size_t i = 0; i < top->grid->column_count; i++)
        if (all || i == column)
            table_state_show(&draft, top->grid, i, true);
    table_apply(view, app, draft);
    if (!all)
        table_go_to_column(view, app, text);
}

void table_hide(struct table_view *view, struct app *app, const char *text)
{
    struct table_frame *top = table_top(view);
    text = without_blanks(text);
    size_t column = *text ? column_named(view, app, text) : table_cursor_column(view);
    if (column == SIZE_MAX)
        return;
    if (top->column_count < 2) {
        app_say(app, INK_DIM, "the last column stays");
        return;
    }
    struct table_state draft = table_frame_draft(top);
    table_state_show(&draft, top->grid, column, false);
    table_apply(view, app, draft);
}

/* -- order ------------------------------------------------------------------------------------- */

/* Sorts by a column, alone or behind those that sort already. */
static void sort(struct table_view *view, struct app *app, size_t column, bool descending,
                 bool also)
{
    struct table_frame *top = table_top(view);
    char words[200];
    if (column == SIZE_MAX)
        return;
    struct table_state draft = table_frame_draft(top);
    struct grid_view *order = &draft.order;
    size_t kept = 0;
    for (size_t i = 0; also && i < order->order_count; i++)
        if (order->orders[i].column != column)
            order->orders[kept++] = order->orders[i];
    kept = kept < GRID_ORDERS ? kept : GRID_ORDERS - 1;
    order->orders[kept] = (struct grid_order){column, descending};
    order->order_count = kept + 1;
    table_apply(view, app, draft);
    table_frame_order_words(top, words, sizeof words);
    app_say(app, INK_DIM, "sorted %s; u undoes it", words);
}

/* Sorts by the next shown column (or the one before, if `direction` is -1). After the last one
 * comes the order of the table. */
static void sort_next(struct table_view *view, struct app *app, int direction)
{
    struct table_frame *top = table_top(view);
    int count = (int)top->column_count, place = -1;
    for (int i = 0; i < count; i++)
        if (top->now.order.order_count && top->columns[i] == top->now.order.orders[0].column)
            place = i;
    do
        place = place + direction < -1 ? count - 1 : place + direction;
    while (place >= 0 && place < count && top->grid->columns[top->columns[place]].look == GRID_BAR);
    if (place >= 0 && place < count) {
        size_t column = top->columns[place];
        sort(view, app, column, top->grid->columns[column].type != COLUMN_TEXT, false);
        return;
    }
    struct table_state draft = table_frame_draft(top);
    draft.order.order_count = 0;
    table_apply(view, app, draft);
    app_say(app, INK_DIM, "in the order of the table");
}

static void turn_round(struct table_view *view, struct app *app)
{
    struct table_frame *top = table_top(view);
    if (top->now.order.order_count == 0) {
        sort(view, app, table_cursor_column(view), true, false);
        return;
    }
    struct table_state draft = table_frame_draft(top);
    for (size_t i = 0; i < draft.order.order_count; i++)
        draft.order.orders[i].descending = !draft.order.orders[i].descending;
    table_apply(view, app, draft);
}

void table_sort_by(struct table_view *view, struct app *app, size_t place)
{
    const struct table_frame *top = table_top(view);
    size_t column = table_frame_column(top, place);
    if (column == SIZE_MAX || top->grid->columns[column].look == GRID_BAR)
        return;
    if (top->now.order.order_count && top->now.order.orders[0].column == column)
        turn_round(view, app);
    else
        sort(view, app, column, top->grid->columns[column].type != COLUMN_TEXT, false);
}

bool table_act_on_rows(struct table_view *view, struct app *app, enum action action)
{
    size_t column = table_cursor_column(view);
    switch (action) {
    case ACTION_SORT:
    case ACTION_SORT_BEFORE:
        sort_next(view, app, action == ACTION_SORT ? 1 : -1);
        return true;
    case ACTION_SORT_REVERSE:
        turn_round(view, app);
        return true;
    case ACTION_TABLE_ASCENDING:
    case ACTION_TABLE_DESCENDING:
        sort(view, app, column, action == ACTION_TABLE_DESCENDING, false);
        return true;
    case ACTION_TABLE_ALSO_ASCENDING:
    case ACTION_TABLE_ALSO_DESCENDING:
        sort(view, app, column, action == ACTION_TABLE_ALSO_DESCENDING, true);
        return true;
    case ACTION_TABLE_ONLY:
        only(view, app);
        return true;
    case ACTION_TABLE_HIDE:
        table_hide(view, app, "");
        return true;
    case ACTION_TABLE_UNDO:
    case ACTION_TABLE_REDO:
        step(view, app, action == ACTION_TABLE_UNDO);
        return true;
    default:
        return false;
    }
}
