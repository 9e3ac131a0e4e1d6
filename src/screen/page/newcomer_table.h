/* SPDX-License-Identifier: MIT
 *
 * What the files of the Newcomer page share: its state (newcomer_view.c), and how it is shown
 * (newcomer_table.c).
 */
#ifndef SCREEN_NEWCOMER_TABLE_H
#define SCREEN_NEWCOMER_TABLE_H

#include "newcomer.h"
#include "screen/app.h"

/* What the table shows: the best items of each arm; those that are rated; the error of
 * each arm on what a test user was asked, by ratings shown; the items that were found. */
enum newcomer_kind { NEWCOMER_LISTS, NEWCOMER_RATED, NEWCOMER_ERRORS, NEWCOMER_FOUND };

struct newcomer_view {
    struct view view;
    struct newcomer newcomer;
    struct browser browser;
    enum newcomer_kind kind;
    uint32_t *found; /* items; owned */
    size_t found_count;
    char *sought; /* owned; "" if nothing is */
    int64_t execution;
    char data[64];
    char *user, *shown, *asked; /* owned; of the test user who is followed; "" without one */
    unsigned asking;            /* number of the work under way; 0: none */
    bool outdated;              /* rated since it began */
    uint32_t rated;             /* the item whose rating is typed, or was given last */
    char replaced[24];          /* its rating before that; "" for none */
    int width;                  /* of a list, in cells */
    struct error error;
};

/* Shows what there is now, of the same kind or of another one. */
void newcomer_show(struct newcomer_view *view);
void newcomer_show_kind(struct newcomer_view *view, enum newcomer_kind kind);
/* The item under the cursor. False if there is none. */
bool newcomer_item_here(const struct newcomer_view *view, uint32_t *item);
void newcomer_draw(struct newcomer_view *view, struct surface *surface, struct box box);
/* For the browser: draws a cell of the lists. */
bool newcomer_draw_cell(void *context, struct surface *surface, struct box box, size_t row,
                        size_t column);

#endif
