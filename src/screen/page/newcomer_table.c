/* SPDX-License-Identifier: MIT
 *
 * How the Newcomer page is shown: the best items of each arm side by side with what has moved, the
 * items found, or those that are rated.
 */
#include "config.h"

#include "newcomer_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/figures.h"

enum { ROWS_MOST = 200, HEAD = 2, TAIL = 24, NARROWEST = 22 };

/* -- the table --------------------------------------------------------------------------------- */

static void add_lists(const struct newcomer_view *view, struct listing *listing)
{
    const struct newcomer *newcomer = &view->newcomer;
    uint32_t rows = 0;
    for (size_t a = 0; a < newcomer->arm_count; a++)
        rows = newcomer->arms[a].count > rows ? newcomer->arms[a].count : rows;
    listing_add_column(listing, (struct listing_column){.title = "", .side = LISTING_RIGHT});
    for (size_t a = 0; a < newcomer->arm_count; a++)
        listing_add_column(listing, (struct listing_column){.title = newcomer->arms[a].name,
                                                            .fit = LISTING_CUT,
                                                            .least = (size_t)view->width});
    for (uint32_t row = 0; row < rows && row < ROWS_MOST; row++) {
        listing_cell(listing, "%u", row + 1);
        for (size_t a = 0; a < newcomer->arm_count; a++) {
            const struct newcomer_arm *arm = &newcomer->arms[a];
            listing_foreign(listing, row < arm->count ? newcomer->titles[arm->order[row]] : NULL);
        }
    }
}

static void add_value(struct listing *listing, double value)
{
    char text[FIGURE_TEXT] = "";
    if (!isnan(value))
        snprintf(text, sizeof text, "%.3f", value);
    listing_number(listing, value, text);
}

static void add_item_columns(const struct newcomer_view *view, struct listing *listing)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "yours", .side = LISTING_RIGHT},
        {.title = "title", .fit = LISTING_CUT},
        {.title = "item", .side = LISTING_RIGHT, .missed = NEWCOMER_ARMS + 1},
        {.title = NULL}};
    listing_add_columns(listing, COLUMNS);
    for (size_t a = 0; a < view->newcomer.arm_count; a++)
        listing_add_numbers(listing, view->newcomer.arms[a].name, (int)a);
}

static void add_item(const struct newcomer_view *view, struct listing *listing, uint32_t item)
{
    const struct newcomer *newcomer = &view->newcomer;
    const struct newcomer_rating *rating = newcomer_rating_of(newcomer, item);
    listing_number(listing, rating ? rating->value : (double)NAN, rating ? rating->text : "");
    listing_style(listing, INK_KEY);
    listing_foreign(listing, newcomer->titles[item]);
    listing_foreign(listing, id_map_text(newcomer->items, item));
    for (size_t a = 0; a < newcomer->arm_count; a++)
        add_value(listing, rating                       ? (double)rating->predicted[a]
                           : newcomer->arms[a].answered ? (double)newcomer->arms[a].value[item]
                                                        : (double)NAN);
}

/* The last row is how far each arm was off, on average, just before each rating. */
static void add_errors(const struct newcomer_view *view, struct listing *listing)
{
    listing_cell(listing, "%s", "");
    listing_cell(listing, "mean absolute error");
    listing_cell(listing, "%s", "");
    for (size_t a = 0; a < view->newcomer.arm_count; a++)
        add_value(listing, newcomer_error(&view->newcomer, a));
    listing_end(listing);
}

static void add_error_rows(const struct newcomer_view *view, struct listing *listing)
{
    const struct newcomer *newcomer = &view->newcomer;
    listing_add_column(listing,
                       (struct listing_column){.title = "ratings shown", .side = LISTING_RIGHT});
    for (size_t a = 0; a < newcomer->arm_count; a++)
        listing_add_numbers(listing, newcomer->arms[a].name, (int)a);
    for (size_t shown = 0; shown < newcomer->error_count; shown++) {
        char text[FIGURE_TEXT];
        snprintf(text, sizeof text, "%zu", shown);
        listing_number(listing, (double)shown, text);
        if (shown == newcomer->rating_count)
            listing_style(listing, INK_KEY);
        for (size_t a = 0; a < newcomer->arm_count; a++)
            add_value(listing, newcomer->errors[shown][a]);
    }
}

