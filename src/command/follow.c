/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "follow.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "keeper/client.h"
#include "report/compare_report.h"
#include "report/figures.h"
#include "report/run_report.h"

static const double LOOK_EVERY = 0.2, PRINT_FIRST = 1, PRINT_EVERY = 5, ASK_EVERY = 1; /* s */

struct follow {
    struct command_context *context;
    struct store *store;
    struct execution execution;
    enum follow_interrupt interrupt;
    struct output *output; /* receives progress */
    struct run *runs;
    size_t run_count;
    bool alive, stopping, left;
    double began, printed, asked; /* clock_monotonic */
    uint64_t version;
    char trouble[512];
    size_t drawn; /* lines of the progress block on the terminal */
    sigset_t signals;
};

/* Reports once why the keeper cannot continue. */
static void say_trouble(struct follow *follow)
{
    char trouble[sizeof follow->trouble] = "";
    if (follow->alive)
        store_trouble(follow->store, trouble, sizeof trouble);
    bool other = strncmp(trouble, follow->trouble, strcspn(trouble, ";") + 1) != 0;
    memcpy(follow->trouble, trouble, sizeof trouble);
    if (!other || !*trouble)
        return;
    output_print(follow->context->complain, "thaw: %s.\n", trouble);
    output_flush(follow->context->complain);
    follow->drawn = 0; /* draw a new block below the message */
}

/* Reads the runs if the database has changed. */
static bool read_runs(struct follow *follow, struct error *error)
{
    uint64_t version = store_version(follow->store);
    if (follow->runs && version == follow->version)
        return true;
    follow->version = version;
    size_t count;
    struct run *runs = store_runs(follow->store, follow->execution.number, &count, error);
    if (!runs)
        return false;
    if (follow->runs)
        run_array_free(follow->runs, follow->run_count);
    follow->runs = runs;
    follow->run_count = count;
    return true;
}

static bool look(struct follow *follow, struct error *error)
{
    double now = clock_monotonic();
    if (now - follow->asked >= ASK_EVERY) {
        follow->alive = keeper_is_alive(follow->context->database);
        follow->asked = now;
    }
    if (store_is_displaced(follow->store)) {
        char shown[256];
        return error_set(error, ERROR_STORE,
                         "\"%s\" was replaced, removed or changed by others meanwhile; `thaw runs` "
                         "shows what lies there now",
                         text_safe(follow->context->database, shown, sizeof shown));
    }
    say_trouble(follow);
    return read_runs(follow, error);
}

static struct progress progress_of(const struct follow *follow)
{
    return (struct progress){&follow->execution, follow->runs, follow->run_count, follow->alive,
                             clock_monotonic() - follow->began};
}

static bool has_ended(const struct follow *follow)
{
    struct progress progress = progress_of(follow);
    struct progress_sum sum = progress_add_up(&progress);
    return !progress_is_under_way(&sum) && sum.paused == 0;
}

/* Replaces the progress block on the terminal. */
static void redraw(struct follow *follow)
{
    struct output *output = follow->output;
    struct progress progress = progress_of(follow);
    size_t rows;
    output_measure(output->descriptor, &output->width, &rows);
    struct output frame = *output;
    frame.descriptor = -1;
    frame.text = (struct bytes){0};
    progress_print_block(&progress, &frame, rows - 1);
    if (follow->drawn)
        output_print(output, "\033[%zuA\r\033[J", follow->drawn);
    output_raw(output, frame.text.data, frame.text.size);
    follow->drawn = 0;
    for (size_t i = 0; i < frame.text.size; i++)
        follow->drawn += frame.text.data[i] == '\n';
    bytes_release(&frame.text);
    output_flush(output);
}

static void show(struct follow *follow, bool last)
{
    double now = clock_monotonic();
    if (follow->output->terminal) {
        redraw(follow);
    } else if (last || now - follow->printed >= PRINT_EVERY) {
        struct progress progress = progress_of(follow);
        progress_print_line(&progress, follow->output);
        output_flush(follow->output);
        follow->printed = now;
    }
}

