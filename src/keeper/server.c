/* SPDX-License-Identifier: MIT
 *
 * The keeper's life: it opens the database, listens, serves, and exits when nobody needs it. The
 * database's lock makes it the only one; a second keeper exits silently.
 */
#include "config.h"

#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "job_frames.h"
#include "keeper/client.h"
#include "launch.h"

static const double IDLE_MOST = 5, TICK = 1, LOCK_PATIENCE = 5, LEAVE_PATIENCE = 40; /* seconds */
enum { CLIENTS_MOST = 64, INPUT_MOST = 64 << 20, OPEN_TRIES = 3, EXIT_STORE = 3 };

/* -- clients ----------------------------------------------------------------------------------- */

/* A user may remove or replace the database and expect the next command to start fresh. */
static void look_for_database(struct server *server)
{
    server->displaced = server->displaced || store_is_displaced(server->store);
}

void server_forget_data(struct server *server)
{
    packed_data_release(&server->data);
    packed_data_release(&server->sample);
    staying_retire(server);
}

bool server_say_displaced(const struct server *server, struct error *error)
{
    char shown[256];
    return error_set(error, ERROR_STORE,
                     "\"%s\" was replaced, removed or changed by others while it was being "
                     "written: its keeper ends; the file there now is not touched",
                     text_safe(server->place.database, shown, sizeof shown));
}

/* Reports it in the log, and to all clients that wait for an answer. */
static void tell_displaced(struct server *server)
{
    struct error error;
    server_say_displaced(server, &error);
    dprintf(STDERR_FILENO, "%s\n", error.text);
    for (size_t i = 0; i < server->client_count; i++)
        if (server->clients[i]->awaits)
            server_refuse(server->clients[i], &error);
}

static void accept_client(struct server *server)
{
    int peer = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (peer < 0)
        return;
    look_for_database(server);
    if (!place_is_own(peer)) {
        close(peer);
        return;
    }
    if (server->client_count >= CLIENTS_MOST || server->leaving || server->displaced) {
        close(peer);
        return;
    }
    struct client *client = memory_new(sizeof *client);
    client->peer = peer;
    client->output.is_socket = true;
    frame_input_init(&client->input, requests, REQUEST_TYPES);
    server->clients =
        memory_resize(server->clients, server->client_count + 1, sizeof(struct client *));
    server->clients[server->client_count++] = client;
}

static void free_client(struct client *client)
{
    close(client->peer);
    frame_input_release(&client->input);
    frame_output_release(&client->output);
    job_question_release(&client->question);
    free(client);
}

static bool others_await(const struct server *server, const struct client *client)
{
    for (size_t i = 0; i < server->client_count; i++)
        if (server->clients[i] && server->clients[i] != client &&
            server->clients[i]->awaits == client->awaits)
            return true;
    return false;
}

/* Gives up work that was begun for a client that is gone, because the client would never learn of
 * it. */
static void give_up_for(const struct server *server, struct client *client)
{
    struct error error;
    struct worker_job *job = client->awaits;
    if (!job || job->kind == JOB_RESUME || job->state >= JOB_RUNNING || client->queued ||
        others_await(server, client))
        return;
    error_set(&error, ERROR_CANCELLED, "who asked for it is gone");
    job_fail(job, END_LOST, &error);
}

static void drop_gone_clients(struct server *server)
{
    size_t kept = 0;
    for (size_t i = 0; i < server->client_count; i++) {
        struct client *client = server->clients[i];
        if (client->gone) {
            give_up_for(server, client);
            free_client(client);
            server->clients[i] = NULL;
        } else {
            server->clients[kept++] = client;
        }
    }
    server->client_count = kept;
}

static void serve_client(struct server *server, struct client *client, short events)
{
    struct error error;
    struct frame frame;
    if (events & POLLOUT && !frame_output_flush(&client->output, client->peer, &error))
        client->gone = true;
    if (events & (POLLIN | POLLHUP | POLLERR)) {
        enum frame_progress progress = frame_input_fill(&client->input, client->peer, &error);
        client->gone = client->gone || progress == FRAME_CLOSED || progress == FRAME_FAILED;
    }
    int found = 0;
    while (!client->gone && !client->awaits &&
           (found = frame_input_next(&client->input, &frame, &error)) > 0)
        client->gone = !server_handle_frame(server, client, &frame) || client->gone;
    client->gone = client->gone || found < 0;
}

