/* SPDX-License-Identifier: MIT
 *
 * The client's end of the socket: every call is one request and one reply.
 */
#include "config.h"

#include "connection.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "launch.h"
#include "peer_work.h"
#include "store/store.h"

/* Seconds to reach a keeper, and to get an answer that needs at most a worker that loads a script.
 * A greeting takes at most GREETING seconds. */
static const double PATIENCE = 15, ANSWER = 90;
enum { GREETING = 5 };

static struct keeper *keeper_new(const struct patience *patience);
static bool greet(struct keeper *keeper, bool *fatal, struct error *error);

/* Whether a keeper at the same place still answers. */
static bool still_listens(const struct keeper *keeper)
{
    struct keeper *other = keeper_new(keeper->patience);
    struct error ignored;
    bool fatal, good = place_find(&other->place, keeper->place.database, false, &ignored) &&
                       greet(other, &fatal, &ignored);
    keeper_disconnect(other);
    return good;
}

/* Waits until the peer is ready. False if that took too long, or if the patience ended. While the
 * keeper itself computes, as for an import, the time does not count. */
static bool await(struct keeper *keeper, const struct expected *expected, short events,
                  double begun)
{
    double limit = expected->glance > 0 ? expected->glance : ANSWER;
    struct peer_work work = peer_work_now(keeper->peer);
    for (;;) {
        int ready =
            patience_poll(keeper->patience, expected->awaited, keeper->peer, events, begun, limit);
        keeper->given_up = ready < 0;
        if (ready > 0)
            return true;
        if (ready < 0)
            return false;
        if (!peer_work_went_on(keeper->peer, &work) &&
            (!expected->is_long || !still_listens(keeper)))
            return false;
    }
}

static bool no_answer(const struct keeper *keeper, const struct expected *expected,
                      struct error *error)
{
    char shown[256];
    if (keeper->given_up)
        return error_set(error, ERROR_CANCELLED, "given up while waiting for %s",
                         expected->awaited);
    text_safe(keeper->place.database, shown, sizeof shown);
    return error_set(error, ERROR_STORE,
                     "the keeper of \"%s\" does not answer: it may be stopped, or no keeper; "
                     "its process number is in \"%s.lock\"",
                     shown, shown);
}

/* Whether the frame is no reply yet but says how far the import is, and tells that. */
static bool is_progress(const struct keeper *keeper, const struct expected *expected,
                        const struct frame *frame)
{
    struct reply_importing importing = {0};
    struct error ignored;
    if (expected->reply != REPLY_IMPORTED || frame->type != REPLY_IMPORTING ||
        !reply_importing_read(&importing, frame, &ignored))
        return false;
    if (keeper->watch.tell)
        keeper->watch.tell(keeper->watch.context, &importing.progress);
    return true;
}

static bool receive(struct keeper *keeper, const struct expected *expected, struct frame *frame,
                    struct error *error)
{
    char shown[256];
    int found;
    double begun = clock_monotonic();
    text_safe(keeper->place.database, shown, sizeof shown);
    while ((found = frame_input_next(&keeper->input, frame, error)) == 0 ||
           (found > 0 && is_progress(keeper, expected, frame))) {
        if (found > 0)
            continue;
        keeper->no_keeper = !await(keeper, expected, POLLIN, begun);
        if (keeper->no_keeper)
            return no_answer(keeper, expected, error);
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

/* Sends what is pending. A keeper that does not read takes only some hundred kilobytes. */
static bool send_all(struct keeper *keeper, const struct expected *expected, struct error *error)
{
    char shown[256];
    double begun = clock_monotonic();
    while (frame_output_flush(&keeper->output, keeper->peer, error)) {
        if (frame_output_pending(&keeper->output) == 0)
            return true;
        if (!await(keeper, expected, POLLOUT, begun))
            return no_answer(keeper, expected, error);
    }
    return error_set(error, ERROR_STORE,
                     "the keeper ended before it was asked; \"%s.log\" may say why",
                     text_safe(keeper->place.database, shown, sizeof shown));
}

static bool read_reply(struct keeper *keeper, const struct expected *expected,
                       const struct frame *reply, struct error *error)
{
    if (reply->type == expected->reply)
        return true;
    if (reply->type != REPLY_REFUSED)
        return error_set(error, ERROR_STORE, "the keeper answered with %s",
                         replies[reply->type].name);
    if (reply_refused_read(&keeper->refused, reply, error))
        *error = keeper->refused.error;
    else
        keeper->refused = (struct reply_refused){0};
    return false;
}

bool connection_ask(struct keeper *keeper, const struct expected *expected, struct frame *reply,
                    struct error *error)
{
    keeper->refused = (struct reply_refused){0};
    return send_all(keeper, expected, error) && receive(keeper, expected, reply, error) &&
           read_reply(keeper, expected, reply, error);
}

static void hang_up(struct keeper *keeper)
{
    if (keeper->peer >= 0)
        close(keeper->peer);
    keeper->peer = -1;
    frame_input_release(&keeper->input);
    frame_output_release(&keeper->output);
}

/* Whether a keeper of this version listens. `fatal`: trying again is useless. */
static bool greet(struct keeper *keeper, bool *fatal, struct error *error)
{
    static const struct expected expected = {
        .reply = REPLY_DONE, .awaited = "the keeper to say who it is", .glance = GREETING};
    const struct request_hello hello = {PACKAGE_VERSION};
    struct frame reply;
    keeper->peer = place_connect(&keeper->place, keeper->patience, fatal, error);
    if (keeper->peer < 0)
        return false;
    request_hello_write(&keeper->output, &hello);
    bool good = connection_ask(keeper, &expected, &reply, error);
    *fatal = !good && (*keeper->refused.error.text || keeper->no_keeper);
    if (!good)
        hang_up(keeper);
    return good;
}

static struct keeper *keeper_new(const struct patience *patience)
{
    struct keeper *keeper = memory_new(sizeof *keeper);
    *keeper = (struct keeper){
        .patience = patience, .peer = -1, .place.folder = -1, .output.is_socket = true};
    frame_input_init(&keeper->input, replies, REQUEST_TYPES);
    return keeper;
}

struct keeper *keeper_connect_patiently(const char *database, const struct patience *patience,
                                        struct error *error)
{
    char shown[256];
    /* A check may take longer than a keeper may take to answer. */
    if (!store_check(database, error))
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
    struct workbench_place place;
    struct error ignored;
    if (!place_find(&place, database, false, &ignored))
        return false;
    bool alive = place_has_listener(&place);
    place_release(&place);
    return alive;
}
