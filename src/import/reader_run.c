/* SPDX-License-Identifier: MIT
 *
 * The conversation with the worker that runs a reader. Nothing blocks: the worker may want to write
 * while it should read.
 */
#include "config.h"

#include "reader_run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/worker_program.h"
#include "file_error.h"
#include "import/reader_protocol.h"
#include "reader_page.h"

enum { SEND_BLOCK = 1 << 16, RECEIVE_BLOCK = 1 << 17, ANSWER_MS = 20, COMPLAINT_MOST = 700 };
/* A reader makes of each byte at most so many, and so many more. */
enum { MOST_FOLD = 1000, MOST_FREE = 64 << 20 };

static const double LOAD_PATIENCE = 10, PATIENCE = 3; /* seconds without any progress */

struct reader_run {
    const struct reader_job *job;
    struct worker_program worker;
    struct reader_rows *rows;
    struct bytes sending, received;
    size_t sent, taken;  /* of those */
    double moved_at;     /* when bytes went to or fro */
    bool at_end, closed; /* of the file; the worker's input */
    bool stopped;        /* the rest of the rows is not wanted */
    bool silent;         /* its standard error is closed */
    char complaint[COMPLAINT_MOST];
    size_t complained;
};

/* -- to the worker ----------------------------------------------------------------------------- */

static void order(struct reader_run *run, const struct reader_page *page)
{
    struct bytes order = {0};
    bytes_add_u8(&order, (uint8_t)run->job->part);
    bytes_add_u8(&order, run->job->unjailed);
    bytes_add_string(&order, file_name(page->path));
    bytes_add_string(&order, page->text);
    bytes_add_block(&order, page->modules.data, page->modules.size, 1);
    bytes_add_u32(&run->sending, (uint32_t)order.size);
    bytes_add(&run->sending, order.data, order.size);
    bytes_release(&order);
}

/* Gets more lines to send, once the last are sent and the page is loaded. */
static bool supply(struct reader_run *run, struct error *error)
{
    struct line line;
    bool more = true;
    if (run->sent < run->sending.size || !run->rows->loaded || run->at_end)
        return true;
    bytes_clear(&run->sending);
    run->sent = 0;
    while (more && run->sending.size < SEND_BLOCK) {
        if (!lines_next(run->job->lines, &line, &more, error))
            return false;
        if (!more)
            break;
        bytes_add(&run->sending, line.text, line.length);
        bytes_add_u8(&run->sending, '\n');
    }
    run->at_end = !more;
    return true;
}

static void close_input(struct reader_run *run)
{
    if (!run->closed)
        close(run->worker.to);
    run->closed = true;
}

/* A worker that reads no more has ended; what it said last is read then. */
static void send_some(struct reader_run *run)
{
    const unsigned char *at = run->sending.data + run->sent;
    ssize_t put = write(run->worker.to, at, run->sending.size - run->sent);
    if (put > 0) {
        run->sent += (size_t)put;
        run->moved_at = clock_monotonic();
    } else if (put < 0 && errno != EAGAIN && errno != EINTR) {
        close_input(run);
    }
}

/* -- from the worker --------------------------------------------------------------------------- */

static bool broken(const struct reader_run *run, struct error *error)
{
    return file_error(error, run->job->lines ? lines_path(run->job->lines) : "", 0,
                      "the process that runs the reader says what it may not; it broke down, or "
                      "means harm");
}

/* The last word of a worker. */
static bool take_failure(struct reader_run *run, const unsigned char *data, size_t size,
                         struct error *error)
{
    char text[READER_TEXT_MOST + 1];
    struct reader fields = reader_of(data + READER_HEAD, size);
    unsigned kind = reader_u8(&fields);
    uint64_t line = reader_u64(&fields);
    char *given = reader_string(&fields, READER_TEXT_MOST);
    text_safe_lines(given, text, sizeof text);
    free(given);
    if (!reader_complete(&fields) || run->rows->done || kind >= ERROR_KIND_COUNT)
        return broken(run, error);
    return line > 0 ? file_error(error, lines_path(run->job->lines), line, "%s", text)
                    : error_set(error, (enum error_kind)kind, "%s", text);
}

