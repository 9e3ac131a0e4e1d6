/* SPDX-License-Identifier: MIT
 *
 * The other side of the socket: every call is one request and one reply.
 */
#include "config.h"

#include "keeper/client.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "launch.h"
#include "memory_share.h"
#include "module_scan.h"
#include "peer_work.h"
#include "place.h"
#include "request.h"
#include "store/store.h"
#include "wire/frame.h"
#include "wire/report.h"

struct keeper {
    const struct patience *patience; /* borrowed; NULL: none */
    struct place place;
    int peer;
    bool unjailed;
    bool no_keeper; /* who listens did not answer in time, or not as a keeper does */
    bool given_up;  /* the patience ended */
    struct frame_input input;
    struct frame_output output;
};

enum { SCRIPT_MOST = 4 << 20 };
/* Seconds until a keeper must have been reached, until it must say who it is, and until it must
 * answer what needs no more than a worker that loads a script. An import may take longer: from time
 * to time it is looked whether the keeper computes, and else asked whether it listens. */
static const double PATIENCE = 15, GREETING = 5, ANSWER = 90, GLANCE = 2;

static struct keeper *keeper_new(const struct patience *patience);
static bool greet(struct keeper *keeper, bool *fatal, struct error *error);

/* Whether somebody at the same place answers. */
static bool still_listens(const struct keeper *keeper)
{
    struct keeper *other = keeper_new(keeper->patience);
    struct error ignored;
    bool fatal, good = place_find(&other->place, keeper->place.database, false, &ignored) &&
                       greet(other, &fatal, &ignored);
    keeper_disconnect(other);
    return good;
}

static const char *awaited(enum request_type type)
{
    switch (type) {
    case REQUEST_HELLO:
        return "the keeper to say who it is";
    case REQUEST_IMPORT:
        return "the keeper, which imports";
    case REQUEST_START:
    case REQUEST_CHECK:
        return "the keeper, which has the script checked";
    case REQUEST_STOP:
        return "the keeper, which stops it after a checkpoint";
    case REQUEST_RESUME:
        return "the keeper, which lets it begin at its checkpoint";
    case REQUEST_RECOMMEND:
        return "the keeper, which has it computed";
    case REQUEST_REMOVE_DATA:
    case REQUEST_REMOVE_EXECUTION:
        return "the keeper, which removes it";
    default:
        return "the keeper's answer";
    }
}

/* Waits until the peer is ready. False where that took too long, or longer than the patience. While
 * the keeper itself computes, as for an import, its time does not run. */
static bool await(struct keeper *keeper, enum request_type type, short events, double begun)
{
    double limit = type == REQUEST_HELLO ? GREETING : type == REQUEST_IMPORT ? GLANCE : ANSWER;
    struct peer_work work = peer_work_now(keeper->peer);
    for (;;) {
        int ready =
            patience_poll(keeper->patience, awaited(type), keeper->peer, events, begun, limit);
        keeper->given_up = ready < 0;
        if (ready > 0)
            return true;
        if (ready < 0)
            return false;
        if (!peer_work_went_on(keeper->peer, &work) &&
            (type != REQUEST_IMPORT || !still_listens(keeper)))
            return false;
    }
}

static bool no_answer(const struct keeper *keeper, enum request_type type, struct error *error)
{
    char shown[256];
    if (keeper->given_up)
        return error_set(error, ERROR_CANCELLED, "given up while waiting for %s", awaited(type));
    text_safe(keeper->place.database, shown, sizeof shown);
    return error_set(error, ERROR_STORE,
                     "the keeper of \"%s\" does not answer: it may be stopped, or no keeper; "
                     "its process number is in \"%s.lock\"",
                     shown, shown);
}

