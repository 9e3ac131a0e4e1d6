/* SPDX-License-Identifier: MIT
 *
 * The commands on existing runs: runs, runs remove, pause, continue, stop and log. Lists are read
 * from the database; the keeper does the rest.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "handlers.h"
#include "keeper/client.h"
#include "report/run_report.h"

/* -- runs -------------------------------------------------------------------------------------- */

/* The destination of the rows: a table or a JSON array. */
struct run_rows {
    struct store *store;
    struct listing *listing;
    struct json *json;
    bool alive;
    size_t count;
};

static bool add_runs(struct run_rows *rows, const struct run *runs, size_t count,
                     struct error *error)
{
    struct execution execution = {0};
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        if (execution.number != runs[i].execution) {
            execution_release(&execution);
            good = store_execution(rows->store, runs[i].execution, &execution, error);
        }
        if (!good)
            break;
        if (rows->json)
            run_json(&execution, &runs[i], rows->alive, rows->json);
        else
            runs_add(rows->listing, &execution, &runs[i], rows->alive);
        rows->count++;
    }
    execution_release(&execution);
    return good;
}

static bool add_all(struct run_rows *rows, struct error *error)
{
    size_t count;
    int64_t *numbers = store_executions(rows->store, &count, error);
    bool good = numbers != NULL;
    for (size_t i = 0; good && i < count; i++) {
        size_t run_count;
        struct run *runs = store_runs(rows->store, numbers[i], &run_count, error);
        good = runs && add_runs(rows, runs, run_count, error);
        if (runs)
            run_array_free(runs, run_count);
    }
    free(numbers);
    return good;
}

static bool add_named(struct run_rows *rows, const struct arguments *arguments, struct error *error)
{
    bool good = true;
    for (size_t i = 0; good && i < arguments->word_count; i++) {
        size_t count;
        struct run *runs = store_runs_named(rows->store, arguments->words[i], &count, error);
        good = runs && add_runs(rows, runs, count, error);
        if (runs)
            run_array_free(runs, count);
    }
    return good;
}

static bool list_runs(struct command_context *context, struct store *store,
                      const struct arguments *arguments, struct error *error)
{
    struct run_rows rows = {.store = store, .alive = keeper_is_alive(context->database)};
    bool json = arguments_has(arguments, "json"), good = true;
    if (json) {
        rows.json = json_new(context->out);
        json_open_array(rows.json, NULL);
    } else {
        rows.listing = runs_listing();
    }
    if (store)
        good = arguments->word_count ? add_named(&rows, arguments, error) : add_all(&rows, error);
    if (json) {
        json_close_array(rows.json);
        json_finish(rows.json);
        if (!good)
            bytes_clear(&context->out->text); /* discard the incomplete JSON */
    } else if (good && rows.count == 0) {
        output_print(context->out, "No runs yet. `thaw run FILE` starts an experiment.\n");
    } else if (good) {
        listing_print(rows.listing, context->out, 0);
    }
    listing_free(rows.listing);
    return good;
}

int handle_runs(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    struct store *store = open_existing(context, &error);
    bool good = !*error.text;
    if (good && !store && arguments->word_count)
        good = no_runs_yet(&error);
    good = good && list_runs(context, store, arguments, &error);
    store_close(store);
    return good ? STATUS_OK : handle_failure(context, &error);
}

int handle_runs_remove(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    const char *text = arguments->words[0];
    char safe[64];
    long long number;
    bool good = true;
    if (!text_integer(text, strlen(text), &number) || number < 1)
        good = error_set(&error, ERROR_USAGE,
                         "runs remove takes the number of an execution, not \"%s\"",
                         text_safe(text, safe, sizeof safe));
    struct keeper *keeper =
        good ? keeper_connect_patiently(context->database, context->patience, &error) : NULL;
    snprintf(safe, sizeof safe, "%lld", number);
    good = keeper && keeper_control(keeper, CONTROL_REMOVE, safe, NULL, &error);
    keeper_disconnect(keeper);
    if (!good)
        return handle_failure(context, &error);
    output_print(context->out, "Removed the runs and results of %lld.\n", number);
    return STATUS_OK;
}

/* -- pause, continue, stop --------------------------------------------------------------------- */

/* Sends the request, and prints "3 DOES: `thaw NEXT 3` EFFECT." */
static int ask_keeper(struct command_context *context, const struct arguments *arguments,
                      enum execution_control control, const char *does, const char *next,
                      const char *effect)
{
    struct error error;
    int64_t execution = 0;
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, &error);
    bool good = keeper && keeper_control(keeper, control, arguments->words[0], &execution, &error);
    keeper_disconnect(keeper);
    if (!good)
        return handle_failure(context, &error);
    output_print(context->out, "%" PRId64 " %s: `thaw %s %" PRId64 "` %s.\n", execution, does, next,
                 execution, effect);
    return STATUS_OK;
}

int handle_pause(struct command_context *context, const struct arguments *arguments)
{
    return ask_keeper(context, arguments, CONTROL_PAUSE, "pauses", "continue", "lets it go on");
}

int handle_continue(struct command_context *context, const struct arguments *arguments)
{
    return ask_keeper(context, arguments, CONTROL_CONTINUE, "goes on", "watch", "follows it");
}

int handle_stop(struct command_context *context, const struct arguments *arguments)
{
    return ask_keeper(context, arguments, CONTROL_STOP, "stops after a checkpoint", "resume",
                      "goes on");
}

/* -- log --------------------------------------------------------------------------------------- */

static void print_log(const struct log_line *lines, size_t count, struct output *output)
{
    for (size_t i = 0; i < count; i++) {
        char time[FIGURE_TEXT];
        output_ink(output, INK_DIM);
        output_print(output, "%s  ", figure_time(lines[i].time, time));
        output_ink(output, INK_PLAIN);
        if (*lines[i].run) {
            output_foreign(output, lines[i].run);
            output_print(output, "  ");
        } else if (lines[i].execution) {
            output_print(output, "%" PRId64 "  ", lines[i].execution);
        }
        output_foreign(output, lines[i].text);
        output_print(output, "\n");
    }
    if (count == 0)
        output_print(output, "Nothing happened yet.\n");
}

static void write_log(const struct log_line *lines, size_t count, struct output *output)
{
    struct json *json = json_new(output);
    json_open_array(json, NULL);
    for (size_t i = 0; i < count; i++) {
        json_open_object(json, NULL);
        json_moment(json, "time", lines[i].time);
        if (lines[i].execution)
            json_integer(json, "execution", lines[i].execution);
        else
            json_null(json, "execution");
        json_text(json, "run", *lines[i].run ? lines[i].run : NULL);
        json_text(json, "text", lines[i].text);
        json_close_object(json);
    }
    json_close_array(json);
    json_finish(json);
}

int handle_log(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    long long most = 20;
    const char *text = arguments->word_count ? arguments->words[0] : "20";
    char safe[64];
    if (!text_integer(text, strlen(text), &most) || most < 1) {
        error_set(&error, ERROR_USAGE, "log takes a number of lines, not \"%s\"",
                  text_safe(text, safe, sizeof safe));
        return handle_failure(context, &error);
    }
    struct store *store = open_existing(context, &error);
    size_t count = 0;
    struct log_line *lines = store ? store_log(store, 0, (size_t)most, &count, &error) : NULL;
    bool good = lines || (!store && !*error.text);
    if (good && arguments_has(arguments, "json"))
        write_log(lines, count, context->out);
    else if (good)
        print_log(lines, count, context->out);
    log_lines_free(lines, count);
    store_close(store);
    return good ? STATUS_OK : handle_failure(context, &error);
}
