/* SPDX-License-Identifier: MIT
 *
 * Compares the executions of bench.h. The numbers come from an independent program,
 * comparison_oracle.py.
 */
#include "config.h"

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
#include "compared.h"

static struct comparison *compare_two(const char *first, const char *second, const char *baseline)
{
    const char *const names[] = {first, second};
    return compare_with(
        &(struct comparison_options){.names = names, .count = 2, .baseline = baseline});
}

static void assert_refused(const struct comparison_options *options, const char *text)
{
    struct comparison *comparison = comparison_open(store, options, &error);
    assert_null(comparison);
    assert_int_equal(error.kind, ERROR_USAGE);
    if (!strstr(error.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, error.text);
    if (strchr(error.text, '\n') || strlen(error.text) >= sizeof error.text - 1)
        fail_msg("\"%s\" is not one sentence", error.text);
}

static void assert_name_refused(const char *name, const char *text)
{
    assert_refused(&(struct comparison_options){.names = &name, .count = 1}, text);
}

/* -- numbers ----------------------------------------------------------------------------------- */

struct oracle_cell {
    const char *scenario;
    uint32_t shots;
    const char *arm;
    enum metric metric;
    double value;
    const char *best_plain;
    double gain, low, high, user_variance, seed_variance, better, standardised, coverage;
};

static const struct oracle_cell CELLS[] = {
#define X(...) {__VA_ARGS__},
    ORACLE_CELLS(X)
#undef X
};
enum { CELL_COUNT = sizeof CELLS / sizeof *CELLS };

static void settings_are_those_of_an_independent_computation(void **state)
{
    (void)state;
    static const struct {
        const char *scenario;
        uint32_t shots, users, all_users, median_shown, rows, ranked_users;
    } oracle[] = {
#define X(...) {__VA_ARGS__},
        ORACLE_SETTINGS(X)
#undef X
    };
    struct comparison *comparison = compare("1", NULL);
    assert_int_equal(comparison->setting_count, sizeof oracle / sizeof *oracle);
    for (size_t i = 0; i < comparison->setting_count; i++) {
        const struct comparison_setting *setting = &comparison->settings[i];
        assert_string_equal(setting->scenario, oracle[i].scenario);
        assert_int_equal(setting->shots, oracle[i].shots);
        assert_int_equal(setting->users, oracle[i].users);
        assert_int_equal(setting->all_users, oracle[i].all_users);
        assert_int_equal(setting->median_shown, oracle[i].median_shown);
        assert_int_equal(setting->query_rows, oracle[i].rows);
        assert_int_equal(setting->ranked_users, oracle[i].ranked_users);
        assert_int_equal(setting->draws, 2);
    }
    comparison_free(comparison);
}

static void every_number_is_that_of_an_independent_computation(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    for (size_t i = 0; i < CELL_COUNT; i++) {
        const struct oracle_cell *oracle = &CELLS[i];
        const struct comparison_cell *cell =
            cell_of(comparison, oracle->scenario, oracle->shots, oracle->arm);
        const struct comparison_gain *gain = &cell->gains[oracle->metric];
        char what[96];
        snprintf(what, sizeof what, "%s of %s, %s %d", comparison->metrics[oracle->metric].name,
                 oracle->arm, oracle->scenario, (int)oracle->shots);
        assert_within(cell->values[oracle->metric], oracle->value, 1e-9, what);
        assert_within(cell->coverage, oracle->coverage, 1e-9, "coverage");
        strcat(what, ": gain");
        assert_within(gain->gain, oracle->gain, 1e-9, what);
        assert_within(gain->low, oracle->low, 1e-9, "lower bound");
        assert_within(gain->high, oracle->high, 1e-9, "upper bound");
        assert_within(gain->better, oracle->better, 1e-9, "share of users");
        assert_within(gain->standardised, oracle->standardised, 1e-9, "standardised gain");
        if (!isnan(oracle->user_variance)) {
            assert_within(gain->user_variance, oracle->user_variance, 1e-9, "variance of users");
            assert_within(gain->seed_variance, oracle->seed_variance, 1e-9, "variance of seeds");
        }
    }
    comparison_free(comparison);
}

/* The arm that is best on validation tasks, setting by setting and metric by metric; it is not
 * always the same one. */
static void best_plain_is_chosen_on_validation_tasks(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    size_t of_bias = 0;
    assert_int_equal(comparison->stand_in, comparison->baseline);
    assert_string_equal(comparison->arms[comparison->baseline].name, "best_plain");
    for (size_t i = 0; i < CELL_COUNT; i++) {
        const struct oracle_cell *oracle = &CELLS[i];
        size_t setting = setting_of(comparison, oracle->scenario, oracle->shots);
        size_t best = comparison->settings[setting].best_plain[oracle->metric];
        assert_string_equal(comparison->arms[best].name, oracle->best_plain);
        assert_int_equal(
            comparison_real_arm(comparison, setting, comparison->stand_in, oracle->metric), best);
        const struct comparison_cell *cells = &comparison->cells[setting * comparison->arm_count];
        assert_true(cells[comparison->stand_in].values[oracle->metric] ==
                    cells[best].values[oracle->metric]);
        assert_int_equal(cells[best].gains[oracle->metric].verdict, VERDICT_OPPONENT);
        of_bias += strcmp(oracle->best_plain, "bias") == 0;
    }
    assert_true(of_bias > 0 && of_bias < CELL_COUNT);
    comparison_free(comparison);
}

/* -- arms -------------------------------------------------------------------------------------- */

static void settings_stand_in_the_order_of_warming_up(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    assert_string_equal(comparison->title, "toy_cold 1");
    assert_string_equal(comparison->data, "toy");
    assert_string_equal(comparison->answer, "level");
    assert_int_equal(comparison->setting_count, 5);
    assert_string_equal(comparison->settings[0].scenario, "warm");
    assert_int_equal(comparison->settings[1].shots, 3);
    assert_string_equal(comparison->settings[2].scenario, "user-cold");
    assert_int_equal(comparison->settings[4].shots, SHOTS_ALL);
    assert_int_equal(comparison_find_setting(comparison, "warm", 7), comparison->setting_count);
    comparison_free(comparison);
}

static void users_of_a_row_have_so_many_ratings_to_show(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    static const struct {
        const char *scenario;
        uint32_t shots, users, all_users;
    } expected[] = {{"warm", 0, 10, 10},
                    {"warm", 3, 9, 10},
                    {"user-cold", 0, 14, 14},
                    {"user-cold", 3, 11, 14},
                    {"user-cold", SHOTS_ALL, 14, 14}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        size_t setting = setting_of(comparison, expected[i].scenario, expected[i].shots);
        assert_int_equal(comparison->settings[setting].users, expected[i].users);
        assert_int_equal(comparison->settings[setting].all_users, expected[i].all_users);
    }
    size_t three = setting_of(comparison, "user-cold", 3);
    struct user_difference *users =
        comparison_users(comparison, three, arm_of(comparison, "ridge"));
    for (size_t i = 0; i < comparison->settings[three].users; i++) {
        assert_string_not_equal(users[i].user, "u11");
        assert_string_not_equal(users[i].user, "u23");
    }
    free(users);
    comparison_free(comparison);
}

static void arms_without_results_are_left_out_and_named(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    static const char *const order[] = {"best_plain", "ridge", "maml", "bias", "user_mean"};
    assert_int_equal(comparison->arm_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(comparison->arms[i].name, order[i]);
    assert_int_equal(comparison_find_arm(comparison, "plain"), comparison->arm_count);
    assert_int_equal(comparison->arms[1].seeds, 3);
    assert_int_equal(comparison->arms[2].seeds, 1);
    assert_true(comparison->arms[1].learns && !comparison->arms[3].learns);
    assert_non_null(
        strstr(comparison->notes, "plain is left out: it failed; `thaw runs 1` says why."));
    assert_non_null(strstr(comparison->notes, "maml counts with 1 of 2 seeds"));
    comparison_free(comparison);
}

/* Naming a run twice does not make two of it, whether it is done or not. */
static void what_is_named_twice_counts_once(void **state)
{
    (void)state;
    struct comparison *comparison = compare_two("1", "1/maml", "1/maml");
    assert_non_null(strstr(comparison->notes, "maml counts with 1 of 2 seeds"));
    assert_string_equal(comparison->arms[comparison->baseline].name, "maml");
    assert_int_equal(comparison->arm_count, 4);
    comparison_free(comparison);
    comparison = compare("1/ridge/1,1,1-2", NULL);
    assert_int_equal(comparison->arms[1].seeds, 2);
    comparison_free(comparison);
}

static void an_arm_without_predictions_in_a_setting_has_no_numbers_there(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    const struct comparison_cell *cell = cell_of(comparison, "warm", 3, "ridge");
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        assert_true(isnan(cell->values[metric]) && isnan(cell->gains[metric].gain));
        assert_int_equal(cell->gains[metric].verdict, VERDICT_UNKNOWN);
    }
    assert_true(isnan(cell->coverage));
    assert_false(isnan(cell_of(comparison, "warm", 3, "maml")->values[METRIC_MAE]));
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
    comparison = compare(NULL, "best_plain");
    assert_int_equal(comparison->execution, 3);
    comparison_free(comparison);
    assert_refused(&(struct comparison_options){.baseline = "plain"},
                   "no execution has results of an arm \"plain\" to compare with");
}

static void another_baseline_turns_the_gains_round(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", "bias");
    assert_int_equal(comparison->stand_in, comparison->arm_count);
    assert_int_equal(comparison->arm_count, 4);
    assert_string_equal(comparison->arms[comparison->baseline].name, "bias");
    struct comparison_gain there[METRIC_COUNT];
    memcpy(there, cell_of(comparison, "user-cold", 0, "ridge")->gains, sizeof there);
    comparison_free(comparison);
    comparison = compare("1", "ridge");
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        const struct comparison_gain *gain =
            &cell_of(comparison, "user-cold", 0, "bias")->gains[metric];
        assert_close(gain->gain, -there[metric].gain, "gain");
        assert_close(gain->low, -there[metric].high, "lower bound");
        assert_close(gain->seed_variance, there[metric].seed_variance, "variance of seeds");
        assert_close(gain->better, 1 - there[metric].better, "share of users");
        assert_close(cell_of(comparison, "user-cold", 0, "ridge")->gains[metric].high, 0, "own");
    }
    comparison_free(comparison);
    const char *const one = "1";
    struct comparison_options options = {.names = &one, .count = 1, .baseline = "plain"};
    assert_refused(&options, "the baseline \"plain\" has no results yet");
    options.baseline = "nobody";
    assert_refused(&options, "the baseline");
    options.baseline = "1";
    assert_refused(&options, "the baseline");
}

