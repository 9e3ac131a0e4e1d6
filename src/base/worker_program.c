/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/worker_program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/memory.h"

enum { PIPE_SIZE = 1 << 20, MOST_ARGUMENTS = 16 };

/* A new path. */
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
                   const struct pipes *pipes, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1); /* the parent died before the signal was requested */
    if (dup2(pipes->in[0], 0) == 0 && dup2(pipes->out[1], 1) == 1 &&
        dup2(pipes->complaints[1], 2) == 2)
        execve(program, arguments, environment);
    dprintf(2, "cannot start \"%s\": %s\n", program, strerror(errno));
    _exit(127);
}

/* Returns -1 with `error` on failure; some pipes may then be open. */
static pid_t spawn(bool precise, const char *const *given, struct pipes *pipes, struct error *error)
{
    char *program = find_program(precise), **environment = make_environment();
    char *arguments[MOST_ARGUMENTS + 2] = {(char *)"thaw-worker"};
    for (size_t i = 0; i < MOST_ARGUMENTS && given[i]; i++)
        arguments[i + 1] = (char *)given[i];
    pid_t parent = getpid(), child = -1;
    if (access(program, X_OK) != 0)
        error_set(error, ERROR_STORE, "cannot start the worker \"%s\": %s", program,
                  strerror(errno));
    else if (!open_pipes(pipes) || (child = fork()) < 0)
        error_set(error, ERROR_STORE, "cannot start a worker: %s", strerror(errno));
    if (child == 0)
        become(program, arguments, environment, pipes, parent);
    free(environment);
    free(program);
    return child;
}

bool worker_program_start(struct worker_program *program, bool precise,
                          const char *const *arguments, struct error *error)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}};
    pid_t child = spawn(precise, arguments, &pipes, error);
    close_one(pipes.in[0]);
    close_one(pipes.out[1]);
    close_one(pipes.complaints[1]);
    if (child < 0) {
        close_one(pipes.in[1]);
        close_one(pipes.out[0]);
        close_one(pipes.complaints[0]);
        return false;
    }
    *program = (struct worker_program){
        .id = child, .to = pipes.in[1], .from = pipes.out[0], .complaints = pipes.complaints[0]};
    fcntl(program->to, F_SETFL, O_NONBLOCK);
    fcntl(program->from, F_SETFL, O_NONBLOCK);
    fcntl(program->complaints, F_SETFL, O_NONBLOCK);
    fcntl(program->to, F_SETPIPE_SZ, PIPE_SIZE); /* for data sets; a smaller pipe works too */
    return true;
}
