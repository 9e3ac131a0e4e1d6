/* SPDX-License-Identifier: MIT
 *
 * A page: a table of functions and what it remembers. A view begins with a struct view.
 */
#ifndef SCREEN_VIEW_H
#define SCREEN_VIEW_H

#include "command/action.h"
#include "screen/terminal/surface.h"
#include "screen/widget/browser.h"

struct app;
struct view;

struct view_operations {
    /* Brings what is shown up to date: when the page comes to the front, when the database has
     * changed, and every tick while something computes. */
    void (*look)(struct view *view, struct app *app);
    void (*draw)(struct view *view, struct app *app, struct surface *surface, struct box box);
    /* One of the actions that only move, from ACTION_UP to ACTION_LAST. */
    void (*move)(struct view *view, struct app *app, enum action action);
    /* Does an action of the page; false leaves it to the command line of its row. */
    bool (*act)(struct view *view, struct app *app, enum action action);
    /* What stands for {name} in such a command line: a new string, or NULL if nothing is
     * chosen. NULL on a page without such lines. */
    char *(*value)(struct view *view, struct app *app, const char *name);
    void (*free)(struct view *view);
    /* The cursor of its browser was moved from outside; NULL on a page to which that is nothing. */
    void (*chose)(struct view *view, struct app *app);
};

struct view {
    const struct view_operations *operations;
    struct browser *browser; /* the table that is sorted, searched, exported; NULL: none now */
};

struct view *data_view_new(void);
struct view *table_view_new(void);
struct view *scripts_view_new(void);
struct view *train_view_new(void);
struct view *compare_view_new(void);
struct view *users_view_new(void);
struct view *user_view_new(void);

#endif
