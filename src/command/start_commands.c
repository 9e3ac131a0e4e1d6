/* SPDX-License-Identifier: MIT
 *
 * The commands that start or continue experiments: check, run, resume and watch.
 */
#include "config.h"

#include "start_commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "follow.h"
#include "report/run_report.h"

enum { SCRIPT_LONGEST = 4 << 20, REPORT_COLUMN = 10, MEMORY_LEAST = 64000000 };
static const uint64_t SEED_MOST = INT64_MAX - 100; /* leaves room for the following seeds */

/* Reads those of the options that the command has, except --set. */
static bool read_options(const struct arguments *arguments, struct start_options *options,
                         struct error *error)
{
    uint64_t threads = 0;
    options->gradients = arguments->command->id == COMMAND_CHECK_GRADIENT;
    options->sampled = arguments_has(arguments, "sample");
    if (!arguments_number(arguments, "threads", 1, 1024, &threads, error) ||
        !arguments_number(arguments, "seed", 0, SEED_MOST, &options->seed, error))
        return false;
    options->threads = (uint32_t)threads;
    options->seeded = arguments_has(arguments, "seed");
    options->data = arguments_value(arguments, "data");
    if (options->data && !*options->data)
        return error_set(error, ERROR_USAGE, "--data needs the name of a data set");
    return arguments_size(arguments, "memory", MEMORY_LEAST, &options->memory, error);
}

bool start_read(struct start_request *request, const char *script,
                const struct arguments *arguments, struct error *error)
{
    struct start_options *options = &request->options;
    *request = (struct start_request){.unjailed = arguments_has(arguments, "unjailed")};
    if (!read_options(arguments, options, error) ||
        !(request->settings = arguments_pairs(arguments, "set", "NAME=VALUE", error)))
        return false;
    request->script = file_read(script, SCRIPT_LONGEST, &options->script_size, ERROR_INPUT, error);
    if (!request->script)
        return error_within(error, "cannot read the script");
    request->path = file_absolute(script);
    options->script_path = request->path;
    options->script = request->script;
    options->settings = request->settings;
    return true;
}

void start_release(struct start_request *request)
{
    free(request->path);
    free(request->script);
    free(request->settings);
}

struct keeper *start_connect(struct command_context *context, bool unjailed, struct error *error)
{
    struct keeper *keeper = keeper_connect_patiently(context->database, context->patience, error);
    if (keeper && unjailed)
        keeper_allow_unjailed(keeper);
    return keeper;
}

bool start_ask(struct command_context *context, const struct arguments *arguments,
               struct keeper_question *asked, struct keeper_answer *reply, struct error *error)
{
    struct start_request request;
    struct keeper *keeper = NULL;
    bool good = start_read(&request, arguments->words[0], arguments, error);
    asked->script = &request.options;
    good = good && (keeper = start_connect(context, request.unjailed, error)) &&
           keeper_ask(keeper, asked, reply, error);
    keeper_disconnect(keeper);
    start_release(&request);
    if (good)
        follow_warn(context, reply->note);
    return good;
}

bool start_execution(struct command_context *context, const struct start_request *request,
                     struct error *error)
{
    struct keeper *keeper = start_connect(context, request->unjailed, error);
    bool good = keeper && keeper_start(keeper, &request->options, &context->started, error);
    keeper_disconnect(keeper);
    return good;
}

static void warn_of_started(struct command_context *context)
{
    struct error ignored;
    struct execution execution = {0};
    struct store *store = keeper_open_reader_patiently(context->database, NULL, &ignored);
    if (store && store_execution(store, context->started, &execution, &ignored))
        follow_warn(context, execution.confinement);
    execution_release(&execution);
    store_close(store);
}

int start_follow(struct command_context *context, bool detach, bool json)
{
    if (context->follows && !detach)
        return follow_execution(context, context->started, FOLLOW_STOPS, json);
    warn_of_started(context);
    if (json) {
        struct json *text = json_new(context->out);
        json_open_object(text, NULL);
        json_integer(text, "execution", context->started);
        json_text(text, "state", "started");
        json_close_object(text);
        json_finish(text);
    } else {
        output_print(context->out, "%" PRId64 " is started: `thaw watch %" PRId64 "` follows it.\n",
                     context->started, context->started);
    }
    return STATUS_OK;
}