/* -- the loop ---------------------------------------------------------------------------------- */

static void read_signals(struct server *server)
{
    struct signalfd_siginfo info;
    if (read(server->signals, &info, sizeof info) == sizeof info)
        server->asked_to_leave = true;
}

static bool is_needed(const struct server *server)
{
    for (size_t i = 0; i < server->client_count; i++)
        if (server->clients[i]->greeted)
            return true;
    return server->job_count > 0 || server->queue_count > 0;
}

enum { FIXED = 2, PER_JOB = 3 }; /* descriptors: the listener and signals; three pipes per worker */

/* Clients first, then jobs, each in the order of the server's lists. */
static struct pollfd *list_descriptors(const struct server *server, size_t *count)
{
    *count = FIXED + server->client_count + PER_JOB * server->job_count;
    struct pollfd *list = memory_array(*count, sizeof *list), *at = list;
    *at++ = (struct pollfd){.fd = server->signals, .events = POLLIN};
    *at++ = (struct pollfd){.fd = server->listener, .events = POLLIN};
    for (size_t i = 0; i < server->client_count; i++) {
        const struct client *client = server->clients[i];
        bool sends = frame_output_pending(&client->output) > 0;
        *at++ =
            (struct pollfd){.fd = client->peer, .events = (short)(POLLIN | (sends ? POLLOUT : 0))};
    }
    for (size_t i = 0; i < server->job_count; i++) {
        const struct worker_job *job = server->jobs[i];
        bool over = job->state == JOB_OVER, sends = frame_output_pending(&job->output) > 0;
        bool full =
            (job->input.size > INPUT_MOST && server->importing) || journal_is_full(&job->journal);
        *at++ = (struct pollfd){.fd = over || full ? -1 : job->worker.from, .events = POLLIN};
        *at++ = (struct pollfd){.fd = over || !sends ? -1 : job->worker.to, .events = POLLOUT};
        *at++ = (struct pollfd){.fd = over || job->is_mute ? -1 : job->worker.complaints,
                                .events = POLLIN};
    }
    return list;
}

static void serve_job(struct server *server, struct worker_job *job, const struct pollfd *pipes)
{
    struct error ignored;
    if (pipes[2].revents && job->state != JOB_OVER)
        job->is_mute = !worker_process_pass_complaints(&job->worker);
    if (pipes[1].revents)
        job_flush_output(job);
    if (!pipes[0].revents || job->state == JOB_OVER)
        return;
    if (server->importing)
        frame_input_fill(&job->input, job->worker.from, &ignored); /* handled after the import */
    else
        job_receive(job, server->store);
}

static void serve(struct server *server, const struct pollfd *list)
{
    size_t clients = server->client_count, jobs = server->job_count;
    if (list[0].revents)
        read_signals(server);
    for (size_t i = 0; i < jobs; i++)
        serve_job(server, server->jobs[i], list + FIXED + clients + PER_JOB * i);
    if (server->importing)
        return;
    for (size_t i = 0; i < clients; i++)
        if (list[FIXED + i].revents || !server->clients[i]->awaits)
            serve_client(server, server->clients[i], list[FIXED + i].revents);
    if (list[1].revents)
        accept_client(server);
    drop_gone_clients(server);
}

static void tick(struct server *server)
{
    double now = clock_monotonic();
    if (is_needed(server))
        server->idle_since = now;
    if (now - server->ticked_at < TICK)
        return;
    look_for_database(server);
    schedule_tick(server, now - server->ticked_at);
    server->ticked_at = now;
}

