/* SPDX-License-Identifier: MIT
 *
 * Measures how soon the screen answers keys while endless scripts are checked: one for the screen
 * itself, and others for a command line by the same keeper.
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

#include "base/clock.h"
#include "base/memory.h"
#include "hostile_scripts.h"
#include "terminal_session.h"

/* Seconds: within which 95 of 100 keys are answered on a machine that is idle, and on any. */
static const double IDLE_BOUND = 0.1, BUSY_BOUND = 2;
enum { KEYS = 80 };

static char folder[] = "/tmp/thaw-answers-XXXXXX";

static void command(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void command(const char *format, ...)
{
    char arguments[512];
    va_list list;
    va_start(list, format);
    vsnprintf(arguments, sizeof arguments, format, list);
    va_end(list);
    char *line = memory_format("cd %s && %s >/dev/null 2>&1", folder, arguments);
    if (system(line) < 0)
        fail_msg("no shell");
    free(line);
}

static const char *const hostile[] = {"loop", "find", "sort of long strings", "much printing",
                                      "living coroutines"};

static void write_hostile(size_t number)
{
    for (size_t i = 0; i < hostile_script_count; i++) {
        if (strcmp(hostile_scripts[i].name, hostile[number]) != 0)
            continue;
        char *path = memory_format("%s/hostile%zu.lua", folder, number);
        char *source = hostile_source(&hostile_scripts[i]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(source, file);
        fclose(file);
        free(source);
        free(path);
        return;
    }
    fail_msg("there is no hostile script \"%s\"", hostile[number]);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        write_hostile(i);
    command("%s --db wb.db import %s/datasets/synthetic --name toy", THAW_PATH, SOURCE_PATH);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    command("rm -rf %s", folder);
    return 0;
}

/* Checks one hostile script after another until it is ended. */
static pid_t check_for_ever(void)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    setpgid(0, 0);
    for (size_t i = 1;; i = 1 + i % (sizeof hostile / sizeof *hostile - 1))
        command("exec %s --db wb.db check hostile%zu.lua", THAW_PATH, i);
}

static int compare_numbers(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Turns pages and waits for each; the time of 95 of 100, in seconds. */
static double measure(struct session *session, double *longest)
{
    double times[KEYS];
    for (int i = 0; i < KEYS; i++) {
        session_settle(session, 0.03);
        double begun = clock_monotonic();
        session_type(session, i % 2 ? "2" : "1");
        session_expect(session, i % 2 ? "hostile0.lua" : "60,000 ratings by 1,000 users");
        times[i] = clock_monotonic() - begun;
    }
    qsort(times, KEYS, sizeof *times, compare_numbers);
    *longest = times[KEYS - 1];
    return times[KEYS * 95 / 100];
}

static bool is_idle(void)
{
    double load;
    return getloadavg(&load, 1) == 1 && load < 0.75 * (double)sysconf(_SC_NPROCESSORS_ONLN);
}

static void keys_are_answered_while_hostile_scripts_are_checked(void **state)
{
    (void)state;
    bool idle = is_idle();
    double longest_alone, longest;
    char *line = memory_format("cd %s && exec %s --db wb.db", folder, THAW_PATH);
    const char *const arguments[] = {"sh", "-c", line, NULL};
    struct session *session = session_start(arguments, NULL);
    session_expect(session, "60,000 ratings by 1,000 users");
    session_type(session, "2");
    session_expect(session, "hostile0.lua");
    double alone = measure(session, &longest_alone);
    pid_t checks = check_for_ever();
    session_type(session, "c"); /* of the first one, which loops */
    double meanwhile = measure(session, &longest);
    kill(-checks, SIGKILL);
    waitpid(checks, NULL, 0);
    print_message("95 of 100 keys were answered within %.0f ms (longest %.0f ms) while hostile "
                  "scripts were checked, within %.0f ms (longest %.0f ms) without; the machine was "
                  "%s\n",
                  1000 * meanwhile, 1000 * longest, 1000 * alone, 1000 * longest_alone,
                  idle ? "idle" : "busy");
#ifndef THAW_SANITIZED
    assert_true(meanwhile < (idle ? IDLE_BOUND : BUSY_BOUND));
#endif
    session_expect(session, "hostile0.lua:3"); /* what the check said */
    session_type(session, "\x11");
    session_wait(session);
    assert_true(session_is_as_before(session));
    session_end(session);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_answered_while_hostile_scripts_are_checked),
    };
    return cmocka_run_group_tests_name("answers", tests, set_up, tear_down);
}
