/* SPDX-License-Identifier: MIT
 *
 * The frames of the Table page, their states, and their rows as a listing.
 */
#include "config.h"

#include "screen/page/table_frame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/dataset_words.h"

static const double EXACT_MOST = 9007199254740992.0; /* of whole numbers as reals */

/* -- states ------------------------------------------------------------------------------------ */

static void release_state(struct table_state *state)
{
    free(state->filter);
    free(state->shown);
    row_index_drop(state->index);
    *state = (struct table_state){0};
}

static void release_states(struct table_state *states, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        release_state(&states[i]);
    *count = 0;
}

struct table_state table_frame_draft(const struct table_frame *frame)
{
    struct table_state draft = frame->now;
    draft.filter = memory_string(frame->now.filter);
    draft.shown = memory_array(frame->now.known + 1, sizeof *draft.shown);
    memcpy(draft.shown, frame->now.shown, frame->now.known * sizeof *draft.shown);
    draft.index = row_index_hold(frame->now.index);
    return draft;
}

void table_state_show(struct table_state *state, const struct grid *grid, size_t column, bool shown)
{
    state->shown = memory_resize(state->shown, grid->column_count + 1, sizeof *state->shown);
    for (; state->known < grid->column_count; state->known++)
        state->shown[state->known] = false;
    state->shown[column] = shown;
}

static bool is_shown(const struct table_frame *frame, size_t column)
{
    return column < frame->now.known && frame->now.shown[column];
}

/* Columns of a table beside it that name an item stand behind the item's id. */
static void place_columns(struct table_frame *frame)
{
    const struct grid *grid = frame->grid;
    frame->columns = memory_resize(frame->columns, grid->column_count + 1, sizeof *frame->columns);
    frame->column_count = 0;
    for (size_t i = 0; i < grid->column_count; i++) {
        bool title = grid->columns[i].place == GRID_JOINED && grid->columns[i].role == ROLE_TITLE;
        if (is_shown(frame, i) && !title)
            frame->columns[frame->column_count++] = i;
        bool item = grid->columns[i].place == GRID_OWN && grid->columns[i].role == ROLE_ITEM;
        for (size_t k = 0; item && k < grid->column_count; k++)
            if (is_shown(frame, k) && grid->columns[k].place == GRID_JOINED &&
                grid->columns[k].role == ROLE_TITLE)
                frame->columns[frame->column_count++] = k;
    }
}

static bool orders_agree(const struct table_state *a, const struct table_state *b)
{
    if (a->order.order_count != b->order.order_count)
        return false;
    for (size_t i = 0; i < a->order.order_count; i++)
        if (a->order.orders[i].column != b->order.orders[i].column ||
            a->order.orders[i].descending != b->order.orders[i].descending)
            return false;
    return true;
}

void table_frame_display(struct table_frame *frame)
{
    row_index_drop(frame->displayed);
    frame->displayed = row_index_hold(frame->now.index);
}

/* Called when `now` was replaced. Returns whether an index must be made for it. */
static bool settle(struct table_frame *frame)
{
    bool all = !*frame->now.filter && frame->now.order.order_count == 0;
    if (all) {
        row_index_drop(frame->now.index);
        frame->now.index = NULL;
    }
    place_columns(frame);
    if (all || (frame->now.index && row_index_is_complete(frame->now.index))) {
        table_frame_display(frame);
        return false;
    }
    row_index_drop(frame->now.index);
    frame->now.index = NULL;
    return true;
}

static void push_state(struct table_state **states, size_t *count, struct table_state state)
{
    if (*count == FRAME_UNDO) {
        release_state(&(*states)[0]);
        memmove(*states, *states + 1, --*count * sizeof **states);
    }
    *states = memory_resize(*states, *count + 1, sizeof **states);
    (*states)[(*count)++] = state;
    for (size_t i = 0; i + FRAME_INDEXES < *count; i++) {
        row_index_drop((*states)[i].index);
        (*states)[i].index = NULL;
    }
}

