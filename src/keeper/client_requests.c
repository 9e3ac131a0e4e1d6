/* SPDX-License-Identifier: MIT
 *
 * The requests of a client to its keeper. Each sends one request, waits for its reply as long as
 * the patience of the connection lasts, and checks what arrives.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/list.h"
#include "base/memory.h"
#include "base/module_scan.h"
#include "base/text.h"
#include "client_vectors.h"
#include "connection.h"
#include "keeper/client.h"
#include "memory_share.h"

enum { SCRIPT_MOST = 4 << 20 };
/* Seconds of an import before each check that the keeper computes, or else that it listens. */
static const double GLANCE = 2;

/* Waits for DONE. `execution` and `note` may be NULL. */
static bool await_done(struct keeper *keeper, const char *awaited, int64_t *execution,
                       char note[REPLY_NOTE], struct error *error)
{
    const struct expected expected = {.reply = REPLY_DONE, .awaited = awaited};
    struct reply_done done = {0};
    struct frame reply;
    bool good =
        connection_ask(keeper, &expected, &reply, error) && reply_done_read(&done, &reply, error);
    if (execution)
        *execution = done.execution;
    if (note)
        memcpy(note, done.note, sizeof done.note);
    return good;
}

/* -- data sets --------------------------------------------------------------------------------- */

void keeper_watch_import(struct keeper *keeper,
                         void (*tell)(void *context, const struct import_progress *progress),
                         void *context)
{
    keeper->watch = (struct import_watch){tell, context};
}

/* Makes the paths of further files and joins absolute; `texts` keeps them. How many. */
static size_t make_absolute(struct import_options *options, char *texts[2 * IMPORT_FURTHER])
{
    size_t count = 0;
    for (size_t i = 0; i < options->further_count; i++)
        options->further[i].path = texts[count++] = file_absolute(options->further[i].path);
    for (size_t i = 0; i < options->join_count; i++)
        options->joins[i] = texts[count++] = import_join_absolute(options->path, options->joins[i]);
    return count;
}

bool keeper_import(struct keeper *keeper, const struct import_options *options, bool replace,
                   struct dataset_summary *summary, char rejected[IMPORT_REJECTED],
                   struct error *error)
{
    const struct expected expected = {.reply = REPLY_IMPORTED,
                                      .awaited = "the keeper, which imports",
                                      .glance = GLANCE,
                                      .is_long = true};
    struct request_import request = {.options = *options, .replace = replace};
    if (!import_options_check(options, error))
        return false;
    char *path = file_absolute(options->path), *files[DATASET_TABLES];
    char *further[2 * IMPORT_FURTHER];
    size_t count = make_absolute(&request.options, further);
    request.options.path = path;
    char *readers[DATASET_TABLES];
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        request.options.files[part] = files[part] = file_absolute(options->files[part]);
        request.options.of[part].reader = readers[part] = file_absolute(options->of[part].reader);
    }
    char *reader = file_absolute(options->common.reader);
    request.options.common.reader = reader;
    request_import_write(&keeper->output, &request);
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        free(files[part]);
        free(readers[part]);
    }
    for (size_t i = 0; i < count; i++)
        free(further[i]);
    free(reader);
    free(path);
    struct reply_imported imported = {0};
    struct frame reply;
    bool good = connection_ask(keeper, &expected, &reply, error) &&
                reply_imported_read(&imported, &reply, error);
    *summary = imported.summary;
    if (rejected)
        strcpy(rejected, imported.rejected);
    return good;
}

bool keeper_remove_data(struct keeper *keeper, const char *name, struct error *error)
{
    const struct request_remove_data request = {name};
    request_remove_data_write(&keeper->output, &request);
    return await_done(keeper, "the keeper, which removes it", NULL, NULL, error);
}

bool keeper_rename_data(struct keeper *keeper, const char *old, const char *name,
                        struct error *error)
{
    const struct request_rename_data request = {old, name};
    request_rename_data_write(&keeper->output, &request);
    return await_done(keeper, "the keeper, which renames it", NULL, NULL, error);
}

bool keeper_derive_data(struct keeper *keeper, const struct derivation *derivation,
                        struct dataset_summary *summary, struct error *error)
{
    const struct expected expected = {.reply = REPLY_IMPORTED,
                                      .awaited = "the keeper, which makes the data set",
                                      .glance = GLANCE,
                                      .is_long = true};
    const struct request_derive_data request = {*derivation};
    struct reply_imported made = {0};
    struct frame reply;
    request_derive_data_write(&keeper->output, &request);
    bool good = connection_ask(keeper, &expected, &reply, error) &&
                reply_imported_read(&made, &reply, error);
    *summary = made.summary;
    return good;
}

