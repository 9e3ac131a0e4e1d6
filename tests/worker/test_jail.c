/* SPDX-License-Identifier: MIT
 *
 * Tries forbidden calls in a child process behind the whole jail with a second thread running, as
 * in the worker, or behind a single layer. The child reports what happened.
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
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/landlock.h"
#include "worker/pool.h"
#include "worker/syscall_filter.h"

enum { NOTHING_CAME_OF_IT = 0, IT_WORKED = 1, NO_LAYER = 77, NOBODY = 65534 };

/* What of the jail is closed. */
enum walls { ALL_OF_IT, LANDLOCK_ALONE, FILTER_ALONE, PROCESSES_ALONE };

struct attempt {
    struct pool_job job;
    int (*attempt)(void);
    int outcome;
};

static void make(void *context, uint32_t lane)
{
    struct attempt *attempt = context;
    (void)lane;
    attempt->outcome = attempt->attempt();
}

/* Before the thread is there, and after. Whether the walls that the test is about stand. */
static bool begin(enum walls walls, struct message_confined *confined)
{
    if (walls == ALL_OF_IT)
        jail_prepare(confined);
    else
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return walls != LANDLOCK_ALONE || landlock_close() == 0;
}

static bool close_rest(enum walls walls, struct message_confined *confined)
{
    const struct rlimit none = {0, 0};
    if (walls == ALL_OF_IT)
        jail_close(0, confined);
    if (walls == PROCESSES_ALONE) /* root is exempt */
        return (getuid() != 0 || setresuid(NOBODY, NOBODY, NOBODY) == 0) &&
               setrlimit(RLIMIT_NPROC, &none) == 0;
    return walls == FILTER_ALONE ? syscall_filter_close() == 0
                                 : confined->refused[LAYER_SECCOMP] == 0;
}

/* What the attempt came to, on a thread that was there before the jail closed: its outcome, or
 * minus the signal that ended the child. */
