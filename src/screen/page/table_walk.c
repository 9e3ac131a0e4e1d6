/* SPDX-License-Identifier: MIT
 *
 * Walks over whole tables in the background, each with a grid of its own.
 */
#include "config.h"

#include "screen/page/table_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "screen/export_file.h"
#include "store/tally.h"

enum { PAGE = 2048 };                     /* rows exported at once */
static const double NO_TIME_LIMIT = 1e12; /* a person watches and gives up */

struct table_walk *table_walk_new(enum walk_kind kind, struct view *view, struct table_frame *frame)
{
    struct table_walk *walk = memory_new(sizeof *walk);
    walk->kind = kind;
    walk->view = view;
    walk->frame = frame;
    walk->grid = grid_copy(frame->grid, NULL);
    walk->filter = memory_string(frame->now.filter);
    walk->order = frame->now.order;
    walk->index = row_index_hold(frame->now.index);
    walk->column_count = frame->column_count;
    walk->columns = memory_array(frame->column_count + 1, sizeof *walk->columns);
    memcpy(walk->columns, frame->columns, frame->column_count * sizeof *walk->columns);
    walk->request.measure = TALLY_NONE;
    error_set(&walk->error, ERROR_STORE, "the workbench cannot be read");
    return walk;
}

static bool goes_on(const struct patience *patience, struct error *error)
{
    return patience_lasts(patience, "", clock_monotonic()) ||
           error_set(error, ERROR_CANCELLED, "given up");
}

static bool export(struct table_walk *walk, const struct patience *patience)
{
    struct export_file file;
    struct grid_selection selection = {walk->columns, walk->column_count, walk->index};
    int64_t rows = walk->index ? row_index_count(walk->index) : walk->grid->rows;
    if (!export_open(&file, walk->words, &walk->error))
        return false;
    bool good = true;
    for (walk->row = 0; good && walk->row < rows; walk->row += PAGE) {
        listing_clear(walk->listing);
        good =
            goes_on(patience, &walk->error) &&
            table_frame_fill(walk->grid, &selection, walk->listing, walk->row, PAGE, &walk->error);
        if (good && !export_rows(&file, walk->listing))
            break; /* export_close reports the error */
        atomic_store(&walk->scanned, walk->row);
    }
    if (rows == 0)
        export_rows(&file, walk->listing);
    walk->row = rows;
    return export_close(&file, good, &walk->error);
}

static bool count(struct table_walk *walk)
{
    struct derived_request *request = &walk->request;
    request->filter = walk->filter;
    request->scanned = &walk->scanned;
    switch (walk->counts) {
    case FRAME_FREQUENCY:
        return derived_frequency(walk->grid, request, &walk->derived, &walk->error);
    case FRAME_HISTOGRAM:
        return derived_histogram(walk->grid, request, &walk->derived, &walk->error);
    case FRAME_CROSSTAB:
        return derived_crosstab(walk->grid, request, &walk->derived, &walk->error);
    case FRAME_STATISTICS:
        return derived_statistics(walk->grid, request, walk->columns, walk->column_count,
                                  &walk->derived, &walk->error);
    default:
        walk->scatter = memory_new(sizeof *walk->scatter);
        return derived_scatter(walk->grid, request, walk->scatter, &walk->error);
    }
}

static void work(void *context, struct store *store, const struct patience *patience)
{
    struct table_walk *walk = context;
    struct grid_selection selection = {walk->columns, walk->column_count, walk->index};
    if (!store)
        return;
    walk->grid->store = store;
    store_set_time_limit(store, NO_TIME_LIMIT);
    store_remember_beside(store, true);
    walk->order.filter = walk->filter;
    if (walk->kind == WALK_INDEX)
        walk->good = grid_index(walk->grid, &walk->order, walk->index, &walk->error);
    else if (walk->kind == WALK_FIND)
        walk->good = grid_find(walk->grid, &selection, walk->words, walk->backwards, walk->row,
                               &walk->row, &walk->error);
    else if (walk->kind == WALK_EXPORT)
        walk->good = export(walk, patience);
    else if (walk->kind == WALK_COUNT)
        walk->good = count(walk);
    else
        walk->good = grid_summarise_view(walk->grid, walk->filter, walk->request.column,
                                         &walk->summary, &walk->error);
    store_remember_beside(store, false);
    store_set_time_limit(store, 0);
    memory_return();
}

static void take(void *context, void *application)
{
    struct table_walk *walk = context;
    walk->done(walk, application);
}

void table_walk_free(struct table_walk *walk)
{
    if (!walk)
        return;
    grid_free(walk->grid);
    row_index_drop(walk->index);
    listing_free(walk->listing);
    derived_release(&walk->derived);
    free(walk->scatter);
    free(walk->columns);
    free(walk->filter);
    free(walk->words);
    free(walk->crumb);
    free(walk);
}

static void release(void *context)
{
    table_walk_free(context);
}

unsigned table_walk_start(struct app *app, struct table_walk *walk)
{
    struct background *thread = walk->kind == WALK_SUMMARY ? app->counting : app->reading;
    return background_start(thread, &(struct background_work){walk, work, take, release});
}

double table_walk_share(const struct table_walk *walk)
{
    const _Atomic int64_t *scanned =
        walk->kind == WALK_INDEX ? row_index_scanned(walk->index) : &walk->scanned;
    double rows = (double)walk->grid->rows;
    return rows > 0 ? fmin((double)atomic_load(scanned) / rows, 1) : 1;
}
