/* SPDX-License-Identifier: MIT
 *
 * Runs ./thaw as a shell does: mistakes and help, and commands that run experiments, compare, and
 * recommend.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <yajl/yajl_tree.h>

#include "comparison/bench.h"
#include "keeper/client.h"

#include "shell.h"

static void an_empty_workbench_says_what_to_do(void **state)
{
    (void)state;
    assert_int_equal(RUN("data"), 0);
    assert_holds(OUT, "No data sets yet. `thaw import PATH`");
    assert_int_equal(RUN("runs"), 0);
    assert_holds(OUT, "No runs yet.");
    static const char *const lists[] = {"data", "runs", "log"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(RUN(lists[i], "--json"), 0);
        yajl_val list = parse();
        assert_int_equal(list->u.array.len, 0);
        yajl_tree_free(list);
    }
    assert_int_equal(RUN("compare"), 2);
    assert_holds(COMPLAINTS, "there is nothing to compare yet");
    assert_int_not_equal(access(database, F_OK), 0); /* looking makes nothing */
}

static void mistakes_are_one_sentence_and_status_2(void **state)
{
    (void)state;
    assert_int_equal(RUN("rnus"), 2);
    assert_string_equal(COMPLAINTS, "thaw: thaw has no command \"rnus\"; did you mean \"runs\"?\n");
    assert_string_equal(OUT, "");
    assert_int_equal(RUN("run"), 2);
    assert_holds(COMPLAINTS, "run needs FILE");
    assert_int_equal(RUN("runs", "--color", "green"), 2);
    assert_holds(COMPLAINTS, "expected auto, always or never");
    assert_int_equal(RUN("data", "a", "b"), 2);
    assert_holds(COMPLAINTS, "does not know what to do with \"b\"");
    assert_int_equal(RUN("run", at("quick.lua"), "--threads", "none"), 2);
    assert_int_equal(RUN("run", at("quick.lua"), "--set", "novalue"), 2);
    assert_int_equal(RUN("screen"), 2);
    assert_holds(COMPLAINTS, "the screen needs a terminal");
}

static void help_and_version_are_everywhere(void **state)
{
    (void)state;
    assert_int_equal(RUN("--version"), 0);
    assert_string_equal(OUT, "thaw " PACKAGE_VERSION "\n");
    assert_int_equal(RUN("--help"), 0);
    assert_holds(OUT, "Options of every command");
    assert_int_equal(RUN("runs", "remove", "--help"), 0);
    assert_holds(OUT, "thaw runs remove NUMBER");
    assert_int_equal(RUN("help", "data", "remove"), 0);
    assert_holds(OUT, "thaw data remove NAME");
    assert_int_equal(RUN("help", "imprt"), 2);
    assert_holds(COMPLAINTS, "did you mean \"import\"");
    assert_int_equal(RUN("info"), 0);
    assert_holds(OUT, database);
}

static void a_run_ends_with_the_comparison(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("run", at("quick.lua")), 0);
    assert_holds(OUT, "toy 1 on toy: 3 runs");
    assert_holds(OUT, "100 %");
    assert_holds(OUT, "Gain in MAE over bias");
    assert_null(strchr(OUT, '\033'));
    assert_string_equal(COMPLAINTS, "");
    assert_int_equal(RUN("runs", "1", "--json"), 0);
    yajl_val runs = parse();
    assert_int_equal(runs->u.array.len, 3);
    for (size_t i = 0; i < 3; i++) {
        yajl_val digest =
            yajl_tree_get(runs->u.array.values[i], (const char *[]){"digest", NULL}, yajl_t_string);
        assert_int_equal(strlen(digest->u.string), 64);
    }
    yajl_tree_free(runs);
    assert_int_equal(RUN("log", "--json"), 0);
    yajl_val log = parse();
    assert_true(log->u.array.len >= 2);
    for (size_t i = 0; i < log->u.array.len; i++)
        assert_int_equal(log->u.array.values[i]->u.object.len, 4);
    yajl_tree_free(log);
    assert_int_equal(RUN("runs", "remove", "1"), 0);
    assert_int_equal(RUN("runs", "1"), 2);
}