static void a_named_arm_brings_its_baseline(void **state)
{
    (void)state;
    struct comparison *comparison = compare("2/ridge", NULL);
    assert_int_equal(comparison->arm_count, 2);
    assert_string_equal(comparison->arms[comparison->baseline].name, "bias");
    assert_int_equal(comparison->arms[arm_of(comparison, "ridge")].seeds, 1);
    comparison_free(comparison);
    comparison = compare("1/ridge/2", NULL); /* and all plain arms where it is the best of them */
    assert_int_equal(comparison->arm_count, 4);
    assert_int_equal(comparison->arms[arm_of(comparison, "1/ridge/2")].seeds, 1);
    comparison_free(comparison);
}

static void seeds_are_one_arm_or_one_each(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1/ridge/1,2", "bias");
    assert_int_equal(comparison->arm_count, 2);
    assert_int_equal(comparison->arms[arm_of(comparison, "1/ridge/1,2")].seeds, 2);
    double two = cell_of(comparison, "user-cold", 0, "1/ridge/1,2")->values[METRIC_MAE];
    comparison_free(comparison);
    comparison = compare("1/ridge/1-2", "bias");
    assert_close(cell_of(comparison, "user-cold", 0, "1/ridge/1-2")->values[METRIC_MAE], two,
                 "the range");
    comparison_free(comparison);
    comparison = compare("1/ridge/1-3", "bias");
    struct comparison *whole = compare("1/ridge", "bias");
    for (int metric = 0; metric < METRIC_COUNT; metric++)
        assert_close(cell_of(comparison, "user-cold", 3, "1/ridge/1-3")->gains[metric].low,
                     cell_of(whole, "user-cold", 3, "ridge")->gains[metric].low, "all seeds");
    comparison_free(whole);
    comparison_free(comparison);
    comparison = compare_two("1/ridge/1", "1/ridge/2", "bias");
    assert_int_equal(comparison->arm_count, 3);
    double first = cell_of(comparison, "user-cold", 0, "1/ridge/1")->values[METRIC_MAE];
    double second = cell_of(comparison, "user-cold", 0, "1/ridge/2")->values[METRIC_MAE];
    assert_true(first != second);
    assert_close((first + second) / 2, two, "MAE of both");
    comparison_free(comparison);
    comparison = compare_two("1/ridge/1", "1/ridge/2,3", "1/ridge/1");
    assert_string_equal(comparison->arms[comparison->baseline].name, "1/ridge/1");
    assert_int_equal(comparison->arm_count, 2);
    comparison_free(comparison);
}

