/* SPDX-License-Identifier: MIT
 *
 * Searches or exports all rows of a data set's table. A table may be large, so this runs in the
 * background.
 */
#ifndef SCREEN_TABLE_WALK_H
#define SCREEN_TABLE_WALK_H

#include "report/listing.h"
#include "screen/app.h"
#include "store/grid_store.h"

/* An empty listing with the grid's columns. */
struct listing *grid_listing(const struct grid *grid);
/* Adds `count` rows from `first` on, or fewer at the end of the table. */
bool grid_fill(const struct grid *grid, struct listing *listing, int64_t first, int64_t count,
               struct error *error);

struct table_walk {
    char dataset[64];
    enum dataset_table table;
    char *words; /* owned: the text to find, or the words for export_open */
    bool exports, backwards;
    int64_t row; /* where the search begins, then the row found; -1: none */
    bool good;
    struct error error;
    struct view *view;
    void (*found)(struct view *view, const struct table_walk *walk);
};

/* Starts the work and shows its result. Takes ownership of `walk->words` and copies the rest. */
void table_walk_start(struct app *app, const struct table_walk *walk);

#endif
