/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/frame.h"

#include <stdio.h>
#include <string.h>

#include "report/figures.h"

#include "screen/bindings.h"

static const enum page TABS[] = {PAGE_DATA, PAGE_SCRIPTS, PAGE_TRAIN, PAGE_COMPARE};
enum { TAB_COUNT = sizeof TABS / sizeof *TABS };

enum page frame_parent(enum page page)
{
    switch (page) {
    case PAGE_TABLE:
        return PAGE_DATA;
    case PAGE_USERS:
        return PAGE_COMPARE;
    case PAGE_USER:
        return PAGE_USERS;
    default:
        return page;
    }
}

enum page frame_tab(enum page page)
{
    while (frame_parent(page) != page)
        page = frame_parent(page);
    return page;
}

static void draw_head(const struct app *app, struct surface *surface)
{
    bool wide = surface->width >= 60;
    int x = 1;
    if (wide)
        x += surface_text(surface, x, 0, 6, INK_STRONG, "thaw") + 3;
    for (int i = 0; i < TAB_COUNT; i++) {
        bool front = frame_tab(app->page) == TABS[i];
        char text[32];
        snprintf(text, sizeof text, " %d %s ", i + 1, page_title(TABS[i]));
        x += surface_text(surface, x, 0, surface->width - x, front ? INK_TAB : INK_DIM, text);
        x += wide;
    }
    const char *name = strrchr(app->database, '/');
    surface_text_right(surface, x + 1, 0, surface->width - x - 2, INK_DIM,
                       name ? name + 1 : app->database);
}

struct background *frame_awaited(const struct app *app, struct background_wait *wait)
{
    enum page tab = frame_tab(app->page);
    struct background *const all[] = {app->commands, tab == PAGE_COMPARE ? app->reading : NULL,
                                      tab == PAGE_DATA ? app->counting : NULL};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] && background_look(all[i], wait) && wait->seconds >= PATIENCE_SILENT)
            return all[i];
    return NULL;
}

static bool draw_wait(const struct app *app, struct surface *surface, int y, int width)
{
    struct background_wait wait;
    char took[FIGURE_TEXT];
    const struct background *background = frame_awaited(app, &wait);
    if (!background)
        return false;
    const char *what = wait.awaited[0]               ? wait.awaited
                       : background == app->commands ? "a command"
                       : background == app->reading  ? "the comparison"
                                                     : "the counts";
    surface_format(surface, 1, y, width, INK_WARN,
                   wait.given_up ? "giving up: %s, %s" : "waiting for %s, %s; Esc gives it up",
                   what, figure_seconds(wait.seconds, took));
    return true;
}

static void draw_message(struct app *app, struct surface *surface)
{
    int y = surface->height - 2, width = surface->width - 2;
    if (app->typing)
        field_draw(surface, (struct box){1, y, width, 1}, &app->field, app->prompt);
    else if (!draw_wait(app, surface, y, width) && app->message[0])
        surface_text(surface, 1, y, width, app->message_ink, app->message);
}

void frame_draw(struct app *app, struct surface *surface)
{
    app->plain = surface->ascii;
    app->width = surface->width;
    if (surface->width < FRAME_LEAST_WIDTH || surface->height < FRAME_LEAST_HEIGHT) {
        surface_format(surface, 0, 0, surface->width, INK_PLAIN, "too small: thaw needs %dx%d",
                       FRAME_LEAST_WIDTH, FRAME_LEAST_HEIGHT);
        return;
    }
    struct box inside = box_inside(surface_box(surface), 1, 2, 1, 2);
    struct view *view = app->views[app->page];
    draw_head(app, surface);
    view->operations->draw(view, app, surface, inside);
    if (app->pager)
        pager_draw(surface, box_inside(surface_box(surface), 0, 1, 0, 2), app->pager);
    draw_message(app, surface);
    bindings_draw_foot(surface, (struct box){1, surface->height - 1, surface->width - 2, 1},
                       app->pager ? PAGE_READ : app->page);
}
