/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/browser.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* In cells: the least width of a text column beside scrolled columns, the least width of a cut
 * column, and the most for a title in a scrolled table. */
enum { TEXT_LEAST = 26, CUT_LEAST = 6, TITLE_MOST = 14, ARROW = 2 };

void browser_init(struct browser *browser, const struct browser_options *options)
{
    *browser = (struct browser){
        .options = *options, .listing = listing_new(NULL), .column = options->frozen, .sorted = -1};
}

void browser_release(struct browser *browser)
{
    listing_free(browser->listing);
    free(browser->widths);
    free(browser->needed);
    free(browser->seen);
}

static void sort(struct browser *browser)
{
    if (browser->sorted >= 0)
        listing_sort(browser->listing, (size_t)browser->sorted, browser->descending);
    else
        listing_sort(browser->listing, LISTING_AS_ADDED, false);
}

void browser_show(struct browser *browser, struct listing *listing)
{
    size_t columns = listing_column_count(listing), row = browser_row(browser);
    browser_forget_place(browser);
    if (columns != listing_column_count(browser->listing)) {
        browser->sorted = -1;
        free(browser->seen);
        browser->seen = NULL;
    }
    listing_free(browser->listing);
    free(browser->needed);
    browser->needed = NULL;
    browser->listing = listing;
    if (browser->column >= columns)
        browser->column = columns ? columns - 1 : 0;
    sort(browser);
    scroll_count(&browser->scroll, (int64_t)listing_row_count(listing));
    browser_choose(browser, row);
}

void browser_count(struct browser *browser, int64_t count)
{
    listing_clear(browser->listing);
    browser->base = 0;
    browser->error.text[0] = '\0';
    scroll_count(&browser->scroll, count);
}

size_t browser_row(const struct browser *browser)
{
    size_t row = (size_t)browser->scroll.cursor;
    return browser->options.fill ? row : listing_origin(browser->listing, row);
}

void browser_choose(struct browser *browser, size_t row)
{
    scroll_to(&browser->scroll,
              (int64_t)(browser->options.fill ? row : listing_place(browser->listing, row)));
}

void browser_move(struct browser *browser, enum action action)
{
    if (action == ACTION_LEFT && browser->options.sideways)
        browser->column -= browser->column > browser->options.frozen;
    else if (action == ACTION_RIGHT && browser->options.sideways)
        browser->column += browser->column + 1 < listing_column_count(browser->listing);
    else
        scroll_move(&browser->scroll, action);
}

/* -- order and search -------------------------------------------------------------------------- */

int browser_next_column(const struct browser *browser, int column, int step)
{
    int count = (int)listing_column_count(browser->listing);
    do {
        column = column + step < -1 ? count - 1 : column + step;
    } while (column >= 0 && column < count &&
             !*listing_column_at(browser->listing, (size_t)column)->title);
    return column < count ? column : -1;
}

void browser_sort(struct browser *browser, int column, bool descending)
{
    size_t row = browser_row(browser);
    browser->sorted = column;
    browser->descending = descending;
    sort(browser);
    browser_choose(browser, row);
}

bool browser_find(struct browser *browser, struct matcher *sought, bool backwards, bool here)
{
    size_t count = listing_row_count(browser->listing), row = (size_t)browser->scroll.cursor;
    if (count == 0)
        return false;
    row = (row + (here ? 0 : backwards ? count - 1 : 1)) % count;
    size_t found = listing_find(browser->listing, sought, row, backwards);
    if (found < count)
        scroll_to(&browser->scroll, (int64_t)found);
    return found < count;
}

/* -- columns ----------------------------------------------------------------------------------- */

/* Cells of the frozen columns and of the columns from `first` to before `end`. A column that may be
 * cut counts at most `most` cells. */
static size_t width_of(const struct browser *browser, size_t first, size_t end, size_t most)
{
    size_t width = 0;
    for (size_t i = 0; i < end; i++) {
        bool cut = listing_column_at(browser->listing, i)->fit != LISTING_WHOLE &&
                   i >= browser->options.frozen;
        if ((i < browser->options.frozen || i >= first) && browser->widths[i] != LISTING_HIDDEN)
            width += (width ? LISTING_GAP : 0) +
                     (cut && browser->widths[i] > most ? most : browser->widths[i]);
    }
    return width;
}

/* Shortens the titles of scrolled columns if all columns fit then. */
static void cut_titles(struct browser *browser, size_t count)
{
    size_t most = 2 * TITLE_MOST, frozen = browser->options.frozen;
    while (most > CUT_LEAST && width_of(browser, frozen, count, most) > browser->room)
        most--;
    if (width_of(browser, frozen, count, most) > browser->room)
        most = TITLE_MOST;
    for (size_t i = frozen; i < count; i++) {
        const struct listing_column *column = listing_column_at(browser->listing, i);
        if (column->fit != LISTING_WHOLE && browser->widths[i] > most)
            browser->widths[i] = most < column->least ? column->least : most;
    }
}