/* -- scripts ----------------------------------------------------------------------------------- */

static bool check_text(const struct start_options *options, struct error *error)
{
    const char *nul = memchr(options->script, '\0', options->script_size);
    uint32_t line = 1;
    char shown[256];
    text_safe(options->script_path, shown, sizeof shown);
    if (options->script_size > SCRIPT_MOST)
        return error_set(error, ERROR_SCRIPT, "\"%s\" has more than %d bytes", shown, SCRIPT_MOST);
    if (!nul)
        return true;
    for (const char *at = options->script; at < nul; at++)
        line += *at == '\n';
    return error_set(error, ERROR_SCRIPT, "%s:%u: a NUL byte, expected text", shown, line);
}

/* A script for the keeper, and the parts of it that are owned here. */
struct parcel {
    struct script_request script;
    char *path, *text;
    struct bytes modules;
};

static void unpack(struct parcel *parcel)
{
    free(parcel->path);
    free(parcel->text);
    bytes_release(&parcel->modules);
}

static const char CHECKED[] = "the keeper, which has the script checked";

/* The answer points into a copy of its bytes. */
static bool take_answer(const struct keeper_question *asked, const struct reply_answered *answered,
                        struct keeper_answer *answer, struct error *error)
{
    answer->bytes = memory_new(answered->size);
    if (answered->size > 0)
        memcpy(answer->bytes, answered->bytes, answered->size);
    memcpy(answer->note, answered->note, sizeof answer->note);
    memcpy(answer->printed, answered->printed, sizeof answer->printed);
    return answer_read(&answer->answer, asked->type, &asked->question, answer->bytes,
                       answered->size, error);
}

/* Asks for the words of files that the mapping reads, and adds their vectors to the modules. */
static bool pack_vectors(struct keeper *keeper, struct parcel *parcel, struct error *error)
{
    const struct expected expected = {.reply = REPLY_ANSWERED, .awaited = CHECKED};
    const struct keeper_question asked = {.type = QUESTION_WORDS};
    const struct request_ask request = {
        .type = QUESTION_WORDS, .script = parcel->script, .unjailed = keeper->unjailed};
    struct keeper_answer answer = {0};
    struct reply_answered answered;
    struct frame reply;
    request_ask_write(&keeper->output, &request);
    bool good = connection_ask(keeper, &expected, &reply, error) &&
                reply_answered_read(&answered, &reply, error) &&
                take_answer(&asked, &answered, &answer, error) &&
                client_add_vectors(keeper, parcel->script.message_path, &answer.answer.words,
                                   &parcel->modules, error);
    keeper_answer_release(&answer);
    parcel->script.modules = (const char *)parcel->modules.data;
    parcel->script.modules_size = parcel->modules.size;
    return good;
}

static bool pack(struct keeper *keeper, const struct start_options *options, struct parcel *parcel,
                 struct error *error)
{
    *parcel = (struct parcel){0};
    if (!check_text(options, error) || !module_scan(options->script_path, options->script,
                                                    options->script_size, &parcel->modules, error))
        return false;
    parcel->path = file_absolute(options->script_path);
    parcel->text = memory_new(options->script_size + 1);
    memcpy(parcel->text, options->script, options->script_size);
    parcel->script = (struct script_request){.message_path = options->script_path,
                                             .path = parcel->path,
                                             .text = parcel->text,
                                             .modules = (const char *)parcel->modules.data,
                                             .modules_size = parcel->modules.size,
                                             .data = options->data,
                                             .settings = options->settings,
                                             .threads = options->threads,
                                             .memory = options->memory,
                                             .unjailed = keeper->unjailed};
    return !client_wants_vectors(parcel->text, &parcel->modules) ||
           pack_vectors(keeper, parcel, error);
}

bool keeper_start(struct keeper *keeper, const struct start_options *options, int64_t *execution,
                  struct error *error)
{
    struct parcel parcel;
    bool good = pack(keeper, options, &parcel, error);
    *execution = 0;
    if (good) {
        const struct request_start request = {
            .script = parcel.script, .seeded = options->seeded, .seed = options->seed};
        request_start_write(&keeper->output, &request);
        good = await_done(keeper, CHECKED, execution, NULL, error);
    }
    unpack(&parcel);
    return good;
}

