/* SPDX-License-Identifier: MIT
 *
 * A table on the screen: a cursor on its rows, and where columns scroll sideways on its columns; an
 * order by a column; a search. Rows are those of the listing, or any number of them of which only
 * what is on screen, and a page before and after, is ever in the listing.
 */
#ifndef SCREEN_BROWSER_H
#define SCREEN_BROWSER_H

#include "base/error.h"
#include "report/listing.h"
#include "screen/terminal/surface.h"
#include "screen/widget/scroll.h"

struct browser_options {
    const char *empty; /* what is said if there are no rows */
    bool arrow;        /* marks the row of the cursor, also when its keys go elsewhere */
    bool sideways;     /* columns scroll, behind the first `frozen` of them */
    bool cell;         /* the cursor is on a cell, not on a whole row */
    size_t frozen;
    size_t widest; /* cells of a column; 0: as many as it needs */
    /* Draws a cell of its own kind; false leaves it to the browser. NULL: none has one. */
    bool (*draw)(void *context, struct surface *surface, struct box box, size_t row, size_t column);
    /* Puts rows first .. first + count - 1, as far as they are there, into the listing, which is
     * empty. NULL if all rows are in it anyway. */
    bool (*fill)(void *context, struct listing *listing, int64_t first, int64_t count,
                 struct error *error);
    /* Of rows that are fetched: search and export, which take long. */
    void (*find)(void *context, void *application, const char *text, bool backwards, bool here);
    void (*export)(void *context, void *application, const char *words);
    void *context; /* of all */
};

struct browser {
    struct browser_options options;
    struct listing *listing; /* owned */
    struct scroll scroll;
    size_t column;         /* of the cursor */
    size_t first, shown;   /* columns that scroll: the leftmost on screen, and how many are whole */
    size_t *widths, *seen; /* of columns now, and the widest of rows that come and go */
    size_t room;           /* cells that columns had when they were placed last */
    int sorted;            /* column, -1: none */
    bool descending;
    int64_t base;       /* row of the table that is the listing's first */
    struct error error; /* of fetching rows; "" if none */
};

/* Copies the options; shows nothing yet. */
void browser_init(struct browser *browser, const struct browser_options *options);
void browser_release(struct browser *browser);
/* Takes a listing to be shown in place of the one before, in the same order. */
void browser_show(struct browser *browser, struct listing *listing);
/* Of rows that are fetched: there are `count`, and what was fetched is forgotten. */
void browser_count(struct browser *browser, int64_t count);

/* The row under the cursor, as rows were added; moves the cursor to one. */
size_t browser_row(const struct browser *browser);
void browser_choose(struct browser *browser, size_t row);
/* Does the actions that move. */
void browser_move(struct browser *browser, enum action action);

/* Orders by a column, -1 by none: largest numbers first, texts from A; the cursor stays on its row.
 */
void browser_sort(struct browser *browser, int column, bool descending);
/* The next column behind `column` in steps of 1 or -1 that can be sorted by; -1 for none. */
int browser_next_column(const struct browser *browser, int column, int step);
/* Moves to the next row that has the text, the present one included if `here`; false if none has.
 */
bool browser_find(struct browser *browser, const char *text, bool backwards, bool here);

void browser_draw(struct surface *surface, struct box box, struct browser *browser, bool active);

#endif
