/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/table_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/dataset_words.h"
#include "report/figures.h"
#include "screen/export_file.h"

enum { PAGE = 2048 };                                /* rows read at once */
static const double EXACT_MOST = 9007199254740992.0; /* of whole numbers as reals */

struct listing *grid_listing(const struct grid *grid)
{
    struct listing *listing = listing_new(NULL);
    for (size_t i = 0; i < grid->column_count; i++)
        listing_add_column(listing,
                           (struct listing_column){.title = grid->columns[i].name,
                                                   .side = grid->columns[i].type == COLUMN_TEXT
                                                               ? LISTING_LEFT
                                                               : LISTING_RIGHT});
    return listing;
}

/* Shows a time, in seconds since 1970, as a date. */
static void add_value(struct listing *listing, const struct grid_column *column, const char *value)
{
    char text[FIGURE_TEXT];
    double number;
    bool exact = value && column->type != COLUMN_TEXT &&
                 text_number(value, strlen(value), &number) && fabs(number) < EXACT_MOST;
    if (!exact)
        listing_foreign(listing, value);
    else
        listing_number(listing, number,
                       column_is_time(column) ? figure_time((int64_t)number, text) : value);
}

bool grid_fill(const struct grid *grid, struct listing *listing, int64_t first, int64_t count,
               struct error *error)
{
    struct grid_page page = {0};
    if (!grid_read(grid, first, (size_t)count, &page, error))
        return false;
    for (size_t i = 0; i < page.count * grid->column_count; i++)
        add_value(listing, &grid->columns[i % grid->column_count], page.cells[i]);
    grid_page_release(&page, grid->column_count);
    return true;
}

static bool goes_on(const struct patience *patience, struct error *error)
{
    return patience_lasts(patience, "", clock_monotonic()) ||
           error_set(error, ERROR_CANCELLED, "given up");
}

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Searches all rows once, from walk->row on, and wraps around at the end. */
static void find(struct table_walk *walk, const struct grid *grid, const struct patience *patience)
{
    struct listing *listing = grid_listing(grid);
    int64_t from = walk->row, count = 0;
    walk->row = -1;
    walk->good = true;
    for (int64_t done = 0; walk->good && done < grid->rows && walk->row < 0; done += count) {
        int64_t at = (from + (walk->backwards ? grid->rows - done : done)) % grid->rows;
        int64_t room = walk->backwards ? at + 1 : grid->rows - at;
        count = least_of(PAGE, least_of(room, grid->rows - done));
        int64_t first = walk->backwards ? at + 1 - count : at;
        listing_clear(listing);
        walk->good =
            goes_on(patience, &walk->error) && grid_fill(grid, listing, first, count, &walk->error);
        size_t rows = walk->good ? listing_row_count(listing) : 0;
        size_t found = listing_find(listing, walk->words, walk->backwards && rows ? rows - 1 : 0,
                                    walk->backwards);
        if (found < rows)
            walk->row = first + (int64_t)found;
    }
    listing_free(listing);
}

static void export(struct table_walk *walk, const struct grid *grid,
                   const struct patience *patience)
{
    struct export_file file;
    struct listing *listing = grid_listing(grid);
    walk->good = export_open(&file, walk->words, &walk->error);
    bool opened = walk->good;
    for (walk->row = 0; walk->good && walk->row < grid->rows; walk->row += PAGE) {
        listing_clear(listing);
        walk->good = goes_on(patience, &walk->error) &&
                     grid_fill(grid, listing, walk->row, PAGE, &walk->error);
        if (walk->good && !export_rows(&file, listing))
            break; /* export_close reports the error */
    }
    if (opened)
        walk->good = export_close(&file, walk->good, &walk->error);
    walk->row = grid->rows;
    listing_free(listing);
}

static void work(void *context, struct store *store, const struct patience *patience)
{
    struct table_walk *walk = context;
    struct grid *grid = store ? grid_open(store, walk->dataset, walk->table, &walk->error) : NULL;
    if (grid)
        (walk->exports ? export : find)(walk, grid, patience);
    grid_free(grid);
}

static void take(void *context, void *application)
{
    struct table_walk *walk = context;
    struct app *app = application;
    char count[FIGURE_TEXT], safe[128];
    app->message[0] = '\0';
    if (!walk->good)
        app_say(app, INK_BAD, "%s", walk->error.text);
    else if (walk->exports)
        app_say(app, INK_PLAIN, "%s written", figure_of(walk->row, "row", count));
    else if (walk->row < 0)
        app_say(app, INK_DIM, "no row has \"%s\"", text_safe(walk->words, safe, sizeof safe));
    else
        walk->found(walk->view, walk);
}

static void release(void *context)
{
    struct table_walk *walk = context;
    free(walk->words);
    free(walk);
}

void table_walk_start(struct app *app, const struct table_walk *walk)
{
    struct table_walk *copy = memory_new(sizeof *copy);
    *copy = *walk;
    error_set(&copy->error, ERROR_STORE, "the workbench cannot be read");
    background_start(app->counting, &(struct background_work){copy, work, take, release});
    app_say(app, INK_DIM, walk->exports ? "writing …" : "searching …");
}
