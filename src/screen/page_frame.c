/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page_frame.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/figures.h"
#include "screen/foot.h"
#include "screen/widget/meter.h"

enum { HINT_LINES = 4 };

static void draw_head(struct app *app, struct surface *surface)
{
    bool wide = surface->width >= 60;
    int x = 1;
    if (wide)
        x += surface_text(surface, x, 0, 6, INK_STRONG, "thaw") + 3;
    for (int i = 0; i < TAB_COUNT; i++) {
        enum page tab = (enum page)i;
        bool front = page_tab(app->page) == tab;
        char text[32];
        snprintf(text, sizeof text, " %.1s %s ", action_at(ACTION_GO_DATA + tab)->keys,
                 page_title(tab));
        int width =
            surface_text(surface, x, 0, surface->width - x, front ? INK_TAB : INK_DIM, text);
        app->tabs[i].x = x;
        app->tabs[i].width = width;
        x += width + wide;
    }
    const char *name = strrchr(app->database, '/');
    surface_text_right(surface, x + 1, 0, surface->width - x - 2, INK_DIM,
                       name ? name + 1 : app->database);
}

/* Draws how far the work is, after a bar if there is room for one. */
static void draw_share(const struct background_wait *wait, struct surface *surface, int y,
                       int width)
{
    enum { BAR = 10, LEAST_WIDTH = 70 };
    int x = 1;
    if (width >= LEAST_WIDTH) {
        meter_progress(surface, x, y, BAR, wait->share, INK_GOOD);
        x += BAR + 1;
    }
    surface_format(surface, x, y, width - x + 1, INK_WARN, "%s; %s gives it up", wait->awaited,
                   action_at(ACTION_ESCAPE)->keys);
}

static bool draw_wait(const struct app *app, struct surface *surface, int y, int width)
{
    struct background_wait wait;
    char took[FIGURE_TEXT];
    const struct background *background = app_awaited(app, &wait);
    if (!background)
        return false;
    const char *what = wait.awaited[0]                    ? wait.awaited
                       : background == app->commands      ? "a command"
                       : app->page == PAGE_SHEET          ? "the query"
                       : background != app->reading       ? "the counts"
                       : page_tab(app->page) == PAGE_DATA ? "the table"
                                                          : "the comparison";
    figure_seconds(wait.seconds, took);
    if (wait.share >= 0 && !wait.given_up)
        draw_share(&wait, surface, y, width);
    else if (wait.given_up)
        surface_format(surface, 1, y, width, INK_WARN, "giving up: %s, %s", what, took);
    else
        surface_format(surface, 1, y, width, INK_WARN, "waiting for %s, %s; %s gives it up", what,
                       took, action_at(ACTION_ESCAPE)->keys);
    return true;
}

static void draw_message(struct app *app, struct surface *surface)
{
    int y = surface->height - 2, width = surface->width - 2;
    surface_fill(surface, (struct box){0, y, surface->width, 2}, INK_PLAIN, " "); /* and the foot */
    if (app->typing)
        field_draw(surface, (struct box){1, y, width, 1}, &app->asked->field, app->asked->text);
    else if (!draw_wait(app, surface, y, width) && app->message[0])
        surface_text(surface, 1, y, width, app->message_ink, app->message);
}

/* Above the line that is typed: names that fit, or a mistake. */
static void draw_hint(const struct app *app, struct surface *surface)
{
    char safe[sizeof app->hint];
    int width = surface->width - 2, lines = 0;
    if (!app->typing || !app->hint[0] || width < 1)
        return;
    snprintf(safe, sizeof safe, "%s", app->hint);
    for (const char *at = safe; *at; lines++)
        at += text_break(at, (size_t)width, true), at += strspn(at, " ");
    lines = lines < HINT_LINES ? lines : HINT_LINES;
    int y = surface->height - 2 - lines;
    surface_fill(surface, (struct box){0, y, surface->width, lines}, INK_PLAIN, " ");
    char *at = safe;
    for (int i = 0; i < lines; i++) {
        size_t length = text_break(at, (size_t)width, true);
        surface_format(surface, 1, y + i, width, INK_WARN, "%.*s", (int)length, at);
        at += length;
        at += strspn(at, " ");
    }
}

void page_frame_draw(struct app *app, struct surface *surface)
{
    app->plain = surface->ascii;
    app->width = surface->width;
    if (surface->width < PAGE_FRAME_LEAST_WIDTH || surface->height < PAGE_FRAME_LEAST_HEIGHT) {
        surface_format(surface, 0, 0, surface->width, INK_PLAIN, "too small: thaw needs %dx%d",
                       PAGE_FRAME_LEAST_WIDTH, PAGE_FRAME_LEAST_HEIGHT);
        return;
    }
    struct box inside = box_inside(surface_box(surface), 1, 2, 1, 2);
    struct view *view = app->views[app->page];
    draw_head(app, surface);
    if (view->browser)
        browser_forget_place(view->browser); /* a chart may be drawn instead */
    view->operations->draw(view, app, surface, inside);
    if (app->pager)
        pager_draw(surface, box_inside(surface_box(surface), 0, 1, 0, 2), app->pager);
    draw_message(app, surface);
    draw_hint(app, surface);
    app->foot = (struct box){1, surface->height - 1, surface->width - 2, 1};
    foot_draw(surface, app->foot, app_front(app));
}