static bool receive(struct keeper *keeper, enum request_type type, struct frame *frame,
                    struct error *error)
{
    char shown[256];
    int found;
    double begun = clock_monotonic();
    text_safe(keeper->place.database, shown, sizeof shown);
    while ((found = frame_input_next(&keeper->input, frame, error)) == 0) {
        keeper->no_keeper = !await(keeper, type, POLLIN, begun);
        if (keeper->no_keeper)
            return no_answer(keeper, type, error);
        if (frame_input_fill(&keeper->input, keeper->peer, error) == FRAME_CLOSED)
            break;
    }
    if (found > 0)
        return true;
    keeper->no_keeper = found < 0;
    if (found < 0)
        return error_within(error, "who listens at \"%s.sock\" is no keeper", shown);
    return error_set(error, ERROR_STORE,
                     "the keeper ended before it answered; \"%s.log\" may say why", shown);
}

/* Sends what is pending; a keeper that reads nothing takes no more than some hundred kilobytes. */
static bool send_all(struct keeper *keeper, enum request_type type, struct error *error)
{
    char shown[256];
    double begun = clock_monotonic();
    while (frame_output_flush(&keeper->output, keeper->peer, error)) {
        if (frame_output_pending(&keeper->output) == 0)
            return true;
        if (!await(keeper, type, POLLOUT, begun))
            return no_answer(keeper, type, error);
    }
    return error_set(error, ERROR_STORE,
                     "the keeper ended before it was asked; \"%s.log\" may say why",
                     text_safe(keeper->place.database, shown, sizeof shown));
}

/* Sends a request and waits for the reply, which the caller releases. False where the request was
 * refused, too. */
static bool ask(struct keeper *keeper, const struct request *request, struct reply *reply,
                struct error *error)
{
    struct frame frame;
    struct request whole = *request;
    whole.unjailed = keeper->unjailed;
    request_write(&keeper->output, &whole);
    *reply = (struct reply){0};
    if (!send_all(keeper, request->type, error) || !receive(keeper, request->type, &frame, error) ||
        !reply_read(reply, &frame, error))
        return false;
    if (!reply->good)
        *error = reply->error;
    return reply->good;
}

static void hang_up(struct keeper *keeper)
{
    if (keeper->peer >= 0)
        close(keeper->peer);
    keeper->peer = -1;
    frame_input_release(&keeper->input);
    frame_output_release(&keeper->output);
}

/* Whether somebody listens and is of this version. `fatal`: trying again is of no use. */
static bool greet(struct keeper *keeper, bool *fatal, struct error *error)
{
    struct request hello = {.type = REQUEST_HELLO, .name = (char *)PACKAGE_VERSION};
    struct reply reply = {0};
    keeper->peer = place_connect(&keeper->place, keeper->patience, fatal, error);
    if (keeper->peer < 0)
        return false;
    bool good = ask(keeper, &hello, &reply, error);
    *fatal = !good && (*reply.error.text || keeper->no_keeper);
    reply_release(&reply);
    if (!good)
        hang_up(keeper);
    return good;
}

static struct keeper *keeper_new(const struct patience *patience)
{
    struct keeper *keeper = memory_new(sizeof *keeper);
    *keeper = (struct keeper){
        .patience = patience, .peer = -1, .place.folder = -1, .output.is_socket = true};
    frame_input_init(&keeper->input, replies, REQUEST_KINDS);
    return keeper;
}

struct keeper *keeper_connect(const char *database, struct error *error)
{
    return keeper_connect_patiently(database, NULL, error);
}

struct keeper *keeper_connect_patiently(const char *database, const struct patience *patience,
                                        struct error *error)
{
    char shown[256];
    if (!store_check(database, error)) /* it may take longer than a keeper has to answer */
        return NULL;
    struct keeper *keeper = keeper_new(patience);
    bool fatal = !place_find(&keeper->place, database, true, error);
    double begun = clock_monotonic();
    while (!fatal) {
        if (greet(keeper, &fatal, error))
            return keeper;
        if (!fatal && clock_monotonic() - begun > PATIENCE)
            fatal =
                !error_set(error, ERROR_STORE, "no keeper can be reached; \"%s.log\" may say why",
                           text_safe(keeper->place.database, shown, sizeof shown));
        if (!fatal && !patience_lasts(patience, "a keeper", begun))
            fatal = !error_set(error, ERROR_CANCELLED, "given up before a keeper was reached");
        if (!fatal && !launch_keeper(&keeper->place, patience, error))
            fatal = true;
        clock_sleep(0.005);
    }
    keeper_disconnect(keeper);
    return NULL;
}

