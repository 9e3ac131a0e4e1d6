/* SPDX-License-Identifier: MIT
 *
 * The Import page: what an import would decide, before anything is written. The plan is made in the
 * background each time the command changes.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "command/command.h"
#include "report/dataset_report.h"
#include "screen/app.h"

enum { ROOMY = 12, DECISION_LINES = 2 };

struct plan_view {
    struct view view;
    char *line; /* the command that was planned; owned */
    struct import_plan plan;
    bool planned, columns; /* the plan is there; its columns are shown */
    unsigned planning;     /* number of the work under way; 0: none */
    struct browser browser;
    struct error error; /* "" if none */
};

struct plan_work {
    struct plan_view *view;
    char *line;
    struct import_plan plan;
    bool good;
    struct error error;
};

static void work_plan(void *context, struct store *store, const struct patience *patience)
{
    struct plan_work *work = context;
    (void)store;
    work->good = command_plan_line(work->line, patience, &work->plan, &work->error);
}

static void release_work(void *context)
{
    struct plan_work *work = context;
    import_plan_release(&work->plan);
    free(work->line);
    free(work);
}

static void show(struct plan_view *view)
{
    view->view.browser = view->planned ? &view->browser : NULL;
    if (view->planned)
        browser_show(&view->browser, view->columns ? planned_columns_listing(&view->plan)
                                                   : decisions_listing(&view->plan.decisions));
}

static void take_plan(void *context, void *app)
{
    struct plan_work *work = context;
    struct plan_view *view = work->view;
    (void)app;
    view->planning = 0;
    view->planned = work->good;
    view->error = work->error;
    if (work->good) {
        view->plan = work->plan;
        work->plan = (struct import_plan){.rejected = 0};
        view->error.text[0] = '\0';
    }
    show(view);
}

static void look(struct view *self, struct app *app)
{
    struct plan_view *view = (struct plan_view *)self;
    const char *line = app->chosen.import_line;
    if (!line || (view->line && strcmp(view->line, line) == 0))
        return;
    if (view->planning)
        background_cancel(app->counting, view->planning);
    free(view->line);
    view->line = memory_string(line);
    import_plan_release(&view->plan);
    view->planned = false;
    view->error.text[0] = '\0';
    show(view);
    struct plan_work *work = memory_new(sizeof *work);
    work->view = view;
    work->line = memory_string(line);
    view->planning = background_start(
        app->counting, &(struct background_work){work, work_plan, take_plan, release_work});
}

static void draw_lines(struct surface *surface, struct box box, enum ink ink, const char *text)
{
    for (int row = 0; row < box.height && *text != '\0'; row++) {
        size_t length = text_break(text, (size_t)box.width, true);
        char *line = memory_format("%.*s", (int)length, text);
        surface_text(surface, box.x, box.y + row, box.width, ink, line);
        free(line);
        text += length;
        text += *text == ' ';
    }
}

/* Draws the whole decision under the cursor, which the list may have cut. */
static void draw_decision(const struct plan_view *view, struct surface *surface, struct box box)
{
    size_t row = browser_row(&view->browser);
    if (view->columns || row >= view->plan.decisions.count)
        return;
    const struct decision *decision = &view->plan.decisions.list[row];
    char *sentence = decision_sentence(decision);
    char *text = memory_format("%s%s%s", sentence, *decision->option ? ". The same: " : "",
                               decision->option);
    draw_lines(surface, box, INK_DIM, text);
    free(text);
    free(sentence);
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct plan_view *view = (struct plan_view *)self;
    (void)app;
    surface_text(surface, box.x, box.y, box.width, INK_DIM, view->line ? view->line : "");
    struct box rest = box_inside(box, 0, 1, 0, 0);
    if (view->error.text[0]) {
        draw_lines(surface, rest, INK_BAD, view->error.text);
    } else if (!view->planned) {
        surface_text(surface, rest.x, rest.y, rest.width, INK_DIM, "reading …");
    } else {
        char *sentence = import_plan_sentence(&view->plan);
        int used = surface_text(surface, rest.x, rest.y, rest.width, INK_STRONG, view->plan.name);
        surface_text(surface, rest.x + used + 1, rest.y, rest.width - used - 1, INK_PLAIN,
                     sentence);
        free(sentence);
        int lines = rest.height >= ROOMY ? DECISION_LINES : 0;
        browser_draw(surface, box_inside(rest, 0, 2, 0, lines ? lines + 1 : 0), &view->browser,
                     true);
        draw_decision(view, surface, box_inside(rest, 0, rest.height - lines, 0, 0));
    }
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct plan_view *view = (struct plan_view *)self;
    (void)app;
    if (view->planned)
        browser_move(&view->browser, action);
}

static void enter_line(struct app *app, const char *text)
{
    free(app->chosen.import_line);
    app->chosen.import_line = memory_string(text);
    app->stale = true;
}

/* Lets the user change the command, with the option of the chosen decision behind it. */
static void overrule(struct plan_view *view, struct app *app)
{
    const struct decisions *decisions = &view->plan.decisions;
    size_t row = view->planned && !view->columns ? browser_row(&view->browser) : decisions->count;
    const char *option = row < decisions->count ? decisions->list[row].option : "";
    char *line = memory_format("%s%s%s", view->line, *option ? " " : "", option);
    app_ask(app, ":", line, enter_line);
    free(line);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct plan_view *view = (struct plan_view *)self;
    if (action == ACTION_PLAN_COLUMNS) {
        view->columns = !view->columns;
        browser_choose(&view->browser, 0);
        show(view);
    } else if (action == ACTION_PLAN_OVERRULE && view->line) {
        overrule(view, app);
    } else if (action == ACTION_PLAN_ACCEPT && view->planned) {
        app_command(app, view->line);
        app_go(app, PAGE_DATA);
    } else if (action == ACTION_PLAN_ACCEPT) {
        app_say(app, INK_DIM, "there is no plan to accept");
    }
    return true;
}

static void free_view(struct view *self)
{
    struct plan_view *view = (struct plan_view *)self;
    browser_release(&view->browser);
    import_plan_release(&view->plan);
    free(view->line);
    free(view);
}

struct view *plan_view_new(void)
{
    static const struct view_operations OPERATIONS = {
        .look = look, .draw = draw, .move = move, .act = act, .free = free_view};
    struct plan_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){.arrow = true});
    return &view->view;
}
