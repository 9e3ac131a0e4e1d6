/* SPDX-License-Identifier: MIT
 *
 * `thaw compare`: chooses the runs to compare, and prints the table, the users, one user, or JSON.
 * All of it is computed from stored predictions, so no keeper is asked.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggestion.h"
#include "base/text.h"
#include "command/suggest.h"
#include "handlers.h"
#include "report/compare_report.h"

/* Fails if the filter leaves no setting. The error lists the settings there are. */
static bool check_filter(const struct comparison *comparison,
                         const struct comparison_filter *filter, struct error *error)
{
    char there[256] = "";
    for (size_t setting = 0; setting < comparison->setting_count; setting++) {
        const struct comparison_setting *place = &comparison->settings[setting];
        char item[SETTING_TEXT + 2], name[SETTING_TEXT];
        if (comparison_shows(comparison, filter, setting))
            return true;
        snprintf(item, sizeof item, "%s%s", *there ? ", " : "", setting_name(place, name));
        if (strlen(there) + strlen(item) < sizeof there)
            strcat(there, item);
    }
    return error_set(error, ERROR_USAGE,
                     "%s was not tested with that scenario and shots; it has %s", comparison->title,
                     there);
}

/* Finds the metric of --metric; NULL without the option. The error has the nearest name. */
static bool read_metric(const struct comparison *comparison, const struct arguments *arguments,
                        const struct comparison_metric **metric, struct error *error)
{
    const char *name = arguments_value(arguments, "metric"), *keys[METRICS_MOST];
    char safe[64], all[METRICS_MOST * (OWN_METRIC_NAME + 3)] = "";
    *metric = NULL;
    if (!name)
        return true;
    size_t found = comparison_find_metric(comparison, name);
    if (found < comparison->metric_count) {
        *metric = &comparison->metrics[found];
        return true;
    }
    for (size_t i = 0; i < comparison->metric_count; i++) {
        keys[i] = comparison->metrics[i].key;
        strcat(strcat(all, i ? ", " : ""), keys[i]);
    }
    const char *meant = suggest(name, keys, comparison->metric_count);
    return error_set(error, ERROR_USAGE, "%s has no metric \"%s\"%s%s%s %s%s", comparison->title,
                     text_safe(name, safe, sizeof safe), meant ? "; did you mean \"" : "",
                     meant ? meant : "", meant ? "\"? There are" : "; there are", all,
                     comparison_ranks(comparison) ? ""
                                                  : ", and with --relevant R auc, map, mrr, "
                                                    "precision5, recall5, hit5");
}

static bool fail_user(const struct comparison *comparison, const char *user,
                      const size_t *scenarios, size_t count, struct error *error)
{
    const char *subject = comparison_subject(comparison);
    char safe[128];
    text_safe(user, safe, sizeof safe);
    if (count == 0)
        return error_set(error, ERROR_USAGE,
                         "%s \"%s\" is not among the test %ss of %s; `thaw compare --users "
                         "ARM` lists them",
                         subject, safe, subject, comparison->title);
    return error_set(error, ERROR_USAGE, "%s \"%s\" was not tested there; it is in %s%s%s", subject,
                     safe, comparison->settings[scenarios[0]].scenario, count > 1 ? " and " : "",
                     count > 1 ? comparison->settings[scenarios[1]].scenario : "");
}

/* The scenario of those whom the arms have never met. */
static const char *cold_scenario(const struct comparison *comparison)
{
    return comparison->of_items ? "item-cold" : "user-cold";
}

/* Finds the setting in which to show the user. If no scenario is given, it is user-cold if the user
 * is in that scenario. If no shots are given, it is all shots. */
static bool find_setting(const struct comparison *comparison,
                         const struct comparison_filter *filter, const char *user, size_t *setting,
                         struct error *error)
{
    size_t scenarios[4], count = comparison_find_user(comparison, user, scenarios);
    *setting = comparison->setting_count;
    for (size_t i = 0; i < count; i++) {
        const char *name = comparison->settings[scenarios[i]].scenario;
        bool wanted = filter->scenario ? strcmp(filter->scenario, name) == 0
                                       : i == 0 || strcmp(name, cold_scenario(comparison)) == 0;
        if (wanted && filter->shots >= 0)
            *setting = comparison_find_setting(comparison, name, (uint32_t)filter->shots);
        else if (wanted)
            *setting = scenarios[i];
    }
    return *setting < comparison->setting_count ||
           fail_user(comparison, user, scenarios, count, error);
}

static bool show_user(struct command_context *context, struct store *store,
                      const struct comparison *comparison, const struct comparison_filter *filter,
                      const struct arguments *arguments, struct error *error)
{
    const char *user = arguments_value(arguments, comparison_subject(comparison));
    const char *key = arguments_value(arguments, "key");
    struct user_card card;
    uint64_t draw = 1;
    size_t setting;
    if (!arguments_number(arguments, "draw", 1, UINT32_MAX, &draw, error) ||
        !find_setting(comparison, filter, user, &setting, error) ||
        !user_card_read(comparison, store, setting, user, key, (uint32_t)draw - 1, &card, error))
        return false;
    if (arguments_has(arguments, "json")) {
        struct json *json = json_new(context->out);
        user_card_json(&card, comparison, json, NULL);
        json_finish(json);
    } else {
        user_card_print(&card, comparison, context->out);
    }
    user_card_release(&card);
    return true;
}

