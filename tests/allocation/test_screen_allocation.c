/* SPDX-License-Identifier: MIT
 *
 * Makes the k-th allocation of the screen fail. For every k, the screen ends within a minute and
 * restores the terminal. If a signal ends it (curses itself crashes without memory), the guardian
 * reports the signal. THAW_EVERY=n tries every n-th k, otherwise a few are tried.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "screen/terminal_session.h"

enum { SAMPLES = 6, ROUNDS = 600 };
static const char KEYS[] = "2345?\x1b", LEAVE[] = "\x11", SAID[] = "the screen was ended by signal";
static char folder[] = "/tmp/thaw-allocation-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char *command = memory_format("rm -r '%s'", folder);
    int status = system(command);
    free(command);
    return status;
}

static void reset_count(const char *path)
{
    FILE *file = fopen(path, "w");
    uint64_t zero = 0;
    assert_non_null(file);
    fwrite(&zero, sizeof zero, 1, file);
    fclose(file);
}

static uint64_t count_of(const char *path)
{
    FILE *file = fopen(path, "r");
    uint64_t count = 0;
    assert_non_null(file);
    assert_int_equal(fread(&count, sizeof count, 1, file), 1);
    fclose(file);
    return count;
}

static bool is_over(const struct session *session)
{
    siginfo_t info = {0};
    waitid(P_PID, (id_t)session_process(session), &info, WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid != 0;
}

/* Returns how often memory was asked for. */
static uint64_t visit(uint64_t at, const char *how)
{
    const char *build = getenv("THAW_BUILD");
    char *program = memory_format("%s/thaw", build), *count = memory_format("%s/count", folder);
    char *database = memory_format("%s/none.db", folder);
    char *preload = memory_format("LD_PRELOAD=%s/tests/allocation/failing.so", build);
    char *order =
        memory_format("THAW_FAILING=client %llu %s %s", (unsigned long long)at, how, count);
    const char *const environment[] = {preload, order, NULL};
    const char *const arguments[] = {program, "--db", database, NULL};
    reset_count(count);
    struct session *session =
        session_start(arguments, &(struct session_options){.environment = environment});
    for (int i = 0; i < ROUNDS && !is_over(session) && !session_shows(session, "1 Data"); i++)
        session_settle(session, 0.1);
    session_type(session, KEYS);
    for (int i = 0; i < ROUNDS && !is_over(session); i++) {
        session_settle(session, 0.1);
        session_type(session, LEAVE); /* again: a key that comes too early may be lost */
    }
    int status = session_wait(session);
    size_t size;
    const char *output = session_output(session, &size);
    if (WIFSIGNALED(status) && !memmem(output, size, SAID, sizeof SAID - 1) &&
        !memmem(output, size, "memory", 6))
        fail_msg("refused memory at %llu (%s) it ended by signal %d without a word about it",
                 (unsigned long long)at, how, WTERMSIG(status));
    if (!session_is_as_before(session))
        fail_msg("refused memory at %llu (%s) it left the terminal changed", (unsigned long long)at,
                 how);
    session_end(session);
    uint64_t asked = count_of(count);
    free(program);
    free(count);
    free(database);
    free(preload);
    free(order);
    return asked;
}

static void the_screen_without_memory(void **state)
{
    (void)state;
    const char *every = getenv("THAW_EVERY");
    uint64_t count = visit(0, "once");
    uint64_t apart = every ? strtoull(every, NULL, 10) : count / SAMPLES, tried = 0;
    for (uint64_t at = every ? 1 : apart / 2 + 1; apart > 0 && at <= count; at += apart, tried++)
        visit(at, tried % 2 ? "ever" : "once");
    assert_true(tried > 0);
    print_message("the screen asks %llu times, refused %llu times\n", (unsigned long long)count,
                  (unsigned long long)tried);
}

int main(void)
{
#ifdef THAW_SANITIZED
    printf("skipped: a sanitizer has an allocator of its own\n");
    return 77;
#endif
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_screen_without_memory)};
    return cmocka_run_group_tests_name("screen_allocation", tests, set_up, tear_down);
}
