/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/app_store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/clock.h"
#include "base/memory.h"
#include "keeper/client.h"

/* Seconds that a query of the main thread may take while a key waits. */
static const double QUERY_MOST = 0.3;

struct opening_trial {
    char *database;
    bool ask_keeper, good;
    struct error error;
};

static void work_trial(void *context, struct store *none, const struct patience *patience)
{
    struct opening_trial *trial = context;
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
    struct opening_trial *trial = context;
    struct app *app = application;
    app->trying = false;
    app->opens = trial->good;
    app->stale = true;
    if (!trial->good)
        app_say(app, INK_BAD, "%s", trial->error.text);
}

static void release_trial(void *context)
{
    struct opening_trial *trial = context;
    free(trial->database);
    free(trial);
}

static void try_database(struct app *app)
{
    struct opening_trial *trial = memory_new(sizeof *trial);
    trial->database = memory_string(app->database);
    trial->ask_keeper = !app->asked_keeper;
    uint64_t bytes = store_unchecked_bytes(app->database);
    char text[BUDGET_TEXT];
    if (bytes > 0)
        app_say(app, INK_DIM, "reading all %s once, because no thaw has written this file here …",
                budget_text(bytes, text));
    background_start(app->commands,
                     &(struct background_work){trial, work_trial, take_trial, release_trial});
    app->asked_keeper = app->trying = true;
}

/* Queries of the main thread call this regularly. They stop if it returns true because input
 * waits. */
static bool is_impatient(void *context)
{
    const struct app *app = context;
    return clock_monotonic() > app->looking_since + QUERY_MOST && terminal_has_input(app->terminal);
}

/* Opens the database once it exists. */
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

/* Shows why the keeper cannot continue. */
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

void app_look(struct app *app, bool always)
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

struct view *app_view(struct app *app)
{
    if (app->stale)
        app_look(app, true);
    return app->views[app->page];
}

bool app_store_is_lost(struct app *app)
{
    bool lost = app->store && store_is_displaced(app->store);
    if (lost) {
        store_close(app->store);
        app->store = NULL;
        app->replaced = true;
    }
    if (app->replaced && !keeper_is_alive(app->database))
        app->replaced = false;
    return lost;
}
