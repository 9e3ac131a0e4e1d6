/* SPDX-License-Identifier: MIT
 *
 * `thaw trials`: lists the trials of a search for settings, with their score on validation tasks
 * and the options they tried.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "handlers.h"
#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"
#include "store/trial_store.h"

struct trials {
    int64_t execution;
    struct stored_trial *of; /* NULL: no trials */
    size_t count;
};

/* Orders by arm, then highest rung, then best score, then smallest number. */
static int best_first(const void *a, const void *b)
{
    const struct stored_trial *first = a, *second = b;
    int arms = strcmp(first->arm, second->arm);
    if (arms)
        return arms;
    if (first->rung != second->rung)
        return first->rung > second->rung ? -1 : 1;
    if (isnan(first->score) != isnan(second->score))
        return isnan(first->score) ? 1 : -1;
    if (first->score > second->score || first->score < second->score)
        return first->score > second->score ? -1 : 1;
    return first->trial < second->trial ? -1 : first->trial > second->trial;
}

static bool find_of(struct store *store, int64_t number, struct trials *trials, struct error *error)
{
    stored_trials_free(trials->of, trials->count);
    trials->execution = number;
    trials->of = store_trials(store, number, &trials->count, error);
    return trials->of != NULL;
}

static bool find_named(struct store *store, const char *text, struct trials *trials,
                       struct error *error)
{
    char safe[64];
    long long number;
    if (!text_integer(text, strlen(text), &number) || number < 1)
        return error_set(error, ERROR_USAGE,
                         "trials takes the number of an execution, such as 3, not \"%s\"",
                         text_safe(text, safe, sizeof safe));
    struct execution execution = {0};
    bool good = store_execution(store, number, &execution, error);
    execution_release(&execution);
    return good && find_of(store, number, trials, error);
}

/* Finds the newest execution that has trials. */
static bool find_newest(struct store *store, struct trials *trials, struct error *error)
{
    size_t count;
    int64_t *numbers = store_executions(store, &count, error);
    bool good = numbers != NULL;
    for (size_t i = 0; good && i < count && trials->count == 0; i++)
        good = find_of(store, numbers[i], trials, error);
    free(numbers);
    return good;
}

static void one_line(const char *settings, const char *arm, char *text, size_t size)
{
    char *prefix = memory_format("arms.%s.", arm);
    size_t used = 0;
    text[0] = '\0';
    for (const char *line = settings; *line;) {
        size_t length = strcspn(line, "\n"), skipped = 0;
        if (strncmp(line, prefix, strlen(prefix)) == 0)
            skipped = strlen(prefix);
        int written = snprintf(text + used, size - used, "%s%.*s", used ? " " : "",
                               (int)(length - skipped), line + skipped);
        used += written > 0 ? (size_t)written : 0;
        if (used >= size)
            break;
        line += length + (line[length] == '\n');
    }
    free(prefix);
}

static void add_row(struct listing *listing, const struct stored_trial *trial, bool new_arm)
{
    char text[1024], figure[FIGURE_TEXT];
    listing_foreign(listing, new_arm ? trial->arm : "");
    listing_cell(listing, "%s%" PRIu32, trial->chosen ? "* " : "", trial->trial);
    if (trial->chosen)
        listing_style(listing, INK_GOOD);
    listing_cell(listing, "%s", figure_done(trial->share, figure));
    if (isnan(trial->score))
        listing_cell(listing, "failed");
    else
        listing_cell(listing, "%s", figure_metric(trial->score, false, figure));
    if (isnan(trial->score))
        listing_style(listing, INK_WARN);
    listing_cell(listing, "%s", figure_seconds(trial->seconds, figure));
    if (isnan(trial->score) && *trial->text)
        snprintf(text, sizeof text, "%.*s", (int)strcspn(trial->text, "\n"), trial->text);
    else
        one_line(trial->settings, trial->arm, text, sizeof text);
    listing_foreign(listing, *text ? text : "as the script says");
}

static void print_trials(const struct trials *trials, struct output *output)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "arm"},
        {.title = "trial", .side = LISTING_RIGHT},
        {.title = "trained", .side = LISTING_RIGHT, .missed = 1},
        {.title = "score", .side = LISTING_RIGHT},
        {.title = "took", .side = LISTING_RIGHT, .missed = 2},
        {.title = "settings", .fit = LISTING_WRAPPED},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < trials->count; i++)
        add_row(listing, &trials->of[i],
                i == 0 || strcmp(trials->of[i].arm, trials->of[i - 1].arm) != 0);
    output_print(output, "Search of %" PRId64 "; score: mean log score on validation tasks\n",
                 trials->execution);
    listing_print(listing, output, 0);
    listing_free(listing);
}

static void write_trials(const struct trials *trials, struct output *output)
{
    struct json *json = json_new(output);
    json_open_array(json, NULL);
    for (size_t i = 0; i < trials->count; i++) {
        const struct stored_trial *trial = &trials->of[i];
        json_open_object(json, NULL);
        json_integer(json, "execution", trials->execution);
        json_text(json, "arm", trial->arm);
        json_integer(json, "trial", trial->trial);
        json_integer(json, "rung", trial->rung);
        json_number(json, "share", trial->share);
        json_number(json, "score", trial->score);
        json_number(json, "seconds", trial->seconds);
        json_boolean(json, "chosen", trial->chosen);
        json_text(json, "settings", trial->settings);
        json_text(json, "text", *trial->text ? trial->text : NULL);
        json_close_object(json);
    }
    json_close_array(json);
    json_finish(json);
}

int handle_trials(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    struct trials trials = {0};
    struct store *store = open_existing(context, &error);
    bool good = store || !*error.text;
    if (good && store)
        good = arguments->word_count ? find_named(store, arguments->words[0], &trials, &error)
                                     : find_newest(store, &trials, &error);
    else if (good && arguments->word_count)
        good = no_runs_yet(&error);
    if (good && trials.count)
        qsort(trials.of, trials.count, sizeof *trials.of, best_first);
    if (good && arguments_has(arguments, "json"))
        write_trials(&trials, context->out);
    else if (good && trials.count == 0)
        output_print(context->out,
                     "No search yet. `thaw run FILE --set search.trials=9` tries nine "
                     "settings of every learned arm.\n");
    else if (good)
        print_trials(&trials, context->out);
    stored_trials_free(trials.of, trials.count);
    store_close(store);
    return good ? STATUS_OK : handle_failure(context, &error);
}