/* The setting that a list of users shows, among those that the filter leaves. It is user-cold if
 * possible, with the most shots. */
static size_t main_setting(const struct comparison *comparison,
                           const struct comparison_filter *filter)
{
    size_t chosen = comparison->setting_count;
    for (size_t i = 0; i < comparison->setting_count; i++) {
        const char *name = comparison->settings[i].scenario;
        bool first = chosen == comparison->setting_count;
        if (comparison_shows(comparison, filter, i) &&
            (first || strcmp(name, comparison->settings[chosen].scenario) == 0 ||
             strcmp(name, cold_scenario(comparison)) == 0))
            chosen = i;
    }
    return chosen;
}

static bool show_users(struct command_context *context, const struct comparison *comparison,
                       const struct comparison_filter *filter, const struct arguments *arguments,
                       struct error *error)
{
    const char *name = arguments_value(arguments, "users");
    size_t arm = comparison_find_arm(comparison, name);
    char safe[96];
    if (arm == comparison->arm_count)
        return error_set(error, ERROR_USAGE, "%s has no results of an arm \"%s\"",
                         comparison->title, text_safe(name, safe, sizeof safe));
    size_t setting = main_setting(comparison, filter);
    if (arguments_has(arguments, "json")) {
        struct json *json = json_new(context->out);
        users_json(comparison, setting, arm, json);
        json_finish(json);
    } else {
        users_print(comparison, setting, arm, context->out);
    }
    return true;
}

static bool show(struct command_context *context, struct store *store,
                 const struct comparison *comparison, const struct arguments *arguments,
                 struct error *error)
{
    struct comparison_filter filter = {arguments_value(arguments, "scenario"), -1, NULL};
    if (!arguments_shots(arguments, &filter.shots, error) ||
        !read_metric(comparison, arguments, &filter.metric, error))
        return false;
    const char *subject = comparison_subject(comparison);
    if (filter.metric && (arguments_has(arguments, "users") || arguments_has(arguments, "user") ||
                          arguments_has(arguments, "item")))
        return error_set(error, ERROR_USAGE,
                         "--metric is of a comparison over all %ss: --users, --user and --item "
                         "show the mean absolute error",
                         subject);
    if (arguments_has(arguments, comparison->of_items ? "user" : "item"))
        return error_set(error, ERROR_USAGE, "the tasks of %s are %ss: --%s ID shows one of them",
                         comparison->title, subject, subject);
    if (arguments_has(arguments, subject))
        return show_user(context, store, comparison, &filter, arguments, error);
    if (arguments_has(arguments, "draw") || arguments_has(arguments, "key"))
        return error_set(error, ERROR_USAGE, "--%s goes with --%s: a comparison is over all %ss",
                         arguments_has(arguments, "draw") ? "draw" : "key", subject,
                         arguments_has(arguments, "draw") ? "draw" : "key");
    if (!check_filter(comparison, &filter, error))
        return false;
    if (arguments_has(arguments, "users"))
        return show_users(context, comparison, &filter, arguments, error);
    if (arguments_has(arguments, "json")) {
        struct json *json = json_new(context->out);
        comparison_json(comparison, &filter, json, NULL);
        json_finish(json);
    } else {
        comparison_print(comparison, &filter, context->out);
    }
    return true;
}

/* Reads --relevant; `relevant` is where it stays. */
static bool read_relevant(const struct arguments *arguments, struct comparison_options *options,
                          float *relevant, struct error *error)
{
    const char *text = arguments_value(arguments, "relevant");
    double number;
    char safe[64];
    if (!text)
        return true;
    if (!text_number(text, strlen(text), &number) || fabs(number) > 1e30)
        return error_set(error, ERROR_USAGE, "--relevant is \"%s\", expected a rating such as 4",
                         text_safe(text, safe, sizeof safe));
    *relevant = (float)number;
    options->relevant = relevant;
    return true;
}

static bool read_options(const struct arguments *arguments, struct comparison_options *options,
                         float *relevant, struct error *error)
{
    *options = (struct comparison_options){
        .names = arguments->words,
        .count = arguments->word_count,
        .baseline = arguments_value(arguments, "baseline"),
        .answer = arguments_value(arguments, "answer"),
        .metric = arguments_value(arguments, "metric"),
        .same = arguments_has(arguments, "same"),
    };
    if (options->answer && strcmp(options->answer, "level") != 0 &&
        strcmp(options->answer, "median") != 0 && strcmp(options->answer, "raw") != 0)
        return error_set(error, ERROR_USAGE, "--answer takes level, median or raw");
    return read_relevant(arguments, options, relevant, error);
}

int handle_compare(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    struct store *store = open_existing(context, &error);
    if (!store && !*error.text)
        error_set(&error, ERROR_USAGE,
                  "there is nothing to compare yet: `thaw demo` or `thaw run FILE` makes results");
    struct comparison_options options;
    float relevant;
    struct comparison *comparison = store && read_options(arguments, &options, &relevant, &error)
                                        ? comparison_open(store, &options, &error)
                                        : NULL;
    bool good = comparison && show(context, store, comparison, arguments, &error);
    comparison_free(comparison);
    store_close(store);
    return good ? STATUS_OK : handle_failure(context, &error);
}
