/* SPDX-License-Identifier: MIT
 *
 * What Enter opens: the ratings of a user or of an item, the rows that a counted row stands for.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "screen/page/table_view.h"
#include "store/expression.h"

/* The value at the cursor as it is stored, a new string, NULL if it is missing. False if there is
 * no row. */
static bool read_cell(struct table_view *view, size_t column, char **text)
{
    const struct table_frame *top = table_top(view);
    struct grid_selection selection = {&column, 1, top->displayed};
    struct grid_page page = {0};
    struct error ignored;
    *text = NULL;
    if (!grid_read_selection(top->grid, &selection, view->browser.scroll.cursor, 1, &page,
                             &ignored))
        return false;
    bool there = page.count == 1;
    *text = there ? memory_string(page.cells[0]) : NULL;
    grid_page_release(&page, 1);
    return there;
}

static char *quoted(const char *text)
{
    char *result = memory_new(2 * strlen(text) + 3), *at = result;
    *at++ = '\'';
    for (; *text; text++) {
        if (*text == '\'')
            *at++ = '\'';
        *at++ = *text;
    }
    *at = '\'';
    return result;
}

static char *condition_of(const struct grid_column *column, const char *value)
{
    bool plain = expression_is_name(column->name);
    const char *open = plain ? "" : "[", *close = plain ? "" : "]";
    if (!value)
        return memory_format("%s%s%s is missing", open, column->name, close);
    char *text = column->type == COLUMN_TEXT ? quoted(value) : memory_string(value);
    char *condition = memory_format("%s%s%s = %s", open, column->name, close, text);
    free(text);
    return condition;
}

char *table_cell_condition(struct table_view *view, size_t column)
{
    char *value;
    if (column == SIZE_MAX || !read_cell(view, column, &value))
        return NULL;
    char *condition = condition_of(&table_top(view)->grid->columns[column], value);
    free(value);
    return condition;
}

/* -- frames ------------------------------------------------------------------------------------ */

/* The rows of the frame's origin that pass the condition too. Takes over condition and crumb. */
static void open_rows(struct table_view *view, struct app *app, char *condition, char *crumb)
{
    struct table_frame *top = table_top(view), *origin = top->origin;
    char *filter = *top->of_filter ? memory_format("(%s) and %s", top->of_filter, condition)
                                   : memory_string(condition);
    struct table_frame *frame =
        table_frame_like(origin, grid_copy(origin->grid, app->store), crumb);
    table_push(view, app, frame);
    if (table_frame_begin(frame, filter))
        table_start_index(view, app);
    table_show(view, 0);
    free(condition);
    free(filter);
}

static char *crumb_of(const struct grid_column *column, const char *value)
{
    char shown[80];
    return memory_format("%s %s", column->name,
                         value ? text_safe(value, shown, sizeof shown) : "missing");
}

static void open_frequency(struct table_view *view, struct app *app)
{
    const struct table_frame *top = table_top(view);
    const struct grid_column *of = &top->origin->grid->columns[top->of];
    char *value;
    if (!read_cell(view, 0, &value))
        return;
    open_rows(view, app, condition_of(of, value), crumb_of(of, value));
    free(value);
}

static void open_bin(struct table_view *view, struct app *app)
{
    const struct table_frame *top = table_top(view);
    const struct grid_column *of = &top->origin->grid->columns[top->of];
    bool plain = expression_is_name(of->name);
    const char *open = plain ? "" : "[", *close = plain ? "" : "]";
    char *from, *to = NULL;
    if (read_cell(view, 0, &from) && read_cell(view, 1, &to) && from && to)
        open_rows(view, app,
                  memory_format("%s%s%s >= %s and %s%s%s < %s", open, of->name, close, from, open,
                                of->name, close, to),
                  memory_format("%s %s to %s", of->name, from, to));
    free(from);
    free(to);
}

