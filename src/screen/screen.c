/* SPDX-License-Identifier: MIT
 *
 * The life of the screen: opens the terminal, runs the loop that draws, waits and takes keys, and
 * closes the terminal.
 */
#include "config.h"

#include "screen/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "screen/app_store.h"
#include "screen/dispatch.h"
#include "screen/page_frame.h"
#include "screen/pointer.h"
#include "screen/terminal/guardian.h"
#include "screen/terminal/terminal.h"

/* Milliseconds between looks at the database: short while something computes, long otherwise. */
enum { ACTIVE_TICK = 200, QUIET_TICK = 1000, FIRST_LOOK = 200 };
/* Seconds of queued keys that are handled before the screen is drawn again. */
static const double KEYS_AT_ONCE = 0.05;

static void take_events(struct app *app)
{
    struct event event;
    size_t ignored = 0;
    app->looking_since = clock_monotonic();
    double until = app->looking_since + KEYS_AT_ONCE;
    while (!app->leaving && clock_monotonic() < until && terminal_next(app->terminal, &event)) {
        if (event.kind == EVENT_QUIT)
            app->leaving = true;
        else if (event.kind == EVENT_KEY)
            dispatch_key(app, event.key);
        else if (event.kind == EVENT_POINTED)
            pointer_take(app, &event);
        else if (event.kind == EVENT_PASTED && app->typing)
            field_insert(&app->asked->field, event.key);
        else if (event.kind == EVENT_PASTED)
            ignored++;
    }
    if (ignored)
        app_say(app, INK_DIM, "pasted %zu characters, ignored: press : first to type a command",
                ignored);
}

static void create_views(struct app *app)
{
#define X(name, lower, ...) app->views[PAGE_##name] = lower##_view_new();
    PAGES_WITH_VIEW(X)
#undef X
}

static void free_views(struct app *app)
{
    for (int i = 0; i < PAGE_COUNT; i++)
        if (app->views[i])
            app->views[i]->operations->free(app->views[i]);
}

/* Forgets everything that was read from the file that another file has replaced. */
static void begin_anew(struct app *app)
{
    background_free(app->reading);
    background_free(app->counting);
    app->reading = background_new(app->database);
    app->counting = background_new(app->database);
    free_views(app);
    create_views(app);
    free(app->chosen.user);
    free(app->chosen.import_line);
    free(app->chosen.query);
    free(app->chosen.script);
    app->chosen = (struct chosen){0};
    app->typing = false;
    app->page = page_tab(app->page);
    app->active = true;
    app_say(app, INK_BAD, "the file was replaced or removed: this is what lies there now");
}

static void run_loop(struct app *app)
{
    while (!app->leaving) {
        const int news[] = {background_descriptor(app->reading),
                            background_descriptor(app->counting),
                            background_descriptor(app->commands), app->watch.descriptor};
        struct surface *surface = terminal_surface(app->terminal);
        page_frame_draw(app, surface);
        terminal_show(app->terminal, surface);
        surface_free(surface);
        bool often = app->active || app_is_busy(app);
        terminal_wait(app->terminal, news, 4, often ? ACTIVE_TICK : QUIET_TICK);
        take_events(app);
        if (file_watch_take(&app->watch)) {
            app->views[PAGE_SCRIPTS]->operations->saved(app->views[PAGE_SCRIPTS], app);
            app->views[PAGE_MAP]->operations->saved(app->views[PAGE_MAP], app);
        }
        background_collect(app->reading, app);
        background_collect(app->counting, app);
        background_collect(app->commands, app);
        if (app_store_is_lost(app))
            begin_anew(app);
        app_look(app, app->stale);
    }
}

static int run_app(struct terminal *terminal, const char *database, int64_t execution)
{
    struct app app = {
        .database = database, .terminal = terminal, .page = PAGE_DATA, .watch = FILE_WATCH_NONE};
    memory_return_large();
    app.reading = background_new(database);
    app.counting = background_new(database);
    app.commands = background_new(database);
    create_views(&app);
    app.chosen.execution = execution;
    app_go(&app, execution ? PAGE_TRAIN : PAGE_DATA);
    app_look(&app, true);
    if (app.trying) /* opening is usually quick, so wait briefly before drawing an empty page */
        terminal_wait(terminal, (const int[]){background_descriptor(app.commands)}, 1, FIRST_LOOK);
    background_collect(app.commands, &app);
    app_look(&app, app.stale);
    run_loop(&app);
    terminal_close(terminal);
    if (app_is_busy(&app)) /* the keeper finishes a command that is under way */
        _exit(0);
    background_free(app.reading);
    background_free(app.counting);
    background_free(app.commands);
    free_views(&app);
    pager_free(app.pager);
    file_watch_set(&app.watch, NULL);
    free(app.last_command);
    free(app.sought);
    for (size_t i = 0; i < sizeof app.prompts / sizeof *app.prompts; i++)
        field_release(&app.prompts[i].field);
    free(app.chosen.user);
    newcomer_guide_free(app.chosen.guide);
    free(app.chosen.import_line);
    free(app.chosen.query);
    free(app.chosen.script);
    store_close(app.store);
    return 0;
}

struct opening {
    struct tty_state state;
    const char *database;
    int64_t execution;
    enum output_colour colour;
    bool mouse;
};

static int run(void *context, int parent)
{
    const struct opening *opening = context;
    struct terminal *terminal = terminal_open(&opening->state, parent, opening->colour);
    if (!terminal) {
        fprintf(stderr, "thaw: the terminal cannot be used; `thaw help` lists the commands that "
                        "need none\n");
        return 2;
    }
    terminal_set_mouse(terminal, opening->mouse);
    return run_app(terminal, opening->database, opening->execution);
}

int screen_run(const struct screen_options *options)
{
    struct opening opening = {.database = options->database,
                              .execution = options->execution,
                              .colour = options->colour,
                              .mouse = options->mouse};
    struct error error;
    if (options->plain)
        error_set(&error, ERROR_USAGE,
                  "the screen cannot be drawn in plain lines; `thaw runs`, `thaw watch` and `thaw "
                  "compare` print what it would show");
    else if (terminal_look(&opening.state, &error))
        return guardian_run(&opening.state, run, &opening);
    fprintf(stderr, "thaw: %s\n", error.text);
    return 2;
}
