/* SPDX-License-Identifier: MIT
 *
 * Work of the Table page over whole tables: finding the rows of a view, searching, counting and
 * exporting on the reading thread, one piece at a time; summaries, which nobody asked for, on the
 * counting thread.
 */
#ifndef SCREEN_TABLE_WALK_H
#define SCREEN_TABLE_WALK_H

#include "screen/app.h"
#include "screen/page/table_frame.h"

enum walk_kind { WALK_INDEX, WALK_FIND, WALK_EXPORT, WALK_COUNT, WALK_SUMMARY };

/* A piece of work, its input and its result. */
struct table_walk {
    enum walk_kind kind;
    struct view *view;
    struct table_frame *frame; /* borrowed; it ends its work before it is freed */
    const char *verb;          /* "filtering": shown while it takes long */

    struct grid *grid;       /* owned; a copy */
    char *filter;            /* owned */
    struct grid_view order;  /* INDEX */
    struct row_index *index; /* held; INDEX: what is made; else the rows in their order, or NULL */
    size_t *columns;         /* owned; those shown */
    size_t column_count;
    struct listing *listing; /* owned; EXPORT: its titles */
    char *words;             /* owned; FIND: the text; EXPORT: for export_open */
    bool backwards;          /* FIND */
    int64_t row; /* FIND: where it begins, then the row found or -1; EXPORT: rows written */
    enum table_kind counts;         /* COUNT: what is counted */
    struct derived_request request; /* COUNT; its filter is `filter` */
    struct derived derived;         /* owned; of COUNT */
    struct scatter *scatter;        /* owned; of COUNT */
    struct column_summary summary;  /* of SUMMARY, of request.column */
    char *crumb;                    /* owned; COUNT: for the new frame */

    _Atomic int64_t scanned; /* rows looked at */
    bool good;
    struct error error;
    void (*done)(struct table_walk *walk, struct app *app);
};

/* A walk over what the frame shows, with copies of everything it needs. */
struct table_walk *table_walk_new(enum walk_kind kind, struct view *view,
                                  struct table_frame *frame);
/* Frees a walk that was not started. Accepts NULL. */
void table_walk_free(struct table_walk *walk);
/* Starts it and returns its number. `walk` stays valid until its `done` returns or it is
 * cancelled. */
unsigned table_walk_start(struct app *app, struct table_walk *walk);
/* The share of the table that was looked at, 0 .. 1. */
double table_walk_share(const struct table_walk *walk);

#endif
