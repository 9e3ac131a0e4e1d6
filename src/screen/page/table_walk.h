/* SPDX-License-Identifier: MIT
 *
 * What goes through all rows of a data set's table, and so is done in the background: a search, an
 * export.
 */
#ifndef SCREEN_TABLE_WALK_H
#define SCREEN_TABLE_WALK_H

#include "report/listing.h"
#include "screen/app.h"
#include "store/grid_store.h"

/* An empty table with the grid's columns. */
struct listing *grid_listing(const struct grid *grid);
/* Adds rows first .. first + count - 1 as far as they are there. */
bool grid_fill(const struct grid *grid, struct listing *listing, int64_t first, int64_t count,
               struct error *error);

struct table_walk {
    char dataset[64];
    enum dataset_table table;
    char *words; /* owned: a text to find, or what export_open takes */
    bool exports, backwards;
    int64_t row; /* where the search begins, then where it found something; -1: nowhere */
    bool good;
    struct error error;
    struct view *view;
    void (*found)(struct view *view, const struct table_walk *walk);
};

/* Takes the words of `walk`, copies the rest; says what came of it. */
void table_walk_start(struct app *app, const struct table_walk *walk);

#endif