void keeper_disconnect(struct keeper *keeper)
{
    if (!keeper)
        return;
    hang_up(keeper);
    place_release(&keeper->place);
    free(keeper);
}

void keeper_allow_unjailed(struct keeper *keeper)
{
    keeper->unjailed = true;
}

struct store *keeper_open_reader(const char *database, struct error *error)
{
    return keeper_open_reader_patiently(database, NULL, error);
}

struct store *keeper_open_reader_patiently(const char *database, const struct patience *patience,
                                           struct error *error)
{
    struct error refused;
    struct store *store = store_open_reader(database, &refused);
    if (store)
        return store;
    if (!store_is_old(database)) {
        *error = refused;
        return NULL;
    }
    struct keeper *keeper = keeper_connect_patiently(database, patience, error);
    if (!keeper)
        return NULL;
    keeper_disconnect(keeper);
    return store_open_reader(database, error);
}

bool keeper_is_alive(const char *database)
{
    struct place place;
    struct error ignored;
    if (!place_find(&place, database, false, &ignored))
        return false;
    bool alive = place_has_listener(&place);
    place_release(&place);
    return alive;
}

bool keeper_import(struct keeper *keeper, const struct import_options *options, bool replace,
                   struct dataset_summary *summary, struct import_report *report,
                   struct error *error)
{
    struct request request = {.type = REQUEST_IMPORT,
                              .name = memory_string(options->name),
                              .replace = replace,
                              .keep_going = options->keep_going,
                              .path = place_absolute(options->path),
                              .ratings = place_absolute(options->ratings),
                              .users = place_absolute(options->users),
                              .items = place_absolute(options->items),
                              .ratings_columns = memory_string(options->ratings_columns),
                              .users_columns = memory_string(options->users_columns),
                              .items_columns = memory_string(options->items_columns)};
    struct reply reply;
    bool good = ask(keeper, &request, &reply, error);
    *summary = reply.summary;
    *report = reply.report;
    reply_release(&reply);
    request_release(&request);
    return good;
}

/* A request that is a name and nothing else. */
static bool ask_by_name(struct keeper *keeper, enum request_type type, const char *name,
                        int64_t *execution, struct error *error)
{
    struct request request = {.type = type, .name = (char *)name};
    struct reply reply;
    bool good = ask(keeper, &request, &reply, error);
    if (execution)
        *execution = reply.execution;
    reply_release(&reply);
    return good;
}

bool keeper_remove_data(struct keeper *keeper, const char *name, struct error *error)
{
    return ask_by_name(keeper, REQUEST_REMOVE_DATA, name, NULL, error);
}

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

/* START or CHECK. */
static bool ask_with_script(struct keeper *keeper, enum request_type type,
                            const struct start_options *options, struct reply *reply,
                            struct error *error)
{
    struct bytes modules = {0};
    bool good = check_text(options, error) && module_scan(options->script_path, options->script,
                                                          options->script_size, &modules, error);
    *reply = (struct reply){0};
    if (good) {
        struct request request = {.type = type,
                                  .script_path = memory_string(options->script_path),
                                  .path = place_absolute(options->script_path),
                                  .script = memory_new(options->script_size + 1),
                                  .data = memory_string(options->data),
                                  .settings = memory_string(options->settings),
                                  .modules = (char *)modules.data,
                                  .modules_size = modules.size,
                                  .threads = options->threads,
                                  .memory = options->memory,
                                  .seeded = options->seeded,
                                  .gradients = options->gradients,
                                  .seed = options->seed};
        memcpy(request.script, options->script, options->script_size);
        good = ask(keeper, &request, reply, error);
        request_release(&request);
    } else {
        bytes_release(&modules);
    }
    return good;
}

