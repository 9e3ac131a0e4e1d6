/* SPDX-License-Identifier: MIT
 *
 * The terminal and its guardian, through a pseudo-terminal and libvterm.
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

#include "terminal_session.h"

static const char *const PROBE[] = {PROBE_PATH, NULL};

static struct session *probe(const char *const *environment)
{
    struct session_options options = {.environment = environment};
    struct session *session = session_start(PROBE, &options);
    session_expect(session, "size 80x24");
    return session;
}

static void assert_left_clean(struct session *session)
{
    assert_true(session_is_as_before(session));
    session_end(session);
}

static void leaving_puts_the_terminal_back(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    assert_false(session_is_as_before(session));
    session_type(session, "q");
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_left_clean(session);
}

static void keys_arrive_as_characters_or_names(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    static const struct {
        const char *bytes, *shown;
    } KEYS[] = {
        {"a", "last U+0061"},         {"\xe4\xb8\xad", "last U+4E2D"}, {"\033OA", "last key 1 "},
        {"\r", "last key 9 "},        {"\033[Z", "last key 12"},       {"\x7f", "last key 13"},
        {"\033[3~", "last key 14"},   {"\033", "last key 10"},         {"\t", "last key 11"},
        {"\x03", "last U+0003"},      {"\033x", "last key 20"},        {"a", "last U+0061"},
        {"\033\033OA", "last key 20"}};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        session_type(session, KEYS[i].bytes);
        session_expect(session, KEYS[i].shown);
    }
    session_end(session);
}

static void the_mouse_arrives_as_clicks_and_turns(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    session_point(session, BUTTON_LEFT, 4, 2);
    session_expect(session, "last mouse 0 at 4,2");
    session_point(session, BUTTON_LEFT, 4, 2);
    session_expect(session, "last mouse 1 at 4,2");
    session_point(session, BUTTON_LEFT, 4, 2); /* a third click is a first one again */
    session_expect(session, "last mouse 0 at 4,2");
    session_point(session, WHEEL_UP, 300, 2);
    session_expect(session, "last mouse 2 at 300,2");
    session_point(session, WHEEL_DOWN, 0, 0);
    session_expect(session, "last mouse 3 at 0,0");
    session_point(session, BUTTON_RIGHT, 9, 9);
    session_type(session, "\033[M !\""); /* the form of terminals that know no decimals */
    session_expect(session, "last mouse 0 at 0,1");
    session_type(session, "\033[<0;1");
    session_settle(session, 0.03);
    session_type(session, "0;7M");
    session_expect(session, "last mouse 0 at 9,6");
    session_expect(session, "count 0 "); /* nothing of it was a key */
    session_type(session, "\033[<0;1x");
    session_expect(session, "last U+0078");
    session_type(session, "\033[<99999999999999999999;1;1Mz");
    session_expect(session, "last U+007A");
    session_type(session, "m");
    session_point(session, BUTTON_LEFT, 7, 7);
    session_type(session, "z");
    session_expect(session, "last U+007A");
    assert_false(session_shows(session, "mouse"));
    session_type(session, "q");
    session_wait(session);
    assert_left_clean(session);
}

static void a_terminal_without_a_mouse_is_not_asked_for_one(void **state)
{
    (void)state;
    const char *const environment[] = {"TERM=vt220", NULL};
    struct session *session = probe(environment);
    size_t size;
    assert_null(strstr(session_output(session, &size), "?1000h"));
    session_type(session, "q");
    session_wait(session);
    assert_null(strstr(session_output(session, &size), "?1000"));
    assert_left_clean(session);
}

static void an_unknown_control_sequence_is_no_key(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    session_type(session, "\033[35;62;19q");
    session_type(session, "z");
    session_expect(session, "last U+007A");
    session_expect(session, "count 1 ");
    session_end(session);
}

static void a_paste_is_told_from_typing(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    session_type(session, "\033[200~quit\rq\033[201~");
    session_expect(session, "pasted 6");
    session_expect(session, "count 0");
    session_type(session, "q");
    session_wait(session);
    assert_left_clean(session);
}

static void nothing_is_written_while_nothing_changes(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    session_type(session, "xx");
    session_expect(session, "count 2");
    session_settle(session, 0.2);
    size_t before, after;
    session_output(session, &before);
    session_signal(session, SIGWINCH);
    session_settle(session, 0.3);
    session_output(session, &after);
    assert_int_equal(before, after);
    session_end(session);
}

