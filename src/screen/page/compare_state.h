/* SPDX-License-Identifier: MIT
 *
 * What the Compare page shows and asks for, for its own files: compare_view.c draws it,
 * compare_typed.c takes what is typed.
 */
#ifndef SCREEN_PAGE_COMPARE_STATE_H
#define SCREEN_PAGE_COMPARE_STATE_H

#include "comparison/comparison.h"
#include "screen/page/view.h"
#include "screen/widget/browser.h"

struct compare_view {
    struct view view;
    struct comparison *comparison;
    int64_t execution;  /* the execution that is compared or asked for */
    size_t done;        /* how many of its runs were done at that time */
    char *baseline;     /* the user's choice; NULL: the script's */
    const char *answer; /* the user's choice; NULL: the script's */
    unsigned comparing; /* number of the work under way; 0: none */
    size_t metric;
    char metric_key[OWN_METRIC_NAME + 1]; /* of the metric chosen; "": the main one */
    char order[RANKING_TEXT];             /* a metric of order that is asked for, or "" */
    float relevant;                       /* the user's choice; NaN: as the data says */
    bool gains;                           /* show gains instead of values */
    char gain_unit[OWN_METRIC_NAME + 16]; /* of the columns in an export */
    struct browser browser;
    struct error error; /* "" if none */
};

/* Compares again in the background, with the choices of the view. */
void compare_ask(struct compare_view *view, struct app *app);
/* Fills the table with what the view shows now. */
void compare_show(struct compare_view *view, bool ascii);

/* The operations `typed` and `name_at` of the page. */
void compare_typed(struct view *self, struct app *app, enum action action, const char *text);
const char *compare_name_at(struct view *self, size_t place);
/* Takes the rating from which on an item is relevant, or "none". */
void compare_enter_relevant(struct app *app, const char *text);
/* The comparison's metric of that number is the one to show, also in the next comparison. */
void compare_choose_metric(struct compare_view *view, size_t metric);

#endif
