/* SPDX-License-Identifier: MIT
 *
 * The life of the screen: an idle one, every way to leave it, and a workbench that is missing or
 * replaced.
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
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

#include "page_session.h"
#include "terminal_session.h"
#include "workbench.h"

static void nothing_is_sent_while_nothing_happens(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "j");
    session_expect(session, "20, mean 20");
    session_settle(session, 0.3);
    size_t before, after;
    session_output(session, &before);
    session_settle(session, 2.5);
    session_output(session, &after);
    assert_int_equal(before, after);
    leave(session);
}

static void no_end_leaves_the_terminal_changed(void **state)
{
    (void)state;
    static const int SIGNALS[] = {SIGTERM, SIGHUP, SIGKILL, SIGSEGV};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        struct session *session = open_thaw();
        session_type(session, "3");
        session_expect(session, "training loss");
        kill(session_child_of(session_process(session)), SIGNALS[i]);
        session_wait(session);
        assert_true(session_is_as_before(session));
        session_end(session);
    }
}

static void a_workbench_that_does_not_exist_is_a_welcome(void **state)
{
    (void)state;
    char *missing = memory_format("%s/none/workbench.db", folder);
    const char *const arguments[] = {THAW_PATH, "--db", missing, NULL};
    struct session *session = session_start(arguments, NULL);
    session_expect(session, "No data yet");
    session_type(session, "3");
    session_expect(session, "Nothing has been trained yet");
    session_type(session, "4");
    session_expect(session, "Nothing to compare yet");
    session_type(session, "1\r");
    session_expect(session, "there is no data set yet");
    leave(session);
    free(missing);
}

static void a_workbench_that_is_replaced_is_shown_anew(void **state)
{
    (void)state;
    static const char *const ENDINGS[] = {"", ".lock"};
    char *other = memory_format("%s/other.db", folder), *kept = memory_format("%s/kept.db", folder);
    workbench_create(other, 3000);
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    assert_int_equal(rename(database, kept), 0);
    assert_int_equal(rename(other, database), 0);
    session_expect(session, "was replaced or removed");
    session_expect(session, "3,000");
    assert_int_equal(unlink(database), 0);
    session_expect(session, "No data yet");
    assert_int_equal(rename(kept, database), 0);
    session_expect(session, "200,000");
    leave(session);
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *path = memory_format("%s%s", other, ENDINGS[i]);
        unlink(path);
        free(path);
    }
    free(other);
    free(kept);
}

static void without_a_terminal_one_sentence_names_the_command_line(void **state)
{
    (void)state;
    char *line = memory_format("%s --db %s screen </dev/null 2>&1 | cat", THAW_PATH, database);
    const char *const arguments[] = {"sh", "-c", line, NULL};
    struct session *session = session_start(arguments, NULL);
    session_wait(session);
    size_t size;
    const char *output = session_output(session, &size);
    assert_non_null(strstr(output, "the screen needs a terminal"));
    assert_null(strchr(output, '\033'));
    session_end(session);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_sent_while_nothing_happens),
        cmocka_unit_test(no_end_leaves_the_terminal_changed),
        cmocka_unit_test(a_workbench_that_does_not_exist_is_a_welcome),
        cmocka_unit_test(a_workbench_that_is_replaced_is_shown_anew),
        cmocka_unit_test(without_a_terminal_one_sentence_names_the_command_line),
    };
    return cmocka_run_group_tests_name("page_life", tests, set_up, tear_down);
}