/* Makes the cursor's column visible, with as many columns before it as fit. */
static void choose_first(struct browser *browser, size_t count)
{
    if (browser->column < browser->first)
        browser->first = browser->column;
    while (browser->first < browser->column &&
           width_of(browser, browser->first, browser->column + 1, SIZE_MAX) > browser->room)
        browser->first++;
    while (browser->first > browser->options.frozen &&
           width_of(browser, browser->first - 1, count, SIZE_MAX) <= browser->room)
        browser->first--;
}

static void give_the_rest(struct browser *browser, size_t count)
{
    size_t used = width_of(browser, 0, count, SIZE_MAX);
    for (size_t i = 0; i < count && used < browser->room; i++)
        if (listing_column_at(browser->listing, i)->fit == LISTING_REST &&
            browser->widths[i] != LISTING_HIDDEN) {
            browser->widths[i] += browser->room - used;
            return;
        }
}

static void measure(struct browser *browser, size_t count)
{
    size_t widest = browser->options.widest ? browser->options.widest : SIZE_MAX - 1;
    browser->widths = memory_resize(browser->widths, count + 1, sizeof *browser->widths);
    if (!browser->needed || browser->options.fill) {
        browser->needed = memory_resize(browser->needed, count + 1, sizeof *browser->needed);
        listing_measure(browser->listing, widest, browser->needed);
    }
    memcpy(browser->widths, browser->needed, count * sizeof *browser->widths);
    if (browser->sorted >= 0) {
        const char *title = listing_column_at(browser->listing, (size_t)browser->sorted)->title;
        size_t *width = &browser->widths[browser->sorted], needed = text_width(title) + 2;
        *width = *width < needed ? needed : *width;
    }
    if (!browser->options.fill)
        return;
    if (!browser->seen)
        browser->seen = memory_array(count + 1, sizeof *browser->seen);
    for (size_t i = 0; i < count; i++) { /* keep the widest so far, so that columns do not jump */
        if (browser->widths[i] > browser->seen[i])
            browser->seen[i] = browser->widths[i];
        browser->widths[i] = browser->seen[i];
    }
}

static void place(struct browser *browser, size_t count, size_t room)
{
    if (room != browser->room) /* after a change of size, show the scrolled columns again */
        browser->first = browser->options.frozen;
    browser->room = room;
    measure(browser, count);
    if (browser->options.sideways) {
        listing_squeeze(browser->listing, browser->options.frozen, LISTING_AS_ADDED, room,
                        TEXT_LEAST, browser->widths);
        cut_titles(browser, count);
        choose_first(browser, count);
    } else {
        browser->first = 0;
        size_t sorted = browser->sorted < 0 ? LISTING_AS_ADDED : (size_t)browser->sorted;
        listing_squeeze(browser->listing, count, sorted, room, CUT_LEAST, browser->widths);
        give_the_rest(browser, count);
    }
}

/* -- drawing ----------------------------------------------------------------------------------- */

/* Fetches the visible rows into the listing. */
static void fetch(struct browser *browser)
{
    const struct scroll *scroll = &browser->scroll;
    int64_t end = scroll->top + scroll->height, got = (int64_t)listing_row_count(browser->listing);
    end = end > scroll->count ? scroll->count : end;
    bool there = scroll->top >= browser->base && end <= browser->base + got;
    if (!browser->options.fill || there || browser->error.text[0] || scroll->count == 0)
        return;
    browser->base = scroll->top > scroll->height ? scroll->top - scroll->height : 0;
    listing_clear(browser->listing);
    if (!browser->options.fill(browser->options.context, browser->listing, browser->base,
                               3 * (int64_t)scroll->height, &browser->error))
        listing_clear(browser->listing);
}

static void draw_text(const struct browser *browser, struct surface *surface, struct box box,
                      size_t column, enum ink ink, const char *text)
{
    if (listing_column_at(browser->listing, column)->side == LISTING_RIGHT)
        surface_text_right(surface, box.x, box.y, box.width, ink, text);
    else
        surface_text(surface, box.x, box.y, box.width, ink, text);
}

/* Finds the next visible column from `column` on, and moves `box` to it. Returns false if there is
 * none. */
static bool next_box(const struct browser *browser, size_t *column, struct box *box, int right)
{
    size_t count = listing_column_count(browser->listing), frozen = browser->options.frozen;
    for (; *column < count; ++*column) {
        if (browser->widths[*column] == LISTING_HIDDEN ||
            (*column >= frozen && *column < browser->first))
            continue;
        box->width = (int)browser->widths[*column];
        bool whole = box->x + box->width <= right;
        if (!whole && listing_column_at(browser->listing, *column)->side == LISTING_LEFT)
            box->width = right - box->x;
        return box->width > 0 && box->x + box->width <= right;
    }
    return false;
}

