/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yajl/yajl_tree.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "keeper/client.h"

char folder[64], database[96];

struct bytes out, complaints;

void add_file(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

int set_up(void **state)
{
    (void)state;
    char worker[4096];
    snprintf(folder, sizeof folder, "/tmp/thaw-program-XXXXXX");
    if (!mkdtemp(folder) || !getcwd(worker, sizeof worker - 64))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
    strcat(worker, "/tests/keeper/fake_worker");
    setenv("THAW_WORKER", worker, 1);
    setenv("THAW_DB", database, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    unsetenv("CLICOLOR_FORCE");
    add_file("toy.csv", "user,item,rating,timestamp\nann,1,5,100\nann,2,3,110\nbob,1,4,120\n"
                        "bob,2,2,130\nbob,3,1,140\n");
    add_file("bad.csv", "user,item,rating\nann,1,5\nann,2\n");
    add_file("quick.lua", "steps=50");
    add_file("long.lua", "steps=4000 sleep=3000 checkpoint=5");
    add_file("some.lua", "steps=300 sleep=3000 checkpoint=50");
    add_file("nan.lua", "steps=50 fault=nan at=20");
    add_file("failing.lua", "steps=50 fault=run-failed at=20");
    add_file("wrong.lua", "fault=load");
    add_file("overlap.lua", "fault=overlap");
    return 0;
}

void end_keeper(void)
{
    char lock[112];
    int process = 0;
    snprintf(lock, sizeof lock, "%s.lock", database);
    FILE *file = fopen(lock, "r");
    if (file && fscanf(file, "%d", &process) == 1 && keeper_is_alive(database))
        kill(process, SIGTERM);
    if (file)
        fclose(file);
    for (double end = clock_monotonic() + PATIENCE;
         keeper_is_alive(database) && clock_monotonic() < end;)
        clock_sleep(0.01);
}

int tear_down(void **state)
{
    (void)state;
    char command[128];
    end_keeper();
    bytes_release(&out);
    bytes_release(&complaints);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

pid_t start(const char *const *words, int in, int output, int errors)
{
    char *arguments[WORDS + 2] = {(char *)"./thaw"};
    for (size_t i = 0; words[i]; i++)
        arguments[i + 1] = (char *)words[i];
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        signal(SIGINT, SIG_DFL);
        dup2(in, 0);
        dup2(output, 1);
        dup2(errors, 2);
        execv("./thaw", arguments);
        _exit(127);
    }
    return process;
}

bool read_some(int from, struct bytes *into)
{
    char buffer[4096];
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count > 0)
        bytes_add(into, buffer, (size_t)count);
    return count > 0 || (count < 0 && errno == EINTR);
}

int status_of(pid_t process)
{
    int status;
    assert_int_equal(waitpid(process, &status, 0), process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Both streams of a process until it closes them. */
static void collect(int from_out, int from_errors)
{
    struct pollfd ends[] = {{from_out, POLLIN, 0}, {from_errors, POLLIN, 0}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        if (poll(ends, 2, PATIENCE * 1000) == 0)
            fail_msg("no answer");
        for (int i = 0; i < 2; i++)
            if (ends[i].fd >= 0 && ends[i].revents &&
                !read_some(ends[i].fd, i ? &complaints : &out))
                ends[i].fd = -1;
    }
    bytes_add_u8(&out, 0);
    bytes_add_u8(&complaints, 0);
}

int64_t size_of_log(void)
{
    char log[112];
    struct stat status;
    snprintf(log, sizeof log, "%s-wal", database);
    return stat(log, &status) == 0 ? (int64_t)status.st_size : 0;
}

int run_interrupted_at(int64_t size, double seconds, const char *const *words)
{
    int to_out[2], to_errors[2], nothing = open("/dev/null", O_RDONLY);
    assert_int_equal(pipe2(to_out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(to_errors, O_CLOEXEC), 0);
    bytes_clear(&out);
    bytes_clear(&complaints);
    pid_t process = start(words, nothing, to_out[1], to_errors[1]);
    close(to_out[1]);
    close(to_errors[1]);
    close(nothing);
    for (double end = clock_monotonic() + PATIENCE;
         size_of_log() < size && clock_monotonic() < end;)
        clock_sleep(0.005);
    if (seconds > 0) {
        clock_sleep(seconds);
        kill(process, SIGINT);
    }
    collect(to_out[0], to_errors[0]);
    close(to_out[0]);
    close(to_errors[0]);
    return status_of(process);
}

int run_interrupted(double seconds, const char *const *words)
{
    return run_interrupted_at(0, seconds, words);
}

void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

const char *at(const char *name)
{
    static char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

void import_toy(void)
{
    assert_int_equal(RUN("import", at("toy.csv")), 0);
}

yajl_val parse(void)
{
    char message[256];
    yajl_val value = yajl_tree_parse(OUT, message, sizeof message);
    if (!value)
        fail_msg("%s in %s", message, OUT);
    return value;
}

void add_large_file(void)
{
    FILE *file = fopen(at("large.csv"), "w");
    fputs("user,item,rating\n", file);
    for (unsigned i = 0; i < 700000; i++)
        fprintf(file, "the-long-name-of-user-%06u,the-long-name-of-item-%06u,%u\n", i / 20,
                i * 7919 % 5000, 1 + i % 5);
    fclose(file);
}
