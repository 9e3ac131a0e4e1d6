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
#include "import_sources.h"
#include "keeper/client.h"
#include "report/dataset_report.h"
#include "report/import_meter.h"
#include "typed_line.h"

static bool read_import(const struct arguments *arguments, struct import_options *options,
                        struct error *error)
{
    *options = (struct import_options){.path = arguments->word_count ? arguments->words[0] : NULL};
    for (size_t i = 0; i < arguments->option_count; i++)
        import_options_take(options, arguments->options[i].option->name,
                            arguments->options[i].value);
    return options->path || options->files[DATASET_RATINGS] ||
           error_set(error, ERROR_USAGE,
                     "import needs a folder or a file, or --ratings: thaw import PATH");
}

/* The first words of the command that decides the same: the source, and options that are no
 * decisions. A new string. */
static char *source_words(const struct import_options *options)
{
    struct decisions words = {0};
    struct bytes text = {0};
    if (options->path) /* in quotes if a shell needs them */
        decision_option(decisions_add(&words, "", "", ""), "path", options->path);
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (options->files[part])
            decision_option(decisions_add(&words, "", "", ""), dataset_parts[part],
                            options->files[part]);
    if (options->name)
        decision_option(decisions_add(&words, "", "", ""), "name", options->name);
    bytes_add(&text, "thaw import", strlen("thaw import"));
    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.list[i].option;
        if (i == 0 && options->path)
            word += strlen("--path ");
        bytes_add(&text, " ", 1);
        bytes_add(&text, word, strlen(word));
    }
    if (options->keep_going)
        bytes_add(&text, " --keep-going", strlen(" --keep-going"));
    bytes_add(&text, "", 1);
    decisions_release(&words);
    return (char *)text.data;
}

/* Reads the files here, without a keeper, because nothing is written. */
static int plan_import(struct command_context *context, const struct arguments *arguments,
                       const struct import_options *options, bool json)
{
    struct error error;
    struct import_plan plan = {.rejected = 0};
    struct import_options opened = *options;
    struct import_sources sources;
    bool good = import_sources_open(&sources, arguments, &opened, &error) &&
                import_read(&opened, NULL, &plan, NULL, NULL, &error);
    import_sources_release(&sources);
    if (good && json) {
        char *command = source_words(options);
        struct json *text = json_new(context->out);
        json_open_object(text, NULL);
        import_plan_json(&plan, command, text);
        json_close_object(text);
        json_finish(text);
        free(command);
    } else if (good) {
        char *command = source_words(options);
        import_plan_print(&plan, command, context->out);
        free(command);
    }
    import_plan_release(&plan);
    return good ? STATUS_OK : handle_failure(context, &error);
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

/* What the keeper says of an import. */
struct imported {
    struct dataset_summary summary;
    char rejected[IMPORT_REJECTED];
};

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

int handle_import(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct import_options options;
    struct import_sources sources;
    struct imported imported = {.rejected = ""};
    bool json = arguments_has(arguments, "json");
    if (!read_import(arguments, &options, &error))
        return handle_failure(context, &error);
    if (arguments_has(arguments, "dry-run"))
        return plan_import(context, arguments, &options, json);
    bool good =
        import_sources_open(&sources, arguments, &options, &error) &&
        run_import(context, &options, arguments_has(arguments, "replace"), &imported, &error);
    import_sources_release(&sources);
    if (!good)
        return handle_failure(context, &error);
    print_import(&imported, json, context->out);
    return STATUS_OK;
}

/* -- a plan for the screen --------------------------------------------------------------------- */

struct planning {
    const struct patience *patience;
    double begun;
};

static bool is_given_up(void *context)
{
    const struct planning *planning = context;
    return !patience_lasts(planning->patience, "", planning->begun);
}

static bool plan_arguments(const struct arguments *arguments, struct planning *planning,
                           struct import_plan *plan, struct error *error)
{
    struct import_options options;
    struct import_sources sources;
    if (!read_import(arguments, &options, error))
        return false;
    bool good = import_sources_open(&sources, arguments, &options, error) &&
                import_read(&options, NULL, plan, is_given_up, planning, error);
    import_sources_release(&sources);
    return good;
}

bool command_plan_line(const char *line, const struct patience *patience, struct import_plan *plan,
                       struct error *error)
{
    struct typed_line typed;
    struct arguments arguments = {0};
    struct planning planning = {patience, clock_monotonic()};
    *plan = (struct import_plan){.rejected = 0};
    bool good = typed_line_split(&typed, line, error) &&
                arguments_parse(&arguments, typed.count, typed.words, error) &&
                plan_arguments(&arguments, &planning, plan, error);
    arguments_release(&arguments);
    typed_line_release(&typed);
    return good;
}
