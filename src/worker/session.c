/* SPDX-License-Identifier: MIT
 *
 * The main thread: reads messages, sends what the pool's threads have written, and reports that it
 * is alive. It computes nothing itself, so it always answers.
 */
#include "config.h"

#include "worker/session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "jail.h"
#include "memory_wall.h"
#include "stage.h"
#include "tensor/engine.h"

enum { INPUT = STDIN_FILENO, OUTPUT = STDOUT_FILENO, OWN_BUG = 70 };

static const double ALIVE_SECONDS = 1, PROGRESS_SECONDS = 0.25;
static const double PATIENCE = 0.75; /* seconds that a step may still take after STOP */
static const double STOP_MOST = 1;   /* seconds that anything may still take after STOP */
static const double OVERDUE = 0.1;   /* seconds that a script may run past its deadline */
static const double LOOK = 0.1;      /* seconds between looks for one that does */
static const double LAST_WORD = 5;   /* seconds to tell the keeper why */

struct session {
    struct worker worker;
    struct frame_input input;
    bool held; /* worker.frame waits for the stage before it */
    bool paused, stopping;
    double stopped_at;
    double next_alive, next_progress;
    bool left;  /* there is output to send */
    bool ended; /* nothing more will be said */
};

/* -- what the pool's threads have done --------------------------------------------------------- */

struct stage_state {
    bool busy, frame_in_use, started, ended;
};

static struct stage_state look(struct session *session)
{
    struct worker *worker = &session->worker;
    pthread_mutex_lock(&worker->lock);
    struct stage_state state = {.busy = worker->busy,
                                .frame_in_use = worker->frame_in_use,
                                .started = worker->started,
                                .ended = worker->ended};
    pthread_mutex_unlock(&worker->lock);
    return state;
}

static void say(struct session *session, enum message_type type)
{
    message_write_empty(outbox_open_now(session->worker.outbox), type);
    outbox_close(session->worker.outbox);
}

/* -- messages ---------------------------------------------------------------------------------- */

static void stop(struct session *session, const struct stage_state *state)
{
    if (session->stopping)
        return;
    session->stopping = true;
    session->stopped_at = clock_monotonic();
    if (state->started) {
        campaign_stop(session->worker.campaign);
    } else {
        /* There is no result to keep yet. */
        say(session, MESSAGE_STOPPED);
        session->ended = true;
    }
}

/* Handles messages that are allowed at any time. */
static bool take_order(struct session *session, const struct stage_state *state)
{
    switch (session->worker.frame.type) {
    case MESSAGE_PAUSE:
        session->paused = true;
        if (state->started)
            campaign_pause(session->worker.campaign);
        return true;
    case MESSAGE_CONTINUE:
        session->paused = false;
        if (state->started)
            campaign_continue(session->worker.campaign);
        return true;
    case MESSAGE_STOP:
        stop(session, state);
        return true;
    default:
        return false;
    }
}

static void begin_stage(struct session *session)
{
    struct worker *worker = &session->worker;
    void (*stage)(void *, uint32_t) = stage_for(worker, worker->frame.type);
    if (!stage) {
        fprintf(stderr, "thaw-worker: a message of type %u came out of order\n",
                (unsigned)worker->frame.type);
        _exit(OWN_BUG);
    }
    session->held = false;
    worker->job = (struct pool_job){.run = stage, .context = worker};
    pthread_mutex_lock(&worker->lock);
    worker->busy = worker->frame_in_use = true;
    pthread_mutex_unlock(&worker->lock);
    pool_post(worker->pool, &worker->job);
}

/* Handles the received frames, until one has to wait for a stage. */
static void take_frames(struct session *session)
{
    struct error error;
    for (;;) {
        struct stage_state state = look(session);
        if (state.ended || session->ended)
            return;
        if (session->held && !state.busy)
            begin_stage(session);
        else if (session->held || state.frame_in_use)
            return;
        else {
            int found = frame_input_next(&session->input, &session->worker.frame, &error);
            if (found < 0) {
                fprintf(stderr, "thaw-worker: %s\n", error.text);
                _exit(OWN_BUG);
            }
            if (found == 0)
                return;
            session->held = !take_order(session, &state);
        }
    }
}

static bool may_read(struct session *session)
{
    struct stage_state state = look(session);
    return !session->held && !state.frame_in_use && !state.ended && !session->ended;
}

static void read_input(struct session *session)
{
    struct error error;
    enum frame_progress progress = frame_input_fill(&session->input, INPUT, &error);
    if (progress == FRAME_CLOSED)
        _exit(0); /* the keeper is gone: nothing can use the rest */
    if (progress == FRAME_FAILED) {
        fprintf(stderr, "thaw-worker: %s\n", error.text);
        _exit(OWN_BUG);
    }
}

/* -- time -------------------------------------------------------------------------------------- */

static void give_signs(struct session *session, double now, const struct stage_state *state)
{
    if (now >= session->next_alive) {
        say(session, MESSAGE_ALIVE);
        session->next_alive = now + ALIVE_SECONDS;
    }
    if (state->started && now >= session->next_progress) {
        if (campaign_is_searching(session->worker.campaign))
            stage_report_search(&session->worker);
        else
            campaign_report(session->worker.campaign);
        session->next_progress = now + PROGRESS_SECONDS;
    }
    if (session->stopping && state->started && now > session->stopped_at + PATIENCE)
        script_host_cancel(session->worker.study.host);
}

