/* SPDX-License-Identifier: MIT
 *
 * A table on the screen with a cursor, sorting and search. The cursor is on a row, or also on a
 * column if columns scroll sideways. The listing holds all rows, or only the visible rows and a
 * page before and after them.
 */
#ifndef SCREEN_BROWSER_H
#define SCREEN_BROWSER_H

#include "base/error.h"
#include "report/listing.h"
#include "screen/terminal/surface.h"
#include "screen/widget/scroll.h"

struct browser_options {
    const char *empty; /* the text shown if there are no rows */
    bool arrow;        /* mark the cursor's row, also while the keys move something else */
    bool sideways;     /* columns scroll, except the first `frozen` */
    bool cell;         /* the cursor is on a cell instead of a row */
    size_t frozen;
    size_t widest; /* the most cells of a column; 0: no limit */
    /* Draws a custom cell. Returns false if the browser is to draw the cell. NULL: no custom
     * cells. */
    bool (*draw)(void *context, struct surface *surface, struct box box, size_t row, size_t column);
    /* Appends rows first .. first + count - 1 to the empty listing, or fewer at the end of the
     * table. NULL: the listing holds all rows. */
    bool (*fill)(void *context, struct listing *listing, int64_t first, int64_t count,
                 struct error *error);
    /* Search and export of fetched rows. Both take long. */
    void (*find)(void *context, void *application, const char *text, bool backwards, bool here);
    void (*export)(void *context, void *application, const char *words);
    /* Does an action that sorts fetched rows. NULL: they stay in their order. */
    void (*sort)(void *context, void *application, enum action action);
    /* Sorts fetched rows by a column, or turns them round if they are sorted by it; with `sort`. */
    void (*sort_by)(void *context, void *application, size_t column);
    void *context; /* the first argument of all these functions */
};

struct browser {
    struct browser_options options;
    struct listing *listing; /* owned */
    struct scroll scroll;
    size_t column;       /* column of the cursor */
    size_t first, shown; /* sideways: the leftmost column on screen, and the number of whole ones */
    size_t *widths, *seen; /* widths of the columns now, and the widest so far */
    size_t *needed;        /* what the columns of a listing with all rows need; NULL: not known */
    size_t room;           /* cells that the columns had at the last layout */
    int sorted;            /* column; -1: none */
    bool descending;
    int64_t base;       /* the table's row that is first in the listing */
    struct error error; /* of fetching rows; "" if none */
    struct box drawn;   /* where it was drawn last, without arrows; empty if it was not */
    int titles;         /* lines of titles in it */
};

/* What is at a place of the screen. */
enum browser_spot { SPOT_NONE, SPOT_TITLE, SPOT_ROW };

/* Copies the options. There is no listing yet. */
void browser_init(struct browser *browser, const struct browser_options *options);
void browser_release(struct browser *browser);
/* Replaces the listing and keeps the order. Takes ownership. */
void browser_show(struct browser *browser, struct listing *listing);
/* For fetched rows: sets their number and discards the fetched ones. */
void browser_count(struct browser *browser, int64_t count);

/* The row under the cursor, counted in the order in which rows were added. browser_choose moves the
 * cursor to such a row. */
size_t browser_row(const struct browser *browser);
void browser_choose(struct browser *browser, size_t row);
/* Does an action that moves. */
void browser_move(struct browser *browser, enum action action);

/* Sorts by a column, or restores the first order if -1. The cursor stays on its row. */
void browser_sort(struct browser *browser, int column, bool descending);
/* The next sortable column in steps of 1 or -1 from `column`, or -1 if there is none. */
int browser_next_column(const struct browser *browser, int column, int step);
/* Moves to the next row that has what is sought, which may be the present row if `here`. Returns
 * false if no row has it. */
bool browser_find(struct browser *browser, struct matcher *sought, bool backwards, bool here);

/* What was drawn at a cell of the screen: the title of a column, or a row of the table and, if
 * there is one, a column; else `column` is SIZE_MAX. */
enum browser_spot browser_spot(const struct browser *browser, int x, int y, int64_t *row,
                               size_t *column);
/* Puts the cursor on a row of the table and, if columns scroll, on a column that does. */
void browser_point(struct browser *browser, int64_t row, size_t column);
/* It is not on the screen, until it is drawn again. */
void browser_forget_place(struct browser *browser);

void browser_draw(struct surface *surface, struct box box, struct browser *browser, bool active);

#endif