static void run(struct server *server)
{
    double leave_at = 0;
    for (;;) {
        double wait = TICK;
        size_t count;
        tick(server);
        if (server->asked_to_leave && !server->leaving)
            schedule_leave(server);
        schedule_advance(server, &wait);
        double now = clock_monotonic();
        if (server->displaced) {
            tell_displaced(server);
            return;
        }
        if (server->leaving && leave_at == 0)
            leave_at = now + LEAVE_PATIENCE;
        if (server->leaving && (server->job_count == 0 || now > leave_at))
            return;
        if (!is_needed(server) && now - server->idle_since > IDLE_MOST)
            return;
        struct pollfd *list = list_descriptors(server, &count);
        if (poll(list, count, (int)(wait * 1000) + 1) >= 0)
            serve(server, list);
        free(list);
    }
}

bool server_attend(struct server *server, const struct client *importer)
{
    size_t count;
    struct pollfd importers = {.fd = importer->peer, .events = POLLRDHUP};
    struct pollfd *list = list_descriptors(server, &count);
    if (poll(list, count, 0) > 0)
        serve(server, list);
    free(list);
    bool gone = poll(&importers, 1, 0) > 0 && importers.revents & (POLLRDHUP | POLLHUP | POLLERR);
    look_for_database(server);
    return gone || server->asked_to_leave || server->displaced;
}

/* -- begin and end ----------------------------------------------------------------------------- */

static bool lock_is_free(const struct workbench_place *place)
{
    struct error ignored;
    char *path = memory_format("%s.lock", place->database);
    int lock = file_open_own(path, (struct file_own){0}, &ignored);
    free(path);
    bool is_free = lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0;
    if (lock >= 0)
        close(lock);
    return is_free;
}

/* Opens the database. Waits for a keeper that is about to exit; if another one listens, sets
 * `other`. */
static bool take_database(struct server *server, bool *other, struct error *error)
{
    double until = clock_monotonic() + LOCK_PATIENCE;
    int tries = 0;
    do {
        bool fatal;
        struct error ignored;
        int peer = place_connect(&server->place, NULL, &fatal, &ignored);
        *other = peer >= 0;
        if (*other) {
            close(peer);
            return false;
        }
        server->store = store_open_writer(server->place.database, error);
        if (server->store)
            return true;
        if (lock_is_free(&server->place) && ++tries == OPEN_TRIES)
            return false;
        clock_sleep(0.01);
    } while (clock_monotonic() < until);
    return false;
}

static bool take_signals(struct server *server, struct error *error)
{
    sigset_t set;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* exceeding the limit on file sizes then looks like a full disk */
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    server->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return server->signals >= 0 ||
           error_set(error, ERROR_STORE, "cannot wait for signals: %s", strerror(errno));
}

static bool interrupt_orphans(struct server *server, struct error *error)
{
    bool good = store_begin(server->store, error) &&
                store_runs_interrupt(server->store, "the keeper ended without a word", error) &&
                store_commit(server->store, error);
    store_rollback(server->store);
    return good;
}

static bool begin(struct server *server, const char *database, bool *other, struct error *error)
{
    if (!place_find(&server->place, database, true, error) || !take_signals(server, error) ||
        !take_database(server, other, error) || !interrupt_orphans(server, error))
        return false;
    server->listener = place_listen(&server->place, error);
    server->idle_since = server->ticked_at = clock_monotonic();
    return server->listener >= 0;
}

static void end(struct server *server)
{
    if (server->listener >= 0) {
        place_unlink(&server->place); /* the next client starts the next keeper */
        close(server->listener);
    }
    server_forget_data(server);
    for (size_t i = 0; i < server->job_count; i++)
        job_free(server->jobs[i]);
    for (size_t i = 0; i < server->client_count; i++)
        free_client(server->clients[i]);
    free(server->jobs);
    free(server->clients);
    free(server->queue);
    if (server->signals >= 0)
        close(server->signals);
    store_close(server->store);
    place_release(&server->place);
}

int keeper_serve(const char *database)
{
    struct server server = {.listener = -1, .signals = -1, .place.folder = -1};
    struct error error;
    bool other = false;
    bool good = begin(&server, database, &other, &error);
    launch_answer(good || other ? NULL : &error);
    if (good)
        run(&server);
    end(&server);
    return good || other ? 0 : EXIT_STORE;
}
