/* SPDX-License-Identifier: MIT
 *
 * Makes the k-th allocation of the screen fail, on an empty workbench and on a full one. For every
 * k, the screen ends within a minute and restores the terminal. If a signal ends it (curses itself
 * crashes without memory), the guardian reports the signal. THAW_EVERY says which k (refusal.h);
 * by default a few are tried.
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
#include "refusal.h"
#include "screen/terminal_session.h"
#include "screen/workbench.h"

enum { SAMPLES = 6, ROUNDS = 600, BIG_ROWS = 2000 };
static const double PAUSE = 0.05; /* seconds without output, after which the next keys come */
static const char LEAVE[] = "\x11", SAID[] = "the screen was ended by signal";
static char folder[] = "/tmp/thaw-allocation-XXXXXX";

/* Keys, in portions: the second waits for what the first shows. */
static const char *const PAGES[] = {"2345?\x1b", NULL};
static const char *const ALL[] = {"j\r",
                                  ":filter user.age < 60\r",
                                  "u",
                                  ":to rating\r]H",
                                  "q",
                                  "=decade = bin(item.year, 10)\r",
                                  "F",
                                  "\r",
                                  "q",
                                  "q",
                                  "/i2\r",
                                  "n",
                                  ":17\r",
                                  "GI",
                                  "q",
                                  "q",
                                  ":sql SELECT rating, count(*) FROM films_ratings GROUP BY 1\r",
                                  "q",
                                  "?/page\r",
                                  "q",
                                  "s",
                                  "q",
                                  "2",
                                  "3",
                                  "jl",
                                  "\r",
                                  "q",
                                  "4",
                                  "\r",
                                  "\r",
                                  "q",
                                  "q",
                                  NULL};

struct visit {
    const char *database;
    const char *const *keys;
};

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    char *path = memory_format("%s/full.db", folder);
    workbench_create(path, BIG_ROWS);
    free(path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *command = memory_format("rm -r '%s'", folder);
    int status = system(command);
    free(command);
    return status;
}

static bool is_over(const struct session *session)
{
    siginfo_t info = {0};
    waitid(P_PID, (id_t)session_process(session), &info, WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid != 0;
}

/* Ends it as a user does. */
static int use(struct session *session, const char *const *keys)
{
    for (int i = 0; i < ROUNDS && !is_over(session) && !session_shows(session, "1 Data"); i++)
        session_settle(session, 0.1);
    for (; *keys && !is_over(session); keys++) {
        session_type(session, *keys);
        session_settle(session, PAUSE);
    }
    for (int i = 0; i < ROUNDS && !is_over(session); i++) {
        session_type(session, LEAVE); /* again: a key that comes too early may be lost */
        session_settle(session, 0.1);
    }
    return session_wait(session);
}

static void judge(struct session *session, int status, uint64_t at, const char *how)
{
    size_t size;
    const char *output = session_output(session, &size);
    if (WIFSIGNALED(status) && !memmem(output, size, SAID, sizeof SAID - 1) &&
        !memmem(output, size, "memory", 6))
        fail_msg("refused memory at %llu (%s) it ended by signal %d without a word about it",
                 (unsigned long long)at, how, WTERMSIG(status));
    if (!session_is_as_before(session))
        fail_msg("refused memory at %llu (%s) it left the terminal changed", (unsigned long long)at,
                 how);
}

static void pay(const struct visit *visit, const char *counted, uint64_t at, const char *how)
{
    const char *build = getenv("THAW_BUILD");
    char *program = memory_format("%s/thaw", build);
    char *database = memory_format("%s/%s", folder, visit->database);
    char *preload = memory_format("LD_PRELOAD=%s/tests/allocation/failing.so", build);
    char *order =
        memory_format("THAW_FAILING=client %llu %s %s", (unsigned long long)at, how, counted);
    const char *const environment[] = {preload, order, NULL};
    const char *const arguments[] = {program, "--db", database, NULL};
    refusal_reset(counted, strcmp(how, "list") == 0);
    struct session *session =
        session_start(arguments, &(struct session_options){.environment = environment});
    judge(session, use(session, visit->keys), at, how);
    session_end(session);
    free(program);
    free(database);
    free(preload);
    free(order);
}

static void attempt(void *context, uint64_t at, bool ever)
{
    char *counted = memory_format("%s/again", folder);
    pay(context, counted, at, ever ? "ever" : "once");
    free(counted);
}

static void the_screen_without_memory(void **state)
{
    (void)state;
    struct visit visits[] = {{"none.db", PAGES}, {"full.db", ALL}};
    struct known_places known = {0};
    char *counted = memory_format("%s/count", folder);
    for (size_t i = 0; i < sizeof visits / sizeof *visits; i++) {
        pay(&visits[i], counted, 0, refusal_lists() ? "list" : "once");
        uint64_t tried = refusal_try(counted, SAMPLES, &known, attempt, &visits[i]);
        assert_true(tried > 0);
        print_message("%s: the screen asks %llu times, refused %llu times\n", visits[i].database,
                      (unsigned long long)refusal_count(counted), (unsigned long long)tried);
    }
    free(known.numbers);
    free(counted);
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
