/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command/comparison.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench.h"
#include "comparison_oracle.h"

static struct error error;
static char folder[64], path[96];
static struct store *store;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-compare-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    bench_make(path);
    store = store_open_reader(path, &error);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static struct comparison *compare(const char *name, const char *baseline)
{
    struct comparison *comparison = comparison_open(store, &name, name ? 1 : 0, baseline, &error);
    if (!comparison)
        fail_msg("%s", error.text);
    return comparison;
}

static void assert_refused(const char *const *names, size_t count, const char *baseline,
                           const char *text)
{
    struct comparison *comparison = comparison_open(store, names, count, baseline, &error);
    assert_null(comparison);
    assert_int_equal(error.kind, ERROR_USAGE);
    if (!strstr(error.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, error.text);
}

static const struct comparison_cell *cell_of(const struct comparison *comparison,
                                             const char *scenario, uint32_t shots, const char *arm)
{
    size_t setting = comparison_find_setting(comparison, scenario, shots);
    size_t column = comparison_find_arm(comparison, arm);
    assert_true(setting < comparison->setting_count && column < comparison->arm_count);
    return &comparison->cells[setting * comparison->arm_count + column];
}

static void assert_close(double is, double should_be, const char *what)
{
    if (!(fabs(is - should_be) < 1e-12))
        fail_msg("%s is %.17g, should be %.17g", what, is, should_be);
}

static void every_number_is_that_of_an_independent_computation(void **state)
{
    (void)state;
    static const struct {
        const char *scenario;
        uint32_t shots;
        const char *arm;
        uint32_t users;
        double mae, rmse, ndcg5, gain, low, high, rmse_gain, rmse_low, rmse_high, coverage,
            log_score;
    } oracle[] = {
#define X(...) {__VA_ARGS__},
        ORACLE_CELLS(X)
#undef X
    };
    struct comparison *comparison = compare("1", NULL);
    for (size_t i = 0; i < sizeof oracle / sizeof *oracle; i++) {
        const struct comparison_cell *cell =
            cell_of(comparison, oracle[i].scenario, oracle[i].shots, oracle[i].arm);
        size_t setting = comparison_find_setting(comparison, oracle[i].scenario, oracle[i].shots);
        assert_int_equal(comparison->settings[setting].users, oracle[i].users);
        assert_close(cell->mae, oracle[i].mae, "MAE");
        assert_close(cell->rmse, oracle[i].rmse, "RMSE");
        assert_close(cell->ndcg5, oracle[i].ndcg5, "nDCG@5");
        assert_close(cell->gain.mean, oracle[i].gain, "gain");
        assert_close(cell->gain.low, oracle[i].low, "lower bound");
        assert_close(cell->gain.high, oracle[i].high, "upper bound");
        assert_close(cell->rmse_gain.mean, oracle[i].rmse_gain, "gain in RMSE");
        assert_close(cell->rmse_gain.low, oracle[i].rmse_low, "its lower bound");
        assert_close(cell->rmse_gain.high, oracle[i].rmse_high, "its upper bound");
        assert_true(isnan(cell->coverage) == isnan(oracle[i].coverage));
        assert_true(isnan(cell->log_score) == isnan(oracle[i].log_score));
        if (!isnan(oracle[i].coverage)) {
            assert_close(cell->coverage, oracle[i].coverage, "coverage");
            assert_close(cell->log_score, oracle[i].log_score, "log score");
        }
    }
    comparison_free(comparison);
}

static void settings_stand_in_the_order_of_warming_up(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    assert_string_equal(comparison->title, "toy_cold 1");
    assert_string_equal(comparison->data, "toy");
    assert_int_equal(comparison->setting_count, 5);
    assert_string_equal(comparison->settings[0].scenario, "warm");
    assert_int_equal(comparison->settings[1].shots, 3);
    assert_string_equal(comparison->settings[2].scenario, "user-cold");
    assert_int_equal(comparison->settings[4].shots, SHOTS_ALL);
    assert_int_equal(comparison->settings[4].draws, 2);
    assert_int_equal(comparison_find_setting(comparison, "warm", 7), comparison->setting_count);
    comparison_free(comparison);
}

static void arms_without_results_are_left_out_and_named(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    assert_int_equal(comparison->arm_count, 3);
    assert_int_equal(comparison_find_arm(comparison, "plain"), comparison->arm_count);
    assert_int_equal(comparison->arms[comparison_find_arm(comparison, "ridge")].seeds, 2);
    assert_int_equal(comparison->arms[comparison_find_arm(comparison, "maml")].seeds, 1);
    assert_non_null(
        strstr(comparison->notes, "plain is left out: it failed; `thaw runs 1` says why."));
    assert_non_null(strstr(comparison->notes, "maml counts with 1 of 2 seeds"));
    comparison_free(comparison);
}

static void an_arm_without_predictions_in_a_setting_has_no_numbers_there(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    assert_true(isnan(cell_of(comparison, "warm", 3, "ridge")->mae));
    assert_true(isnan(cell_of(comparison, "warm", 3, "ridge")->gain.mean));
    assert_false(isnan(cell_of(comparison, "warm", 3, "maml")->mae));
    comparison_free(comparison);
}

static void the_newest_execution_with_results_is_the_default(void **state)
{
    (void)state;
    struct comparison *comparison = compare(NULL, NULL);
    assert_int_equal(comparison->execution, 3);
    comparison_free(comparison);
    comparison = compare(NULL, "ridge"); /* 3 has none of that */
    assert_int_equal(comparison->execution, 2);
    comparison_free(comparison);
    assert_refused(NULL, 0, "plain", "no execution has results of that baseline");
}

static void another_baseline_turns_the_gains_round(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    double there = cell_of(comparison, "user-cold", 0, "ridge")->gain.mean;
    comparison_free(comparison);
    comparison = compare("1", "ridge");
    assert_close(cell_of(comparison, "user-cold", 0, "bias")->gain.mean, -there, "gain");
    assert_close(cell_of(comparison, "user-cold", 0, "ridge")->gain.high, 0, "own gain");
    comparison_free(comparison);
    const char *const names[] = {"1"};
    assert_refused(names, 1, "plain", "the baseline \"plain\" has no results yet");
    assert_refused(names, 1, "nobody", "the baseline");
}

static void a_named_arm_brings_its_baseline(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1/ridge/2", NULL);
    assert_int_equal(comparison->arm_count, 2);
    assert_string_equal(comparison->arms[comparison->baseline].name, "bias");
    assert_int_equal(comparison->arms[comparison_find_arm(comparison, "ridge")].seeds, 1);
    comparison_free(comparison);
}

static void executions_with_the_same_tasks_stand_side_by_side(void **state)
{
    (void)state;
    const char *const names[] = {"1/ridge", "2/ridge"};
    struct comparison *comparison = comparison_open(store, names, 2, NULL, &error);
    assert_non_null(comparison);
    assert_int_equal(comparison->arm_count, 3);
    assert_string_equal(comparison->arms[comparison->baseline].name, "1/bias");
    assert_true(comparison_find_arm(comparison, "2/ridge") < 3);
    comparison_free(comparison);
    const char *const twins[] = {"1", "2"};
    comparison = comparison_open(store, twins, 2, NULL, &error);
    assert_non_null(comparison);
    const struct comparison_cell *twin = cell_of(comparison, "user-cold", 3, "2/bias");
    assert_true(twin->gain.low == 0 && twin->gain.mean == 0 && twin->gain.high == 0);
    comparison_free(comparison);
}

static void executions_with_other_tasks_are_not_paired(void **state)
{
    (void)state;
    const char *const names[] = {"1", "3"};
    assert_refused(names, 2, NULL, "executions 1 and 3 asked for different ratings");
}

static void nothing_to_compare_is_one_sentence(void **state)
{
    (void)state;
    const char *const begun[] = {"4"}, *const unknown[] = {"77"};
    assert_refused(begun, 1, NULL, "has no results yet");
    assert_refused(unknown, 1, NULL, "77");
}

static void users_are_sorted_by_what_they_gain(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    size_t setting = comparison_find_setting(comparison, "user-cold", 3);
    size_t arm = comparison_find_arm(comparison, "ridge");
    size_t count = comparison->settings[setting].users;
    struct user_difference *users = comparison_users(comparison, setting, arm);
    double sum = 0;
    assert_int_equal(count, 14);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || users[i - 1].gain >= users[i].gain);
        assert_close(users[i].baseline_mae - users[i].mae, users[i].gain, "gain");
        sum += users[i].gain;
    }
    assert_close(sum / (double)count, cell_of(comparison, "user-cold", 3, "ridge")->gain.mean,
                 "mean gain");
    free(users);
    comparison_free(comparison);
}

