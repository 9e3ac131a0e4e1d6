/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "file_error.h"
#include "unpack_wall.h"
#include "unpacker.h"

enum { ANSWER_MS = 20, LONGEST_LIST = 16 << 20, FIRST_SECONDS = 60, SECONDS_PER_MIB = 10 };

/* Where the child finds its files after all others are closed. */
enum { CHILD_PACKED = 3, CHILD_OUTPUT, CHILD_PIPE, CHILD_REST };

/* -- the child --------------------------------------------------------------------------------- */

static void default_signals(void)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGSEGV,
                                  SIGABRT, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    signal(SIGXFSZ, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void close_rest(void)
{
    enum { MOST_FILES = 1 << 16 };
    if (close_range(CHILD_REST, ~0U, 0) == 0)
        return;
    for (int file = CHILD_REST; file < MOST_FILES; file++) /* a kernel before 5.9 */
        close(file);
}

/* Gives the three files their numbers. Moves all of them out of the way first, because one may have
 * the number of another. */
static bool keep_files(int packed, int output, int pipe)
{
    int files[] = {packed, output, pipe};
    for (int i = 0; i < 3; i++)
        if ((files[i] = fcntl(files[i], F_DUPFD, CHILD_REST)) < 0)
            return false;
    for (int i = 0; i < 3; i++)
        if (dup2(files[i], CHILD_PACKED + i) < 0)
            return false;
    close_rest();
    return true;
}

static _Noreturn void work(struct unpacker_order *order, int pipe, rlim_t seconds,
                           struct unpacker_result *shared)
{
    struct unpacker_result result = {0};
    default_signals();
    setlocale(LC_CTYPE, "C.UTF-8"); /* so that names stay as they are */
    if (!keep_files(order->file, order->output, pipe) || !unpack_wall_close(seconds)) {
        error_set(&result.error, ERROR_INPUT, "the process that unpacks cannot be confined: %s",
                  strerror(errno));
    } else {
        order->file = CHILD_PACKED;
        order->output = CHILD_OUTPUT;
        unpacker_run(order, &result);
    }
    *shared = result;
    _exit(EXIT_SUCCESS);
}

/* -- the parent -------------------------------------------------------------------------------- */

/* Waits for the child, asks meanwhile, and ends the child if the answer is yes. */
static bool await_child(const struct unpack_job *job, pid_t child, int pipe, int *status,
                        struct error *error)
{
    struct pollfd ends = {.fd = pipe, .events = POLLIN};
    bool cancelled = false;
    for (;;) {
        cancelled = cancelled || (job->cancelled && job->cancelled(job->context));
        if (cancelled)
            kill(child, SIGKILL);
        pid_t ended = waitpid(child, status, cancelled ? 0 : WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR))
            break;
        if (poll(&ends, 1, ANSWER_MS) > 0)
            poll(NULL, 0, 1); /* its end of the pipe is closed: it is about to end */
    }
    return !cancelled || error_set(error, ERROR_CANCELLED, "the import was cancelled");
}

static bool judge(const struct unpack_job *job, int status, struct unpacker_result *result,
                  struct error *error)
{
    bool ended = WIFEXITED(status);
    result->error.text[sizeof result->error.text - 1] = '\0';
    if (ended && WEXITSTATUS(status) == EXIT_SUCCESS && result->good)
        return true;
    if (ended && WEXITSTATUS(status) == EXIT_SUCCESS && *result->error.text) {
        char text[sizeof result->error.text];
        return error_set(error, ERROR_INPUT, "%s",
                         text_safe(result->error.text, text, sizeof text));
    }
    if (ended && WEXITSTATUS(status) == MEMORY_EXHAUSTED)
        return file_error(error, job->path, 0, "unpacking it takes more memory than it may");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return file_error(error, job->path, 0,
                          "unpacking it takes longer than a file of its size may; unpack it first");
    return file_error(
        error, job->path, 0,
        "the process that unpacks it broke down (%s %d): it is damaged, or means harm",
        ended ? "status" : "signal", ended ? WEXITSTATUS(status) : WTERMSIG(status));
}

