/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/browse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/matcher.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/figures.h"
#include "screen/export_file.h"

static void chose(struct app *app, struct view *view)
{
    if (view->operations->chose)
        view->operations->chose(view, app);
}

/* -- search ------------------------------------------------------------------------------------ */

static void find(struct app *app, struct browser *browser, bool backwards, bool here)
{
    struct error error;
    struct matcher *matcher = matcher_new(app->sought, &error);
    bool found = matcher && browser_find(browser, matcher, backwards, here);
    char safe[128];
    if (!matcher)
        app_say(app, INK_BAD, "%s", error.text);
    else if (!found)
        app_say(app, INK_DIM, "no row has \"%s\"", text_safe(app->sought, safe, sizeof safe));
    matcher_free(matcher);
}

static void seek(struct app *app, struct view *view, bool backwards, bool here)
{
    struct browser *browser = view->browser;
    if (!app->sought)
        app_say(app, INK_DIM, "nothing was searched yet: / asks for a text");
    else if (browser->options.find)
        browser->options.find(browser->options.context, app, app->sought, backwards, here);
    else
        find(app, browser, backwards, here);
    chose(app, view);
}

static void take_sought(struct app *app, const char *text)
{
    struct view *view = app->views[app->page];
    if (!*text || !view->browser)
        return;
    free(app->sought);
    app->sought = memory_string(text);
    seek(app, view, false, true);
}

/* -- order ------------------------------------------------------------------------------------- */

/* Sorts numbers from the largest and texts from A, or the other way if `turned`. */
static void sort(struct app *app, struct view *view, int column, bool turned)
{
    struct browser *browser = view->browser;
    const struct listing_column *about =
        column < 0 ? NULL : listing_column_at(browser->listing, (size_t)column);
    bool descending = about && (about->side == LISTING_RIGHT) != turned;
    browser_sort(browser, column, descending);
    chose(app, view);
    if (!about)
        app_say(app, INK_DIM, "in the order of the page");
    else
        app_say(app, INK_DIM, "sorted by %s, %s%s%s; R turns it round", about->title,
                about->side == LISTING_LEFT ? (descending ? "from Z" : "from A")
                : descending                ? "largest first"
                                            : "smallest first",
                about->tip ? ": " : "", about->tip ? about->tip : "");
}

static void turn_round(struct app *app, struct view *view)
{
    const struct browser *browser = view->browser;
    int column = browser->sorted < 0 ? browser_next_column(browser, -1, 1) : browser->sorted;
    bool number =
        column >= 0 && listing_column_at(browser->listing, (size_t)column)->side == LISTING_RIGHT;
    sort(app, view, column, browser->sorted >= 0 && browser->descending == number);
}

void browse_by_title(struct app *app, struct view *view, size_t column)
{
    struct browser *browser = view->browser;
    if (browser->options.sort_by)
        browser->options.sort_by(browser->options.context, app, column);
    else if (!browser->options.fill && browser->sorted == (int)column)
        turn_round(app, view);
    else if (!browser->options.fill && *listing_column_at(browser->listing, column)->title)
        sort(app, view, (int)column, false);
}

/* -- files ------------------------------------------------------------------------------------- */

void browse_export(struct app *app, const char *words)
{
    struct browser *browser = app->views[app->page]->browser;
    struct export_file file;
    struct error error;
    if (!browser) {
        app_say(app, INK_DIM, "there is no table here");
    } else if (browser->options.export) {
        browser->options.export(browser->options.context, app, words);
    } else if (!export_open(&file, words, &error) ||
               !export_close(&file, export_rows(&file, browser->listing), &error)) {
        app_say(app, INK_BAD, "%s", error.text);
    } else {
        char rows[FIGURE_TEXT];
        app_say(app, INK_PLAIN, "%s written",
                figure_of((int64_t)listing_row_count(browser->listing), "row", rows));
    }
}

static void take_export(struct app *app, const char *text)
{
    browse_export(app, text);
}

/* -- the terminal's clipboard ------------------------------------------------------------------ */

enum { COPIED_MOST = 48 << 10 }; /* bytes; terminals refuse much more */