bool table_frame_change(struct table_frame *frame, struct table_state state)
{
    bool same_rows =
        strcmp(state.filter, frame->now.filter) == 0 && orders_agree(&state, &frame->now);
    if (!same_rows) {
        row_index_drop(state.index);
        state.index = NULL;
    }
    if (strcmp(state.filter, frame->now.filter) != 0)
        table_frame_forget_summaries(frame);
    release_states(frame->after, &frame->after_count);
    push_state(&frame->before, &frame->before_count, frame->now);
    frame->now = state;
    return settle(frame);
}

bool table_frame_step(struct table_frame *frame, bool back, bool *moved)
{
    struct table_state **from = back ? &frame->before : &frame->after;
    size_t *count = back ? &frame->before_count : &frame->after_count;
    *moved = *count > 0;
    if (!*moved)
        return false;
    push_state(back ? &frame->after : &frame->before,
               back ? &frame->after_count : &frame->before_count, frame->now);
    frame->now = (*from)[--*count];
    table_frame_forget_summaries(frame);
    return settle(frame);
}

void table_frame_withdraw(struct table_frame *frame)
{
    if (frame->before_count == 0)
        return;
    release_state(&frame->now);
    frame->now = frame->before[--frame->before_count];
    table_frame_forget_summaries(frame);
    if (settle(frame)) { /* it was given up as well, so all rows are shown */
        frame->now.filter[0] = '\0';
        frame->now.order.order_count = 0;
        settle(frame);
    }
}

/* -- frames ------------------------------------------------------------------------------------ */

bool table_column_is_usual(const struct grid_column *column)
{
    return column->place != GRID_JOINED || column->role == ROLE_TITLE;
}

struct table_frame *table_frame_new(enum table_kind kind, struct grid *grid, char *crumb)
{
    struct table_frame *frame = memory_new(sizeof *frame);
    frame->kind = kind;
    frame->grid = grid;
    frame->crumb = crumb;
    frame->now.filter = memory_string("");
    frame->of_filter = memory_string("");
    for (size_t i = 0; i < grid->column_count; i++)
        table_state_show(&frame->now, grid, i, table_column_is_usual(&grid->columns[i]));
    place_columns(frame);
    return frame;
}

struct table_frame *table_frame_like(const struct table_frame *frame, struct grid *grid,
                                     char *crumb)
{
    struct table_frame *like = table_frame_new(frame->kind, grid, crumb);
    like->table = frame->table;
    like->origin = frame->origin;
    like->of = frame->of;
    like->across = frame->across;
    free(like->of_filter);
    like->of_filter = memory_string(frame->of_filter);
    for (size_t i = 0; i < grid->column_count; i++)
        table_state_show(&like->now, grid, i, is_shown(frame, i));
    place_columns(like);
    return like;
}

bool table_frame_begin(struct table_frame *frame, const char *filter)
{
    free(frame->now.filter);
    frame->now.filter = memory_string(filter);
    return settle(frame);
}

void table_frame_free(struct table_frame *frame)
{
    if (!frame)
        return;
    release_state(&frame->now);
    release_states(frame->before, &frame->before_count);
    release_states(frame->after, &frame->after_count);
    row_index_drop(frame->displayed);
    grid_free(frame->grid);
    free(frame->before);
    free(frame->after);
    free(frame->columns);
    free(frame->crumb);
    free(frame->of_filter);
    free(frame->scatter);
    free(frame->summaries);
    free(frame->summarised);
    free(frame);
}

void table_frame_forget_summaries(struct table_frame *frame)
{
    size_t count = frame->grid->column_count;
    frame->summaries = memory_resize(frame->summaries, count + 1, sizeof *frame->summaries);
    frame->summarised = memory_resize(frame->summarised, count + 1, sizeof *frame->summarised);
    memset(frame->summarised, 0, (count + 1) * sizeof *frame->summarised);
    frame->summary_count = count;
}

