/* SPDX-License-Identifier: MIT
 *
 * Starts a worker with almost no environment, passes on its complaints, ends it, and explains how
 * it ended.
 */
#include "config.h"

#include "worker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/clock.h"
#include "base/memory.h"
#include "wire/message.h"

enum { COMPLAINTS_MOST = 64 << 10, PIPE_SIZE = 1 << 20 };

/* A new path: THAW_WORKER if set, else the program beside this one, else the installed one. */
static char *find_program(bool precise)
{
    const char *named = getenv("THAW_WORKER"), *suffix = precise ? "-double" : "";
    if (named && *named)
        return memory_format("%s%s", named, suffix);
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    if (length > 0) {
        own[length] = '\0';
        *strrchr(own, '/') = '\0';
        char *beside = memory_format("%s/thaw-worker%s", own, suffix);
        if (access(beside, X_OK) == 0)
            return beside;
        free(beside);
    }
    return memory_format("%s/thaw-worker%s", LIBEXECDIR, suffix);
}

/* On some machines OpenBLAS must be told its kernel. A worker needs nothing else. OpenBLAS must not
 * start threads while it is loaded: they would be outside of Landlock, and would have nothing to
 * do. */
static char **make_environment(void)
{
    static const char threads[] = "OPENBLAS_NUM_THREADS=";
    char **environment = memory_array(2, sizeof *environment);
    size_t count = 0;
    environment[count++] = (char *)"OPENBLAS_NUM_THREADS=1";
    for (char **variable = environ; *variable; variable++)
        if (strncmp(*variable, "OPENBLAS_", 9) == 0 &&
            strncmp(*variable, threads, sizeof threads - 1) != 0) {
            environment = memory_resize(environment, count + 2, sizeof *environment);
            environment[count++] = *variable;
            environment[count] = NULL;
        }
    return environment;
}

struct pipes {
    int in[2], out[2], complaints[2];
};

static bool open_pipes(struct pipes *pipes)
{
    return pipe2(pipes->in, O_CLOEXEC) == 0 && pipe2(pipes->out, O_CLOEXEC) == 0 &&
           pipe2(pipes->complaints, O_CLOEXEC) == 0;
}

static void close_one(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}

/* Runs in the child, which becomes the worker or ends. */
static void become(const char *program, char **arguments, char **environment,
                   const struct pipes *pipes, pid_t keeper)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        _exit(1); /* the keeper died before the signal was requested */
    if (dup2(pipes->in[0], 0) == 0 && dup2(pipes->out[1], 1) == 1 &&
        dup2(pipes->complaints[1], 2) == 2)
        execve(program, arguments, environment);
    dprintf(2, "cannot start \"%s\": %s\n", program, strerror(errno));
    _exit(127);
}

/* Returns -1 with `error` on failure; some pipes may then be open. */
static pid_t spawn(const struct worker_process_options *options, struct pipes *pipes,
                   struct error *error)
{
    char *program = find_program(options->precise), **environment = make_environment();
    char threads[16], memory[24], seconds[16];
    char *arguments[] = {(char *)"thaw-worker",
                         (char *)"--threads",
                         threads,
                         (char *)"--memory",
                         memory,
                         options->seconds > 0 ? (char *)"--seconds" : NULL,
                         seconds,
                         NULL};
    snprintf(threads, sizeof threads, "%u", (unsigned)options->threads);
    snprintf(memory, sizeof memory, "%llu", (unsigned long long)options->memory);
    snprintf(seconds, sizeof seconds, "%u", (unsigned)options->seconds);
    pid_t keeper = getpid(), child = -1;
    if (access(program, X_OK) != 0)
        error_set(error, ERROR_STORE, "cannot start the worker \"%s\": %s", program,
                  strerror(errno));
    else if (!open_pipes(pipes) || (child = fork()) < 0)
        error_set(error, ERROR_STORE, "cannot start a worker: %s", strerror(errno));
    if (child == 0)
        become(program, arguments, environment, pipes, keeper);
    free(environment);
    free(program);
    return child;
}

bool worker_process_start(struct worker_process *process,
                          const struct worker_process_options *options, struct error *error)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}};
    pid_t child = spawn(options, &pipes, error);
    close_one(pipes.in[0]);
    close_one(pipes.out[1]);
    close_one(pipes.complaints[1]);
    if (child < 0) {
        close_one(pipes.in[1]);
        close_one(pipes.out[0]);
        close_one(pipes.complaints[0]);
        return false;
    }
    *process = (struct worker_process){.id = child,
                                       .to = pipes.in[1],
                                       .from = pipes.out[0],
                                       .complaints = pipes.complaints[0],
                                       .memory = options->memory};
    fcntl(process->to, F_SETFL, O_NONBLOCK);
    fcntl(process->from, F_SETFL, O_NONBLOCK);
    fcntl(process->complaints, F_SETFL, O_NONBLOCK);
    fcntl(process->to, F_SETPIPE_SZ, PIPE_SIZE); /* for data sets; a smaller pipe works too */
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