void newcomer_show(struct newcomer_view *view)
{
    struct listing *listing = listing_new(NULL);
    view->browser.options.frozen = view->kind == NEWCOMER_LISTS ? 1 : 2;
    view->browser.options.sideways = view->browser.options.cell = view->kind == NEWCOMER_LISTS;
    view->browser.options.empty = view->kind == NEWCOMER_RATED   ? "nothing is rated yet"
                                  : view->kind == NEWCOMER_FOUND ? "no title has all of these words"
                                                                 : "";
    if (view->kind == NEWCOMER_LISTS) {
        add_lists(view, listing);
    } else if (view->kind == NEWCOMER_ERRORS) {
        add_error_rows(view, listing);
    } else {
        add_item_columns(view, listing);
        for (size_t i = 0; view->kind == NEWCOMER_FOUND && i < view->found_count; i++)
            add_item(view, listing, view->found[i]);
        for (size_t i = 0; view->kind == NEWCOMER_RATED && i < view->newcomer.rating_count; i++)
            add_item(view, listing, view->newcomer.ratings[i].item);
        if (view->kind == NEWCOMER_RATED && view->newcomer.rating_count > 0)
            add_errors(view, listing);
    }
    view->view.browser = view->newcomer.items ? &view->browser : NULL;
    browser_show(&view->browser, listing);
}

void newcomer_show_kind(struct newcomer_view *view, enum newcomer_kind kind)
{
    view->kind = kind;
    browser_choose(&view->browser, 0);
    view->browser.column = 1;
    newcomer_show(view);
}

/* The item under the cursor. False if there is none. */
bool newcomer_item_here(const struct newcomer_view *view, uint32_t *item)
{
    const struct newcomer *newcomer = &view->newcomer;
    size_t row = browser_row(&view->browser), arm = view->browser.column - 1;
    if (!newcomer->items)
        return false;
    if (view->kind == NEWCOMER_FOUND && row < view->found_count)
        *item = view->found[row];
    else if (view->kind == NEWCOMER_RATED && row < newcomer->rating_count)
        *item = newcomer->ratings[row].item;
    else if (view->kind == NEWCOMER_LISTS && arm < newcomer->arm_count &&
             row < newcomer->arms[arm].count)
        *item = newcomer->arms[arm].order[row];
    else
        return false;
    return true;
}

/* -- drawing ----------------------------------------------------------------------------------- */

/* "▲3", "▼12", "new", or "". */
static enum ink move_of(const struct newcomer_arm *arm, uint32_t item, bool ascii, char text[TAIL])
{
    bool entered;
    int64_t rise = newcomer_rise(arm, item, &entered);
    text[0] = '\0';
    if (entered)
        snprintf(text, TAIL, "new");
    else if (rise != 0)
        snprintf(text, TAIL, "%s%lld", rise > 0 ? (ascii ? "+" : "▲") : (ascii ? "-" : "▼"),
                 (long long)llabs(rise));
    return rise > 0 ? INK_GOOD : rise < 0 ? INK_WARN : INK_KEY;
}