static void a_comparison_is_read_without_a_keeper(void **state)
{
    (void)state;
    bench_make(database);
    assert_int_equal(RUN("compare", "1"), 0);
    assert_holds(OUT, "user-cold: 14 users");
    assert_int_equal(RUN("compare", "1", "--json", "--scenario", "warm", "--shots", "0"), 0);
    yajl_val rows = parse();
    assert_int_equal(rows->u.array.len, 5);
    yajl_tree_free(rows);
    assert_int_equal(RUN("compare", "1/ridge/1", "--baseline", "1/ridge/2"), 0);
    assert_holds(OUT, "2 arms, learners with 1 seed each, opponent 1/ridge/2");
    assert_int_equal(RUN("compare", "--same", "1", "2"), 0);
    assert_holds(OUT, "opponent the same arm");
    assert_int_equal(RUN("compare", "1", "--answer", "raw"), 0);
    assert_int_equal(RUN("compare", "1", "--answer", "guess"), 2);
    assert_holds(COMPLAINTS, "--answer takes level, median or raw");
    assert_int_equal(RUN("compare", "1", "--user", "u12", "--shots", "3", "--draw", "2"), 0);
    assert_holds(OUT, "User u12 of toy, user-cold, 3 ratings shown, draw 2 of 2");
    assert_int_equal(RUN("compare", "1", "--users", "maml"), 0);
    assert_holds(OUT, "maml against best_plain, user-cold, all ratings shown");
    assert_int_equal(RUN("compare", "1", "--user", "u99"), 2);
    assert_int_equal(RUN("compare", "1", "--user", "u12", "--scenario", "warm"), 2);
    assert_holds(COMPLAINTS, "it is in user-cold");
    assert_int_equal(RUN("compare", "1", "--shots", "7"), 2);
    assert_int_equal(RUN("compare", "1", "--shots", "few"), 2);
    assert_int_equal(RUN("compare", "1", "--draw", "2"), 2);
    assert_int_equal(RUN("compare", "1", "3"), 2);
    assert_int_equal(RUN("runs"), 0);
    assert_holds(OUT, "interrupted"); /* it says running, and nobody runs it */
    assert_false(keeper_is_alive(database));
}

static void json_goes_to_one_stream_and_progress_to_the_other(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("run", at("quick.lua"), "--json"), 0);
    yajl_val value = parse();
    assert_non_null(yajl_tree_get(value, (const char *[]){"comparison", NULL}, yajl_t_array));
    assert_string_equal(
        yajl_tree_get(value, (const char *[]){"state", NULL}, yajl_t_string)->u.string, "done");
    yajl_tree_free(value);
    assert_holds(COMPLAINTS, "100 %");
}

static void an_interrupted_run_is_resumed(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(run_interrupted(1.5, (const char *const[]){"run", at("long.lua"), NULL}), 130);
    assert_holds(OUT, "Stopping after a checkpoint");
    assert_holds(COMPLAINTS, "1 is stopped: `thaw resume 1` goes on.");
    assert_int_equal(RUN("runs"), 0);
    assert_holds(OUT, "stopped");
    assert_int_equal(RUN("resume", "1/maml", "--detach", "--json"), 0);
    yajl_val value = parse();
    assert_non_null(yajl_tree_get(value, (const char *[]){"execution", NULL}, yajl_t_number));
    yajl_tree_free(value);
    assert_int_equal(run_interrupted(1, (const char *const[]){"watch", NULL}), 130);
    assert_holds(COMPLAINTS, "1 goes on: `thaw watch 1` follows it again.");
    assert_int_equal(RUN("pause", "1"), 0);
    assert_int_equal(RUN("continue", "1"), 0);
    assert_int_equal(RUN("stop", "1"), 0);
    assert_holds(OUT, "1 stops after a checkpoint: `thaw resume 1` goes on.");
    assert_int_equal(RUN("stop", "77"), 2);
}

