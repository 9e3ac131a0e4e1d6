/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/memory.h"

#include "bindings.h"
#include "check_errand.h"
#include "command_errand.h"
#include "frame.h"
#include "keeper/client.h"
#include "keys.h"

/* How often a page looks for news: often while something computes, else for what others do. */
enum { ACTIVE_TICK = 200, QUIET_TICK = 1000, CONTROL_Q = 17 };
/* Seconds that a query of the main thread may take while a key waits. */
static const double PATIENCE = 0.3;

void app_say(struct app *app, enum ink ink, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->message, sizeof app->message, format, arguments);
    va_end(arguments);
    app->message_ink = ink;
}

void app_read(struct app *app, const char *title, const char *text)
{
    pager_free(app->pager);
    app->pager = pager_new(title, text, true);
}

void app_ask(struct app *app, const char *prompt, const char *text,
             void (*entered)(struct app *app, const char *text))
{
    app->typing = true;
    app->prompt = prompt;
    app->entered = entered;
    field_set(&app->field, text);
}

void app_run_program(struct app *app, const char *const *arguments)
{
    struct error error;
    if (!terminal_lend(app->terminal, arguments, &error))
        app_say(app, INK_BAD, "%s", error.text);
}

static void take_check(void *done, void *context)
{
    struct check_job *job = done;
    struct app *app = context;
    if (job->good)
        app_say(app, INK_DIM, "checked");
    else
        app_say(app, INK_BAD, "%s", job->error.text);
}

/* Whether a database from elsewhere is still being read whole, or was found damaged. */
static bool is_unchecked(struct app *app)
{
    uint64_t bytes = store_unchecked_bytes(app->database);
    if (bytes > 0 && !app->asked_check) {
        struct errand errand = check_errand(app->database, take_check);
        errands_start(app->commands, &errand);
        app_say(app, INK_DIM, "reading all %.0f MB once, as no thaw has written them here …",
                (double)bytes / 1e6);
        app->asked_check = true;
    }
    return bytes > 0;
}

/* Asked by a query of the main thread now and then: whether a key or a signal should end it. Those
 * of whole files are over long before. */
static bool is_impatient(void *context)
{
    const struct app *app = context;
    return clock_monotonic() > app->looking_since + PATIENCE && terminal_has_input(app->terminal);
}

/* The database is opened as soon as it is there. */
static void open_store(struct app *app)
{
    struct error error;
    if (app->store || access(app->database, R_OK) != 0 || is_unchecked(app))
        return;
    app->store = app->asked_keeper ? store_open_reader(app->database, &error)
                                   : keeper_open_reader(app->database, &error);
    app->asked_keeper = true;
    if (app->store)
        store_stop_when(app->store, is_impatient, app);
    else
        app_say(app, INK_BAD, "%s", error.text);
}

/* Lets the page look where there may be news. */
static void look(struct app *app, bool always)
{
    app->looking_since = clock_monotonic();
    open_store(app);
    uint64_t version = app->store ? store_version(app->store) : 0;
    if (!always && !app->active && version == app->version)
        return;
    app->version = version;
    app->active = false;
    struct view *view = app->views[app->page];
    view->operations->look(view, app);
}

void app_go(struct app *app, enum page page)
{
    app->page = page;
    look(app, true);
}

static bool has_one_line(const char *text)
{
    const char *end = strchr(text, '\n');
    return !end || end[1] == '\0';
}

static void take_command(void *done, void *context)
{
    struct command_job *job = done;
    struct app *app = context;
    bool good = job->status == 0;
    app->message[0] = '\0';
    if (has_one_line(job->text) && (int)strlen(job->text) < app->width)
        app_say(app, good ? INK_PLAIN : INK_BAD, "%.*s", (int)strcspn(job->text, "\n"), job->text);
    else
        app_read(app, job->line, job->text);
    if (job->started) {
        app->chosen.execution = job->started;
        app_go(app, PAGE_TRAIN);
    } else {
        look(app, true);
    }
}