/* Prints one line below the block. The next block is drawn below that line. */
static void say(struct follow *follow, const char *text)
{
    output_print(follow->output, "%s\n", text);
    output_flush(follow->output);
    follow->drawn = 0;
}

/* SIGINT is blocked here, so this callback checks for it during every wait. */
static bool lasts(void *context, const char *awaited, double seconds)
{
    struct follow *follow = context;
    const struct patience *others = follow->context->patience;
    const struct timespec now = {0};
    follow->left = follow->left || sigtimedwait(&follow->signals, NULL, &now) == SIGINT;
    return !follow->left && (!others || others->lasts(others->context, awaited, seconds));
}

static void stop(struct follow *follow)
{
    char name[32];
    struct error error;
    int64_t execution;
    const struct patience patience = {.lasts = lasts, .context = follow};
    snprintf(name, sizeof name, "%" PRId64, follow->execution.number);
    struct keeper *keeper = keeper_connect_patiently(follow->context->database, &patience, &error);
    follow->stopping = true;
    if (keeper && keeper_control(keeper, CONTROL_STOP, name, &execution, &error))
        say(follow, "Stopping after a checkpoint; Ctrl-C again leaves at once and lets it go on.");
    else
        say(follow, error.text);
    keeper_disconnect(keeper);
}

static void wait_for_news(struct follow *follow)
{
    struct timespec span = {0, (long)(LOOK_EVERY * 1e9)};
    if (sigtimedwait(&follow->signals, NULL, &span) != SIGINT)
        return;
    if (follow->interrupt == FOLLOW_LEAVES || follow->stopping)
        follow->left = true;
    else
        stop(follow);
}

/* Prints what begins, if the output cannot be redrawn in place. */
static void announce(const struct follow *follow)
{
    char runs[FIGURE_TEXT], threads[FIGURE_TEXT];
    struct progress progress = progress_of(follow);
    struct output *output = follow->output;
    if (output->terminal)
        return;
    output_foreign(output, follow->execution.experiment);
    output_print(output, " %" PRId64 " on ", follow->execution.number);
    output_foreign(output, follow->execution.data);
    output_print(output, ": %s, %s\n", figure_of((int64_t)progress.run_count, "run", runs),
                 figure_of(follow->execution.threads, "thread", threads));
    output_flush(output);
}

void follow_warn(struct command_context *context, const char *confinement)
{
    if (!confinement || !*confinement)
        return;
    output_foreign(context->complain, confinement);
    output_print(context->complain, "\n");
    output_flush(context->complain);
}

static bool watch(struct follow *follow, struct error *error)
{
    bool good = look(follow, error);
    if (good) {
        follow_warn(follow->context, follow->execution.confinement);
        announce(follow);
    }
    while (good && !has_ended(follow)) {
        show(follow, false);
        wait_for_news(follow);
        if (follow->left)
            return true;
        good = look(follow, error);
    }
    if (good)
        show(follow, true);
    return good;
}

static void write_json(const struct follow *follow, const struct progress *progress,
                       const struct comparison *comparison)
{
    struct progress_sum sum = progress_add_up(progress);
    struct comparison_filter all = {.shots = -1};
    struct json *json = json_new(follow->context->out);
    json_open_object(json, NULL);
    json_integer(json, "execution", follow->execution.number);
    json_text(json, "experiment", follow->execution.experiment);
    json_text(json, "data", follow->execution.data);
    json_text(json, "state", run_state_name(follow->left ? RUN_RUNNING : progress_state(&sum)));
    json_text(json, "confinement",
              *follow->execution.confinement ? follow->execution.confinement : NULL);
    json_number(json, "seconds", progress->elapsed);
    json_open_array(json, "runs");
    for (size_t i = 0; i < follow->run_count; i++)
        run_json(&follow->execution, &follow->runs[i], follow->alive, json);
    json_close_array(json);
    if (comparison)
        comparison_json(comparison, &all, json, "comparison");
    else
        json_null(json, "comparison");
    json_close_object(json);
    json_finish(json);
}

