/* SPDX-License-Identifier: MIT
 *
 * The first commands a user needs: the screen, the demo, and info on the installation. The demo
 * imports the bundled data set and starts the bundled experiment on it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/clock.h"
#include "paths.h"
#include "report/figures.h"
#include "report/listing.h"
#include "report/run_report.h"
#include "start_commands.h"
#include "store/dataset_store.h"

static const char DEMO_DATA[] = "synthetic", DEMO_FOLDER[] = "datasets/synthetic";
static const char DEMO_SCRIPT[] = "lua/experiments/synthetic.lua";

static bool is_given_up(void *patience)
{
    return !patience_lasts(patience, "the database", clock_monotonic());
}

struct store *open_existing(const struct command_context *context, struct error *error)
{
    if (access(context->database, F_OK) != 0 && errno == ENOENT)
        return NULL;
    struct store *store = keeper_open_reader_patiently(context->database, context->patience, error);
    if (store && context->patience)
        store_stop_when(store, is_given_up, (void *)(uintptr_t)context->patience);
    if (store && store_notice(store)) {
        output_print(context->complain, "thaw: %s.\n", store_notice(store));
        output_flush(context->complain);
    }
    return store;
}

bool no_runs_yet(struct error *error)
{
    return error_set(error, ERROR_USAGE, "no runs yet: `thaw run FILE` starts an experiment");
}

static bool can_open_screen(const struct command_context *context)
{
    return context->open_screen && !context->plain && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO);
}

/* -- screen ------------------------------------------------------------------------------------ */

/* Prints what the screen shows first, for a pipe or a terminal without a screen. */
static int print_overview(struct command_context *context)
{
    static const char *const data[] = {"data"}, *const runs[] = {"runs"};
    const char *database = context->database;
    struct command_context inner = *context;
    inner.database = database;
    int status = command_execute(&inner, 1, data);
    output_print(context->out, "\n");
    if (status == STATUS_OK)
        status = command_execute(&inner, 1, runs);
    output_print(context->out, "\n`thaw help` lists the commands.\n");
    return status;
}

static int open_screen(const struct command_context *context, const struct arguments *arguments,
                       int64_t execution)
{
    const struct screen_options options = {.database = context->database,
                                           .execution = execution,
                                           .colour = context->colour,
                                           .plain = context->plain,
                                           .mouse = !arguments_has(arguments, "no-mouse")};
    return context->open_screen(&options);
}

int handle_screen(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    if (can_open_screen(context))
        return open_screen(context, arguments, 0);
    if (!context->follows) {
        error_set(&error, ERROR_USAGE, "the screen is open already");
        return handle_failure(context, &error);
    }
    if (arguments->command || (!isatty(STDIN_FILENO) && !isatty(STDOUT_FILENO))) {
        error_set(&error, ERROR_USAGE,
                  "the screen needs a terminal; `thaw help` lists commands that do without");
        return handle_failure(context, &error);
    }
    return print_overview(context);
}

/* -- demo -------------------------------------------------------------------------------------- */

static bool has_demo_data(const struct command_context *context, bool *has, struct error *error)
{
    struct store *store = open_existing(context, error);
    size_t count = 0;
    *has = false;
    if (!store)
        return !*error->text;
    struct dataset_summary *sets = store_datasets(store, &count, error);
    for (size_t i = 0; sets && i < count; i++)
        *has = *has || strcmp(sets[i].name, DEMO_DATA) == 0;
    free(sets);
    store_close(store);
    return sets != NULL;
}

static bool import_demo_data(struct command_context *context, struct error *error)
{
    char *folder = command_bundled_path(DEMO_FOLDER);
    struct import_options options = {.path = folder, .name = DEMO_DATA};
    struct dataset_summary summary;
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, error);
    bool good = keeper && keeper_import(keeper, &options, false, &summary, NULL, error);
    keeper_disconnect(keeper);
    free(folder);
    return good;
}

static bool start_demo(struct command_context *context, const struct arguments *arguments,
                       struct error *error)
{
    char *script = command_bundled_path(DEMO_SCRIPT);
    struct start_request request;
    bool good =
        start_read(&request, script, arguments, error) && start_execution(context, &request, error);
    start_release(&request);
    free(script);
    return good;
}

int handle_demo(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    bool has;
    bool good = has_demo_data(context, &has, &error) &&
                (has || import_demo_data(context, &error)) &&
                start_demo(context, arguments, &error);
    if (!good)
        return handle_failure(context, &error);
    if (can_open_screen(context))
        return open_screen(context, arguments, context->started);
    return start_follow(context, false, false);
}

/* -- info and keeper --------------------------------------------------------------------------- */

static void add_path(struct listing *listing, const char *name, char *path, const char *missing)
{
    listing_cell(listing, "%s", name);
    listing_style(listing, INK_DIM);
    listing_foreign(listing, path);
    listing_cell(listing, "%s", access(path, F_OK) == 0 ? "" : missing);
    free(path);
}

int handle_info(struct command_context *context, const struct arguments *arguments)
{
    (void)arguments;
    static const struct listing_column COLUMNS[] = {{.title = ""},
                                                    {.title = "", .fit = LISTING_CUT},
                                                    {.title = "", .missed = 1},
                                                    {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    char text[FIGURE_TEXT], memory[BUDGET_TEXT];
    struct stat file;
    listing_cell(listing, "version");
    listing_style(listing, INK_DIM);
    listing_cell(listing, "thaw %s", PACKAGE_VERSION);
    listing_cell(listing, "%s", "");
    listing_cell(listing, "workbench");
    listing_style(listing, INK_DIM);
    listing_foreign(listing, context->database);
    bool there = stat(context->database, &file) == 0;
    listing_cell(listing, "%s", there ? budget_text((uint64_t)file.st_size, text) : "not yet");
    listing_cell(listing, "keeper");
    listing_style(listing, INK_DIM);
    listing_cell(listing, "%s", keeper_is_alive(context->database) ? "runs" : "does not run");
    listing_cell(listing, "%s", "");
    listing_cell(listing, "memory");
    listing_style(listing, INK_DIM);
    listing_cell(listing, "%s outside Lua for each worker: 3/4 of the free memory, or --memory",
                 budget_text(keeper_usual_memory(), memory));
    listing_cell(listing, "%s", "");
    add_path(listing, "experiments", command_bundled_path("lua/experiments"), "missing");
    add_path(listing, "bundled data", command_bundled_path(DEMO_FOLDER), "missing");
    listing_print(listing, context->out, 0);
    listing_free(listing);
    return STATUS_OK;
}

int handle_keeper(struct command_context *context, const struct arguments *arguments)
{
    (void)arguments;
    output_flush(context->out);
    return keeper_serve(context->database);
}
