/* SPDX-License-Identifier: MIT
 *
 * Starts a worker, passes on its complaints, ends it, and explains how it ended.
 */
#include "config.h"

#include "worker_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/worker_program.h"
#include "wire/message.h"

enum { COMPLAINTS_MOST = 64 << 10 };

bool worker_process_start(struct worker_process *process,
                          const struct worker_process_options *options, struct error *error)
{
    char threads[16], memory[24], seconds[16];
    const char *arguments[] = {
        "--threads", threads, "--memory", memory, options->seconds > 0 ? "--seconds" : NULL,
        seconds,     NULL};
    struct worker_program program;
    snprintf(threads, sizeof threads, "%u", (unsigned)options->threads);
    snprintf(memory, sizeof memory, "%llu", (unsigned long long)options->memory);
    snprintf(seconds, sizeof seconds, "%u", (unsigned)options->seconds);
    if (!worker_program_start(&program, options->precise, arguments, error))
        return false;
    *process = (struct worker_process){.id = program.id,
                                       .to = program.to,
                                       .from = program.from,
                                       .complaints = program.complaints,
                                       .memory = options->memory};
    return true;
}

static void write_whole(const char *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(STDERR_FILENO, data, size);
        if (put < 0 && errno != EINTR)
            return; /* a missing log line is no reason to fail */
        if (put > 0) {
            data += put;
            size -= (size_t)put;
        }
    }
}

/* Reads once and returns the result of read. */
static ssize_t pass_once(struct worker_process *process)
{
    char text[4096];
    ssize_t got = read(process->complaints, text, sizeof text);
    size_t left = COMPLAINTS_MOST - process->complained;
    size_t size = got < 0 ? 0 : (size_t)got < left ? (size_t)got : left;
    write_whole(text, size);
    process->complained += size;
    return got;
}

bool worker_process_pass_complaints(struct worker_process *process)
{
    ssize_t got = pass_once(process);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

void worker_process_expect_data(const struct worker_process *process, uint64_t bytes)
{
    struct rlimit limit;
    uint64_t most = messages_to_worker[MESSAGE_DATA].most;
    if (process->id == 0 || process->memory == 0 || bytes >= most ||
        prlimit(process->id, RLIMIT_AS, NULL, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur <= MESSAGE_DATA_FOLD * most)
        return;
    limit.rlim_cur -= MESSAGE_DATA_FOLD * (most - bytes);
    limit.rlim_max = limit.rlim_cur;
    prlimit(process->id, RLIMIT_AS, &limit, NULL);
}

/* Whether it exits by itself within a moment. */
static bool ends_by_itself(const struct worker_process *process, int *status)
{
    enum { TRIES = 40 };
    struct pollfd pipe = {.fd = process->from, .events = POLLIN};
    if (poll(&pipe, 1, 0) <= 0 || !(pipe.revents & POLLHUP))
        return false;
    for (int i = 0; i < TRIES; i++) {
        if (waitpid(process->id, status, WNOHANG) == process->id)
            return true;
        clock_sleep(0.005);
    }
    return false;
}

/* Whether a worker could not load its libraries or start its threads for lack of memory. */
static bool had_no_room(int status, uint64_t *most)
{
    struct rlimit limit;
    bool early = WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : WEXITSTATUS(status) == 127;
    *most = getrlimit(RLIMIT_AS, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
    return early && *most != RLIM_INFINITY;
}

static void explain(int status, uint64_t memory, bool by_itself, char *how, size_t size)
{
    char most[BUDGET_TEXT];
    uint64_t limit;
    if (had_no_room(status, &limit))
        snprintf(how, size,
                 "found no memory to start: a process may have %s here, the limit of ulimit -v",
                 budget_text(limit, most));
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && by_itself)
        snprintf(how, size,
                 "was killed by somebody else, most likely by the system as memory ran out");
    else if (WIFSIGNALED(status))
        snprintf(how, size, "was killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == MEMORY_EXHAUSTED)
        snprintf(how, size, "ran out of memory: outside Lua it may use %s (--memory sets how much)",
                 budget_text(memory, most));
    else
        snprintf(how, size, "ended with status %d", WEXITSTATUS(status));
}

void worker_process_end(struct worker_process *process, bool kill_it, char *how, size_t size)
{
    if (process->id == 0)
        return;
    int status = 0;
    bool by_itself = ends_by_itself(process, &status);
    if (!by_itself && kill_it)
        kill(process->id, SIGKILL);
    while (!by_itself && waitpid(process->id, &status, 0) < 0 && errno == EINTR)
        ;
    while (pass_once(process) > 0) /* its last complaints */
        ;
    if (how)
        explain(status, process->memory, by_itself || !kill_it, how, size);
    close(process->to);
    close(process->from);
    close(process->complaints);
    *process = (struct worker_process){0};
}

double worker_process_computed(const struct worker_process *worker)
{
    clockid_t clock;
    struct timespec time;
    if (worker->id == 0 || clock_getcpuclockid(worker->id, &clock) != 0 ||
        clock_gettime(clock, &time) != 0)
        return 0;
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
