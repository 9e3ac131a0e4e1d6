/* SPDX-License-Identifier: MIT
 *
 * The commands on data sets: import, data and data remove.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "handlers.h"
#include "keeper/client.h"
#include "report/dataset_report.h"
#include "report/figures.h"
#include "report/listing.h"
#include "store/dataset_store.h"

/* -- import ------------------------------------------------------------------------------------ */

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

/* The beginning of the command that decides the same: what names the source, and what is no
 * decision; a new string. */
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
static int plan_import(struct command_context *context, const struct import_options *options,
                       bool json)
{
    struct error error;
    struct import_plan plan;
    bool good = import_read(options, NULL, &plan, NULL, NULL, &error);
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

int handle_import(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct import_options options;
    struct dataset_summary summary = {0};
    char rejected[IMPORT_REJECTED];
    struct keeper *keeper = NULL;
    bool json = arguments_has(arguments, "json");
    bool good = read_import(arguments, &options, &error);
    if (good && arguments_has(arguments, "dry-run"))
        return plan_import(context, &options, json);
    good = good &&
           (keeper = keeper_connect_patiently(context->database, context->patience, &error)) &&
           keeper_import(keeper, &options, arguments_has(arguments, "replace"), &summary, rejected,
                         &error);
    keeper_disconnect(keeper);
    if (!good)
        return handle_failure(context, &error);
    if (json) {
        struct json *text = json_new(context->out);
        json_open_object(text, NULL);
        dataset_summary_json(&summary, text);
        json_close_object(text);
        json_finish(text);
    } else {
        import_report_print(&summary, rejected, context->out);
    }
    return STATUS_OK;
}

/* -- data -------------------------------------------------------------------------------------- */

static void print_no_sets(struct output *output)
{
    output_print(output, "No data sets yet. `thaw import PATH` reads one; `thaw demo` brings its "
                         "own.\n");
}

static bool list_sets(struct command_context *context, struct store *store, bool json,
                      struct error *error)
{
    size_t count = 0;
    struct dataset_summary *sets = store ? store_datasets(store, &count, error) : NULL;
    if (store && !sets)
        return false;
    if (json) {
        struct json *text = json_new(context->out);
        json_open_array(text, NULL);
        for (size_t i = 0; i < count; i++) {
            json_open_object(text, NULL);
            dataset_summary_json(&sets[i], text);
            json_close_object(text);
        }
        json_close_array(text);
        json_finish(text);
    } else if (count == 0) {
        print_no_sets(context->out);
    } else {
        struct listing *listing = datasets_listing(sets, count);
        listing_print(listing, context->out, 0);
        listing_free(listing);
    }
    free(sets);
    return true;
}

static bool print_plan(struct command_context *context, struct store *store, const char *name,
                       bool json, struct error *error)
{
    struct dataset_summary summary;
    struct decisions decisions = {0};
    char *rejected = NULL;
    bool good = store_dataset_summary(store, name, &summary, error) &&
                store_origin_read(store, name, &decisions, &rejected, error);
    if (good && json) {
        struct json *text = json_new(context->out);
        json_open_object(text, NULL);
        dataset_plan_json(&summary, &decisions, rejected, text);
        json_close_object(text);
        json_finish(text);
    } else if (good) {
        dataset_plan_print(&summary, &decisions, rejected, context->out);
    }
    decisions_release(&decisions);
    free(rejected);
    return good;
}

int handle_data(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    bool json = arguments_has(arguments, "json"), good;
    struct store *store = open_existing(context, &error);
    if (*error.text)
        return handle_failure(context, &error);
    char safe[128];
    if (arguments->word_count > 0 && store && arguments_has(arguments, "plan"))
        good = print_plan(context, store, arguments->words[0], json, &error);
    else if (arguments->word_count == 0)
        good = list_sets(context, store, json, &error);
    else if (store)
        good = dataset_describe(store, arguments->words[0], json, context->out, &error);
    else
        good =
            error_set(&error, ERROR_USAGE, "there is no data set \"%s\": nothing was imported yet",
                      text_safe(arguments->words[0], safe, sizeof safe));
    store_close(store);
    return good ? STATUS_OK : handle_failure(context, &error);
}

int handle_data_remove(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, &error);
    bool good = keeper && keeper_remove_data(keeper, arguments->words[0], &error);
    keeper_disconnect(keeper);
    if (!good)
        return handle_failure(context, &error);
    output_print(context->out, "Removed ");
    output_foreign(context->out, arguments->words[0]);
    output_print(context->out, ".\n");
    return STATUS_OK;
}
