/* SPDX-License-Identifier: MIT
 *
 * Starts a keeper. Its standard output is a pipe to the process that started it. The keeper closes
 * the pipe once it listens, after a word; on failure it writes the error's kind and text. One that
 * writes nothing has ended, as without memory.
 */
#include "config.h"

#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

static const double PATIENCE = 30; /* seconds; a large database may have to be migrated */
static const char LISTENS[] = "listens";
enum { STARTS = 3 }; /* of keepers that end without a word, before that is said */

/* Runs in the grandchild, which becomes the keeper or ends. Uses only calls that are safe after a
 * fork in a program with threads. Those of AddressSanitizer are not: what it inserts before _exit
 * allocates, and hangs if another thread was allocating at the fork. */
__attribute__((no_sanitize_address)) static void become(const char *program, const char *database,
                                                        int answer, int log)
{
    char *arguments[] = {(char *)"thaw", (char *)"keeper", (char *)"--db", (char *)database, NULL};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (dup2(nothing, 0) == 0 && dup2(answer, 1) == 1 && dup2(log >= 0 ? log : nothing, 2) == 2 &&
        chdir("/") == 0)
        execv(program, arguments);
    static const char text[] = "3 the program of the keeper cannot be started";
    if (write(answer, text, sizeof text - 1) < 0)
        _exit(126);
    _exit(127);
}

__attribute__((no_sanitize_address)) static bool detach(const char *program, const char *database,
                                                        int answer, int log)
{
    pid_t child = fork();
    if (child == 0) {
        setsid();
        pid_t grandchild = fork();
        if (grandchild == 0)
            become(program, database, answer, log);
        _exit(grandchild < 0);
    }
    int status = 1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && status == 0;
}

/* Reads what launch_answer wrote. The program may also be another one. */
static bool refuse(const char *text, struct error *error)
{
    char *reason;
    unsigned long kind = strtoul(text, &reason, 10);
    error->kind = kind < ERROR_KIND_COUNT ? (enum error_kind)kind : ERROR_STORE;
    text_safe_lines(reason + (*reason == ' '), error->text, sizeof error->text);
    return false;
}

/* Reads until the keeper closes the pipe. `mute`: it ended without a word. */
static bool await(int answer, const struct patience *patience, bool *mute, struct error *error)
{
    char text[600] = "";
    size_t size = 0;
    double begun = clock_monotonic();
    for (;;) {
        int ready = patience_poll(patience, "the keeper to begin", answer, POLLIN, begun,
                                  begun + PATIENCE - clock_monotonic());
        if (ready == 0)
            return error_set(error, ERROR_STORE, "the keeper does not answer");
        if (ready < 0)
            return error_set(error, ERROR_CANCELLED, "given up before the keeper had begun");
        ssize_t got = read(answer, text + size, sizeof text - 1 - size);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        if (got > 0)
            size += (size_t)got;
    }
    *mute = size == 0;
    return !*mute && (strcmp(text, LISTENS) == 0 || refuse(text, error));
}

static bool launch(const struct workbench_place *place, const struct patience *patience, bool *mute,
                   struct error *error)
{
    const char *program = getenv("THAW_PROGRAM");
    int answer[2], log = place_open_log(place);
    if (pipe2(answer, O_CLOEXEC) != 0) {
        close(log);
        return error_set(error, ERROR_STORE, "cannot start the keeper: %s", strerror(errno));
    }
    bool good =
        detach(program && *program ? program : "/proc/self/exe", place->database, answer[1], log);
    if (!good)
        error_set(error, ERROR_STORE, "cannot start the keeper: %s", strerror(errno));
    close(answer[1]);
    if (log >= 0)
        close(log);
    good = good && await(answer[0], patience, mute, error);
    close(answer[0]);
    return good;
}

bool launch_keeper(const struct workbench_place *place, const struct patience *patience,
                   struct error *error)
{
    char shown[256];
    for (int i = 0; i < STARTS; i++) {
        bool mute = false;
        if (launch(place, patience, &mute, error))
            return true;
        if (!mute)
            return false;
    }
    return error_set(error, ERROR_STORE,
                     "the keeper ended before it listened; \"%s.log\" may say why",
                     text_safe(place->database, shown, sizeof shown));
}

void launch_answer(const struct error *error)
{
    struct stat about;
    if (error)
        dprintf(STDOUT_FILENO, "%d %s", (int)error->kind, error->text);
    else if (fstat(STDOUT_FILENO, &about) == 0 && S_ISFIFO(about.st_mode)) /* not a person's */
        dprintf(STDOUT_FILENO, "%s", LISTENS);
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDOUT_FILENO);
        close(nothing);
    }
}
