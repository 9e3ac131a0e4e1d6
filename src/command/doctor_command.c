/* SPDX-License-Identifier: MIT
 *
 * `thaw doctor`: reports what is wrong with a workbench file, and copies what is intact to a new
 * file.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/budget.h"
#include "base/text.h"
#include "handlers.h"
#include "interruption.h"
#include "report/figures.h"
#include "report/json.h"
#include "store/doctor.h"

struct doctor_visit {
    struct command_context *context;
    struct json *json; /* NULL: print lines */
    sigset_t signals;  /* the signals that end the command */
    bool tells;        /* announces each step, because a large file takes long */
};

/* doctor_save asks this while it writes the new file. A pending signal makes it remove that file
 * first. The signal ends this process once it is unblocked. */
static bool has_signal(void *context)
{
    return signals_came(&((const struct doctor_visit *)context)->signals);
}

static void begin(void *context, const char *what)
{
    struct doctor_visit *visit = context;
    /* SQLite checks all pages in one call that cannot be stopped. Nothing is written yet, so a
     * signal may end the process at once. */
    pthread_sigmask(strcmp(what, "pages") == 0 ? SIG_UNBLOCK : SIG_BLOCK, &visit->signals, NULL);
    if (!visit->tells)
        return;
    output_print(visit->context->complain, "Looking at ");
    output_foreign(visit->context->complain, what);
    output_print(visit->context->complain, "\n");
    output_flush(visit->context->complain);
}

static void print_finding(struct output *output, const struct doctor_finding *finding)
{
    char line[1100];
    output_ink(output, INK_STRONG);
    output_foreign(output, finding->place);
    output_ink(output, INK_PLAIN);
    snprintf(line, sizeof line, ": %s.%s%s%s", finding->what, *finding->lost ? " Lost: " : "",
             finding->lost, *finding->lost ? "." : "");
    output_foreign(output, line);
    output_print(output, "\n");
}

static void take_finding(void *context, const struct doctor_finding *finding)
{
    struct doctor_visit *visit = context;
    if (!visit->json) {
        print_finding(visit->context->out, finding);
        return;
    }
    json_open_object(visit->json, NULL);
    json_text(visit->json, "place", finding->place);
    json_text(visit->json, "what", finding->what);
    json_text(visit->json, "lost", *finding->lost ? finding->lost : NULL);
    json_close_object(visit->json);
}

static void count(struct output *output, const char *before, size_t number, const char *what)
{
    char text[FIGURE_TEXT];
    output_print(output, "%s%s", before, figure_of((int64_t)number, what, text));
}

static void print_report(struct output *output, const char *path, const char *target,
                         const struct doctor_report *report)
{
    char bytes[FIGURE_TEXT], findings[FIGURE_TEXT];
    output_foreign(output, path);
    if (report->findings == 0)
        output_print(output, " is whole: ");
    else
        output_print(output, " has %s. Can be saved: ",
                     figure_of((int64_t)report->findings, "finding", findings));
    count(output, "", report->datasets, "data set");
    count(output, ", ", report->executions, "execution");
    count(output, ", ", report->runs, "run");
    count(output, ", ", report->predictions, "set");
    count(output, " of predictions and ", report->checkpoints, "checkpoint");
    output_print(output, " in %s.\n", budget_text(report->bytes, bytes));
    if (target) {
        output_print(output, "The intact part was copied into ");
        output_foreign(output, target);
        output_print(output, ".\n");
    } else if (report->findings > 0) {
        output_print(output, "`thaw doctor ");
        output_foreign(output, path);
        output_print(output, " --save NEW` copies the intact parts into a new file.\n");
    }
}

static void write_report(struct json *json, const char *target, const struct doctor_report *report)
{
    json_close_array(json);
    json_integer(json, "bytes", (int64_t)report->bytes);
    json_integer(json, "version", report->version);
    json_boolean(json, "whole", report->findings == 0);
    json_integer(json, "found", (int64_t)report->findings);
    json_integer(json, "datasets", (int64_t)report->datasets);
    json_integer(json, "executions", (int64_t)report->executions);
    json_integer(json, "runs", (int64_t)report->runs);
    json_integer(json, "predictions", (int64_t)report->predictions);
    json_integer(json, "checkpoints", (int64_t)report->checkpoints);
    json_text(json, "saved", target);
    json_close_object(json);
}

static bool takes_long(const char *path)
{
    enum { LONG = 128 << 20 };
    struct stat status;
    return stat(path, &status) == 0 && status.st_size > LONG;
}

static bool examine(struct doctor_visit *visit, const char *path, const char *target,
                    struct doctor_report *report, struct error *error)
{
    const struct doctor_listener listener = {
        .context = visit, .find = take_finding, .begin = begin, .stop = has_signal};
    sigset_t before;
    sigemptyset(&visit->signals);
    if (target && visit->context->follows) { /* the screen handles signals itself */
        sigaddset(&visit->signals, SIGINT);
        sigaddset(&visit->signals, SIGTERM);
        sigaddset(&visit->signals, SIGHUP);
    }
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    bool good = target ? doctor_save(path, target, &listener, report, error)
                       : doctor_examine(path, &listener, report, error);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

int handle_doctor(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct doctor_report report;
    const char *path = arguments->word_count ? arguments->words[0] : context->database;
    const char *target = arguments_value(arguments, "save");
    struct doctor_visit visit = {.context = context, .tells = context->follows && takes_long(path)};
    bool is_json = arguments_has(arguments, "json");
    if (is_json) {
        visit.json = json_new(context->out);
        json_open_object(visit.json, NULL);
        json_text(visit.json, "file", path);
        json_open_array(visit.json, "findings");
    }
    bool good = examine(&visit, path, target, &report, &error);
    if (is_json) {
        if (!good)
            report = (struct doctor_report){0};
        write_report(visit.json, good ? target : NULL, &report);
        json_finish(visit.json);
        if (!good)
            bytes_clear(&context->out->text); /* discard the incomplete JSON */
    } else if (good) {
        print_report(context->out, path, target, &report);
    }
    if (!good)
        return handle_failure(context, &error);
    return report.findings == 0 ? STATUS_OK : STATUS_FAILED;
}
