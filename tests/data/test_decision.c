/* SPDX-License-Identifier: MIT
 *
 * What an import decided: as sentences, as notes that fit, as stored text.
 */
#include "config.h"

#include "data/decision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void a_decision_is_a_sentence(void **state)
{
    (void)state;
    struct decisions decisions = {0};
    struct decision *decision = decisions_add(&decisions, "r.csv", "rating", "stars");
    char *sentence = decision_sentence(decision);
    assert_string_equal(sentence, "r.csv: rating: stars");
    free(sentence);
    decision_because(decision, "not %s", "votes");
    sentence = decision_sentence(decision);
    assert_string_equal(sentence, "r.csv: rating: stars, not votes");
    free(sentence);
    decisions_release(&decisions);
}

static void options_stand_in_quotes_if_a_shell_needs_them(void **state)
{
    (void)state;
    struct decisions decisions = {0};
    struct decision *decision = decisions_add(&decisions, "", "separator", ";");
    decision_option(decision, "separator", ";");
    assert_string_equal(decision->option, "--separator ';'");
    decision_option(decision, "rating", "user's vote");
    assert_string_equal(decision->option, "--rating 'user'\\''s vote'");
    decision_option(decision, "rating", "stars");
    assert_string_equal(decision->option, "--rating stars");
    decision_option(decision, "missing", "");
    assert_string_equal(decision->option, "--missing ''");
    decisions_release(&decisions);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    struct decisions decisions = {0}, copy;
    struct bytes text = {0};
    struct decision *decision = decisions_add(&decisions, "a\tb.csv", "header", "no\x1B[2J");
    decision_because(decision, "two\nlines");
    decision->told = true;
    decision = decisions_add(&decisions, "", "repeats", "last");
    decision_option(decision, "repeats", "last");
    decisions.command = memory_string("thaw import 'a b' --rating $'\\011'");
    decisions_write(&decisions, &text);
    bytes_add(&text, "a line of another form\n", 24);
    decisions_read(&copy, (const char *)text.data);
    assert_int_equal(copy.count, 2);
    assert_string_equal(copy.list[0].file, "a b.csv");
    assert_string_equal(copy.list[0].choice, "no\\x1B[2J");
    assert_string_equal(copy.list[0].reason, "two lines");
    assert_true(copy.list[0].told);
    assert_string_equal(copy.list[1].option, "--repeats last");
    assert_false(copy.list[1].told);
    assert_string_equal(copy.command, decisions.command);
    decisions_release(&copy);
    decisions_release(&decisions);
    bytes_release(&text);
}

static void notes_say_how_many_do_not_fit(void **state)
{
    (void)state;
    struct decisions decisions = {0};
    char notes[200];
    for (int i = 0; i < 20; i++)
        decisions_add(&decisions, "f", "column", "of some length")->told = i != 3;
    decisions_notes(&decisions, notes, sizeof notes);
    assert_non_null(strstr(notes, "f: column: of some length\nf: column: of some length\n"));
    assert_non_null(strstr(notes, "\nand 14 more: see the plan"));
    decisions_release(&decisions);
    assert_string_equal(decisions_notes(&decisions, notes, sizeof notes), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decision_is_a_sentence),
        cmocka_unit_test(options_stand_in_quotes_if_a_shell_needs_them),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(notes_say_how_many_do_not_fit),
    };
    return cmocka_run_group_tests_name("decision", tests, NULL, NULL);
}