static void a_new_size_is_drawn_at_once(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    static const int SIZES[][2] = {{40, 12}, {200, 60}, {20, 5}, {1, 1}, {80, 24}, {500, 200}};
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        char expected[32];
        session_resize(session, SIZES[i][0], SIZES[i][1]);
        snprintf(expected, sizeof expected, "size %dx%d", SIZES[i][0], SIZES[i][1]);
        if (SIZES[i][0] > 1)
            session_expect(session, expected);
    }
    session_type(session, "q");
    session_wait(session);
    assert_left_clean(session);
}

static void wide_characters_keep_what_follows_in_place(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    int x, y;
    session_find(session, "霸王别姬", &x, &y);
    assert_int_equal(x, 2);
    assert_string_equal(session_cell(session, 15, y).text, "│");
    assert_string_equal(session_cell(session, 14, y).text, "e\xcc\x81");
    session_end(session);
}

static void assert_dies_clean(int signal_number, bool of_screen)
{
    struct session *session = probe(NULL);
    kill(of_screen ? session_child_of(session_process(session)) : session_process(session),
         signal_number);
    int status = session_wait(session);
    if (signal_number == SIGTERM || signal_number == SIGHUP || signal_number == SIGINT)
        assert_int_equal(WEXITSTATUS(status), 7);
    else
        assert_int_equal(WTERMSIG(status), signal_number);
    assert_left_clean(session);
}

static void no_signal_leaves_the_terminal_changed(void **state)
{
    (void)state;
    static const int SIGNALS[] = {SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT,
                                  SIGBUS,  SIGFPE, SIGILL, SIGKILL, SIGUSR1};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++)
        assert_dies_clean(SIGNALS[i], true);
    assert_dies_clean(SIGTERM, false);
    assert_dies_clean(SIGHUP, false);
}

static struct session *probe_in_shell(void)
{
    const char *const shell[] = {"sh", "-i", NULL};
    const char *const environment[] = {"PS1=ready> ", "ENV", NULL};
    struct session_options options = {.environment = environment};
    struct session *session = session_start(shell, &options);
    session_expect(session, "ready>");
    session_type(session, PROBE_PATH "\n");
    session_expect(session, "size 80x24");
    return session;
}

static void a_screen_whose_guardian_is_killed_leaves_by_itself(void **state)
{
    (void)state;
    struct session *session = probe_in_shell();
    pid_t guardian = session_child_of(session_process(session)),
          screen = session_child_of(guardian);
    kill(guardian, SIGKILL);
    session_expect(session, "ready>");
    double end = clock_monotonic() + 10;
    while (kill(screen, 0) == 0 && clock_monotonic() < end)
        session_settle(session, 0.05);
    session_type(session, "exit\n");
    session_wait(session);
    assert_left_clean(session);
}

static void a_terminal_that_goes_away_ends_the_screen(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    session_hang_up(session);
    session_wait(session);
    session_end(session);
}

static void a_crash_says_what_was_printed_once_the_terminal_is_back(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    session_type(session, "p");
    session_expect(session, "count 1");
    assert_false(session_shows(session, "printed"));
    session_type(session, "c");
    session_wait(session);
    assert_true(session_shows(session, "a word\\x1B[31m printed"));
    assert_true(session_shows(session, "the screen was ended by signal 6"));
    assert_left_clean(session);
}

static void control_z_stops_the_job_and_fg_paints_it_again(void **state)
{
    (void)state;
    struct session *session = probe_in_shell();
    for (int round = 0; round < 2; round++) {
        session_type(session, "a");
        session_expect(session, round ? "count 2" : "count 1");
        session_type(session, "\x1a");
        session_expect(session, "ready>");
        session_expect_gone(session, "size 80x24");
        session_type(session, "fg\n");
        session_expect(session, "size 80x24");
    }
    session_type(session, "\x1a");
    session_expect(session, "ready>");
    session_resize(session, 60, 20);
    session_type(session, "fg\n");
    session_expect(session, "size 60x20");
    session_type(session, "q");
    session_expect(session, "ready>");
    session_type(session, "exit\n");
    session_wait(session);
    assert_left_clean(session);
}

static void control_z_without_a_shell_does_not_hang(void **state)
{
    (void)state;
    struct session *session = probe(NULL);
    session_type(session, "\x1a");
    session_type(session, "b");
    session_expect(session, "last U+0062");
    session_type(session, "q");
    session_wait(session);
    assert_left_clean(session);
}