static void copy_text(struct app *app, const char *text, const char *what)
{
    if (strlen(text) > COPIED_MOST)
        app_say(app, INK_BAD, "%s has %zu bytes, and a terminal takes %d; x writes a file", what,
                strlen(text), COPIED_MOST);
    else if (terminal_copy(app->terminal, text))
        app_say(app, INK_PLAIN, "%s copied, %zu bytes, if the terminal allows it (OSC 52)", what,
                strlen(text));
}

/* The cell under the cursor, or, if the cursor is on a whole row, its cells with tabs between them.
 */
static char *chosen_text(const struct browser *browser)
{
    const struct listing *listing = browser->listing;
    size_t row = (size_t)(browser->scroll.cursor - browser->base), count = 0;
    struct bytes text = {0};
    char number[FIGURE_TEXT];
    for (size_t i = 0; i < listing_column_count(listing); i++) {
        const struct listing_cell *cell = listing_at(listing, row, i);
        bool shown = *listing_column_at(listing, i)->title &&
                     (!browser->options.cell || i == browser->column);
        if (!cell || !shown)
            continue;
        bytes_add_format(&text, "%s%s", count++ > 0 ? "\t" : "",
                         isfinite(cell->value) ? figure_exact(cell->value, number)
                         : cell->text          ? cell->text
                                               : "");
    }
    bytes_add(&text, "", 1);
    return (char *)text.data;
}

static void copy(struct app *app, const struct browser *browser, bool all)
{
    if (!browser || listing_row_count(browser->listing) == 0) {
        app_say(app, INK_DIM, "there is no table here");
    } else if (all && browser->options.fill) {
        app_say(app, INK_DIM, "the table is not in memory: x writes it to a file");
    } else if (all) {
        struct output output = output_to_text(0, app->plain);
        struct table_writer *writer = listing_writer(browser->listing, TABLE_TSV, &output);
        listing_write(browser->listing, TABLE_TSV, writer);
        table_writer_finish(writer);
        copy_text(app, output_text(&output), "the table");
        output_release(&output);
    } else {
        char *text = chosen_text(browser);
        copy_text(app, text, browser->options.cell ? "the cell" : "the row");
        free(text);
    }
}

static void seek_text(struct app *app, bool backwards, bool here)
{
    struct error error;
    char safe[128];
    struct matcher *matcher = app->sought ? matcher_new(app->sought, &error) : NULL;
    if (!app->sought)
        app_say(app, INK_DIM, "nothing was searched yet: / asks for a text");
    else if (!matcher)
        app_say(app, INK_BAD, "%s", error.text);
    else if (!pager_find(app->pager, matcher, backwards, here))
        app_say(app, INK_DIM, "no line has \"%s\"", text_safe(app->sought, safe, sizeof safe));
    matcher_free(matcher);
}

static void take_sought_text(struct app *app, const char *text)
{
    if (!*text || !app->pager)
        return;
    free(app->sought);
    app->sought = memory_string(text);
    seek_text(app, false, true);
}

bool browse_text(struct app *app, enum action action)
{
    if (action == ACTION_FIND)
        app_ask(app, "/", "", take_sought_text);
    else if (action >= ACTION_FIND_NEXT && action <= ACTION_FIND_BEFORE)
        seek_text(app, action == ACTION_FIND_BEFORE, false);
    else
        return false;
    return true;
}

bool browse(struct app *app, struct view *view, enum action action)
{
    struct browser *browser = view->browser;
    if (action < ACTION_FIND || action > ACTION_COPY_TABLE)
        return false;
    if (action >= ACTION_COPY) {
        copy(app, browser, action == ACTION_COPY_TABLE);
        return true;
    }
    if (!browser)
        app_say(app, INK_DIM, "there is no table here");
    else if (action == ACTION_FIND)
        app_ask(app, "/", "", take_sought);
    else if (action >= ACTION_FIND_NEXT && action <= ACTION_FIND_BEFORE)
        seek(app, view, action == ACTION_FIND_BEFORE, false);
    else if (action == ACTION_EXPORT)
        app_ask(app, "export to (.csv, .md, .tex, ...): ", "", take_export);
    else if (browser->options.sort)
        browser->options.sort(browser->options.context, app, action);
    else if (action == ACTION_SORT_REVERSE)
        turn_round(app, view);
    else
        sort(app, view,
             browser_next_column(browser, browser->sorted, action == ACTION_SORT ? 1 : -1), false);
    return true;
}