static void bad_names_are_one_sentence(void **state)
{
    (void)state;
    static const char *const bad[] = {"1/ridge/1,",        "1/ridge/,1",
                                      "1/ridge/2-1",       "1/ridge/x,1",
                                      "1/ridge/1-",        "1/ridge/1,2x",
                                      "1/ridge/-",         "1/ridge/1,,2",
                                      "1/ridge/1-9999999", "1/ridge/1 -2;\033[31m,"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_name_refused(bad[i], "expected seeds such as 1/ridge/1 or 1/ridge/1,2,5-7");
    assert_name_refused("1/ridge/1,77", "there is no run \"1/ridge/77\"");
    assert_name_refused("1/nobody", "1/nobody");
    assert_name_refused("", "names no run");
    assert_name_refused("/", "names no run");
    assert_name_refused("1/ridge/1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,"
                        "2,1,2,1,2,1,2,1,2,1,2,1,2,1,2",
                        "is too long");
}

static void executions_with_the_same_tasks_stand_side_by_side(void **state)
{
    (void)state;
    struct comparison *comparison = compare_two("1/ridge", "2/ridge", "bias");
    assert_int_equal(comparison->arm_count, 3);
    assert_string_equal(comparison->arms[comparison->baseline].name, "1/bias");
    assert_true(comparison_find_arm(comparison, "2/ridge") < 3);
    comparison_free(comparison);
    comparison = compare_two("1", "2", "2/bias");
    assert_string_equal(comparison->arms[comparison->baseline].name, "2/bias");
    const struct comparison_gain *twin = cell_of(comparison, "user-cold", 3, "1/bias")->gains;
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        assert_true(twin[metric].low == 0 && twin[metric].gain == 0 && twin[metric].high == 0);
        assert_int_equal(twin[metric].verdict, VERDICT_UNDECIDED);
    }
    comparison_free(comparison);
    comparison = compare_two("2/ridge", "1/ridge", NULL); /* the first script's baseline */
    assert_string_equal(comparison->arms[comparison->baseline].name, "2/bias");
    comparison_free(comparison);
}