static void draw_titles(struct browser *browser, struct surface *surface, struct box box,
                        bool active)
{
    struct box cell = {box.x, box.y, 0, 1};
    browser->shown = 0;
    for (size_t i = 0; next_box(browser, &i, &cell, box.x + box.width);
         cell.x += cell.width + LISTING_GAP, i++) {
        bool chosen = active && browser->options.sideways && i == browser->column;
        const char *arrow = (int)i != browser->sorted ? "" : browser->descending ? " ↓" : " ↑";
        char *title = memory_format("%s%s", listing_column_at(browser->listing, i)->title, arrow);
        draw_text(browser, surface, cell, i, chosen ? INK_TAB : INK_TITLE, title);
        free(title);
        browser->shown += i >= browser->options.frozen;
    }
}

static void draw_row(const struct browser *browser, struct surface *surface, struct box box,
                     size_t row, bool chosen)
{
    struct box cell = {box.x, box.y, 0, 1};
    for (size_t i = 0; next_box(browser, &i, &cell, box.x + box.width);
         cell.x += cell.width + LISTING_GAP, i++) {
        const struct listing_cell *about = listing_at(browser->listing, row, i);
        bool here = chosen && browser->options.sideways && i == browser->column;
        enum ink ink = here ? INK_STRONG : about->text ? about->style : INK_DIM;
        if (!browser->options.draw ||
            !browser->options.draw(browser->options.context, surface, cell,
                                   listing_origin(browser->listing, row), i))
            draw_text(browser, surface, cell, i, ink, about->text ? about->text : "–");
        if (here && browser->options.cell)
            surface_select(surface, cell);
    }
}

static bool has_titles(const struct listing *listing)
{
    for (size_t i = 0; i < listing_column_count(listing); i++)
        if (*listing_column_at(listing, i)->title)
            return true;
    return false;
}

static void draw_rows(const struct browser *browser, struct surface *surface, struct box box,
                      bool active)
{
    int left = browser->options.arrow ? ARROW : 0;
    for (int i = 0; i < browser->scroll.height; i++) {
        int64_t index = browser->scroll.top + i;
        size_t row = (size_t)(index - browser->base);
        struct box line = {box.x, box.y + i, box.width, 1};
        bool chosen = index == browser->scroll.cursor;
        if (index < browser->base || row >= listing_row_count(browser->listing))
            break;
        draw_row(browser, surface, box_inside(line, left, 0, 0, 0), row, chosen && active);
        if (chosen && browser->options.arrow)
            surface_glyph(surface, line.x, line.y, INK_KEY, "▸");
        if (chosen && active && !browser->options.cell)
            surface_select(surface, line);
    }
}

void browser_draw(struct surface *surface, struct box box, struct browser *browser, bool active)
{
    size_t rows = listing_row_count(browser->listing);
    if (box.width < 1 || box.height < 1)
        return;
    int titles = box.height > 1 && has_titles(browser->listing);
    int sums =
        !browser->options.fill && listing_at(browser->listing, rows, 0) && box.height > titles + 1;
    int left = browser->options.arrow ? ARROW : 0;
    scroll_fit(&browser->scroll, browser->options.fill ? browser->scroll.count : (int64_t)rows,
               box.height - titles - sums);
    fetch(browser);
    place(browser, listing_column_count(browser->listing),
          box.width > left ? (size_t)(box.width - left) : 0);
    struct box inner = box_inside(box, left, 0, 0, 0), body = box_inside(box, 0, titles, 0, sums);
    browser->drawn = inner;
    browser->titles = titles;
    if (titles)
        draw_titles(browser, surface, inner, active);
    if (sums)
        draw_row(browser, surface, box_inside(inner, 0, inner.height - 1, 0, 0), rows, false);
    draw_rows(browser, surface, body, active);
    if (browser->error.text[0])
        surface_text(surface, body.x, body.y, body.width, INK_BAD, browser->error.text);
    else if (browser->scroll.count == 0)
        surface_text(surface, body.x + left, body.y, body.width - left, INK_DIM,
                     browser->options.empty);
}

/* -- places on the screen ---------------------------------------------------------------------- */

enum browser_spot browser_spot(const struct browser *browser, int x, int y, int64_t *row,
                               size_t *column)
{
    const struct box *drawn = &browser->drawn;
    int line = y - drawn->y - browser->titles;
    struct box cell = {drawn->x, drawn->y, 0, 1};
    size_t at = 0;
    if (y < drawn->y || y >= drawn->y + drawn->height || x >= drawn->x + drawn->width)
        return SPOT_NONE;
    *column = SIZE_MAX;
    for (; next_box(browser, &at, &cell, drawn->x + drawn->width);
         cell.x += cell.width + LISTING_GAP, at++)
        if (x >= cell.x && x < cell.x + cell.width)
            *column = at;
    if (line < 0)
        return *column == SIZE_MAX ? SPOT_NONE : SPOT_TITLE;
    *row = browser->scroll.top + line;
    return line < browser->scroll.height && *row < browser->scroll.count ? SPOT_ROW : SPOT_NONE;
}

void browser_point(struct browser *browser, int64_t row, size_t column)
{
    scroll_to(&browser->scroll, row);
    if (browser->options.sideways && column != SIZE_MAX && column >= browser->options.frozen)
        browser->column = column;
}

void browser_forget_place(struct browser *browser)
{
    browser->drawn = (struct box){0, 0, 0, 0};
}