static bool take_message(struct reader_run *run, const unsigned char *data, size_t size,
                         struct error *error)
{
    struct reader_rows *rows = run->rows;
    if (data[0] == READER_FAILED)
        return take_failure(run, data, size, error);
    enum reader_take taken = reader_rows_take(rows, data, size, error);
    if (taken == READER_BROKEN)
        return broken(run, error);
    run->stopped = (rows->faults > 0 && !run->job->keep_going) ||
                   (rows->loaded && !(rows->parts >> run->job->part & 1));
    return taken == READER_TAKEN;
}

/* Takes the messages that are complete. */
static bool take_messages(struct reader_run *run, struct error *error)
{
    struct bytes *received = &run->received;
    while (!run->stopped && received->size - run->taken >= READER_HEAD) {
        const unsigned char *data = received->data + run->taken;
        struct reader head = reader_of(data + 1, READER_HEAD - 1);
        size_t size = reader_u32(&head);
        if (size > READER_MESSAGE_MOST)
            return broken(run, error);
        if (received->size - run->taken < READER_HEAD + size)
            break;
        if (!take_message(run, data, size, error))
            return false;
        run->taken += READER_HEAD + size;
    }
    memmove(received->data, received->data + run->taken, received->size - run->taken);
    received->size -= run->taken;
    run->taken = 0;
    return true;
}

static bool is_too_much(const struct reader_run *run)
{
    return run->rows->size / MOST_FOLD > lines_size(run->job->lines) + MOST_FREE / MOST_FOLD;
}

/* `more` is false at the end of what the worker says. */
static bool receive(struct reader_run *run, bool *more, struct error *error)
{
    unsigned char block[RECEIVE_BLOCK];
    ssize_t got = read(run->worker.from, block, sizeof block);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    *more = got > 0;
    if (got <= 0)
        return true;
    run->moved_at = clock_monotonic();
    bytes_add(&run->received, block, (size_t)got);
    if (!take_messages(run, error))
        return false;
    return !is_too_much(run) ||
           file_error(error, lines_path(run->job->lines), 0,
                      "the reader makes more than %d times as much of it as there is", MOST_FOLD);
}

/* What comes behind the bound is dropped. */
static void hear_complaint(struct reader_run *run)
{
    char block[1024];
    ssize_t got = read(run->worker.complaints, block, sizeof block);
    size_t room = sizeof run->complaint - 1 - run->complained;
    size_t size = got > 0 ? (size_t)got : 0;
    run->silent = got == 0;
    size = size < room ? size : room;
    memcpy(run->complaint + run->complained, block, size);
    run->complained += size;
}

/* -- the conversation -------------------------------------------------------------------------- */

static void note_progress(const struct reader_run *run)
{
    if (run->job->progress)
        *run->job->progress = (struct import_progress){
            IMPORT_CONVERTING, run->job->span * lines_share(run->job->lines),
            run->rows->of[run->job->part].rows};
}

/* Asked only when nothing came or went, because this process may have been stopped too. */
static bool is_stuck(const struct reader_run *run, struct error *error)
{
    double patience = run->rows->loaded ? PATIENCE : LOAD_PATIENCE;
    if (clock_monotonic() < run->moved_at + patience)
        return false;
    file_error(error, lines_path(run->job->lines), 0,
               "the process that runs the reader made no progress for %.0f seconds and was ended",
               patience);
    return true;
}