void app_command(struct app *app, const char *line)
{
    while (*line == ':' || *line == ' ')
        line++;
    if (*line == '\0')
        return;
    if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0) {
        app->leaving = true;
        return;
    }
    struct errand errand =
        command_errand(app->database, line, app->width - 6, app->plain, take_command);
    errands_start(app->commands, &errand);
    app_say(app, INK_DIM, "%s …", line);
}

/* The command line of an action with what is chosen in place of {names}; NULL where nothing is. */
static char *fill_in(struct app *app, const char *line)
{
    struct view *view = app->views[app->page];
    struct bytes filled = {0};
    while (*line) {
        size_t plain = strcspn(line, "{");
        bytes_add(&filled, line, plain);
        line += plain;
        if (*line != '{')
            break;
        char name[32];
        size_t length = strcspn(line, "}");
        snprintf(name, sizeof name, "%.*s", (int)length - 1, line + 1);
        char *value = view->operations->value ? view->operations->value(view, app, name) : NULL;
        if (!value) {
            bytes_release(&filled);
            return NULL;
        }
        bytes_add(&filled, value, strlen(value));
        free(value);
        line += length + (line[length] == '}');
    }
    bytes_add(&filled, "", 1);
    return (char *)filled.data;
}

static void run_line(struct app *app, const char *line)
{
    char *filled = fill_in(app, line);
    if (!filled)
        app_say(app, INK_DIM, "nothing is chosen here");
    else if (filled[0] == ':')
        app_ask(app, ":", filled + 1, app_command);
    else
        app_command(app, filled);
    free(filled);
}

static enum page neighbour(enum page page, int step)
{
    static const enum page TABS[] = {PAGE_DATA, PAGE_SCRIPTS, PAGE_TRAIN, PAGE_COMPARE};
    int at = 0;
    while (TABS[at] != frame_tab(page))
        at++;
    return TABS[(at + step + 4) % 4];
}

static void go_back(struct app *app)
{
    if (frame_parent(app->page) != app->page)
        app_go(app, frame_parent(app->page));
}

static void act(struct app *app, enum action action)
{
    struct view *view = app->views[app->page];
    int press = bindings_move(action);
    if (press != PRESS_NONE) {
        view->operations->move(view, app, press);
        return;
    }
    switch (action) {
    case ACTION_HELP: {
        char *help = bindings_help(app->page);
        app_read(app, "Keys", help);
        free(help);
        break;
    }
    case ACTION_COMMAND:
        app_ask(app, ":", "", app_command);
        break;
    case ACTION_GO_DATA:
        app_go(app, PAGE_DATA);
        break;
    case ACTION_GO_SCRIPTS:
        app_go(app, PAGE_SCRIPTS);
        break;
    case ACTION_GO_TRAIN:
        app_go(app, PAGE_TRAIN);
        break;
    case ACTION_GO_COMPARE:
        app_go(app, PAGE_COMPARE);
        break;
    case ACTION_NEXT_PAGE:
    case ACTION_PREVIOUS_PAGE:
        app_go(app, neighbour(app->page, action == ACTION_NEXT_PAGE ? 1 : -1));
        break;
    case ACTION_BACK:
        go_back(app);
        break;
    case ACTION_QUIT:
        app->leaving = true;
        break;
    default:
        if (!view->operations->act(view, app, action) && action_at(action)->line[0])
            run_line(app, action_at(action)->line);
    }
}

static void take_typed(struct app *app, int key)
{
    if (key == PRESS_ESCAPE || key == PRESS_CONTROL_C) {
        app->typing = false;
    } else if (key == PRESS_ENTER) {
        char *text = memory_string(app->field.text);
        app->typing = false;
        if (*text)
            field_remember(&app->field);
        app->entered(app, text);
        free(text);
    } else {
        field_key(&app->field, key);
    }
}

