/* SPDX-License-Identifier: MIT
 *
 * One table on the stack of the Table page: a table of a data set, or one that was counted from the
 * table below it; which rows and columns of it are shown, in what order, and how it was before.
 */
#ifndef SCREEN_TABLE_FRAME_H
#define SCREEN_TABLE_FRAME_H

#include "report/listing.h"
#include "store/derived.h"
#include "store/grid_store.h"
#include "store/row_index.h"

/* What is shown. An index that is not complete was given up and is made again when it is wanted. */
struct table_state {
    char *filter;           /* owned; "": all rows */
    struct grid_view order; /* without its filter */
    bool *shown;            /* for each of the first `known` columns; later ones are hidden */
    size_t known;
    struct row_index *index; /* held; NULL: all rows, in the order of the table */
};

enum table_kind {
    FRAME_TABLE,
    FRAME_FREQUENCY,
    FRAME_HISTOGRAM,
    FRAME_STATISTICS,
    FRAME_CROSSTAB,
    FRAME_SCATTER
};

enum { FRAME_UNDO = 64, FRAME_INDEXES = 3 }; /* steps; those that keep an index on the disk */

struct table_frame {
    enum table_kind kind;
    enum dataset_table table;   /* of a FRAME_TABLE */
    char *crumb;                /* owned; its part of the head line */
    struct grid *grid;          /* owned; of the screen's store */
    struct table_frame *origin; /* borrowed; the frame further down that was counted; NULL: none */
    size_t of, across;          /* its columns that were counted */
    char *of_filter;            /* owned; its filter at that time */
    struct scatter *scatter;    /* owned; of a FRAME_SCATTER */
    struct table_state now;
    struct table_state *before, *after; /* to undo, to redo; owned */
    size_t before_count, after_count;
    struct row_index *displayed; /* held; the index of the rows on the page; NULL: none */
    size_t *columns;             /* owned; those that are shown, from left to right */
    size_t column_count;
    int64_t cursor; /* while another frame is above it */
    size_t at_column;
    struct column_summary *summaries; /* owned; one for each column of the grid, once asked for */
    bool *summarised;
    size_t summary_count;
};

/* Whether a column is shown as long as nobody hides it: its own columns and titles of items. */
bool table_column_is_usual(const struct grid_column *column);
/* Takes over grid and crumb. Shows the usual columns. */
struct table_frame *table_frame_new(enum table_kind kind, struct grid *grid, char *crumb);
/* One of the same kind and columns, with another grid. */
struct table_frame *table_frame_like(const struct table_frame *frame, struct grid *grid,
                                     char *crumb);
void table_frame_free(struct table_frame *frame); /* accepts NULL */

/* Filters a new frame. This cannot be undone. Returns whether an index must be made. */
bool table_frame_begin(struct table_frame *frame, const char *filter);

/* A copy of what is shown now, to be changed and given to table_frame_change. */
struct table_state table_frame_draft(const struct table_frame *frame);
/* Shows that, and remembers what was shown. Returns whether an index must be made. */
bool table_frame_change(struct table_frame *frame, struct table_state state);
/* Steps back, or forward, once. `moved` is false if there is nothing. Returns as
 * table_frame_change. */
bool table_frame_step(struct table_frame *frame, bool back, bool *moved);
/* Steps back and forgets what was shown: its index was given up. */
void table_frame_withdraw(struct table_frame *frame);
/* Shows the rows of the present index, which is complete. */
void table_frame_display(struct table_frame *frame);
/* Sets whether a column is shown. */
void table_state_show(struct table_state *state, const struct grid *grid, size_t column,
                      bool shown);

struct grid_selection table_frame_selection(const struct table_frame *frame);
int64_t table_frame_rows(const struct table_frame *frame);
/* The column that is `place` from the left; SIZE_MAX if there is none. */
size_t table_frame_column(const struct table_frame *frame, size_t place);
/* "rating falling, user": the order in words; "" if there is none. */
void table_frame_order_words(const struct table_frame *frame, char *text, size_t size);
/* Forgets all summaries, because the rows have changed, and makes room for one of each column. */
void table_frame_forget_summaries(struct table_frame *frame);

/* An empty listing of the shown columns. `marks` adds arrows to the titles of sorted ones. */
struct listing *table_frame_listing(const struct table_frame *frame, bool marks);
/* Adds `count` rows from `first` on, or fewer at the end. */
bool table_frame_fill(const struct grid *grid, const struct grid_selection *selection,
                      struct listing *listing, int64_t first, int64_t count, struct error *error);

#endif
