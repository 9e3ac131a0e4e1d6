/* SPDX-License-Identifier: MIT
 *
 * The commands on data sets: import, data and data remove.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "handlers.h"
#include "keeper/client.h"
#include "report/dataset_report.h"
#include "report/figures.h"
#include "report/import_meter.h"
#include "report/listing.h"
#include "store/dataset_store.h"

/* -- import ------------------------------------------------------------------------------------ */

static bool read_import(const struct arguments *arguments, struct import_options *options,
                        struct error *error)
{
    const char *path = arguments->word_count ? arguments->words[0] : NULL;
    if (!path && !arguments_has(arguments, "ratings"))
        return error_set(error, ERROR_USAGE,
                         "import needs a folder or a file, or --ratings: thaw import PATH");
    *options = (struct import_options){
        .path = path,
        .name = arguments_value(arguments, "name"),
        .ratings = arguments_value(arguments, "ratings"),
        .users = arguments_value(arguments, "users"),
        .items = arguments_value(arguments, "items"),
        .ratings_columns = arguments_value(arguments, "ratings-columns"),
        .users_columns = arguments_value(arguments, "users-columns"),
        .items_columns = arguments_value(arguments, "items-columns"),
        .keep_going = arguments_has(arguments, "keep-going"),
    };
    return true;
}

struct told {
    const struct patience *patience;
    struct import_meter meter;
};

static void tell_progress(void *context, const struct import_progress *progress)
{
    struct told *told = context;
    char text[IMPORT_METER_TEXT];
    import_meter_words(&told->meter, progress, clock_monotonic(), text);
    patience_tell(told->patience, progress->share, text);
}

static bool run_import(const struct command_context *context, const struct import_options *options,
                       bool replace, struct dataset_summary *summary,
                       char rejected[IMPORT_REJECTED], struct error *error)
{
    struct told told = {.patience = context->patience};
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, error);
    if (!keeper)
        return false;
    keeper_watch_import(keeper, tell_progress, &told);
    bool good = keeper_import(keeper, options, replace, summary, rejected, error);
    patience_tell(context->patience, -1, "");
    keeper_disconnect(keeper);
    return good;
}

int handle_import(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct import_options options;
    struct dataset_summary summary = {0};
    char rejected[IMPORT_REJECTED];
    if (!read_import(arguments, &options, &error) ||
        !run_import(context, &options, arguments_has(arguments, "replace"), &summary, rejected,
                    &error))
        return handle_failure(context, &error);
    import_report_print(&summary, rejected, context->out);
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

int handle_data(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    bool json = arguments_has(arguments, "json"), good;
    struct store *store = open_existing(context, &error);
    if (*error.text)
        return handle_failure(context, &error);
    char safe[128];
    if (arguments->word_count == 0)
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