bool keeper_start(struct keeper *keeper, const struct start_options *options, int64_t *execution,
                  struct error *error)
{
    struct reply reply;
    bool good = ask_with_script(keeper, REQUEST_START, options, &reply, error);
    *execution = reply.execution;
    reply_release(&reply);
    return good;
}

bool keeper_check(struct keeper *keeper, const struct start_options *options,
                  struct check_report *report, struct error *error)
{
    struct reply reply;
    bool good = ask_with_script(keeper, REQUEST_CHECK, options, &reply, error);
    *report = (struct check_report){0};
    if (good)
        *report = (struct check_report){
            .text = reply.check_text ? reply.check_text : memory_string(""),
            .good = reply.check_good,
            .line = reply.check_line,
        };
    else
        reply_release(&reply);
    return good;
}

void check_report_release(struct check_report *report)
{
    free(report->text);
    *report = (struct check_report){0};
}

/* What the reply holds was checked by the keeper; it is taken apart here. */
static bool open_recommendation(struct reply *reply, struct recommendation *recommendation,
                                struct error *error)
{
    struct message_recommended message;
    struct frame frame = {MESSAGE_RECOMMENDED, reply->recommended, reply->recommended_size};
    if (!message_recommended_read(&message, &frame, error))
        return false;
    *recommendation = (struct recommendation){.items = message.items,
                                              .rated = message.rated,
                                              .count = message.count,
                                              .ids = message.ids,
                                              .values = message.values,
                                              .first_seconds = message.first_seconds,
                                              .seconds = message.seconds,
                                              .calls = message.calls,
                                              .bytes = reply->recommended};
    memcpy(recommendation->note, reply->note, sizeof reply->note);
    reply->recommended = NULL;
    return true;
}

bool keeper_recommend(struct keeper *keeper, const struct recommend_options *options,
                      struct recommendation *recommendation, struct error *error)
{
    struct request request = {.type = REQUEST_RECOMMEND,
                              .name = (char *)options->run,
                              .user = (char *)options->user,
                              .given = (char *)options->ratings,
                              .top = options->top,
                              .calls = options->calls};
    struct reply reply;
    *recommendation = (struct recommendation){0};
    bool good =
        ask(keeper, &request, &reply, error) && open_recommendation(&reply, recommendation, error);
    reply_release(&reply);
    return good;
}

void recommendation_release(struct recommendation *recommendation)
{
    if (!recommendation)
        return;
    free(recommendation->bytes);
    *recommendation = (struct recommendation){0};
}

bool keeper_pause(struct keeper *keeper, const char *name, int64_t *execution, struct error *error)
{
    return ask_by_name(keeper, REQUEST_PAUSE, name, execution, error);
}

bool keeper_continue(struct keeper *keeper, const char *name, int64_t *execution,
                     struct error *error)
{
    return ask_by_name(keeper, REQUEST_CONTINUE, name, execution, error);
}

bool keeper_stop(struct keeper *keeper, const char *name, int64_t *execution, struct error *error)
{
    return ask_by_name(keeper, REQUEST_STOP, name, execution, error);
}

bool keeper_resume_within(struct keeper *keeper, const char *name, uint32_t threads,
                          uint64_t memory, int64_t *execution, char note[512], struct error *error)
{
    struct request request = {
        .type = REQUEST_RESUME, .name = (char *)name, .threads = threads, .memory = memory};
    struct reply reply;
    bool good = ask(keeper, &request, &reply, error);
    *execution = reply.execution;
    memcpy(note, reply.note, sizeof reply.note);
    reply_release(&reply);
    return good;
}

bool keeper_resume(struct keeper *keeper, const char *name, uint32_t threads, int64_t *execution,
                   char note[512], struct error *error)
{
    return keeper_resume_within(keeper, name, threads, 0, execution, note, error);
}

bool keeper_remove_execution(struct keeper *keeper, int64_t execution, struct error *error)
{
    char name[24];
    snprintf(name, sizeof name, "%lld", (long long)execution);
    return ask_by_name(keeper, REQUEST_REMOVE_EXECUTION, name, NULL, error);
}

uint64_t keeper_usual_memory(void)
{
    return memory_share(memory_free(""), 0);
}
