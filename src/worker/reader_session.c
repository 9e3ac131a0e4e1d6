/* SPDX-License-Identifier: MIT
 *
 * Runs a Lua reader: takes the order, closes the jail, loads the page, and then turns the text that
 * arrives into messages. A second thread ends the process if a call of Lua is long overdue, which
 * the hook within Lua cannot do inside of one long operation.
 */
#include "config.h"

#include "worker/reader_session.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "import/reader_protocol.h"
#include "jail.h"
#include "memory_wall.h"
#include "piece_cutter.h"
#include "script/reader_host.h"

enum {
    INPUT = STDIN_FILENO,
    OUTPUT = STDOUT_FILENO,
    TEXT_BLOCK = 1 << 16,
    GLANCE_MS = 50,
    OUTSIDE_LUA = 256 << 20, /* bytes that messages and pieces may take */
    ORDER_MOST = 4 * READER_SOURCE_MOST,
    PIECE_SHOWN = 100,
};

static const double LOAD_SECONDS = 2, PIECE_SECONDS = 1.5;
static const double ALIVE_SECONDS = 0.5; /* between two signs of life */
static const double OVERDUE = 0.3;       /* seconds that a page may run past its deadline */

struct reader_order {
    enum dataset_table part;
    bool unjailed;
    char *path, *text, *modules;
    size_t modules_size;
};

struct reader_session {
    struct reader_order order;
    struct message_confined confined;
    struct script_watch *watch;
    _Atomic uint64_t line; /* of the piece that Lua works on; 0 for none */
    struct reader_host *host;
    struct piece_cutter cutter;
    struct bytes output;
    uint64_t pieces, rowless;
    double flushed_at;
};

/* -- messages ---------------------------------------------------------------------------------- */

static void flush(struct reader_session *session)
{
    const struct bytes *output = &session->output;
    for (size_t done = 0; done < output->size;) {
        ssize_t put = write(OUTPUT, output->data + done, output->size - done);
        if (put < 0 && errno != EINTR)
            _exit(0); /* the import is gone */
        done += put > 0 ? (size_t)put : 0;
    }
    bytes_clear(&session->output);
    session->flushed_at = clock_monotonic();
}

/* A message of fields that `fields` holds. */
static void say(struct reader_session *session, enum reader_message kind, struct bytes *fields)
{
    bytes_add_u8(&session->output, (uint8_t)kind);
    bytes_add_u32(&session->output, (uint32_t)fields->size);
    bytes_add(&session->output, fields->data, fields->size);
    bytes_release(fields);
}

static void say_fault(struct reader_session *session, uint64_t line, const char *text)
{
    struct bytes fields = {0};
    bytes_add_u64(&fields, line);
    bytes_add_string(&fields, text);
    say(session, READER_FAULT, &fields);
}

static void fail(struct reader_session *session, uint64_t line, enum error_kind kind,
                 const char *text)
{
    struct bytes fields = {0};
    bytes_add_u8(&fields, (uint8_t)kind);
    bytes_add_u64(&fields, line);
    bytes_add_string(&fields, text);
    say(session, READER_FAILED, &fields);
}

static void print_line(void *context, const char *line)
{
    char text[READER_TEXT_MOST + 1];
    struct bytes fields = {0};
    snprintf(text, sizeof text, "%s", line);
    bytes_add_string(&fields, text);
    say(context, READER_PRINTED, &fields);
}

/* -- the order --------------------------------------------------------------------------------- */