static void a_card_shows_what_was_shown_and_asked(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    size_t setting = comparison_find_setting(comparison, "user-cold", 3);
    struct user_card card;
    assert_true(user_card_read(comparison, store, setting, "u12", 1, &card, &error));
    assert_int_equal(card.support_count, 3);
    assert_int_equal(card.query_count, 2 + 12 % 7);
    assert_int_equal(card.draws, 2);
    for (size_t i = 0; i < card.query_count; i++) {
        assert_non_null(strstr(card.query[i].title, strtol(card.query[i].item, NULL, 10) % 3 == 1
                                                        ? "电影"
                                                        : "The Film"));
        assert_true(card.query[i].rating >= 1 && card.query[i].rating <= 5);
        assert_true(card.query[i].time >= 946684800);
        for (size_t j = 0; j < card.support_count; j++)
            assert_string_not_equal(card.query[i].item, card.support[j].item);
    }
    for (size_t arm = 0; arm < card.arm_count; arm++)
        if (comparison->arms[arm].seeds == 1) {
            double sum = 0;
            for (size_t i = 0; i < card.query_count; i++)
                sum += fabs(card.query[i].rating - card.query[i].predictions[arm]);
            assert_close(sum / (double)card.query_count, card.mae[arm], "MAE of the card");
        }
    user_card_release(&card);
    comparison_free(comparison);
}