int handle_run(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct start_request request;
    bool good = start_read(&request, arguments->words[0], arguments, &error) &&
                start_execution(context, &request, &error);
    start_release(&request);
    if (!good)
        return handle_failure(context, &error);
    return start_follow(context, arguments_has(arguments, "detach"),
                        arguments_has(arguments, "json"));
}

/* Aligns the findings in two columns. */
static void print_report(const struct check_report *report, struct output *output)
{
    if (!report->good)
        output_lines(output, report->text);
    for (const char *line = report->text; report->good && *line;) {
        size_t length = strcspn(line, "\n");
        char *copy = memory_format("%.*s", (int)length, line);
        output_paragraph(output, copy, REPORT_COLUMN);
        line += length + (line[length] == '\n');
        free(copy);
    }
}

/* Runs `check` and `check-gradient`. */
int handle_check(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct start_request request;
    struct check_report report = {0};
    struct keeper *keeper = NULL;
    bool good = start_read(&request, arguments->words[0], arguments, &error) &&
                (keeper = start_connect(context, request.unjailed, &error)) &&
                keeper_check(keeper, &request.options, &report, &error);
    keeper_disconnect(keeper);
    start_release(&request);
    if (!good)
        return handle_failure(context, &error);
    print_report(&report, report.good ? context->out : context->complain);
    int status = report.good ? STATUS_OK : STATUS_FAILED;
    check_report_release(&report);
    return status;
}

int handle_resume(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    uint64_t threads = 0, memory = 0;
    char note[512] = "";
    struct keeper *keeper = NULL;
    bool good = arguments_number(arguments, "threads", 1, 1024, &threads, &error) &&
                arguments_size(arguments, "memory", MEMORY_LEAST, &memory, &error) &&
                (keeper = start_connect(context, arguments_has(arguments, "unjailed"), &error)) &&
                keeper_resume(keeper, arguments->words[0], (uint32_t)threads, memory,
                              &context->started, note, &error);
    keeper_disconnect(keeper);
    if (!good)
        return handle_failure(context, &error);
    if (*note) {
        output_foreign(context->complain, note);
        output_print(context->complain, "\n");
        output_flush(context->complain);
    }
    return start_follow(context, arguments_has(arguments, "detach"),
                        arguments_has(arguments, "json"));
}

static bool is_running(struct store *store, int64_t execution)
{
    struct error ignored;
    size_t count = 0;
    struct run *runs = store_runs(store, execution, &count, &ignored);
    bool running = false;
    for (size_t i = 0; runs && i < count; i++)
        running = running || runs[i].state == RUN_RUNNING;
    run_array_free(runs, runs ? count : 0);
    return running;
}

/* Finds the execution with that name. Without a name, finds the newest that runs, or else the
 * newest. */
static bool find_execution(struct store *store, const struct arguments *arguments,
                           int64_t *execution, struct error *error)
{
    size_t count;
    if (arguments->word_count) {
        struct run *runs = store_runs_named(store, arguments->words[0], &count, error);
        if (!runs)
            return false;
        *execution = runs[0].execution;
        run_array_free(runs, count);
        return true;
    }
    int64_t *numbers = store_executions(store, &count, error);
    if (!numbers)
        return false;
    size_t at = 0;
    while (at < count && !is_running(store, numbers[at]))
        at++;
    *execution = at < count ? numbers[at] : count ? numbers[0] : 0;
    free(numbers);
    return *execution || no_runs_yet(error);
}

int handle_watch(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    int64_t execution = 0;
    struct store *store = open_existing(context, &error);
    if (!store && !*error.text)
        no_runs_yet(&error);
    bool good = store && find_execution(store, arguments, &execution, &error);
    store_close(store);
    if (!good)
        return handle_failure(context, &error);
    context->started = execution;
    if (!context->follows)
        return STATUS_OK;
    return follow_execution(context, execution, FOLLOW_LEAVES, arguments_has(arguments, "json"));
}