static bool read_exactly(void *data, size_t size)
{
    unsigned char *at = data;
    while (size > 0) {
        ssize_t got = read(INPUT, at, size);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        at += got > 0 ? got : 0;
        size -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool take_order(struct reader_order *order)
{
    unsigned char head[4];
    if (!read_exactly(head, sizeof head))
        return false;
    struct reader sizes = reader_of(head, sizeof head);
    size_t size = reader_u32(&sizes);
    unsigned char *data = size <= ORDER_MOST ? memory_new(size) : NULL;
    if (!data || !read_exactly(data, size))
        return false;
    struct reader reader = reader_of(data, size);
    order->part = (enum dataset_table)reader_u8(&reader);
    order->unjailed = reader_u8(&reader);
    order->path = reader_string(&reader, ORDER_MOST);
    order->text = reader_string(&reader, READER_SOURCE_MOST);
    const void *modules = reader_block(&reader, 1, ORDER_MOST, &order->modules_size);
    order->modules = memory_new(order->modules_size + 1);
    if (modules)
        memcpy(order->modules, modules, order->modules_size);
    bool good = reader_complete(&reader) && order->part < DATASET_TABLES;
    free(data);
    return good;
}

/* -- the walls --------------------------------------------------------------------------------- */

/* Lets the process end with a word of why, when nothing else can. */
static void *watch_deadline(void *context)
{
    struct reader_session *session = context;
    for (;;) {
        int of_page;
        poll(NULL, 0, GLANCE_MS);
        if (clock_monotonic() < script_watch_deadline(session->watch, &of_page) + OVERDUE)
            continue;
        char path[160], place[16] = "";
        if (of_page > 0)
            snprintf(place, sizeof place, ":%d", of_page);
        dprintf(STDERR_FILENO,
                "%llu %s%s: the script was stopped: it ran for longer than it may inside of one "
                "operation",
                (unsigned long long)atomic_load(&session->line),
                text_safe(session->order.path, path, sizeof path), place);
        _exit(READER_OVERDUE);
    }
}

static bool limit_addresses(size_t lua)
{
#ifndef THAW_SANITIZED
    struct rlimit own = {0};
    own.rlim_cur = own.rlim_max = budget_addresses() + OUTSIDE_LUA + 2 * (rlim_t)lua;
    return setrlimit(RLIMIT_AS, &own) == 0;
#else
    (void)lua;
    return true;
#endif
}

static bool confine(struct reader_session *session, size_t lua)
{
    pthread_t watcher;
    pthread_attr_t small;
    bool walled = memory_wall_raise(OUTSIDE_LUA, 1, lua);
    jail_prepare(&session->confined);
    session->watch = script_watch_new(0);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 17);
    if (pthread_create(&watcher, &small, watch_deadline, session) != 0)
        memory_give_up("the thread that watches the time cannot be started");
    pthread_attr_destroy(&small);
    walled = limit_addresses(lua) && walled;
    jail_close(0, &session->confined);
    if (!walled)
        session->confined.refused[LAYER_MEMORY] = EPERM;
    struct error error;
    if (session->order.unjailed || confinement_suffices(&session->confined, &error))
        return true;
    fail(session, 0, error.kind, error.text);
    return false;
}

/* -- pieces ------------------------------------------------------------------------------------ */

/* The sentence of an error in a piece: without the line of the page, and with the piece. */
static void word_fault(const struct reader_session *session, const struct error *error,
                       const struct reader_piece *piece, char text[READER_TEXT_MOST + 1])
{
    char shown[PIECE_SHOWN], start[PIECE_SHOWN];
    snprintf(start, sizeof start, "%.*s", (int)(piece->length < 80 ? piece->length : 80),
             piece->text);
    text_safe(start, shown, sizeof shown);
    snprintf(text, READER_TEXT_MOST + 1, "%.*s; the %s: \"%s%s\"", (int)strcspn(error->text, "\n"),
             error->text, reader_unit_words[session->cutter.form.unit], shown,
             piece->length > 80 ? "..." : "");
}

/* Sends what there is, if it is much or was long ago. */
static void give_sign(struct reader_session *session)
{
    struct bytes nothing = {0};
    bool late = clock_monotonic() > session->flushed_at + ALIVE_SECONDS;
    if (late && session->output.size == 0)
        say(session, READER_ALIVE, &nothing);
    if (late || session->output.size >= TEXT_BLOCK)
        flush(session);
}

/* Whether to go on after a call of the page. */
static bool take_outcome(struct reader_session *session, enum reader_outcome outcome,
                         const struct reader_piece *piece, const struct error *error)
{
    char text[READER_TEXT_MOST + 1];
    atomic_store(&session->line, 0);
    if (outcome == READER_REFUSED || outcome == READER_OVER)
        word_fault(session, error, piece, text);
    if (outcome == READER_OVER) {
        fail(session, piece->line, error->kind, text);
        return false;
    }
    if (outcome == READER_REFUSED)
        say_fault(session, piece->line, text);
    give_sign(session);
    return true;
}

static bool take_header(void *context, const char *text, size_t length)
{
    struct reader_session *session = context;
    struct error error;
    if (reader_host_header(session->host, text, length, &error))
        return true;
    fail(session, 1, error.kind, error.text);
    return false;
}

static bool take_begins(void *context, const struct reader_piece *line, bool *yes)
{
    struct reader_session *session = context;
    struct error error;
    atomic_store(&session->line, line->line);
    enum reader_outcome outcome = reader_host_begins(session->host, line, &error);
    *yes = outcome == READER_ROWS;
    return take_outcome(session, outcome, line, &error);
}

static bool take_piece(void *context, const struct reader_piece *piece)
{
    struct reader_session *session = context;
    struct error error;
    session->pieces++;
    atomic_store(&session->line, piece->line);
    enum reader_outcome outcome = reader_host_take(session->host, piece, &error);
    session->rowless += outcome == READER_NO_ROW;
    return take_outcome(session, outcome, piece, &error);
}

static bool take_too_long(void *context, uint64_t line)
{
    struct reader_session *session = context;
    char text[80];
    session->pieces++;
    snprintf(text, sizeof text, "a %s of more than 1 MiB",
             reader_unit_words[session->cutter.form.unit]);
    say_fault(session, line, text);
    return true;
}

/* -- life -------------------------------------------------------------------------------------- */

static bool load(struct reader_session *session)
{
    struct script_limits limits = script_limits_of(false);
    const struct reader_order *order = &session->order;
    const struct script_source source = {.path = order->path,
                                         .text = order->text,
                                         .size = strlen(order->text),
                                         .modules = order->modules,
                                         .modules_size = order->modules_size};
    struct error error;
    limits.load_seconds = LOAD_SECONDS;
    limits.row_seconds = PIECE_SECONDS;
    limits.watch = session->watch;
    if (!confine(session, limits.memory))
        return false;
    session->host = reader_host_new(&source, order->part, &limits, &session->output, print_line,
                                    session, &error);
    if (!session->host)
        fail(session, 0, error.kind, error.text);
    return session->host != NULL;
}

static void say_loaded(struct reader_session *session)
{
    struct reader_form form = reader_host_form(session->host);
    struct bytes fields = {0};
    char *missing = confinement_text(&session->confined);
    bytes_add_u8(&fields, (uint8_t)form.parts);
    bytes_add_string(&fields, missing);
    bytes_add_string(&fields, reader_unit_words[form.unit]);
    say(session, READER_LOADED, &fields);
    free(missing);
    flush(session);
}

static void say_done(struct reader_session *session)
{
    struct bytes fields = {0};
    bytes_add_u64(&fields, session->pieces);
    bytes_add_u64(&fields, session->rowless);
    bytes_add_u64(&fields, session->cutter.before);
    say(session, READER_DONE, &fields);
}

static void work(struct reader_session *session)
{
    const struct piece_taker taker = {session, take_header, take_begins, take_piece, take_too_long};
    const struct reader_form form = reader_host_form(session->host);
    char block[TEXT_BLOCK];
    ssize_t got = 0;
    bool good = true;
    piece_cutter_init(&session->cutter, &form, &taker);
    while (good && (got = read(INPUT, block, sizeof block)) != 0)
        if (got > 0)
            good = piece_cutter_add(&session->cutter, block, (size_t)got);
        else if (errno != EINTR)
            _exit(0);
    if (good && piece_cutter_finish(&session->cutter))
        say_done(session);
}

int reader_session_serve(void)
{
    struct reader_session session = {0};
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (!take_order(&session.order))
        return EXIT_FAILURE;
    if (load(&session)) {
        say_loaded(&session);
        if (reader_host_form(session.host).parts >> session.order.part & 1)
            work(&session);
    }
    flush(&session);
    /* The thread that watches may still use everything else. */
    _exit(EXIT_SUCCESS);
}
