/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/memory.h"

#include "screen/bindings.h"
#include "screen/background_command.h"
#include "screen/frame.h"
#include "keeper/client.h"
#include "screen/terminal/keys.h"

/* How often a page looks for news: often while something computes, else for what others do. */
enum { ACTIVE_TICK = 200, QUIET_TICK = 1000, CONTROL_Q = 17, COMMANDS_MOST = 4, FIRST_LOOK = 200 };
/* Seconds of keys that are taken before what they did is shown, and that a query of the main thread
 * may take while a key waits. */
static const double KEYS_AT_ONCE = 0.05, QUERY_MOST = 0.3;

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

struct trial {
    char *database;
    bool ask_keeper, good;
    struct error error;
};

static void work_trial(void *context, struct store *none, const struct patience *patience)
{
    struct trial *trial = context;
    (void)none;
    patience_lasts(patience, "the database", clock_monotonic());
    struct store *store =
        trial->ask_keeper ? keeper_open_reader_patiently(trial->database, patience, &trial->error)
                          : store_open_reader(trial->database, &trial->error);
    trial->good = store != NULL;
    store_close(store);
}

static void take_trial(void *context, void *application)
{
    struct trial *trial = context;
    struct app *app = application;
    app->trying = false;
    app->opens = trial->good;
    app->stale = true;
    if (!trial->good)
        app_say(app, INK_BAD, "%s", trial->error.text);
}

static void release_trial(void *context)
{
    struct trial *trial = context;
    free(trial->database);
    free(trial);
}

static void try_database(struct app *app)
{
    struct trial *trial = memory_new(sizeof *trial);
    trial->database = memory_string(app->database);
    trial->ask_keeper = !app->asked_keeper;
    uint64_t bytes = store_unchecked_bytes(app->database);
    char text[BUDGET_TEXT];
    if (bytes > 0)
        app_say(app, INK_DIM, "reading all %s once, as no thaw has written them here …",
                budget_text(bytes, text));
    background_start(app->commands,
                     &(struct background_work){trial, work_trial, take_trial, release_trial});
    app->asked_keeper = app->trying = true;
}

/* Asked by a query of the main thread now and then: whether a key or a signal should end it. */
static bool is_impatient(void *context)
{
    const struct app *app = context;
    return clock_monotonic() > app->looking_since + QUERY_MOST && terminal_has_input(app->terminal);
}

/* The database is opened as soon as it is there. */
static void open_store(struct app *app)
{
    struct error error;
    if (app->store || app->trying || app->replaced || access(app->database, R_OK) != 0)
        return;
    if (!app->opens) {
        try_database(app);
        return;
    }
    app->opens = false;
    app->store = store_open_reader(app->database, &error);
    if (app->store)
        store_stop_when(app->store, is_impatient, app);
    if (!app->store)
        app_say(app, INK_BAD, "%s", error.text);
    else if (store_notice(app->store))
        app_say(app, INK_BAD, "%s", store_notice(app->store));
}

/* What keeps the keeper from going on. */
static void say_trouble(struct app *app)
{
    char trouble[sizeof app->trouble] = "";
    if (app->store)
        store_trouble(app->store, trouble, sizeof trouble);
    bool over = !*trouble && strcmp(app->trouble, app->message) == 0;
    if (*trouble && keeper_is_alive(app->database))
        app_say(app, INK_BAD, "%s", trouble);
    else if (*app->trouble && over)
        app->message[0] = '\0';
    memcpy(app->trouble, trouble, sizeof trouble);
}

/* Lets the page look where there may be news. */
static void look(struct app *app, bool always)
{
    app->looking_since = clock_monotonic();
    open_store(app);
    say_trouble(app);
    uint64_t version = app->store ? store_version(app->store) : 0;
    if (!always && !app->active && version == app->version)
        return;
    app->version = version;
    app->active = false;
    app->stale = false;
    struct view *view = app->views[app->page];
    view->operations->look(view, app);
}

/* Keys may lead over many pages before anything is shown: only where one stays there is a look. */
void app_go(struct app *app, enum page page)
{
    app->page = page;
    app->stale = true;
}

static struct view *fresh_view(struct app *app)
{
    if (app->stale)
        look(app, true);
    return app->views[app->page];
}

static bool has_one_line(const char *text)
{
    const char *end = strchr(text, '\n');
    return !end || end[1] == '\0';
}

