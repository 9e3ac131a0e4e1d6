/* SPDX-License-Identifier: MIT
 *
 * A table of any number of rows of which only what is on screen, and a page before and after, is
 * ever fetched. Columns keep the widest width they were seen with, so that nothing jumps while
 * scrolling.
 */
#ifndef SCREEN_SHEET_H
#define SCREEN_SHEET_H

#include "base/error.h"

#include "screen/widget/scroll.h"
#include "screen/terminal/surface.h"

/* Where the rows come from. The strings of `name` live as long as the source. */
struct sheet_source {
    void *context;
    int column_count;
    const char *(*name)(void *context, int column);
    /* Numbers are set to the right. */
    bool (*is_number)(void *context, int column);
    /* Fills cells[row * column_count + column] of `count` rows from `first` on with strings that
     * the sheet frees, NULL where a value is missing, and sets `got`, less than `count` where the
     * table ends. */
    bool (*fetch)(void *context, int64_t first, int count, char **cells, int *got,
                  struct error *error);
    /* How a cell is drawn; NULL draws all of them plain. */
    enum ink (*ink)(void *context, int64_t row, int column, const char *text);
};

struct sheet;

/* `count` rows; the source's context is borrowed. */
struct sheet *sheet_new(const struct sheet_source *source, int64_t count);
void sheet_free(struct sheet *sheet); /* accepts NULL */
/* Forgets what was fetched, for a table that has changed. */
void sheet_refresh(struct sheet *sheet, int64_t count);

void sheet_draw(struct surface *surface, struct box box, struct sheet *sheet, bool active);
/* By rows as scroll_move; Left and Right move by columns. */
void sheet_move(struct sheet *sheet, enum action action);

int64_t sheet_row(const struct sheet *sheet);
int64_t sheet_row_count(const struct sheet *sheet);
void sheet_go(struct sheet *sheet, int64_t row);
int sheet_column(const struct sheet *sheet);
/* The text under the cursor or elsewhere in what was drawn last; NULL where there is none. */
const char *sheet_text(const struct sheet *sheet, int64_t row, int column);

#endif