static void print_failures(const struct follow *follow)
{
    struct output *output = follow->context->complain;
    for (size_t i = 0; i < follow->run_count; i++) {
        const struct run *run = &follow->runs[i];
        enum run_state state = state_shown(run, follow->alive);
        if (state != RUN_FAILED && state != RUN_INTERRUPTED)
            continue;
        output_ink(output, INK_BAD);
        output_foreign(output, run->name);
        output_ink(output, INK_PLAIN);
        output_print(output, " %s", state == RUN_FAILED ? "failed" : "was interrupted");
        if (run->text && *run->text) {
            output_print(output, ": ");
            output_lines(output, run->text);
        } else {
            output_print(output, "\n");
        }
    }
}

/* Prints the result and the next possible commands. Returns the exit status. */
static int conclude(const struct follow *follow, const struct progress_sum *sum)
{
    struct output *output = follow->context->complain;
    int64_t number = follow->execution.number;
    if (follow->left) {
        output_print(output, "%" PRId64 " goes on: `thaw watch %" PRId64 "` follows it again.\n",
                     number, number);
        return STATUS_CANCELLED;
    }
    if (sum->stopped + sum->interrupted) {
        output_print(output, "%" PRId64 " is %s: `thaw resume %" PRId64 "` goes on.\n", number,
                     run_state_name(progress_state(sum)), number);
        return follow->stopping ? STATUS_CANCELLED : STATUS_FAILED;
    }
    return sum->failed ? STATUS_FAILED : STATUS_OK;
}

static struct comparison *compare(const struct follow *follow, struct error *error)
{
    char name[32];
    const char *const names[] = {name};
    snprintf(name, sizeof name, "%" PRId64, follow->execution.number);
    return comparison_open(follow->store, &(struct comparison_options){.names = names, .count = 1},
                           error);
}

static int finish(struct follow *follow, bool json)
{
    struct progress progress = progress_of(follow);
    struct progress_sum sum = progress_add_up(&progress);
    bool halted = sum.stopped + sum.interrupted > 0;
    struct comparison_filter all = {.shots = -1};
    struct error error;
    struct comparison *comparison = sum.done && !follow->left ? compare(follow, &error) : NULL;
    if (json) {
        write_json(follow, &progress, comparison);
    } else if (comparison && !halted) {
        output_print(follow->context->out, "\n");
        comparison_print(comparison, &all, follow->context->out);
    }
    if (sum.done && !comparison && !follow->left && !halted && !sum.failed)
        return handle_failure(follow->context, &error);
    comparison_free(comparison);
    output_flush(follow->context->out);
    print_failures(follow);
    return conclude(follow, &sum);
}

int follow_execution(struct command_context *context, int64_t execution,
                     enum follow_interrupt interrupt, bool json)
{
    struct error error;
    struct follow follow = {.context = context,
                            .interrupt = interrupt,
                            .output = json ? context->complain : context->out,
                            .began = clock_monotonic(),
                            .printed = clock_monotonic() - PRINT_EVERY + PRINT_FIRST,
                            .alive = true,
                            .asked = clock_monotonic()};
    sigset_t before;
    sigemptyset(&follow.signals);
    sigaddset(&follow.signals, SIGINT);
    sigprocmask(SIG_BLOCK, &follow.signals, &before);
    const struct patience patience = {.lasts = lasts, .context = &follow};
    follow.store = keeper_open_reader_patiently(context->database, &patience, &error);
    bool good = follow.store &&
                store_execution(follow.store, execution, &follow.execution, &error) &&
                watch(&follow, &error);
    sigprocmask(SIG_SETMASK, &before, NULL);
    int status = good ? finish(&follow, json) : handle_failure(context, &error);
    if (follow.runs)
        run_array_free(follow.runs, follow.run_count);
    execution_release(&follow.execution);
    store_close(follow.store);
    return status;
}
