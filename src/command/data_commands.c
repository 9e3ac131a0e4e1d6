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
