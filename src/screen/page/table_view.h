/* SPDX-License-Identifier: MIT
 *
 * The parts of the Table page: a stack of frames, of which the top one is shown, the one piece of
 * work that somebody waits for, and the summary of the column under the cursor.
 */
#ifndef SCREEN_TABLE_VIEW_H
#define SCREEN_TABLE_VIEW_H

#include "screen/app.h"
#include "screen/page/table_frame.h"
#include "screen/page/table_walk.h"

enum { TABLE_COUNTS_KEPT = 8 };

/* What was counted once, for the version of the table that its key names. */
struct kept_counts {
    char *key; /* owned; NULL: free */
    struct derived derived;
    unsigned used; /* when, in counts of uses */
};

struct table_view {
    struct view view;
    struct browser browser;
    char dataset[64];
    int64_t imported_at;
    struct table_frame **frames; /* owned; the last one is on top */
    size_t frame_count;
    struct table_walk *walk; /* borrowed from the background; NULL: none */
    unsigned walking;        /* its number */
    struct table_walk *next; /* owned; begins when all rows of the top frame are found; or NULL */
    unsigned counting;       /* number of the summary under way; 0: none */
    struct box tabs[DATASET_TABLES]; /* where the tables of the data set are named */
    struct kept_counts kept[TABLE_COUNTS_KEPT];
    unsigned uses;
    struct error error; /* "" if none */
};

/* The frame on top; NULL if there is none. */
struct table_frame *table_top(const struct table_view *view);
/* The column of the grid under the cursor; SIZE_MAX if there is none. */
size_t table_cursor_column(const struct table_view *view);

/* -- table_view.c: the stack ------------------------------------------------------------------- */

/* Puts a frame on top and shows it; takes it over. */
void table_push(struct table_view *view, struct app *app, struct table_frame *frame);
void table_pop(struct table_view *view, struct app *app);
/* Shows the columns and rows of the top frame anew, with the cursor on a row. */
void table_show(struct table_view *view, int64_t row);
void table_ask_summary(struct table_view *view, struct app *app);

/* -- table_rows.c: which rows and columns ------------------------------------------------------ */

/* Starts a walk and ends the one before. If the rows of the top frame are still being found, the
 * walk begins when they are all there. Takes the walk over. */
void table_begin(struct table_view *view, struct app *app, struct table_walk *walk);
/* Ends the walk under way, and the one that waits for it. Returns false if there is none. */
bool table_end(struct table_view *view, struct app *app);
/* Shows the draft. */
void table_apply(struct table_view *view, struct app *app, struct table_state draft);
/* Makes the index of the top frame. */
void table_start_index(struct table_view *view, struct app *app);
void table_filter(struct table_view *view, struct app *app, const char *text);
void table_add(struct table_view *view, struct app *app, const char *text);
void table_show_columns(struct table_view *view, struct app *app, const char *text);
void table_hide(struct table_view *view, struct app *app, const char *text);
void table_go_to_column(struct table_view *view, struct app *app, const char *text);
/* Sorts by a column of the browser, or turns the rows round if they are sorted by it. */
void table_sort_by(struct table_view *view, struct app *app, size_t place);
/* Does an action that sorts, filters, hides or steps back; false for another. */
bool table_act_on_rows(struct table_view *view, struct app *app, enum action action);

/* -- table_counts.c: counted tables ------------------------------------------------------------ */

/* Counts a column of the top frame; `text` names what an action asks for: the other column, the
 * measure. */
void table_count(struct table_view *view, struct app *app, enum action action, const char *text);
/* The frequencies of a column of the frame that the top one was counted from. */
void table_count_origin(struct table_view *view, struct app *app, size_t column);
bool table_act_on_counts(struct table_view *view, struct app *app, enum action action);
void table_forget_counts(struct table_view *view);

/* -- table_enter.c: what Enter opens ----------------------------------------------------------- */

/* Opens what the cell stands for; false if it stands for nothing but itself. */
bool table_enter(struct table_view *view, struct app *app);
/* A condition for the cell under the cursor, a new string; NULL if there is no row. */
char *table_cell_condition(struct table_view *view, size_t column);

/* -- table_draw.c ------------------------------------------------------------------------------ */

void table_draw(struct view *self, struct app *app, struct surface *surface, struct box box);
bool table_draw_cell(void *context, struct surface *surface, struct box box, size_t row,
                     size_t column);
/* The summary of a column as a text for the pager; a new string. */
char *table_describe(const struct table_frame *frame, size_t column);

#endif