static rlim_t seconds_for(int file)
{
    struct stat status;
    rlim_t size = fstat(file, &status) == 0 ? (rlim_t)status.st_size : 0;
    return FIRST_SECONDS + SECONDS_PER_MIB * (size >> 20);
}

static bool run_child(const struct unpack_job *job, struct unpacker_order *order,
                      struct unpacker_result *shared, struct error *error)
{
    int pipes[2], status = 0;
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return file_error(error, job->path, 0, "%s", strerror(errno));
    rlim_t seconds = seconds_for(job->file);
    pid_t child = fork();
    if (child == 0)
        work(order, pipes[1], seconds, shared);
    close(pipes[1]);
    bool good = child > 0
                    ? await_child(job, child, pipes[0], &status, error)
                    : file_error(error, job->path, 0, "it cannot be unpacked: %s", strerror(errno));
    close(pipes[0]);
    return good && judge(job, status, shared, error);
}

/* Carries out the order in a child; its output is at its beginning afterwards. `order->output` is
 * closed on failure. */
static bool run(const struct unpack_job *job, struct unpacker_order *order,
                struct unpacker_result *result, struct error *error)
{
    order->output = file_open_nameless(ERROR_INPUT, error);
    if (order->output < 0)
        return false;
    struct unpacker_result *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool good = shared != MAP_FAILED;
    if (!good)
        file_error(error, job->path, 0, "%s", strerror(errno));
    good = good && run_child(job, order, shared, error);
    if (good && lseek(order->output, 0, SEEK_SET) != 0)
        good = file_error(error, job->path, 0, "%s", strerror(errno));
    if (shared != MAP_FAILED)
        *result = *shared;
    if (shared != MAP_FAILED)
        munmap(shared, sizeof *shared);
    if (!good)
        close(order->output);
    return good;
}

int unpack_member(const struct unpack_job *job, const char *member, bool *missing,
                  struct error *error)
{
    struct unpacker_result result = {0};
    struct unpacker_order order = {
        .file = job->file, .packing = job->packing, .path = job->path, .member = member};
    bool good = run(job, &order, &result, error);
    *missing = !good && result.missing;
    return good ? order.output : -1;
}

static void add_member(struct members *members, struct reader *reader)
{
    uint64_t size = reader_u64(reader);
    char *name = reader_string(reader, UNPACK_NAME);
    if (reader->failed || *name == '\0') {
        free(name);
        return;
    }
    members->names = memory_grow(members->names, members->count, sizeof *members->names);
    members->sizes = memory_grow(members->sizes, members->count, sizeof *members->sizes);
    members->names[members->count] = name;
    members->sizes[members->count++] = size;
}

static bool read_list(const struct unpack_job *job, int file, struct members *members,
                      struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size > LONGEST_LIST)
        return file_error(error, job->path, 0, "the names in it take more than %d MiB",
                          LONGEST_LIST >> 20);
    size_t size = (size_t)status.st_size;
    unsigned char *data = memory_new(size);
    struct reader reader = reader_of(data, size);
    bool good = pread(file, data, size, 0) == (ssize_t)size;
    while (good && reader.at < reader.size && !reader.failed)
        add_member(members, &reader);
    good = good && !reader.failed;
    free(data);
    return good || file_error(error, job->path, 0, "the list of its members cannot be read");
}

bool unpack_list(const struct unpack_job *job, struct members *members, struct error *error)
{
    struct unpacker_result result;
    struct unpacker_order order = {
        .file = job->file, .packing = job->packing, .path = job->path, .list = true};
    *members = (struct members){0};
    if (!run(job, &order, &result, error))
        return false;
    members->stream = result.stream;
    bool good = read_list(job, order.output, members, error);
    close(order.output);
    if (!good)
        members_release(members);
    return good;
}

void members_release(struct members *members)
{
    if (!members)
        return;
    for (size_t i = 0; i < members->count; i++)
        free(members->names[i]);
    free(members->names);
    free(members->sizes);
    *members = (struct members){0};
}