/* A thread cannot be ended from outside, so the process exits. */
static void leave(struct session *session, double now)
{
    do {
        struct error ignored;
        struct pollfd output = {.fd = OUTPUT, .events = POLLOUT};
        if (!outbox_flush(session->worker.outbox, OUTPUT, &session->left, &ignored))
            break;
        poll(&output, session->left, 50);
    } while (session->left && clock_monotonic() < now + LAST_WORD);
    _exit(0);
}

/* At its deadline, a script is stopped by the hook inside Lua, and by C functions that pay as they
 * go. A script that still runs is inside one long operation. One that was asked about and was
 * stopped has failed, but may have left gigabytes that take long to free. */
static void end_overdue(struct session *session, const struct stage_state *state, double now)
{
    int line;
    const char *why;
    struct worker *worker = &session->worker;
    if (now >= script_watch_deadline(worker->watch, &line) + OVERDUE)
        stage_give_up(
            worker, line,
            "the script was stopped: it ran for longer than it may inside of one operation");
    else if (state->busy && now >= script_watch_overran(worker->watch, &why) + OVERDUE &&
             worker->load.asked)
        stage_give_up_for(worker, why);
    else
        return;
    leave(session, now);
}

/* Ends without a checkpoint. A resumed execution repeats the steps since the last one. */
static void end_late_stop(struct session *session, const struct stage_state *state, double now)
{
    double wait = session->left ? LAST_WORD : STOP_MOST; /* a checkpoint may still be on its way */
    if (session->ended || !session->stopping || !state->started || now < session->stopped_at + wait)
        return;
    message_write_empty(outbox_open_now(session->worker.outbox), MESSAGE_STOPPED);
    outbox_seal(session->worker.outbox);
    leave(session, now);
}

static void look_for_the_end(struct session *session, const struct stage_state *state)
{
    if (session->ended || state->busy)
        return;
    if (state->ended) {
        session->ended = true;
    } else if (state->started && campaign_is_over(session->worker.campaign)) {
        say(session, session->stopping ? MESSAGE_STOPPED : MESSAGE_FINISHED);
        session->ended = true;
    }
}

static void flush(struct session *session)
{
    struct error error;
    if (!outbox_flush(session->worker.outbox, OUTPUT, &session->left, &error))
        _exit(0);
}

static void wait_for_something(struct session *session)
{
    struct pollfd watched[] = {
        {.fd = INPUT, .events = may_read(session) ? POLLIN : 0},
        {.fd = outbox_wake_descriptor(session->worker.outbox), .events = POLLIN},
        {.fd = OUTPUT, .events = session->left ? POLLOUT : 0},
    };
    struct stage_state state = look(session);
    double next = session->next_alive;
    if (state.started && session->next_progress < next)
        next = session->next_progress;
    int line;
    double overdue = script_watch_deadline(session->worker.watch, &line) + OVERDUE;
    next = overdue < next ? overdue : next;
    double now = clock_monotonic();
    if (state.busy && now + LOOK < next)
        next = now + LOOK; /* a deadline may be set meanwhile */
    double late = session->stopped_at + STOP_MOST;
    if (session->stopping && late < next && late > now)
        next = late;
    double seconds = next - now;
    poll(watched, 3, seconds > 0 ? (int)(seconds * 1000) + 1 : 0);
    if (watched[0].revents & POLLIN)
        read_input(session);
    else if (watched[0].revents & (POLLHUP | POLLERR))
        _exit(0);
}

/* -- life -------------------------------------------------------------------------------------- */

static void open_session(struct session *session, const struct worker_options *options)
{
    struct message_confined confined = {0};
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    bool walled = options->memory == 0 || memory_wall_raise(options->memory, options->threads,
                                                            script_limits_of(false).memory);
    jail_prepare(&confined);
    engine_start();
    fcntl(OUTPUT, F_SETFL, fcntl(OUTPUT, F_GETFL) | O_NONBLOCK);
    frame_input_init(&session->input, messages_to_worker, MESSAGE_TYPES);
    pthread_mutex_init(&session->worker.lock, NULL);
    session->worker.outbox = outbox_new();
    session->worker.pool = pool_new(options->threads);
    session->worker.watch = script_watch_new(options->threads);
    session->worker.checkpoint_seconds = options->checkpoint_seconds;
    budget_init(&session->worker.budget, options->memory ? options->memory : UINT64_MAX);
    jail_close(options->seconds, &confined);
    if (!walled)
        confined.refused[LAYER_MEMORY] = EPERM;
    message_confined_write(outbox_open_now(session->worker.outbox), &confined);
    outbox_close(session->worker.outbox);
}

static void close_session(struct session *session)
{
    struct worker *worker = &session->worker;
    if (look(session).busy)
        _exit(0);
    pool_wait(worker->pool);
    campaign_free(worker->campaign);
    stage_release(worker);
    study_release(&worker->study);
    script_watch_free(worker->watch);
    pool_free(worker->pool);
    outbox_free(worker->outbox);
    frame_input_release(&session->input);
    pthread_mutex_destroy(&worker->lock);
}

struct worker_options worker_options_default(void)
{
    return (struct worker_options){.threads = 1, .checkpoint_seconds = 1};
}

int worker_serve(const struct worker_options *options)
{
    struct session session = {0};
    open_session(&session, options);
    for (;;) {
        take_frames(&session);
        struct stage_state state = look(&session);
        if (session.paused && state.started)
            campaign_pause(session.worker.campaign);
        give_signs(&session, clock_monotonic(), &state);
        end_overdue(&session, &state, clock_monotonic());
        look_for_the_end(&session, &state);
        end_late_stop(&session, &state, clock_monotonic());
        flush(&session);
        if (session.ended && !session.left)
            break;
        wait_for_something(&session);
    }
    close_session(&session);
    return 0;
}