static bool talk(struct reader_run *run, struct error *error)
{
    bool more = true;
    while (more && !run->stopped) {
        if (!supply(run, error) || !lines_go_on(run->job->lines, error))
            return false;
        bool unsent = run->sent < run->sending.size && !run->closed;
        if (run->at_end && !unsent)
            close_input(run);
        struct pollfd ends[] = {
            {.fd = run->worker.from, .events = POLLIN},
            {.fd = run->silent ? -1 : run->worker.complaints, .events = POLLIN},
            {.fd = unsent ? run->worker.to : -1, .events = POLLOUT},
        };
        poll(ends, 3, ANSWER_MS);
        if (ends[2].revents)
            send_some(run);
        if (ends[1].revents)
            hear_complaint(run);
        if (ends[0].revents ? !receive(run, &more, error)
                            : !ends[2].revents && is_stuck(run, error))
            return false;
        note_progress(run);
    }
    return true;
}

/* Why a worker ended that did not say it by a message. */
static bool explain(struct reader_run *run, int status, struct error *error)
{
    const char *path = lines_path(run->job->lines);
    char *text = run->complaint, shown[READER_TEXT_MOST];
    bool exited = WIFEXITED(status);
    text[strcspn(text, "\n")] = '\0';
    if (exited && WEXITSTATUS(status) == READER_OVERDUE) {
        unsigned long long line = strtoull(run->complaint, &text, 10);
        return file_error(error, path, line, "%s",
                          text_safe(text + (*text == ' '), shown, sizeof shown));
    }
    if (exited && WEXITSTATUS(status) == MEMORY_EXHAUSTED)
        return file_error(error, path, 0, "the reader takes more memory than it may");
    return file_error(error, path, 0, "the process that runs the reader broke down (%s %d)%s%s",
                      exited ? "status" : "signal", exited ? WEXITSTATUS(status) : WTERMSIG(status),
                      *text ? ": " : "", text_safe(text, shown, sizeof shown));
}

/* Ends the worker. Returns whether it ended well, or is not wanted any more. */
static bool end(struct reader_run *run, bool good, struct error *error)
{
    int status = 0;
    bool said = run->rows->done || run->stopped;
    close_input(run);
    if (!good || run->stopped)
        kill(run->worker.id, SIGKILL);
    while (waitpid(run->worker.id, &status, 0) < 0 && errno == EINTR)
        ;
    hear_complaint(run);
    close(run->worker.from);
    close(run->worker.complaints);
    if (good && !said)
        good = explain(run, status, error);
    return good && reader_rows_finish(run->rows, error);
}

/* Writing to a worker that has ended must not end this process. The thread alone is concerned. */
static bool converse(struct reader_run *run, struct error *error)
{
    sigset_t pipes, before, waiting;
    const struct timespec now = {0};
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    sigpending(&waiting);
    pthread_sigmask(SIG_BLOCK, &pipes, &before);
    bool good = end(run, talk(run, error), error);
    if (!sigismember(&waiting, SIGPIPE))
        sigtimedwait(&pipes, NULL, &now);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

static bool run_page(struct reader_run *run, const struct reader_page *page, struct error *error)
{
    static const char *const arguments[] = {"--reader", NULL};
    run->rows = reader_rows_new(run->job->part, error);
    if (!run->rows || !worker_program_start(&run->worker, false, arguments, error))
        return false;
    memcpy(run->rows->digest, page->digest, sizeof page->digest);
    memcpy(run->rows->modules_digest, page->modules_digest, sizeof page->modules_digest);
    run->moved_at = clock_monotonic();
    order(run, page);
    return converse(run, error);
}

struct reader_rows *reader_run(const struct reader_job *job, bool *unfit, struct error *error)
{
    struct reader_page page;
    struct reader_run run = {.job = job};
    *unfit = false;
    if (!reader_page_read(&page, job->page, error))
        return NULL;
    bool good = run_page(&run, &page, error);
    *unfit = good && !(run.rows->parts >> job->part & 1);
    reader_page_release(&page);
    bytes_release(&run.sending);
    bytes_release(&run.received);
    if (good && !*unfit)
        return run.rows;
    reader_rows_free(run.rows);
    return NULL;
}