static int outcome_within(enum walls walls, int (*made)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct message_confined confined = {0};
        struct attempt attempt = {.job = {.run = make, .context = &attempt}, .attempt = made};
        if (!begin(walls, &confined))
            _exit(NO_LAYER);
        struct pool *pool = pool_new(1);
        if (!close_rest(walls, &confined))
            _exit(NO_LAYER);
        pool_post(pool, &attempt.job);
        pool_wait(pool);
        _exit(attempt.outcome);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int outcome_of(int (*made)(void))
{
    return outcome_within(ALL_OF_IT, made);
}

static void skip_without_layer(int outcome)
{
    if (outcome != NO_LAYER)
        return;
    print_message("skipped: the system refuses this layer\n");
    skip();
}

static void expect_contained_within(enum walls walls, int (*made)(void))
{
    int outcome = outcome_within(walls, made);
    skip_without_layer(outcome);
    assert_true(outcome == NOTHING_CAME_OF_IT || outcome == -SIGSYS);
}

static void expect_contained(int (*made)(void))
{
    expect_contained_within(ALL_OF_IT, made);
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

static int looks_at_a_file(void)
{
    struct stat file;
    return stat("/etc/passwd", &file) == 0 || fstat(0, &file) == 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int changes_a_file(void)
{
    return chmod("/tmp/thaw-jail-there", 0777) == 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int makes_a_folder(void)
{
    return mkdir("/tmp/thaw-jail-folder", 0700) == 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

static int connects(void)
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9)};
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    bool refused = connect(descriptor, (struct sockaddr *)&there, sizeof there) != 0;
    return refused && errno == EACCES ? NOTHING_CAME_OF_IT : IT_WORKED;
}

static void *does_nothing(void *context)
{
    return context;
}

static int starts_a_thread(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, does_nothing, NULL) == 0 ? IT_WORKED : NOTHING_CAME_OF_IT;
}

/* A program that runs would end the child with 0, too. */
static int is_refused_a_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return errno == EACCES ? 2 : IT_WORKED;
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
        if (write(descriptor, "", 0) >= 0 || errno != EBADF)
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
    skip_without_layer(outcome);
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

/* Nothing of the worker asks for what a file is. */
static void files_cannot_even_be_looked_at(void **state)
{
    (void)state;
    expect_contained(looks_at_a_file);
    expect_contained(changes_a_file);
}

static void landlock_alone_keeps_files_programs_and_peers_away(void **state)
{
    (void)state;
    int ignored, version = landlock_version(&ignored);
    expect_contained_within(LANDLOCK_ALONE, reads_a_file);
    FILE *file = fopen("/tmp/thaw-jail-there", "w");
    assert_non_null(file);
    fclose(file);
    expect_contained_within(LANDLOCK_ALONE, writes_a_file);
    expect_contained_within(LANDLOCK_ALONE, makes_a_folder);
    assert_int_equal(outcome_within(LANDLOCK_ALONE, removes_a_file), NOTHING_CAME_OF_IT);
    assert_int_equal(access("/tmp/thaw-jail-there", F_OK), 0);
    unlink("/tmp/thaw-jail-there");
    assert_int_equal(outcome_within(LANDLOCK_ALONE, is_refused_a_program), 2);
    if (version >= 4)
        expect_contained_within(LANDLOCK_ALONE, connects);
    if (version >= 6)
        expect_contained_within(LANDLOCK_ALONE, signals_its_parent);
    /* What it is not for, and why a script does not run with it alone. */
    assert_int_equal(outcome_within(LANDLOCK_ALONE, makes_a_socket), IT_WORKED);
    assert_int_equal(outcome_within(LANDLOCK_ALONE, looks_at_a_file), IT_WORKED);
}

static void the_filter_alone_keeps_all_of_it_away(void **state)
{
    (void)state;
    int (*const attempts[])(void) = {reads_a_file,    writes_a_file,  looks_at_a_file,
                                     changes_a_file,  makes_a_folder, makes_a_socket,
                                     makes_a_process, runs_a_program, signals_its_parent,
                                     starts_a_thread, makes_code,     maps_executable_memory};
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        expect_contained_within(FILTER_ALONE, attempts[i]);
}

static void the_limit_alone_keeps_processes_away(void **state)
{
    (void)state;
    expect_contained_within(PROCESSES_ALONE, makes_a_process);
    expect_contained_within(PROCESSES_ALONE, starts_a_thread);
}

static void computing_ends_where_it_is_limited(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct message_confined confined = {0};
        jail_prepare(&confined);
        jail_close(1, &confined);
        for (volatile unsigned long spin = 0;; spin++)
            ;
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXCPU);
}

static int aborts(void)
{
    abort();
}

static void a_bug_still_ends_as_one(void **state)
{
    (void)state;
    int outcome = outcome_of(aborts);
    skip_without_layer(outcome);
    assert_int_equal(outcome, -SIGABRT);
}

/* Who has less already, by ulimit, keeps that and has no layer less. */
static void limits_that_are_narrower_stay(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct message_confined confined = {0};
        struct rlimit narrow = {8, 8}, got;
        setrlimit(RLIMIT_NOFILE, &narrow);
        if (getuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) != 0)
            _exit(NO_LAYER);
        jail_close(0, &confined);
        bool kept = getrlimit(RLIMIT_NOFILE, &got) != 0 || got.rlim_max == 8;
        _exit(confined.refused[LAYER_DESCRIPTORS] == 0 && kept ? NOTHING_CAME_OF_IT : IT_WORKED);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    skip_without_layer(WEXITSTATUS(status));
    assert_int_equal(WEXITSTATUS(status), NOTHING_CAME_OF_IT);
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
    skip_without_layer(outcome);
    assert_int_equal(outcome, IT_WORKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_out_of_reach),
        cmocka_unit_test(a_file_cannot_be_removed),
        cmocka_unit_test(there_are_no_sockets),
        cmocka_unit_test(no_process_can_be_made_or_signalled),
        cmocka_unit_test(files_cannot_even_be_looked_at),
        cmocka_unit_test(landlock_alone_keeps_files_programs_and_peers_away),
        cmocka_unit_test(the_filter_alone_keeps_all_of_it_away),
        cmocka_unit_test(the_limit_alone_keeps_processes_away),
        cmocka_unit_test(computing_ends_where_it_is_limited),
        cmocka_unit_test(a_bug_still_ends_as_one),
        cmocka_unit_test(limits_that_are_narrower_stay),
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
