/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/pointer.h"

#include "screen/browse.h"
#include "screen/dispatch.h"
#include "screen/foot.h"
#include "screen/terminal/keys.h"

enum { ROWS_OF_WHEEL = 3 };

static bool go_to_tab(struct app *app, int x)
{
    for (int tab = 0; tab < TAB_COUNT; tab++)
        if (x >= app->tabs[tab].x && x < app->tabs[tab].x + app->tabs[tab].width) {
            dispatch_key(app, PRESS_F2 + tab);
            return true;
        }
    return false;
}

/* Whether a row is under the mouse, which then has the cursor. */
static bool choose_row(struct app *app, struct view *view, int64_t row, size_t column)
{
    browser_point(view->browser, row, column);
    if (view->operations->chose)
        view->operations->chose(view, app);
    app->stale = true; /* what the page says about the row and its column */
    return true;
}

/* The second of two clicks does not do it again. */
static void press_foot(struct app *app, const struct event *event)
{
    enum action action;
    if (event->pointed == POINTED_ONCE && foot_action(app->foot, app_front(app), event->x, &action))
        dispatch_action(app, action);
}

static bool click(struct app *app, const struct event *event)
{
    struct view *view = app->views[app->page];
    int64_t row;
    size_t column;
    if (event->y == 0)
        return go_to_tab(app, event->x);
    if (app->foot.height == 1 && event->y == app->foot.y) {
        press_foot(app, event);
        return false;
    }
    if (app->pager || !view->browser)
        return false;
    switch (browser_spot(view->browser, event->x, event->y, &row, &column)) {
    case SPOT_TITLE:
        if (event->pointed == POINTED_ONCE)
            browse_by_title(app, view, column);
        return true;
    case SPOT_ROW:
        return choose_row(app, view, row, column);
    case SPOT_NONE:
        if (view->operations->click)
            view->operations->click(view, app, event->x, event->y);
        break;
    }
    return false;
}

void pointer_take(struct app *app, const struct event *event)
{
    bool wheel = event->pointed == POINTED_UP || event->pointed == POINTED_DOWN;
    if (app->typing)
        return;
    app->message[0] = '\0';
    for (int i = 0; wheel && i < ROWS_OF_WHEEL; i++)
        dispatch_key(app, event->pointed == POINTED_UP ? PRESS_UP : PRESS_DOWN);
    if (wheel || !click(app, event) || event->pointed != POINTED_TWICE || event->y == 0)
        return;
    int64_t row;
    size_t column;
    struct browser *browser = app->views[app->page]->browser;
    if (browser && browser_spot(browser, event->x, event->y, &row, &column) == SPOT_ROW)
        dispatch_key(app, PRESS_ENTER);
}