static void the_cards_of_all_draws_make_the_table(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    size_t setting = comparison_find_setting(comparison, "user-cold", SHOTS_ALL);
    size_t arm = comparison_find_arm(comparison, "ridge");
    struct user_difference *users = comparison_users(comparison, setting, arm);
    for (size_t i = 0; i < comparison->settings[setting].users; i++) {
        double sum = 0, draws = strcmp(users[i].user, "u23") == 0 ? 1 : 2;
        for (uint32_t draw = 0; draw < draws; draw++) {
            struct user_card card;
            assert_true(
                user_card_read(comparison, store, setting, users[i].user, draw, &card, &error));
            sum += card.mae[arm];
            user_card_release(&card);
        }
        assert_close(sum / draws, users[i].mae, users[i].user);
    }
    free(users);
    comparison_free(comparison);
}

static void a_user_without_a_task_is_one_sentence(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    struct user_card card;
    size_t scenarios[4];
    assert_int_equal(comparison_find_user(comparison, "nobody", scenarios), 0);
    assert_int_equal(comparison_find_user(comparison, "u12", scenarios), 1);
    assert_int_equal(comparison->settings[scenarios[0]].shots, SHOTS_ALL);
    assert_false(user_card_read(comparison, store, scenarios[0], "u1", 0, &card, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_false(user_card_read(comparison, store, scenarios[0], "u23", 1, &card, &error));
    assert_false(user_card_read(comparison, store, scenarios[0], "u12", 2, &card, &error));
    assert_non_null(strstr(error.text, "there is no draw 3: user-cold has 2"));
    comparison_free(comparison);
}

int main(void)
{
    if (getenv("THAW_BENCH")) { /* for comparison_oracle.py */
        bench_make(getenv("THAW_BENCH"));
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_that_of_an_independent_computation),
        cmocka_unit_test(settings_stand_in_the_order_of_warming_up),
        cmocka_unit_test(arms_without_results_are_left_out_and_named),
        cmocka_unit_test(an_arm_without_predictions_in_a_setting_has_no_numbers_there),
        cmocka_unit_test(the_newest_execution_with_results_is_the_default),
        cmocka_unit_test(another_baseline_turns_the_gains_round),
        cmocka_unit_test(a_named_arm_brings_its_baseline),
        cmocka_unit_test(executions_with_the_same_tasks_stand_side_by_side),
        cmocka_unit_test(executions_with_other_tasks_are_not_paired),
        cmocka_unit_test(nothing_to_compare_is_one_sentence),
        cmocka_unit_test(users_are_sorted_by_what_they_gain),
        cmocka_unit_test(a_card_shows_what_was_shown_and_asked),
        cmocka_unit_test(the_cards_of_all_draws_make_the_table),
        cmocka_unit_test(a_user_without_a_task_is_one_sentence),
    };
    return cmocka_run_group_tests_name("comparison", tests, set_up, tear_down);
}
