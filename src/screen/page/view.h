/* SPDX-License-Identifier: MIT
 *
 * A page: a table of functions, and the state of the page. The struct of each page begins with a
 * struct view.
 */
#ifndef SCREEN_VIEW_H
#define SCREEN_VIEW_H

#include "command/action.h"
#include "screen/terminal/surface.h"
#include "screen/widget/browser.h"

struct app;
struct view;

struct view_operations {
    /* Updates the page from the database: when the page comes to the front, when the database has
     * changed, and regularly while something computes. */
    void (*look)(struct view *view, struct app *app);
    void (*draw)(struct view *view, struct app *app, struct surface *surface, struct box box);
    /* Does an action that only moves, from ACTION_UP to ACTION_LAST. */
    void (*move)(struct view *view, struct app *app, enum action action);
    /* Does an action of the page. Returns false if the command line of the action is to run. */
    bool (*act)(struct view *view, struct app *app, enum action action);
    /* Returns a new string for {name} in such a command line, or NULL if nothing is chosen. NULL on
     * a page without such lines. */
    char *(*value)(struct view *view, struct app *app, const char *name);
    void (*free)(struct view *view);
    /* Called after a sort or search has moved the browser's cursor. May be NULL. */
    void (*chose)(struct view *view, struct app *app);
    /* Goes back inside the page. Returns false if the page itself is to be left. May be NULL. */
    bool (*back)(struct view *view, struct app *app);
    /* Does an action of the page with the words typed behind it, with a number typed alone, or with
     * the digit that is its key. NULL if no action of the page takes any. */
    void (*typed)(struct view *view, struct app *app, enum action action, const char *text);
    /* The names that Tab completes while a line is typed, counted from 0; NULL after the last. May
     * be NULL. */
    const char *(*name_at)(struct view *view, size_t place);
    /* The file that the page watches (app->watch) was saved. NULL: the page watches none. */
    void (*saved)(struct view *view, struct app *app);
    /* Takes a click beside the rows and titles of the browser. May be NULL. */
    void (*click)(struct view *view, struct app *app, int x, int y);
};

struct view {
    const struct view_operations *operations;
    struct browser *browser; /* the table to sort, search and export; NULL: none now */
};

#define X(name, lower, ...) struct view *lower##_view_new(void);
PAGES_WITH_VIEW(X)
#undef X

#endif