static void what_is_done_recommends(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("recommend", "1/maml"), 2);
    assert_holds(COMPLAINTS, "there is no run \"1/maml\"");
    assert_int_equal(RUN("run", at("quick.lua")), 0);
    assert_int_equal(RUN("recommend", "1/maml", "--rate", "2=4", "-r3=1"), 0);
    assert_holds(OUT, "Run 1/maml/1 on toy, 3 items, 1 rated");
    assert_holds(OUT, "4.500");
    assert_holds(OUT, "9.000"); /* 8 bytes of ratings, and a checkpoint */
    assert_int_equal(RUN("recommend", "1/bias", "--top", "1", "--repeat", "7", "--json"), 0);
    yajl_val value = parse();
    yajl_val items = yajl_tree_get(value, (const char *[]){"recommended", NULL}, yajl_t_array);
    assert_int_equal(items->u.array.len, 1);
    assert_string_equal(
        yajl_tree_get(items->u.array.values[0], (const char *[]){"item", NULL}, yajl_t_string)
            ->u.string,
        "3");
    assert_int_equal(
        yajl_tree_get(value, (const char *[]){"calls", NULL}, yajl_t_number)->u.number.i, 7);
    yajl_tree_free(value);
    static const struct {
        const char *words[6], *complaint;
    } mistakes[] = {
        {{"recommend"}, "recommend needs RUN"},
        {{"recommend", "1"}, "name one as 1/ARM: maml, bias"},
        {{"recommend", "1/maml", "--rate", "2"}, "--rate takes ITEM=VALUE, not \"2\""},
        {{"recommend", "1/maml", "--top", "0"}, "expected a whole number from 1"},
        {{"recommend", "1/maml", "--repeat", "x"}, "expected a whole number from 1"},
        {{"recommend", "1/maml", "--user", "nobody"}, "toy has no user \"nobody\""},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_int_equal(run_interrupted(0, mistakes[i].words), 2);
        assert_holds(COMPLAINTS, mistakes[i].complaint);
        assert_string_equal(OUT, "");
    }
    assert_int_equal(RUN("run", at("nan.lua")), 1);
    assert_int_equal(RUN("recommend", "2/maml/1"), 2);
    assert_holds(COMPLAINTS, "run 2/maml/1 is failed; only one that is done can recommend");
    assert_int_equal(RUN("data", "remove", "toy"), 0);
    assert_int_equal(RUN("recommend", "1/maml"), 2);
    assert_holds(COMPLAINTS, "there is no data set \"toy\"");
}

static void what_fails_says_why_and_ends_with_1(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("run", at("nan.lua")), 1);
    assert_holds(COMPLAINTS, "1/maml/1 failed: ");
    assert_holds(OUT, "maml is left out: it failed; `thaw runs 1` says why.");
    assert_int_equal(RUN("run", at("failing.lua")), 1);
    assert_holds(COMPLAINTS, "2/maml/1 failed: mine.lua:3: the loss is not finite\n"
                             "    return theta.head:log()\n");
    assert_int_equal(RUN("runs", "2"), 0);
    assert_holds(OUT, "mine.lua:3: the loss is not finite\n");
    assert_int_equal(RUN("run", at("wrong.lua")), 1);
    assert_int_equal(RUN("check", at("wrong.lua")), 1);
    assert_int_equal(RUN("check", at("quick.lua")), 0);
    assert_int_equal(RUN("run", at("nothing.lua")), 3);
    assert_holds(COMPLAINTS, "cannot read the script");
}

static void tasks_are_shown_and_must_be_disjoint(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("tasks", at("quick.lua")), 0);
    assert_holds(OUT, "toy: 2 users, 3 items, 8 ratings\n");
    assert_holds(OUT, "  all rows of the ratings     8");
    assert_holds(OUT, "  rows learned from that are in a test task ");
    assert_int_equal(RUN("tasks", at("quick.lua"), "--user", "7"), 0);
    assert_holds(OUT, "user 7: test task, user-cold, draw 1: 2 support rows, 1 query row\n");
    const char *first = strstr(OUT, "  shown 1  2 "),
               *last = strstr(OUT, "  asked    1     Toy Story");
    assert_true(first && last && first < last);
    assert_int_equal(RUN("tasks", at("overlap.lua")), 1);
    assert_holds(COMPLAINTS, "the tasks are not disjoint");
    assert_int_equal(RUN("tasks", at("overlap.lua"), "--json", "--user", "7"), 1);
    yajl_val value = yajl_tree_parse(OUT, NULL, 0);
    static const char *const path[] = {"found", "training_and_test", NULL};
    assert_non_null(value);
    assert_int_equal(YAJL_GET_INTEGER(yajl_tree_get(value, (const char **)path, yajl_t_number)), 2);
    yajl_tree_free(value);
    assert_int_equal(RUN("tasks", at("quick.lua"), "--scenario", "cold"), 2);
    assert_holds(COMPLAINTS,
                 "--scenario takes warm, user-cold, item-cold or both-cold, not \"cold\"");
    assert_int_equal(RUN("tasks", at("quick.lua"), "--draw", "0"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_workbench_says_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_one_sentence_and_status_2, set_up, tear_down),
        cmocka_unit_test_setup_teardown(help_and_version_are_everywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_ends_with_the_comparison, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_comparison_is_read_without_a_keeper, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_goes_to_one_stream_and_progress_to_the_other, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_interrupted_run_is_resumed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_done_recommends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_fails_says_why_and_ends_with_1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tasks_are_shown_and_must_be_disjoint, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