/* Draws a cell of the lists: the title, what is predicted, and how the item has moved. */
bool newcomer_draw_cell(void *context, struct surface *surface, struct box box, size_t row,
                        size_t column)
{
    const struct newcomer_view *view = context;
    if (view->kind != NEWCOMER_LISTS || column == 0 || column > view->newcomer.arm_count ||
        box.width < NARROWEST - 2)
        return false;
    const struct newcomer_arm *arm = &view->newcomer.arms[column - 1];
    char moved[TAIL];
    if (row >= arm->count)
        return true;
    uint32_t item = arm->order[row];
    enum ink ink = move_of(arm, item, surface->ascii, moved);
    surface_text(surface, box.x, box.y, box.width - 11, INK_PLAIN, view->newcomer.titles[item]);
    surface_format(surface, box.x + box.width - 10, box.y, 4, INK_DIM, "%.2f",
                   (double)arm->value[item]);
    surface_text(surface, box.x + box.width - 5, box.y, 5, ink, moved);
    return true;
}

static void draw_rated(const struct newcomer_view *view, struct surface *surface, struct box box)
{
    const struct newcomer *newcomer = &view->newcomer;
    if (newcomer->rating_count == 0) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM,
                     *view->user ? "nothing is rated: . shows the next rating"
                                 : "nothing is rated: f finds a title, 1 to 9 rate it");
        return;
    }
    int x = box.x + surface_text(surface, box.x, box.y, box.width, INK_DIM, "rated ");
    for (size_t i = newcomer->rating_count; i-- > 0 && x < box.x + box.width - 4;) {
        const struct newcomer_rating *rating = &newcomer->ratings[i];
        x += surface_text(surface, x, box.y, box.x + box.width - x, INK_KEY, rating->text) + 1;
        x += surface_text(surface, x, box.y, box.x + box.width - x, INK_PLAIN,
                          newcomer->titles[rating->item]);
        x += 2;
    }
}

static void draw_head(const struct newcomer_view *view, struct surface *surface, struct box box)
{
    const struct newcomer *newcomer = &view->newcomer;
    int used = *view->user
                   ? surface_format(surface, box.x, box.y, box.width, INK_STRONG,
                                    "user %s, new to %lld", view->user, (long long)view->execution)
                   : surface_format(surface, box.x, box.y, box.width, INK_STRONG,
                                    "newcomer to %lld", (long long)view->execution);
    used += 2;
    used += surface_text(surface, box.x + used, box.y, box.width - used, INK_DIM, view->data) + 2;
    if (view->kind == NEWCOMER_FOUND)
        surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN, "%zu with \"%s\"",
                       view->found_count, view->sought);
    else if (view->kind == NEWCOMER_RATED)
        surface_text(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                     "rated, and what each arm predicted just before");
    else if (view->kind == NEWCOMER_ERRORS)
        surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                       "mean absolute error on the %zu asked", newcomer->asked_count);
    else if (*view->user && newcomer->items)
        surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                       "%zu of %zu ratings shown", newcomer->next, newcomer->coming_count);
    if (view->asking)
        surface_text_right(surface, box.x, box.y, box.width, INK_WARN, "answering …");
    if (view->newcomer.items)
        draw_rated(view, surface, (struct box){box.x, box.y + 1, box.width, 1});
}

/* As many lists side by side as are readable. */
static int list_width(const struct newcomer_view *view, int width)
{
    int arms = (int)view->newcomer.arm_count, each;
    while (arms > 1 && (width - 6) / arms - LISTING_GAP < NARROWEST)
        arms--;
    each = arms > 0 ? (width - 6) / arms - LISTING_GAP : NARROWEST;
    return each < NARROWEST ? NARROWEST : each;
}

void newcomer_draw(struct newcomer_view *view, struct surface *surface, struct box box)
{
    int width = list_width(view, box.width);
    if (width != view->width) {
        view->width = width;
        view->browser.options.widest = (size_t)width;
        if (view->newcomer.items)
            newcomer_show(view);
    }
    if (view->error.text[0] || view->execution == 0) {
        surface_text(surface, box.x, box.y, box.width, INK_BAD,
                     view->execution ? view->error.text : "no execution is chosen");
        return;
    }
    draw_head(view, surface, box);
    if (view->newcomer.items)
        browser_draw(surface, box_inside(box, 0, HEAD, 0, 0), &view->browser, true);
}