static void take_command(void *done, void *context)
{
    struct background_command *command = done;
    struct app *app = context;
    bool good = command->status == 0;
    app->message[0] = '\0';
    if (has_one_line(command->text) && (int)strlen(command->text) < app->width)
        app_say(app, good ? INK_PLAIN : INK_BAD, "%.*s", (int)strcspn(command->text, "\n"),
                command->text);
    else
        app_read(app, command->line, command->text);
    if (command->started) {
        app->chosen.execution = command->started;
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
    struct background_wait wait;
    if (background_look(app->commands, &wait)) {
        if (app->last_command && strcmp(app->last_command, line) == 0) {
            app_say(app, INK_DIM, "%s … is under way already", line);
            return;
        }
        if (wait.count >= COMMANDS_MOST) {
            app_say(app, INK_DIM, "%u commands are under way already; wait for them", wait.count);
            return;
        }
    }
    free(app->last_command);
    app->last_command = memory_string(line);
    struct background_work work =
        background_command_new(app->database, line, app->width - 6, app->plain, take_command);
    background_start(app->commands, &work);
    app_say(app, INK_DIM, "%s …", line);
}

/* The command line of an action with what is chosen in place of {names}; NULL where nothing is. */
static char *fill_in(struct app *app, const char *line)
{
    struct view *view = fresh_view(app);
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
    if (bindings_is_move(action)) {
        struct view *view = fresh_view(app);
        view->operations->move(view, app, action);
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
    default: {
        struct view *view = fresh_view(app);
        if (!view->operations->act(view, app, action) && action_at(action)->line[0])
            run_line(app, action_at(action)->line);
    }
    }
}

/* Whether a wait is shown that was given up by this key. */
static bool gives_up(struct app *app, int key)
{
    struct background_wait wait;
    struct background *background = key == PRESS_ESCAPE ? frame_awaited(app, &wait) : NULL;
    if (!background || wait.given_up)
        return false;
    background_give_up(background);
    return true;
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
    if (bindings_is_move(action)) {
        pager_move(app->pager, action);
        return;
    }
    pager_free(app->pager);
    app->pager = NULL;
    bool closes = action == ACTION_READ_CLOSE || action == ACTION_BACK || action == ACTION_HELP ||
                  action == ACTION_QUIT;
    if (!closes)
        act(app, action);
}

static void take_key(struct app *app, int key)
{
    enum action action;
    if (key == CONTROL_Q) {
        app->leaving = true;
        return;
    }
    if (app->typing) {
        take_typed(app, key);
        return;
    }
    app->message[0] = '\0';
    if (app->pager)
        take_pager_key(app, key);
    else if (gives_up(app, key))
        return;
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
    double until = app->looking_since + KEYS_AT_ONCE;
    while (!app->leaving && clock_monotonic() < until && terminal_next(app->terminal, &event)) {
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

static void free_views(struct app *app)
{
    for (int i = 0; i < PAGE_COUNT; i++)
        if (app->views[i])
            app->views[i]->operations->free(app->views[i]);
}

/* Nothing that was read before is of the file that lies there now. */
static void begin_anew(struct app *app)
{
    background_free(app->reading);
    background_free(app->counting);
    app->reading = background_new(app->database);
    app->counting = background_new(app->database);
    free_views(app);
    create_views(app);
    free(app->chosen.user);
    app->chosen = (struct chosen){0};
    app->typing = false;
    app->page = frame_tab(app->page);
    app->active = true;
}

/* What lies at its place is another file, or none: it is opened when the keeper of the one before
 * has noticed, too. */
static void leave_store(struct app *app)
{
    if (app->store && store_is_displaced(app->store)) {
        store_close(app->store);
        app->store = NULL;
        app->replaced = true;
        begin_anew(app);
        app_say(app, INK_BAD, "the file was replaced or removed: this is what lies there now");
    }
    if (app->replaced && !keeper_is_alive(app->database))
        app->replaced = false;
}

static void run_loop(struct app *app)
{
    while (!app->leaving) {
        const int news[] = {background_descriptor(app->reading),
                            background_descriptor(app->counting),
                            background_descriptor(app->commands)};
        struct surface *surface = terminal_surface(app->terminal);
        frame_draw(app, surface);
        terminal_show(app->terminal, surface);
        surface_free(surface);
        bool waits = background_is_busy(app->commands) || background_is_busy(app->reading) ||
                     background_is_busy(app->counting);
        terminal_wait(app->terminal, news, 3, app->active || waits ? ACTIVE_TICK : QUIET_TICK);
        take_events(app);
        background_collect(app->reading, app);
        background_collect(app->counting, app);
        background_collect(app->commands, app);
        leave_store(app);
        look(app, app->stale);
    }
}

int app_run(struct terminal *terminal, const char *database, int64_t execution)
{
    struct app app = {.database = database, .terminal = terminal, .page = PAGE_DATA};
    app.reading = background_new(database);
    app.counting = background_new(database);
    app.commands = background_new(database);
    create_views(&app);
    app.chosen.execution = execution;
    app_go(&app, execution ? PAGE_TRAIN : PAGE_DATA);
    look(&app, true);
    if (app.trying) /* mostly it takes no time, and nothing is shown that is not so */
        terminal_wait(terminal, (const int[]){background_descriptor(app.commands)}, 1, FIRST_LOOK);
    background_collect(app.commands, &app);
    look(&app, app.stale);
    run_loop(&app);
    terminal_close(terminal);
    if (background_is_busy(app.commands) || background_is_busy(app.reading) ||
        background_is_busy(app.counting)) /* a command under way is the keeper's by now */
        _exit(0);
    background_free(app.reading);
    background_free(app.counting);
    background_free(app.commands);
    free_views(&app);
    pager_free(app.pager);
    free(app.last_command);
    field_release(&app.field);
    free(app.chosen.user);
    store_close(app.store);
    return 0;
}
