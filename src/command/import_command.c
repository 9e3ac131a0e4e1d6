/* SPDX-License-Identifier: MIT
 *
 * The command import: plans it here, or asks the keeper to do it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "handlers.h"
#include "import_lists.h"
#include "import_sources.h"
#include "keeper/client.h"
#include "report/dataset_report.h"
#include "report/import_meter.h"
#include "store/dataset_store.h"
#include "typed_line.h"

/* One word is a folder or a file, several are parts of the ratings, as a shell writes them for "*".
 * Release the lists also after a failure. */
static bool read_import(const struct arguments *arguments, struct import_options *options,
                        struct import_lists *lists, struct error *error)
{
    *options =
        (struct import_options){.path = arguments->word_count == 1 ? arguments->words[0] : NULL};
    for (size_t i = 0; i < arguments->option_count; i++)
        import_options_take(options, arguments->options[i].option->name,
                            arguments->options[i].value);
    for (size_t i = 0; arguments->word_count > 1 && i < arguments->word_count; i++)
        import_options_take(options, dataset_parts[DATASET_RATINGS], arguments->words[i]);
    import_lists_open(lists, options);
    return options->path || options->files[DATASET_RATINGS] ||
           error_set(error, ERROR_USAGE,
                     "import needs a folder or a file, or --ratings: thaw import PATH");
}

struct import_teller {
    const struct patience *patience;
    struct import_meter meter;
};

static void tell_progress(void *context, const struct import_progress *progress)
{
    struct import_teller *teller = context;
    char text[IMPORT_METER_TEXT];
    import_meter_words(&teller->meter, progress, clock_monotonic(), text);
    patience_tell(teller->patience, progress->share, text);
}

/* A plan under way, whose progress is told while its rows are checked. */
struct planning {
    struct import_teller teller;
    const struct import_plan *plan;
    double begun, told_at;
};

static bool is_given_up(void *context)
{
    static const double EVERY = 0.1; /* seconds between two words */
    struct planning *planning = context;
    double now = clock_monotonic();
    if (now - planning->told_at >= EVERY) {
        planning->told_at = now;
        tell_progress(&planning->teller, &planning->plan->progress);
    }
    return !patience_lasts(planning->teller.patience, "", planning->begun);
}

/* Reads the files here, without a keeper, because nothing is written. */
static bool make_plan(const struct arguments *arguments, struct import_options *options,
                      const struct patience *patience, struct import_plan *plan,
                      struct error *error)
{
    struct import_sources sources;
    double now = clock_monotonic();
    struct planning planning = {
        .teller = {.patience = patience}, .plan = plan, .begun = now, .told_at = now};
    *plan = (struct import_plan){.rejected = 0};
    bool good = import_sources_open(&sources, arguments, options, error) &&
                import_read(options, NULL, plan, is_given_up, &planning, error);
    patience_tell(patience, -1, "");
    import_sources_release(&sources);
    return good;
}

static int print_plan(struct command_context *context, const struct arguments *arguments,
                      struct import_options *options)
{
    struct error error;
    struct import_plan plan;
    bool json = arguments_has(arguments, "json");
    bool good = make_plan(arguments, options, context->patience, &plan, &error);
    if (good && json) {
        struct json *text = json_new(context->out);
        json_open_object(text, NULL);
        import_plan_json(&plan, text);
        json_close_object(text);
        json_finish(text);
    } else if (good) {
        import_plan_print(&plan, context->out);
    }
    import_plan_release(&plan);
    return good ? STATUS_OK : handle_failure(context, &error);
}

/* What the keeper says of an import. */
struct imported {
    struct dataset_summary summary;
    char rejected[IMPORT_REJECTED];
};

/* A keeper makes the workbench before it reads anything. So where there is none, what would fail is
 * refused before: small files are read whole for it, of large ones the beginning. */
static bool check_before(const struct command_context *context,
                         const struct import_options *options, struct error *error)
{
    enum { SMALL = 16 << 20 };
    struct import_plan plan;
    if (access(context->database, F_OK) == 0)
        return true;
    bool good = import_look(options, &plan, error) && dataset_name_check(plan.name, error);
    bool whole = plan.bytes <= SMALL;
    import_plan_release(&plan);
    if (!good || !whole)
        return good;
    good = import_read(options, NULL, &plan, NULL, NULL, error);
    import_plan_release(&plan);
    return good;
}

static bool run_import(const struct command_context *context, const struct import_options *options,
                       bool replace, struct imported *imported, struct error *error)
{
    struct import_teller teller = {.patience = context->patience};
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, error);
    if (!keeper)
        return false;
    keeper_watch_import(keeper, tell_progress, &teller);
    bool good =
        keeper_import(keeper, options, replace, &imported->summary, imported->rejected, error);
    patience_tell(context->patience, -1, "");
    keeper_disconnect(keeper);
    return good;
}

static void print_import(const struct imported *imported, bool json, struct output *output)
{
    if (!json) {
        import_report_print(&imported->summary, imported->rejected, output);
        return;
    }
    struct json *text = json_new(output);
    json_open_object(text, NULL);
    dataset_summary_json(&imported->summary, text);
    json_close_object(text);
    json_finish(text);
}

static int do_import(struct command_context *context, const struct arguments *arguments,
                     struct import_options *options)
{
    struct error error;
    struct import_sources sources;
    struct imported imported = {.rejected = ""};
    bool good =
        import_sources_open(&sources, arguments, options, &error) &&
        check_before(context, options, &error) &&
        run_import(context, options, arguments_has(arguments, "replace"), &imported, &error);
    import_sources_release(&sources);
    if (!good)
        return handle_failure(context, &error);
    print_import(&imported, arguments_has(arguments, "json"), context->out);
    return STATUS_OK;
}

int handle_import(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct import_options options;
    struct import_lists lists;
    bool good = read_import(arguments, &options, &lists, &error);
    int status = !good                                 ? handle_failure(context, &error)
                 : arguments_has(arguments, "dry-run") ? print_plan(context, arguments, &options)
                                                       : do_import(context, arguments, &options);
    import_lists_release(&lists);
    return status;
}

/* -- a plan for the screen --------------------------------------------------------------------- */

static bool plan_arguments(const struct arguments *arguments, const struct patience *patience,
                           struct import_plan *plan, struct error *error)
{
    struct import_options options;
    struct import_lists lists;
    bool good = read_import(arguments, &options, &lists, error) &&
                make_plan(arguments, &options, patience, plan, error);
    import_lists_release(&lists);
    return good;
}

bool command_plan_line(const char *line, const struct patience *patience, struct import_plan *plan,
                       struct error *error)
{
    struct typed_line typed;
    struct arguments arguments = {0};
    *plan = (struct import_plan){.rejected = 0};
    bool good = typed_line_split(&typed, line, error) &&
                arguments_parse(&arguments, typed.count, typed.words, error) &&
                plan_arguments(&arguments, patience, plan, error);
    arguments_release(&arguments);
    typed_line_release(&typed);
    return good;
}