/* The rows of one cell, or of the whole row if the cursor is not on a value of the other column. */
static void open_cross(struct table_view *view, struct app *app)
{
    const struct table_frame *top = table_top(view);
    const struct grid *grid = top->origin->grid;
    size_t column = table_cursor_column(view), last = top->grid->column_count - 1;
    bool others = strcmp(top->grid->columns[last].name, "others") == 0;
    char *value;
    if (!read_cell(view, 0, &value))
        return;
    char *condition = condition_of(&grid->columns[top->of], value);
    char *crumb = crumb_of(&grid->columns[top->of], value);
    if (column >= 2 && column != SIZE_MAX && !(others && column == last)) {
        const char *title = top->grid->columns[column].name;
        bool missing = strcmp(title, "missing") == 0;
        char *second =
            condition_of(&grid->columns[top->across], missing                       ? NULL
                                                      : strcmp(title, "empty") == 0 ? ""
                                                                                    : title);
        char *both = memory_format("%s and %s", condition, second);
        char *longer = memory_format("%s, %s", crumb, title);
        free(condition);
        free(second);
        free(crumb);
        condition = both;
        crumb = longer;
    }
    free(value);
    open_rows(view, app, condition, crumb);
}

static void open_statistics(struct table_view *view, struct app *app)
{
    const struct table_frame *top = table_top(view);
    char *name;
    if (!read_cell(view, 0, &name) || !name)
        return;
    size_t column = grid_column_place(top->origin->grid, name);
    free(name);
    if (column < top->origin->grid->column_count)
        table_count_origin(view, app, column);
}

/* The column of that role in the table itself; SIZE_MAX if there is none. */
static size_t column_of(const struct grid *grid, enum column_role role)
{
    for (size_t i = 0; i < grid->column_count; i++)
        if (grid->columns[i].place == GRID_OWN && grid->columns[i].role == role)
            return i;
    return SIZE_MAX;
}

/* The ratings of the user or item in the row. */
static bool open_ratings(struct table_view *view, struct app *app, enum column_role role)
{
    const struct table_frame *top = table_top(view);
    size_t ids = column_of(top->grid, role), titles = column_of(top->grid, ROLE_TITLE);
    char *id, *title = NULL;
    struct error error;
    for (size_t i = 0; titles == SIZE_MAX && i < top->grid->column_count; i++)
        if (top->grid->columns[i].role == ROLE_TITLE)
            titles = i;
    if (ids == SIZE_MAX || !read_cell(view, ids, &id) || !id)
        return false;
    if (role == ROLE_ITEM && titles != SIZE_MAX)
        read_cell(view, titles, &title);
    struct grid *grid = grid_open(app->store, view->dataset, DATASET_RATINGS, &error);
    if (grid && grid_join(grid, &error)) {
        const struct grid_column *column = &grid->columns[column_of(grid, role)];
        char *filter = condition_of(column, id);
        struct table_frame *frame = table_frame_new(
            FRAME_TABLE, grid, title ? crumb_of(column, title) : crumb_of(column, id));
        frame->table = DATASET_RATINGS;
        table_push(view, app, frame);
        if (table_frame_begin(frame, filter))
            table_start_index(view, app);
        table_show(view, 0);
        free(filter);
    } else {
        app_say(app, INK_BAD, "%s", error.text);
        grid_free(grid);
    }
    free(id);
    free(title);
    return true;
}

bool table_enter(struct table_view *view, struct app *app)
{
    const struct table_frame *top = table_top(view);
    size_t column = table_cursor_column(view);
    if (top->kind == FRAME_SCATTER || column == SIZE_MAX)
        return true;
    if (top->kind == FRAME_FREQUENCY)
        open_frequency(view, app);
    else if (top->kind == FRAME_HISTOGRAM)
        open_bin(view, app);
    else if (top->kind == FRAME_CROSSTAB)
        open_cross(view, app);
    else if (top->kind == FRAME_STATISTICS)
        open_statistics(view, app);
    else if (top->grid->columns[column].role == ROLE_USER)
        return open_ratings(view, app, ROLE_USER);
    else if (top->grid->columns[column].role == ROLE_ITEM ||
             top->grid->columns[column].role == ROLE_TITLE)
        return open_ratings(view, app, ROLE_ITEM);
    else
        return false;
    return true;
}