struct grid_selection table_frame_selection(const struct table_frame *frame)
{
    return (struct grid_selection){frame->columns, frame->column_count, frame->displayed};
}

int64_t table_frame_rows(const struct table_frame *frame)
{
    return frame->displayed ? row_index_count(frame->displayed) : frame->grid->rows;
}

size_t table_frame_column(const struct table_frame *frame, size_t place)
{
    return place < frame->column_count ? frame->columns[place] : SIZE_MAX;
}

void table_frame_order_words(const struct table_frame *frame, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < frame->now.order.order_count; i++) {
        const struct grid_order *order = &frame->now.order.orders[i];
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s%s", i ? ", then " : "by ",
                 frame->grid->columns[order->column].name, order->descending ? " falling" : "");
    }
}

/* -- rows -------------------------------------------------------------------------------------- */

static char *title_of(const struct table_frame *frame, size_t column, bool marks)
{
    const struct grid_view *order = &frame->now.order;
    const struct grid_column *about = &frame->grid->columns[column];
    if (about->look == GRID_BAR)
        return memory_string("");
    for (size_t i = 0; marks && i < order->order_count; i++)
        if (order->orders[i].column == column) {
            char number[24] = "";
            if (order->order_count > 1)
                snprintf(number, sizeof number, "%zu", i + 1);
            return memory_format("%s %s%s", about->name, order->orders[i].descending ? "↓" : "↑",
                                 number);
        }
    return memory_string(about->name);
}

struct listing *table_frame_listing(const struct table_frame *frame, bool marks)
{
    struct listing *listing = listing_new(NULL);
    for (size_t i = 0; i < frame->column_count; i++) {
        const struct grid_column *column = &frame->grid->columns[frame->columns[i]];
        bool bar = column->look == GRID_BAR;
        char *title = title_of(frame, frame->columns[i], marks);
        listing_add_column(
            listing, (struct listing_column){
                         .title = title,
                         .side = column->type == COLUMN_TEXT || bar ? LISTING_LEFT : LISTING_RIGHT,
                         .least = bar ? 20 : 0});
        free(title);
    }
    return listing;
}

/* Shows a time, in seconds since 1970, as a date. */
static void add_value(struct listing *listing, const struct grid_column *column, bool computed,
                      const char *value)
{
    char text[FIGURE_TEXT];
    double number;
    bool exact = value && column->type != COLUMN_TEXT &&
                 text_number(value, strlen(value), &number) && fabs(number) < EXACT_MOST;
    if (!exact)
        listing_foreign(listing, value);
    else if (column->look == GRID_BAR)
        listing_number(listing, number, "");
    else if (column->look == GRID_COUNT)
        listing_number(listing, number, figure_count((int64_t)number, text));
    else if (column->look == GRID_SHARE)
        listing_number(listing, number, figure_percent(number, text));
    else if (column_is_time(column))
        listing_number(listing, number, figure_time((int64_t)number, text));
    else if (computed)
        listing_number(listing, number, figure_computed(number, text));
    else
        listing_number(listing, number, value);
}

bool table_frame_fill(const struct grid *grid, const struct grid_selection *selection,
                      struct listing *listing, int64_t first, int64_t count, struct error *error)
{
    struct grid_page page = {0};
    size_t columns = selection->column_count;
    if (!grid_read_selection(grid, selection, first, (size_t)count, &page, error))
        return false;
    for (size_t i = 0; i < page.count * columns; i++) {
        const struct grid_column *column = &grid->columns[selection->columns[i % columns]];
        bool computed = (grid->file || column->place == GRID_ADDED) && column->type == COLUMN_REAL;
        add_value(listing, column, computed, page.cells[i]);
    }
    grid_page_release(&page, columns);
    return true;
}