static void executions_with_other_tasks_are_not_paired(void **state)
{
    (void)state;
    const char *const names[] = {"1", "3"};
    assert_refused(&(struct comparison_options){.names = names, .count = 2},
                   "executions 1 and 3 asked for different ratings");
}

static void nothing_to_compare_is_one_sentence(void **state)
{
    (void)state;
    assert_name_refused("4", "has no results yet");
    assert_name_refused("77", "77");
}

static void the_same_arms_of_two_executions_face_each_other(void **state)
{
    (void)state;
    const char *const names[] = {"1", "2"}, *const twice[] = {"1", "1"};
    const char *const arms[] = {"1/ridge", "2/ridge"}, *const none[] = {"1", "4"};
    struct comparison_options options = {.names = names, .count = 2, .same = true};
    struct comparison *comparison = compare_with(&options);
    assert_int_equal(comparison->baseline, comparison->arm_count);
    assert_int_equal(comparison->stand_in, comparison->arm_count);
    assert_int_equal(comparison->arm_count, 6); /* bias, ridge and user_mean of both */
    for (size_t i = 0; i < comparison->arm_count; i++) {
        const char *mine = comparison->arms[i].name;
        const char *other = comparison->arms[comparison->arms[i].opponent].name;
        assert_int_equal(other[0], '1');
        assert_string_equal(mine + 1, other + 1);
    }
    const struct comparison_cell *cell = cell_of(comparison, "user-cold", 3, "2/ridge");
    assert_close(cell->gains[METRIC_MAE].gain,
                 cell_of(comparison, "user-cold", 3, "1/ridge")->values[METRIC_MAE] -
                     cell->values[METRIC_MAE],
                 "gain over the same arm");
    assert_int_equal(cell->gains[METRIC_MAE].verdict, VERDICT_ONE_SEED);
    comparison_free(comparison);
    options.baseline = "bias";
    assert_refused(&options, "no baseline");
    options.baseline = NULL;
    options.names = twice;
    assert_refused(&options, "two different executions");
    options.names = arms;
    assert_refused(&options, "--same takes two executions");
    options.names = none;
    assert_refused(&options, "no arm in common");
    options.count = 1;
    assert_refused(&options, "--same takes two executions");
}

int main(void)
{
    if (getenv("THAW_BENCH")) { /* for comparison_oracle.py */
        bench_make(getenv("THAW_BENCH"));
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_those_of_an_independent_computation),
        cmocka_unit_test(every_number_is_that_of_an_independent_computation),
        cmocka_unit_test(best_plain_is_chosen_on_validation_tasks),
        cmocka_unit_test(settings_stand_in_the_order_of_warming_up),
        cmocka_unit_test(users_of_a_row_have_so_many_ratings_to_show),
        cmocka_unit_test(arms_without_results_are_left_out_and_named),
        cmocka_unit_test(what_is_named_twice_counts_once),
        cmocka_unit_test(an_arm_without_predictions_in_a_setting_has_no_numbers_there),
        cmocka_unit_test(the_newest_execution_with_results_is_the_default),
        cmocka_unit_test(another_baseline_turns_the_gains_round),
        cmocka_unit_test(a_named_arm_brings_its_baseline),
        cmocka_unit_test(seeds_are_one_arm_or_one_each),
        cmocka_unit_test(bad_names_are_one_sentence),
        cmocka_unit_test(executions_with_the_same_tasks_stand_side_by_side),
        cmocka_unit_test(executions_with_other_tasks_are_not_paired),
        cmocka_unit_test(nothing_to_compare_is_one_sentence),
        cmocka_unit_test(the_same_arms_of_two_executions_face_each_other),
    };
    return cmocka_run_group_tests_name("comparison", tests, compared_set_up, compared_tear_down);
}