/* Keys that move scroll the text, those that lead elsewhere close it, others do nothing. */
static void take_pager_key(struct app *app, int key)
{
    enum action action;
    if (!bindings_find(PAGE_READ, key, &action))
        return;
    int press = bindings_move(action);
    if (press != PRESS_NONE) {
        pager_key(app->pager, press);
        return;
    }
    pager_free(app->pager);
    app->pager = NULL;
    bool closes = action == ACTION_READ_CLOSE || action == ACTION_BACK || action == ACTION_HELP;
    if (!closes && (action != ACTION_QUIT || key == CONTROL_Q))
        act(app, action);
}

static void take_key(struct app *app, int key)
{
    enum action action;
    if (app->typing) {
        take_typed(app, key);
        return;
    }
    app->message[0] = '\0';
    if (app->pager)
        take_pager_key(app, key);
    else if (key == 'q' && frame_parent(app->page) != app->page)
        go_back(app);
    else if (key == PRESS_CONTROL_C)
        app_say(app, INK_DIM, "q leaves; what trains goes on");
    else if (bindings_find(app->page, key, &action))
        act(app, action);
}

static void take_events(struct app *app)
{
    struct event event;
    size_t ignored = 0;
    app->looking_since = clock_monotonic();
    while (!app->leaving && terminal_next(app->terminal, &event)) {
        if (event.kind == EVENT_QUIT)
            app->leaving = true;
        else if (event.kind == EVENT_KEY)
            take_key(app, event.key);
        else if (event.kind == EVENT_PASTED && app->typing)
            field_key(&app->field, event.key);
        else if (event.kind == EVENT_PASTED)
            ignored++;
    }
    if (ignored)
        app_say(app, INK_DIM, "pasted %zu characters, ignored: press : first to type a command",
                ignored);
}

static void run_loop(struct app *app)
{
    const int news[] = {errands_descriptor(app->reading), errands_descriptor(app->counting),
                        errands_descriptor(app->commands)};
    while (!app->leaving) {
        struct surface *surface = terminal_surface(app->terminal);
        frame_draw(app, surface);
        terminal_show(app->terminal, surface);
        surface_free(surface);
        terminal_wait(app->terminal, news, 3, app->active ? ACTIVE_TICK : QUIET_TICK);
        take_events(app);
        errands_collect(app->reading, app);
        errands_collect(app->counting, app);
        errands_collect(app->commands, app);
        look(app, false);
    }
}

static void create_views(struct app *app)
{
    app->views[PAGE_DATA] = data_view_new();
    app->views[PAGE_TABLE] = table_view_new();
    app->views[PAGE_SCRIPTS] = scripts_view_new();
    app->views[PAGE_TRAIN] = train_view_new();
    app->views[PAGE_COMPARE] = compare_view_new();
    app->views[PAGE_USERS] = users_view_new();
    app->views[PAGE_USER] = user_view_new();
}

int app_run(struct terminal *terminal, const char *database, int64_t execution)
{
    struct app app = {.database = database, .terminal = terminal, .page = PAGE_DATA};
    app.reading = errands_new(database);
    app.counting = errands_new(database);
    app.commands = errands_new(database);
    create_views(&app);
    app.chosen.execution = execution;
    app_go(&app, execution ? PAGE_TRAIN : PAGE_DATA);
    run_loop(&app);
    terminal_close(terminal);
    if (errands_are_busy(app.commands)) /* a command under way is the keeper's by now */
        _exit(0);
    errands_free(app.reading);
    errands_free(app.counting);
    errands_free(app.commands);
    for (int i = 0; i < PAGE_COUNT; i++)
        if (app.views[i])
            app.views[i]->operations->free(app.views[i]);
    pager_free(app.pager);
    field_release(&app.field);
    free(app.chosen.user);
    store_close(app.store);
    return 0;
}
