/* SPDX-License-Identifier: MIT
 *
 * The pages of the real program on a prepared workbench, read through a pseudo-terminal: what each
 * shows.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "page_session.h"
#include "terminal_session.h"

static void data_says_what_is_in_a_set(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "j");
    session_expect(session, "800 ratings by 40 users of 30 items");
    session_expect(session, "from 1997-11-20 to 1997-12-29");
    session_expect(session, "66.7 % of all pairs are rated");
    session_expect(session, "tags.csv was left out");
    session_expect(session, "films.csv has no ratings");
    session_expect(session, "of a user");
    session_expect(session, "20, mean 20");
    leave(session);
}

static void a_short_screen_joins_bars_and_hides_none(void **state)
{
    (void)state;
    struct session *session = open_sized(80, 18, NULL);
    session_expect(session, "200,000");
    session_type(session, "j");
    session_expect(session, "ratings by 40 users");
    session_expect(session, "of a user");
    int x, y, users;
    session_expect(session, "3 to 4");
    session_find(session, "160", &x, &y); /* the fives, alone in the last bar */
    session_find(session, "of a user", &x, &users);
    assert_true(y < users);
    leave(session);
}

static void a_table_shows_rows_aligned_and_what_is_in_a_column(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "jtt\r");
    session_expect(session, "row 1 of 30");
    int chinese, english, y;
    session_find(session, "1960", &chinese, &y);
    session_find(session, "1961", &english, &y);
    assert_int_equal(chinese, english); /* behind a Chinese and behind an English title */
    session_expect(session, "Ran\\x1B[31m (1985)");
    session_type(session, "ll");
    session_expect(session, "30 values, 0 missing, 30 distinct");
    session_expect(session, "min 1960");
    session_type(session, "lt");
    session_expect(session, "row 1 of 800");
    session_type(session, "q");
    session_expect(session, "800 ratings by");
    leave(session);
}

static void a_shape_says_what_is_hard_about_a_set(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "js");
    session_expect(session, "800 ratings by 40 users of 30 items, 66.7 % of all pairs");
    session_expect(session, "ratings of one hour");
    session_expect(session,
                   "of a user's ratings lie within one hour, so order in time says little.");
    session_type(session, "t");
    session_expect(session, "40 of 40 that are rated");
    session_type(session, "t");
    session_expect(session, "Gini coefficient");
    session_expect(session, "all equal"); /* of the chart beside it */
    session_type(session, "v");
    session_expect_gone(session, "Gini coefficient");
    session_type(session, "vl");
    session_expect(session, "fewer than 20 ratings");
    session_type(session, "tttT");
    session_expect(session, "3 to 3.2");
    session_type(session, "t");
    session_expect(session, "1997-11-20");
    session_expect(session, "mean rating");
    session_type(session, "v");
    session_expect(session, "new items"); /* with the ratings, above the means */
    session_expect(session, "mean rating");
    session_type(session, "v");
    session_type(session, "tt");
    session_expect(session, "occupation");
    session_type(session, ">/genre\r");
    session_expect(session, "genre");
    session_type(session, "q");
    session_expect(session, "Enter shows the");
    session_type(session, ":shape\r");
    session_expect(session, "occupation");
    leave(session);
}

static void a_large_table_is_walked_at_once(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "\r");
    session_expect(session, "row 1 of 200,000");
    session_type(session, "G");
    session_expect(session, "row 200,000 of 200,000");
    session_expect(session, "i200");
    session_type(session, "p50%\r");
    session_expect(session, "row 100,000 of 200,000");
    session_type(session, "p777\r");
    session_expect(session, "row 777 of 200,000");
    session_type(session, "pnowhere\r");
    session_expect(session, "expected a row");
    leave(session);
}

static void scripts_show_source_with_line_numbers(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "2");
    session_type(session, "G");
    for (int i = 0; i < 40 && !session_shows(session, "/nowhere/films_cold.lua"); i++) {
        session_type(session, "j");
        session_settle(session, 0.1);
    }
    session_expect(session, "/nowhere/films_cold.lua");
    session_expect(session, "2  -- cold users of the films");
    int x, y;
    session_find(session, "return thaw", &x, &y);
    assert_true(session_cell(session, x, y).bold); /* a keyword */
    session_type(session, "r");
    session_expect(session, "its file is gone");
    leave(session);
}

/* What has failed leaves nothing to do. */
static void assert_all_is_done(struct session *session, const char *title)
{
    int x, first, second;
    session_settle(session, 0.3); /* the title may come before the rest */
    session_find(session, title, &x, &first);
    session_find(session, "100 %", &x, &second);
    assert_int_equal(second, first + 1);
}

static void train_draws_curves_and_keeps_what_is_over(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "3");
    session_expect(session, "films_live 3");
    session_expect(session, "interrupted"); /* no keeper runs */
    session_expect(session, "training loss");
    session_expect(session, "● ridge");
    session_expect(session, "200 of 400");
    session_expect(session, "step");
    session_type(session, "y");
    session_expect(session, "log scale");
    session_type(session, "v");
    session_expect(session, "validation loss");
    session_type(session, "h");
    session_expect(session, "films_failed 2");
    assert_all_is_done(session, "films_failed 2"); /* as `thaw watch 2` says */
    session_expect(session, "unjailed: the worker runs without seccomp (no)");
    session_type(session, "j");
    session_expect(session, "the loss is not finite at step 200");
    session_type(session, "h");
    session_expect(session, "films_cold 1");
    session_expect(session, "took 1 min 23 s");
    leave(session);
}