/* -- questions --------------------------------------------------------------------------------- */

static bool write_question(struct keeper *keeper, const struct keeper_question *asked,
                           struct error *error)
{
    struct parcel parcel = {0};
    struct bytes bytes = {0};
    bool good = !asked->script || pack(keeper, asked->script, &parcel, error);
    if (good) {
        question_write(&bytes, asked->type, &asked->question);
        const struct request_ask request = {.type = asked->type,
                                            .script = parcel.script,
                                            .run = asked->run,
                                            .unjailed = keeper->unjailed,
                                            .bytes = bytes.data,
                                            .size = bytes.size};
        request_ask_write(&keeper->output, &request);
    }
    bytes_release(&bytes);
    unpack(&parcel);
    return good;
}

bool keeper_ask(struct keeper *keeper, const struct keeper_question *asked,
                struct keeper_answer *answer, struct error *error)
{
    const struct expected expected = {
        .reply = REPLY_ANSWERED,
        .awaited = asked->script ? CHECKED : "the keeper, which has it computed"};
    struct reply_answered answered;
    struct frame reply;
    memset(answer, 0, sizeof *answer);
    bool good = write_question(keeper, asked, error) &&
                connection_ask(keeper, &expected, &reply, error) &&
                reply_answered_read(&answered, &reply, error) &&
                take_answer(asked, &answered, answer, error);
    if (!good) {
        answer->asked = keeper->refused.asked;
        answer->line = keeper->refused.line;
        memcpy(answer->note, keeper->refused.note, sizeof answer->note);
        memcpy(answer->printed, keeper->refused.printed, sizeof answer->printed);
    }
    return good;
}

void keeper_answer_release(struct keeper_answer *answer)
{
    free(answer->bytes);
    answer->bytes = NULL;
}

/* What was found, or the error; then the confinement that was missing; then what the script
 * printed. */
static char *check_text_of(const struct keeper_answer *answer, const struct error *error)
{
    const char *found = error ? error->text : answer->answer.check.text;
    const char *note = answer->note, *printed = answer->printed;
    char *text = error ? memory_format("%s%s%s%s%s", found, *note ? "\nwarning: " : "", note,
                                       *printed ? "\n" : "", printed)
                       : memory_format("%s%s%s%s%s", *note ? "warning   " : "", note,
                                       *note ? "\n" : "", found, printed);
    size_t size = 10 * strlen(text) + 1;
    char *safe = memory_new(size);
    text_safe_lines(text, safe, size);
    free(text);
    return safe;
}

bool keeper_check(struct keeper *keeper, const struct start_options *options,
                  struct check_report *report, struct error *error)
{
    const struct keeper_question question = {
        .type = options->gradients ? QUESTION_GRADIENTS : QUESTION_CHECK,
        .script = options,
        .question.check = {.sampled = !options->gradients && options->sampled}};
    struct keeper_answer answer;
    bool good = keeper_ask(keeper, &question, &answer, error);
    *report = (struct check_report){.good = good, .line = answer.line};
    if (good || answer.asked)
        report->text = check_text_of(&answer, good ? NULL : error);
    keeper_answer_release(&answer);
    return report->text != NULL;
}

void check_report_release(struct check_report *report)
{
    free(report->text);
    *report = (struct check_report){0};
}

/* -- executions -------------------------------------------------------------------------------- */

bool keeper_control(struct keeper *keeper, enum execution_control control, const char *name,
                    int64_t *execution, struct error *error)
{
    static const char *const awaited[CONTROL_COUNT] = {EXECUTION_CONTROLS(LIST_TEXT)};
    const struct request_control request = {control, name};
    request_control_write(&keeper->output, &request);
    return await_done(keeper, awaited[control], execution, NULL, error);
}

bool keeper_resume(struct keeper *keeper, const char *name, uint32_t threads, uint64_t memory,
                   int64_t *execution, char note[512], struct error *error)
{
    const struct request_resume request = {
        .name = name, .threads = threads, .memory = memory, .unjailed = keeper->unjailed};
    request_resume_write(&keeper->output, &request);
    return await_done(keeper, "the keeper, which lets it begin at its checkpoint", execution, note,
                      error);
}

uint64_t keeper_usual_memory(void)
{
    return memory_share(memory_free(""), 0);
}
