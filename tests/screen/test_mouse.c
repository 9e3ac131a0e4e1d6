/* SPDX-License-Identifier: MIT
 *
 * The mouse on the pages of the real program: clicks choose, sort and go, two clicks are Enter, the
 * wheel moves, and all of it can be left to the terminal.
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

#include "terminal_session.h"
#include "workbench.h"

static char folder[] = "/tmp/thaw-mouse-XXXXXX";
static char *database;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    database = memory_format("%s/workbench.db", folder);
    workbench_create(database, 2000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *command = memory_format("rm -r '%s'", folder);
    int status = system(command);
    free(command);
    free(database);
    return status;
}

static struct session *open_screen(const char *option, int columns, int rows)
{
    const char *const arguments[] = {THAW_PATH, "--db", database, option, NULL};
    struct session_options options = {columns, rows, NULL};
    struct session *session = session_start(arguments, &options);
    session_expect(session, "films");
    return session;
}

static void leave(struct session *session)
{
    session_type(session, "\x11");
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(session_is_as_before(session));
    session_end(session);
}

/* Clicks on a text of the screen. */
static void click(struct session *session, const char *text)
{
    int x, y;
    session_find(session, text, &x, &y);
    session_point(session, BUTTON_LEFT, x, y);
}

static void click_twice(struct session *session, const char *text)
{
    int x, y;
    session_find(session, text, &x, &y);
    session_point(session, BUTTON_LEFT, x, y);
    session_point(session, BUTTON_LEFT, x, y);
}

static void a_click_on_a_tab_goes_there(void **state)
{
    (void)state;
    struct session *session = open_screen(NULL, 0, 0);
    click(session, "3 Train");
    session_expect(session, "resume");
    click(session, "1 Data");
    session_expect(session, "import");
    session_type(session, "?");
    session_expect(session, "Keys");
    session_type(session, "/:mouse\r");
    session_expect(session, "leave the mouse to the terminal");
    click(session, "2 Scripts"); /* the text above the page does not cover the tabs */
    session_expect(session, "check");
    session_point(session, BUTTON_LEFT, 79, 0); /* where no tab is */
    session_expect(session, "check");
    leave(session);
}

static void a_click_on_a_key_at_the_foot_presses_it(void **state)
{
    (void)state;
    struct session *session = open_screen(NULL, 0, 0);
    click(session, "? help");
    session_expect(session, "Keys");
    click(session, "q close");
    session_expect(session, "films");
    click(session, "films"); /* a second click at the place of the first would do nothing */
    session_expect(session, "\xe2\x96\xb8 films");
    click(session, "Enter rows");
    session_expect(session, "row 1 of 800");
    session_type(session, "q");
    session_expect(session, "Enter shows");
    session_point(session, BUTTON_LEFT, 0, 23); /* beside all of them */
    click(session, ": command");
    session_type(session, "mouse off\r");
    session_expect(session, ":mouse on takes it");
    leave(session);
}

static void a_click_chooses_and_two_open(void **state)
{
    (void)state;
    struct session *session = open_screen(NULL, 0, 0);
    click_twice(session, "films");
    session_expect(session, "row 1 of 800");
    session_point(session, BUTTON_LEFT, 10, 8);
    session_expect(session, "row 4 of 800");
    session_point(session, WHEEL_DOWN, 10, 8);
    session_expect(session, "row 7 of 800");
    session_point(session, WHEEL_UP, 10, 8);
    session_point(session, WHEEL_UP, 10, 8);
    session_expect(session, "row 1 of 800");
    leave(session);
}

static void a_click_on_a_title_sorts_and_the_next_turns_it_round(void **state)
{
    (void)state;
    struct session *session = open_screen(NULL, 0, 0);
    int x, y;
    session_find(session, "users", &x, &y);
    session_point(session, BUTTON_LEFT, x, y);
    session_expect(session, "sorted by users, largest first");
    session_settle(session, 0.5); /* two clicks at once would be one and its second half */
    click(session, "users");
    session_expect(session, "sorted by users, smallest first");
    session_type(session, "G\r");
    session_expect(session, "row 1 of 2,000");
    click(session, "item  rating");
    session_expect(session, "item ↑");
    session_settle(session, 0.5);
    click(session, "item ↑");
    session_expect(session, "item ↓");
    leave(session);
}

static void a_click_on_the_name_of_a_table_shows_it(void **state)
{
    (void)state;
    struct session *session = open_screen(NULL, 0, 0);
    click_twice(session, "films");
    session_expect(session, "row 1 of 800");
    click(session, " items ");
    session_expect(session, "row 1 of 30");
    click(session, " users ");
    session_expect(session, "row 1 of 40");
    click(session, " ratings ");
    session_expect(session, "row 1 of 800");
    session_type(session, "q");
    session_expect(session, "big");
    click_twice(session, "big");
    session_expect(session, "row 1 of 2,000");
    click(session, " users ");
    session_expect(session, "has no table of users");
    session_expect(session, "row 1 of 2,000");
    leave(session);
}

static void while_typing_the_mouse_does_nothing(void **state)
{
    (void)state;
    struct session *session = open_screen(NULL, 0, 0);
    session_type(session, ":runs");
    session_expect(session, ":runs");
    click(session, "3 Train");
    session_point(session, WHEEL_UP, 4, 4);
    session_type(session, "x");
    session_expect(session, ":runsx");
    session_type(session, "\033");
    leave(session);
}

static void the_mouse_can_be_left_to_the_terminal(void **state)
{
    (void)state;
    size_t size;
    struct session *session = open_screen(NULL, 0, 0);
    session_type(session, ":mouse off\r");
    session_expect(session, "the mouse is the terminal's");
    click(session, "3 Train");
    session_settle(session, 0.3);
    assert_false(session_shows(session, "resume"));
    session_type(session, "\x14");
    session_expect(session, "a click chooses");
    click(session, "3 Train");
    session_expect(session, "resume");
    leave(session);

    session = open_screen("--no-mouse", 0, 0);
    assert_null(strstr(session_output(session, &size), "?1000h"));
    session_type(session, "\032"); /* nothing to suspend to, but it leaves and enters */
    leave(session);
}

static void it_works_on_a_small_screen_and_is_gone_after_a_kill(void **state)
{
    (void)state;
    struct session *session = open_screen(NULL, 40, 12);
    click(session, "3 Train");
    session_expect(session, "arms");
    click(session, "1 Data");
    session_expect(session, "Enter rows");
    click_twice(session, "films");
    session_expect(session, "of 800");
    session_point(session, BUTTON_LEFT, 39, 11); /* the foot */
    session_point(session, BUTTON_LEFT, 3, 10);
    session_expect(session, "of 800");
    kill(session_child_of(session_process(session)), SIGKILL);
    session_wait(session);
    assert_true(session_is_as_before(session));
    session_end(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_on_a_tab_goes_there),
        cmocka_unit_test(a_click_on_a_key_at_the_foot_presses_it),
        cmocka_unit_test(a_click_chooses_and_two_open),
        cmocka_unit_test(a_click_on_a_title_sorts_and_the_next_turns_it_round),
        cmocka_unit_test(a_click_on_the_name_of_a_table_shows_it),
        cmocka_unit_test(while_typing_the_mouse_does_nothing),
        cmocka_unit_test(the_mouse_can_be_left_to_the_terminal),
        cmocka_unit_test(it_works_on_a_small_screen_and_is_gone_after_a_kill),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
