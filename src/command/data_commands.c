/* SPDX-License-Identifier: MIT
 *
 * The commands on data sets: data and data remove. Lists and summaries are read from the database;
 * the keeper is asked for whatever changes it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "handlers.h"
#include "keeper/client.h"
#include "report/dataset_report.h"
#include "report/figures.h"
#include "report/listing.h"
#include "report/shape_report.h"
#include "store/dataset_store.h"

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

struct store *open_for_set(const struct command_context *context, const char *name,
                           struct error *error)
{
    char safe[128];
    *error = (struct error){.text = ""};
    struct store *store = open_existing(context, error);
    if (!store && !*error->text)
        error_set(error, ERROR_USAGE, "there is no data set \"%s\": nothing was imported yet",
                  text_safe(name, safe, sizeof safe));
    return store;
}

static bool print_digest(struct command_context *context, struct store *store, const char *name,
                         struct error *error)
{
    char digest[DIGEST_TEXT];
    if (!store_dataset_digest(store, name, digest, error))
        return false;
    output_print(context->out, "%s\n", digest);
    return true;
}

static bool describe_set(struct command_context *context, const struct arguments *arguments,
                         struct store *store, struct error *error)
{
    const char *name = arguments->words[0];
    bool json = arguments_has(arguments, "json");
    if (arguments_has(arguments, "digest"))
        return print_digest(context, store, name, error);
    if (arguments_has(arguments, "plan"))
        return print_plan(context, store, name, json, error);
    const struct describe_options options = {json, arguments_has(arguments, "whole")};
    return arguments_has(arguments, "shape")
               ? dataset_shape_report(store, name, json, context->out, error)
               : dataset_describe(store, name, &options, context->out, error);
}

int handle_data(struct command_context *context, const struct arguments *arguments)
{
    static const char *const needs_name[] = {"shape", "plan", "digest", "whole"};
    struct error error = {0};
    const char *name = arguments->word_count ? arguments->words[0] : NULL, *whole = NULL;
    struct store *store =
        name ? open_for_set(context, name, &error) : open_existing(context, &error);
    if (*error.text)
        return handle_failure(context, &error);
    for (size_t i = 0; i < sizeof needs_name / sizeof *needs_name; i++)
        if (arguments_has(arguments, needs_name[i]))
            whole = needs_name[i];
    bool good;
    if (!name && whole)
        good = error_set(&error, ERROR_USAGE,
                         "--%s needs the name of a data set: thaw data NAME --%s", whole, whole);
    else if (!name)
        good = list_sets(context, store, arguments_has(arguments, "json"), &error);
    else
        good = describe_set(context, arguments, store, &error);
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
