/* SPDX-License-Identifier: MIT
 *
 * Keys, words and pastes on the pages of the real program: help, hints, and what has no meaning.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "page_session.h"
#include "terminal_session.h"

static void help_and_commands_come_from_the_registry(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "?");
    session_expect(session, "describe the data set");
    session_type(session, "q");
    session_expect_gone(session, "describe the data set");
    session_type(session, ":runs\r");
    session_expect(session, "1/ridge/1");
    session_expect(session, "films_failed");
    session_type(session, "\r");
    session_expect_gone(session, "1/ridge/1");
    session_type(session, "?");
    session_expect(session, "describe the data set");
    session_type(session, "d:nonsense\r"); /* d is no key of a text, : leads from it */
    session_expect(session, "nonsense");
    session_type(session, "\033");
    session_settle(session, 0.1); /* at once they would be Alt-: */
    session_type(session, ":abc");
    session_expect(session, ":abc");
    session_type(session, "\033");
    session_expect_gone(session, ":abc");
    session_type(session, ":series\r");
    session_expect(session, "\"series\" belongs to the page Train; 3 goes there");
    session_type(session, ":shots\r");
    session_expect(session,
                   "\"shots\" belongs to the page User; 4 goes to the page above it, Compare");
    session_type(session, "/big\r:\033OA"); /* each prompt recalls its own lines */
    session_expect(session, ":shots");
    session_settle(session, 0.1);
    session_type(session, "\033");
    session_expect_gone(session, ":shots");
    session_type(session, "/\033OA");
    session_expect(session, "/big");
    session_type(session, "\033");
    session_expect_gone(session, "/big");
    session_type(session, ":q\r");
    int status = session_wait(session);
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void a_key_without_a_meaning_says_so(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "z");
    session_expect(session, "z does nothing here; ? shows what does");
    session_type(session, "j"); /* one with a meaning takes it away */
    session_expect_gone(session, "does nothing here");
    session_type(session, " ");
    session_expect(session, "Space does nothing here");
    session_type(session, "中");
    session_expect(session, "中 does nothing here");
    session_type(session, "\033[18~");
    session_expect(session, "That key does nothing here");
    session_type(session, "\033[15;5~q"); /* a sequence that nobody knows is no key: q leads out */
    int status = session_wait(session);
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void a_key_without_a_meaning_says_so_above_a_text_and_not_in_a_line(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "?");
    session_expect(session, "describe the data set");
    session_type(session, "z");
    session_expect(session, "z does nothing here; q closes the text");
    session_expect(session, "describe the data set");
    session_type(session, ":runs xyz");
    session_expect(session, ":runs xyz");
    session_expect(session, "Esc cancel");
    assert_false(session_shows(session, "does nothing here"));
    leave(session);
}

static void words_are_known_by_page_and_misspelt_ones_are_guessed(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, ":rows\r"); /* what Enter does on Data */
    session_expect(session, "row 1 of 200,000");
    session_type(session, ":rows\r");
    session_expect(session, "\"rows\" belongs to the page Data; 1 goes there");
    session_type(session, ":back \r");
    session_expect(session, "q quit");
    session_type(session, ":qiut\r");
    session_expect(session, "thaw has no command \"qiut\"; did you mean \"quit\"?");
    session_type(session, ":e films.csv\r"); /* the beginning of a word is no word */
    session_expect(session, "thaw has no command \"e\"");
    session_type(session, ":zzzzzz now\r");
    session_expect(session, "thaw has no command \"zzzzzz\"; ? lists them");
    session_type(session, ":help\r");
    session_expect(session, "describe the data set");
    session_type(session, ":quit\r");
    int status = session_wait(session);
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void a_paste_is_ignored_outside_of_a_field(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "\033[200~q4\rq\033[201~");
    session_expect(session, "pasted 4 characters, ignored");
    session_type(session, ":\033[200~runs\033[201~");
    session_expect(session, ":runs");
    session_type(session, "\033");
    leave(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_and_commands_come_from_the_registry),
        cmocka_unit_test(a_key_without_a_meaning_says_so),
        cmocka_unit_test(a_key_without_a_meaning_says_so_above_a_text_and_not_in_a_line),
        cmocka_unit_test(words_are_known_by_page_and_misspelt_ones_are_guessed),
        cmocka_unit_test(a_paste_is_ignored_outside_of_a_field),
    };
    return cmocka_run_group_tests_name("page_keys", tests, set_up, tear_down);
}
