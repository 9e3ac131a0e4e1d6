/* SPDX-License-Identifier: MIT
 *
 * The commands that make data sets of data sets, and rename them: data filter, data sample, data
 * merge and data rename. The keeper does the work.
 */
#include "config.h"

#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "command/suggest.h"
#include "handlers.h"
#include "import/import.h"
#include "keeper/client.h"
#include "report/dataset_report.h"

enum { DAY = 86400 };

/* Adds the name that was probably meant to a mistake in --where. */
static void hint(struct command_context *context, struct error *error)
{
    struct error ignored = {0};
    struct store *store = open_existing(context, &ignored);
    if (store)
        suggest_in_query(store, error);
    store_close(store);
}

static int derive(struct command_context *context, const struct derivation *derivation)
{
    struct error error;
    struct dataset_summary summary = {0};
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, &error);
    bool good = keeper && keeper_derive_data(keeper, derivation, &summary, &error);
    keeper_disconnect(keeper);
    if (!good && derivation->where)
        hint(context, &error);
    if (!good)
        return handle_failure(context, &error);
    derived_report_print(&summary, context->out);
    return STATUS_OK;
}

/* What all have: --name, and nothing else yet. */
static bool begin(const struct arguments *arguments, enum derivation_kind kind,
                  struct derivation *derivation, struct error *error)
{
    *derivation = (struct derivation){.kind = kind,
                                      .name = arguments_value(arguments, "name"),
                                      .from = arguments->words[0],
                                      .first = INT64_MIN,
                                      .last = INT64_MAX};
    return derivation->name ||
           error_set(error, ERROR_USAGE, "%s needs a name for the new set: --name NEW",
                     arguments->command->words);
}

static bool read_count(const struct arguments *arguments, const char *option, uint32_t *count,
                       struct error *error)
{
    uint64_t value = 0;
    bool good = arguments_number(arguments, option, 1, UINT32_MAX, &value, error);
    *count = (uint32_t)value;
    return good;
}

/* A day without a time of day means all of it: the first second of --from, the last of --to. */
static bool read_time(const struct arguments *arguments, const char *option, int64_t *time,
                      struct error *error)
{
    const char *text = arguments_value(arguments, option);
    char safe[64];
    bool date;
    if (!text)
        return true;
    if (!import_time(text, time, &date))
        return error_set(error, ERROR_USAGE,
                         "--%s is \"%s\", expected a date such as 2000-12-31 or "
                         "2000-12-31T23:59:59Z, or seconds since 1970",
                         option, text_safe(text, safe, sizeof safe));
    if (date && strlen(text) == strlen("2000-12-31") && strcmp(option, "to") == 0)
        *time += DAY - 1;
    return true;
}

static bool read_rule(const struct arguments *arguments, enum selection_rule *rule,
                      struct error *error)
{
    static const char *const rules[] = {SELECTION_RULES(LIST_TEXT)};
    const char *word = arguments_value(arguments, "which");
    char safe[64];
    for (*rule = 0; word && *rule < SELECTION_RULE_COUNT; ++*rule)
        if (strcmp(word, rules[*rule]) == 0)
            return true;
    return !word ||
           error_set(error, ERROR_USAGE, "--which is \"%s\", expected last, first or random",
                     text_safe(word, safe, sizeof safe));
}

static bool read_filter(const struct arguments *arguments, struct derivation *derivation,
                        struct error *error)
{
    derivation->where = arguments_value(arguments, "where");
    if (!read_count(arguments, "core", &derivation->core, error) ||
        !read_count(arguments, "most", &derivation->most, error) ||
        !read_rule(arguments, &derivation->rule, error) ||
        !read_time(arguments, "from", &derivation->first, error) ||
        !read_time(arguments, "to", &derivation->last, error) ||
        !arguments_number(arguments, "seed", 0, UINT64_MAX, &derivation->seed, error))
        return false;
    if (!derivation->where && !derivation->core && !derivation->most &&
        derivation->first == INT64_MIN && derivation->last == INT64_MAX)
        return error_set(error, ERROR_USAGE,
                         "data filter needs a condition: --where, --from, --to, --most or --core");
    return derivation->most || !arguments_has(arguments, "which") ||
           error_set(error, ERROR_USAGE, "--which says which ratings --most N keeps");
}

int handle_data_filter(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct derivation derivation;
    if (!begin(arguments, DERIVE_FILTER, &derivation, &error) ||
        !read_filter(arguments, &derivation, &error))
        return handle_failure(context, &error);
    return derive(context, &derivation);
}

int handle_data_sample(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct derivation derivation;
    if (!begin(arguments, DERIVE_SAMPLE, &derivation, &error) ||
        !read_count(arguments, "users", &derivation.users, &error) ||
        !read_count(arguments, "ratings", &derivation.ratings, &error) ||
        !arguments_number(arguments, "seed", 0, UINT64_MAX, &derivation.seed, &error))
        return handle_failure(context, &error);
    if (!derivation.users == !derivation.ratings) {
        error_set(&error, ERROR_USAGE, "data sample needs either --users N or --ratings N");
        return handle_failure(context, &error);
    }
    return derive(context, &derivation);
}

/* One expression is about both sets; of two, the first is about A and the second about B. */
static bool read_expressions(const struct arguments *arguments, const char *option,
                             const char *by[MERGE_SETS], struct error *error)
{
    int count = 0;
    for (size_t i = 0; i < arguments->option_count; i++) {
        if (strcmp(arguments->options[i].option->name, option) != 0)
            continue;
        if (count == MERGE_SETS)
            return error_set(error, ERROR_USAGE,
                             "--%s is given at most twice: for both sets, or for A and for B",
                             option);
        by[count++] = arguments->options[i].value;
    }
    if (count == 1)
        by[1] = by[0];
    return true;
}

int handle_data_merge(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct derivation derivation;
    if (!begin(arguments, DERIVE_MERGE, &derivation, &error))
        return handle_failure(context, &error);
    derivation.with = arguments->words[1];
    derivation.source = arguments_value(arguments, "source");
    if (!read_expressions(arguments, "users-by", derivation.users_by, &error) ||
        !read_expressions(arguments, "items-by", derivation.items_by, &error))
        return handle_failure(context, &error);
    return derive(context, &derivation);
}

int handle_data_rename(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    const char *old = arguments->words[0], *name = arguments->words[1];
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, &error);
    bool good = keeper && keeper_rename_data(keeper, old, name, &error);
    keeper_disconnect(keeper);
    if (!good)
        return handle_failure(context, &error);
    output_foreign(context->out, old);
    output_print(context->out, " is called ");
    output_foreign(context->out, name);
    output_print(context->out, " now.\n");
    return STATUS_OK;
}
