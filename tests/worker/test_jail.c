/* SPDX-License-Identifier: MIT
 *
 * Every attempt is made in a child process that has gone through the jail with a thread running,
 * as the worker does, and reports what came of it.
 */
#include "config.h"

#include "worker/jail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/pool.h"

enum { NOTHING_CAME_OF_IT = 0, IT_WORKED = 1, NO_FILTER = 77 };

struct attempt {
    struct job job;
    int (*attempt)(void);
    int outcome;
};

static void make(void *context, uint32_t lane)
{
    struct attempt *attempt = context;
    (void)lane;
    attempt->outcome = attempt->attempt();
}

/* What the attempt came to, on a thread that was there before the jail closed: its outcome, or
 * minus the signal that ended the child. */
static int outcome_of(int (*made)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        char text[256];
        struct attempt attempt = {.job = {.run = make, .context = &attempt}, .attempt = made};
        jail_prepare();
        struct pool *pool = pool_new(1);
        if (!jail_close(text, sizeof text))
            _exit(NO_FILTER);
        pool_post(pool, &attempt.job);
        pool_wait(pool);
        _exit(attempt.outcome);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void skip_without_filter(int outcome)
{
    if (outcome != NO_FILTER)
        return;
    print_message("skipped: the system refuses a filter of system calls\n");
    skip();
}

static void expect_contained(int (*made)(void))
{
    int outcome = outcome_of(made);
    skip_without_filter(outcome);
    assert_true(outcome == NOTHING_CAME_OF_IT || outcome == -SIGSYS);
}

static int reads_a_file(void)
{
    return open("/etc/hostname", O_RDONLY) >= 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int writes_a_file(void)
{
    return fopen("/tmp/thaw-jail-test", "w") ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int removes_a_file(void)
{
    unlink("/tmp/thaw-jail-there");
    return NOTHING_CAME_OF_IT;
}

static int makes_a_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int makes_a_process(void)
{
    return fork() >= 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int runs_a_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return NOTHING_CAME_OF_IT;
}

static int signals_its_parent(void)
{
    return kill(getppid(), 0) == 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int makes_code(void)
{
    void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED)
        return IT_WORKED; /* the jail must not forbid this one */
    return mprotect(code, 4096, PROT_READ | PROT_EXEC) == 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int maps_executable_memory(void)
{
    void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return code != MAP_FAILED ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int finds_its_home(void)
{
    return getenv("HOME") || getenv("PATH") || !getenv("OPENBLAS_NUM_THREADS") ? IT_WORKED
                                                                               : NOTHING_CAME_OF_IT;
}

static int finds_a_descriptor(void)
{
    for (int descriptor = 3; descriptor < 100; descriptor++) {
        if (lseek(descriptor, 0, SEEK_CUR) >= 0 || errno != EBADF)
            return IT_WORKED;
    }
    return NOTHING_CAME_OF_IT;
}

/* What a worker does must work: memory of all sizes, threads that wait, writing to its pipe. */
static int computes(void)
{
    for (size_t size = 1; size < 64 << 20; size *= 3) {
        char *memory = malloc(size);
        if (!memory)
            return 2;
        memset(memory, 1, size);
        memory = realloc(memory, 2 * size);
        free(memory);
    }
    return write(1, "", 0) == 0 ? IT_WORKED : 3;
}

static void files_are_out_of_reach(void **state)
{
    (void)state;
    expect_contained(reads_a_file);
    expect_contained(writes_a_file);
}

static void a_file_cannot_be_removed(void **state)
{
    (void)state;
    FILE *file = fopen("/tmp/thaw-jail-there", "w");
    assert_non_null(file);
    fclose(file);
    int outcome = outcome_of(removes_a_file);
    int left = unlink("/tmp/thaw-jail-there");
    skip_without_filter(outcome);
    assert_int_equal(left, 0);
}

static void there_are_no_sockets(void **state)
{
    (void)state;
    expect_contained(makes_a_socket);
}

static void no_process_can_be_made_or_signalled(void **state)
{
    (void)state;
    expect_contained(makes_a_process);
    expect_contained(runs_a_program);
    expect_contained(signals_its_parent);
}

static void memory_never_becomes_code(void **state)
{
    (void)state;
    expect_contained(makes_code);
    expect_contained(maps_executable_memory);
}

static void environment_and_descriptors_of_the_parent_are_gone(void **state)
{
    (void)state;
    int descriptor = open("/dev/null", O_RDONLY);
    assert_true(descriptor >= 0);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    expect_contained(finds_its_home);
    expect_contained(finds_a_descriptor);
    close(descriptor);
}

static void computing_goes_on_as_before(void **state)
{
    (void)state;
    int outcome = outcome_of(computes);
    skip_without_filter(outcome);
    assert_int_equal(outcome, IT_WORKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_out_of_reach),
        cmocka_unit_test(a_file_cannot_be_removed),
        cmocka_unit_test(there_are_no_sockets),
        cmocka_unit_test(no_process_can_be_made_or_signalled),
        cmocka_unit_test(memory_never_becomes_code),
        cmocka_unit_test(environment_and_descriptors_of_the_parent_are_gone),
        cmocka_unit_test(computing_goes_on_as_before),
    };
#ifdef THAW_SANITIZED
    print_message("skipped: sanitizers need what the jail forbids\n");
    (void)tests;
    return 77;
#else
    return cmocka_run_group_tests_name("jail", tests, NULL, NULL);
#endif
}