static void compare_leads_from_arms_to_one_user(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    session_expect(session, "user-cold");
    session_expect(session, "▲ better  ▼ worse  ≈ undecided");
    session_expect(session, "raw predictions"); /* this execution has no validation tasks */
    session_expect(session, "95 % +0.");
    session_expect(session, ": better");
    session_expect(session, "better for 100 % of the users");
    session_expect(session, " deviations");
    session_expect(session, "log score -");
    session_type(session, "m");
    session_expect(session, "root mean squared error");
    session_type(session, "mmm");
    session_expect(session, "mean absolute error, less is better");
    session_type(session, "v");
    session_expect(session, "gain in MAE, more is better");
    session_type(session, "jj\r");
    session_expect(session, "ridge against bias");
    session_expect(session, "12 better, 0 worse, 0 same of 12 users");
    session_type(session, "o");
    session_expect(session, "losses first");
    session_type(session, "\r");
    session_expect(session, "3 ratings shown, draw 1 of 2");
    session_expect(session, "shown to the arms: 3 ratings");
    session_expect(session, "mean absolute error  ");
    session_expect(session, " ±0.75");
    session_type(session, "d");
    session_expect(session, "draw 2 of 2");
    session_type(session, "s");
    session_expect(session, "shown to the arms: 5 ratings");
    int x, y;
    session_find(session, "shown to the arms", &x, &y);
    session_type(session, "jj");
    session_settle(session, 0.1);
    assert_string_equal(session_cell(session, 1, y + 4).text, "▸");
    session_type(session, "q");
    session_expect(session, "ridge against bias");
    session_type(session, "j\r"); /* of another user the first rating */
    session_find(session, "shown to the arms", &x, &y);
    session_settle(session, 0.1);
    assert_string_equal(session_cell(session, 1, y + 2).text, "▸");
    session_type(session, "q");
    session_expect(session, "ridge against bias");
    session_type(session, "\033");
    session_expect(session, "gain in MAE over bias");
    session_type(session, "b");
    session_expect(session, "the opponent here: ridge");
    session_type(session, "b");
    session_expect(session, "gain in MAE over bias");
    leave(session);
}

/* An arm that is no better than its opponent is called neither better nor worse. */
static void a_win_whose_interval_holds_zero_is_none(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    session_type(session, "jhhh");
    session_expect(session, "the opponent here: bias, whom the other arms");
    session_type(session, "lll");
    session_expect(session, ": undecided");
    int x, y;
    session_find(session, "≈", &x, &y);
    session_type(session, "m");
    session_expect(session, "gain in RMSE over bias");
    leave(session);
}

/* Ratings have no order that is right or wrong until a threshold says which items are relevant. */
static void a_threshold_shows_metrics_of_order(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    session_expect(session, "mean absolute error, less is better");
    session_type(session, ":metric auc\r");
    session_expect(session, "AUC has to know which ratings are relevant: t, or :relevant 4");
    session_type(session, ":metric ndcg@3\r");
    session_expect(session, "nDCG@3 of the asked items, more is better");
    session_type(session, "t4\r");
    session_expect(session, "AUC of the asked items, relevant from 4");
    session_expect(session, "Degenerate: ");
    session_expect(session, "MAP 0.");
    session_type(session, "m");
    session_expect(session, "MAP of the asked items, relevant from 4");
    session_type(session, ":metric Precision@2\r");
    session_expect(session, "precision@2 of the asked items, relevant from 4");
    session_type(session, ":relevant 40\r");
    session_expect(session, "Degenerate: AUC, MAP, MRR, precision@5, recall@5, hit@5 24 of 24");
    session_type(session, ":relevant many\r");
    session_expect(session, "\"many\" is no rating: expected a number, or none");
    session_type(session, ":relevant none\r");
    session_expect(session, "mean absolute error, less is better");
    session_type(session, ":metric precision@0\r");
    session_expect(session, "there is no metric \"precision@0\"");
    leave(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_says_what_is_in_a_set),
        cmocka_unit_test(a_short_screen_joins_bars_and_hides_none),
        cmocka_unit_test(a_table_shows_rows_aligned_and_what_is_in_a_column),
        cmocka_unit_test(a_shape_says_what_is_hard_about_a_set),
        cmocka_unit_test(a_large_table_is_walked_at_once),
        cmocka_unit_test(scripts_show_source_with_line_numbers),
        cmocka_unit_test(train_draws_curves_and_keeps_what_is_over),
        cmocka_unit_test(compare_leads_from_arms_to_one_user),
        cmocka_unit_test(a_win_whose_interval_holds_zero_is_none),
        cmocka_unit_test(a_threshold_shows_metrics_of_order),
    };
    return cmocka_run_group_tests_name("pages", tests, set_up, tear_down);
}