static void no_color_leaves_bold_and_reverse(void **state)
{
    (void)state;
    const char *const environment[] = {"NO_COLOR=1", NULL};
    struct session *session = probe(environment);
    int x, y;
    session_find(session, "count", &x, &y);
    assert_true(session_cell(session, x, y).reverse);
    session_find(session, "size", &x, &y);
    assert_true(session_cell(session, x, y).bold);
    for (y = 0; y < 24; y++)
        for (x = 0; x < 80; x++)
            assert_false(session_cell(session, x, y).coloured);
    session_end(session);
}

static void an_empty_no_color_is_none(void **state)
{
    (void)state;
    const char *const environment[] = {"NO_COLOR=", NULL};
    struct session *session = probe(environment);
    int x, y;
    session_find(session, "size", &x, &y);
    assert_true(session_cell(session, x, y).coloured);
    session_end(session);
}

static void assert_plain(const char *const *environment)
{
    struct session *session = probe(environment);
    session_expect(session, "???????? ?? e|");
    size_t size;
    const char *output = session_output(session, &size);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)output[i] >= 0x80)
            fail_msg("byte %zu is not ASCII: \"%.40s\"", i, output + i);
    session_type(session, "q");
    session_wait(session);
    assert_left_clean(session);
}

static void a_locale_without_utf8_and_an_old_terminal_get_ascii(void **state)
{
    (void)state;
    const char *const locale[] = {"LC_ALL=C", NULL}, *const old[] = {"TERM=vt100", NULL};
    assert_plain(locale);
    assert_plain(old);
}

static void terminals_of_all_kinds_can_be_used(void **state)
{
    (void)state;
    static const char *const TERMS[] = {"TERM=xterm", "TERM=linux",         "TERM=screen-256color",
                                        "TERM=vt220", "TERM=tmux-256color", "TERM=xterm-mono"};
    for (size_t i = 0; i < sizeof TERMS / sizeof *TERMS; i++) {
        const char *const environment[] = {TERMS[i], NULL};
        struct session *session = probe(environment);
        session_type(session, "q");
        session_wait(session);
        assert_left_clean(session);
    }
}

static void a_terminal_that_cannot_be_used_gets_one_sentence(void **state)
{
    (void)state;
    static const char *const TERMS[] = {"TERM", "TERM=", "TERM=nonesuch", "TERM=dumb"};
    for (size_t i = 0; i < sizeof TERMS / sizeof *TERMS; i++) {
        const char *const environment[] = {TERMS[i], NULL};
        struct session_options options = {.environment = environment};
        struct session *session = session_start(PROBE, &options);
        int status = session_wait(session);
        assert_int_equal(WEXITSTATUS(status), 2);
        size_t size;
        const char *output = session_output(session, &size);
        assert_null(strchr(output, '\033'));
        assert_non_null(strstr(output, "thaw compare"));
        session_end(session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaving_puts_the_terminal_back),
        cmocka_unit_test(keys_arrive_as_characters_or_names),
        cmocka_unit_test(the_mouse_arrives_as_clicks_and_turns),
        cmocka_unit_test(a_terminal_without_a_mouse_is_not_asked_for_one),
        cmocka_unit_test(an_unknown_control_sequence_is_no_key),
        cmocka_unit_test(a_paste_is_told_from_typing),
        cmocka_unit_test(nothing_is_written_while_nothing_changes),
        cmocka_unit_test(a_new_size_is_drawn_at_once),
        cmocka_unit_test(wide_characters_keep_what_follows_in_place),
        cmocka_unit_test(no_signal_leaves_the_terminal_changed),
        cmocka_unit_test(a_screen_whose_guardian_is_killed_leaves_by_itself),
        cmocka_unit_test(a_terminal_that_goes_away_ends_the_screen),
        cmocka_unit_test(a_crash_says_what_was_printed_once_the_terminal_is_back),
        cmocka_unit_test(control_z_stops_the_job_and_fg_paints_it_again),
        cmocka_unit_test(control_z_without_a_shell_does_not_hang),
        cmocka_unit_test(no_color_leaves_bold_and_reverse),
        cmocka_unit_test(an_empty_no_color_is_none),
        cmocka_unit_test(a_locale_without_utf8_and_an_old_terminal_get_ascii),
        cmocka_unit_test(terminals_of_all_kinds_can_be_used),
        cmocka_unit_test(a_terminal_that_cannot_be_used_gets_one_sentence),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
