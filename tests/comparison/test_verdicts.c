/* SPDX-License-Identifier: MIT
 *
 * Verdicts of a comparison, what each answer judges, and the users behind a cell.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "compared.h"

/* -- answers and verdicts ---------------------------------------------------------------------- */

static void a_learner_with_one_seed_is_never_marked(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        struct comparison *comparison = compare("1", turned ? "maml" : "bias");
        const char *arm = turned ? "bias" : "maml";
        for (size_t setting = 0; setting < comparison->setting_count; setting++)
            for (int metric = 0; metric < METRIC_COUNT; metric++) {
                const struct comparison_gain *gain =
                    &comparison->cells[setting * comparison->arm_count + arm_of(comparison, arm)]
                         .gains[metric];
                assert_int_equal(gain->verdict, VERDICT_ONE_SEED);
                assert_true(isnan(gain->adjusted_p) && isnan(gain->least));
                assert_true(gain->low < gain->gain && gain->gain < gain->high);
            }
        comparison_free(comparison);
    }
}

/* What one arm gains is marked, whatever it is called. */
static void a_clear_gain_is_marked_and_a_clear_loss(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", "bias");
    const struct comparison_gain *gain =
        &cell_of(comparison, "user-cold", SHOTS_ALL, "ridge")->gains[METRIC_LOG_SCORE];
    assert_int_equal(gain->verdict, VERDICT_BETTER);
    assert_true(gain->adjusted_p <= 0.05 && gain->least > 0 && gain->low > 0);
    comparison_free(comparison);
    comparison = compare("1", "ridge");
    gain = &cell_of(comparison, "user-cold", SHOTS_ALL, "bias")->gains[METRIC_LOG_SCORE];
    assert_int_equal(gain->verdict, VERDICT_WORSE);
    comparison_free(comparison);
}

static void every_answer_judges_differently(void **state)
{
    (void)state;
    const char *const one = "1";
    static const char *const answers[] = {"level", "median", "raw"};
    struct comparison_cell cells[3];
    for (int i = 0; i < 3; i++) {
        struct comparison *comparison = compare_with(&(struct comparison_options){
            .names = &one, .count = 1, .baseline = "bias", .answer = answers[i]});
        assert_string_equal(comparison->answer, answers[i]);
        cells[i] = *cell_of(comparison, "user-cold", 3, "maml");
        comparison_free(comparison);
    }
    assert_true(cells[0].values[METRIC_MAE] != cells[1].values[METRIC_MAE]);
    assert_true(cells[0].values[METRIC_RMSE] == cells[1].values[METRIC_RMSE]);
    assert_true(cells[0].values[METRIC_LOG_SCORE] == cells[1].values[METRIC_LOG_SCORE]);
    assert_true(cells[0].values[METRIC_RMSE] != cells[2].values[METRIC_RMSE]);
    assert_true(isnan(cells[2].values[METRIC_LOG_SCORE]) && isnan(cells[2].coverage));
}

static void what_has_no_scale_is_judged_raw(void **state)
{
    (void)state;
    struct comparison *comparison = compare("3", NULL);
    assert_string_equal(comparison->answer, "raw");
    const struct comparison_setting *three =
        &comparison->settings[setting_of(comparison, "user-cold", 3)];
    assert_int_equal(three->users, 11); /* of all that it kept */
    assert_false(isnan(cell_of(comparison, "user-cold", 3, "bias")->values[METRIC_MAE]));
    assert_true(isnan(cell_of(comparison, "user-cold", 3, "bias")->values[METRIC_LOG_SCORE]));
    comparison_free(comparison);
    comparison = compare("3", "best_plain"); /* without validation tasks it is the bias */
    size_t stand_in = comparison->stand_in;
    assert_string_equal(
        comparison->arms[comparison_real_arm(comparison, 0, stand_in, METRIC_MAE)].name, "bias");
    comparison_free(comparison);
}

/* A constant that happens to be right is no gain: the last step makes the same of every one. */
static void a_constant_gains_nothing_over_another(void **state)
{
    (void)state;
    const char *const name = "2";
    struct comparison *comparison = compare(name, "user_mean");
    const struct comparison_cell *flat = cell_of(comparison, "user-cold", 0, "flat");
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        assert_true(flat->gains[metric].gain == 0 && flat->gains[metric].high == 0);
        assert_int_equal(flat->gains[metric].verdict, VERDICT_EQUAL); /* within 0.001 */
        assert_true(flat->gains[metric].better == 0.5);
    }
    assert_int_equal(cell_of(comparison, "user-cold", 3, "flat")->gains[METRIC_RMSE].verdict,
                     VERDICT_WORSE);
    comparison_free(comparison);
    comparison = compare_with(&(struct comparison_options){
        .names = &name, .count = 1, .baseline = "user_mean", .answer = "raw"});
    flat = cell_of(comparison, "user-cold", 0, "flat");
    assert_true(fabs(flat->gains[METRIC_MAE].gain) > 0.05);
    comparison_free(comparison);
}

/* -- users ------------------------------------------------------------------------------------- */

static void users_are_sorted_by_what_they_gain(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    size_t setting = comparison_find_setting(comparison, "user-cold", 3);
    size_t arm = comparison_find_arm(comparison, "ridge");
    size_t count = comparison->settings[setting].users;
    struct user_difference *users = comparison_users(comparison, setting, arm);
    double sum = 0;
    assert_int_equal(count, 11);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || users[i - 1].gain >= users[i].gain);
        assert_close(users[i].opponent_mae - users[i].mae, users[i].gain, "gain");
        sum += users[i].gain;
    }
    assert_close(sum / (double)count,
                 cell_of(comparison, "user-cold", 3, "ridge")->gains[METRIC_MAE].gain, "mean gain");
    free(users);
    comparison_free(comparison);
}

static void a_card_shows_what_was_shown_and_asked(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    size_t setting = comparison_find_setting(comparison, "user-cold", 3);
    struct user_card card;
    assert_true(user_card_read(comparison, store, setting, "u12", NULL, 1, &card, &error));
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
        for (size_t i = 0; i < card.query_count; i++) {
            assert_true(card.query[i].predictions[arm] >= 1 && card.query[i].predictions[arm] <= 5);
            assert_true(card.query[i].deviations[arm] > 0 && card.query[i].deviations[arm] < 2);
        }
    user_card_release(&card);
    const char *const name = "1"; /* raw, the error is that of what is shown */
    struct comparison *raw =
        compare_with(&(struct comparison_options){.names = &name, .count = 1, .answer = "raw"});
    assert_true(user_card_read(raw, store, setting, "u12", NULL, 1, &card, &error));
    for (size_t arm = 0; arm < card.arm_count; arm++) {
        double sum = 0;
        for (size_t i = 0; i < card.query_count; i++)
            sum += fabs(card.query[i].rating - card.query[i].predictions[arm]);
        if (raw->arms[arm].seeds == 1)
            assert_close(sum / (double)card.query_count, card.mae[arm], "MAE of the card");
        assert_true(isnan(card.query[0].deviations[arm]) ==
                    (strcmp(raw->arms[arm].name, "ridge") != 0));
    }
    user_card_release(&card);
    comparison_free(raw);
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
            assert_true(user_card_read(comparison, store, setting, users[i].user, NULL, draw, &card,
                                       &error));
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
    assert_false(user_card_read(comparison, store, scenarios[0], "u1", NULL, 0, &card, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_false(user_card_read(comparison, store, scenarios[0], "u23", NULL, 1, &card, &error));
    assert_false(user_card_read(comparison, store, scenarios[0], "u12", NULL, 2, &card, &error));
    assert_non_null(strstr(error.text, "there is no draw 3: user-cold has 2"));
    comparison_free(comparison);
}

static void run_sql(const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

/* Makes the tasks of u12 and u13 two tasks of u12, and puts them back. */
static void tasks_of_one_user_count_once(void **state)
{
    (void)state;
    struct comparison *before = compare("2", "bias");
    size_t setting = comparison_find_setting(before, "user-cold", SHOTS_ALL);
    struct user_card card;
    run_sql("UPDATE thaw_tasks SET key = user, user = 'u12' WHERE user IN ('u12', 'u13')");
    struct comparison *comparison = compare("2", "bias");
    const struct comparison_setting *was = &before->settings[setting],
                                    *is = &comparison->settings[setting];
    assert_int_equal(is->users, was->users - 1);
    assert_int_equal(is->query_rows, was->query_rows);
    double pooled = cell_of(comparison, "user-cold", SHOTS_ALL, "ridge")->values[METRIC_RMSE];
    assert_float_equal(pooled,
                       cell_of(before, "user-cold", SHOTS_ALL, "ridge")->values[METRIC_RMSE], 1e-9);
    assert_true(user_card_read(comparison, store, setting, "u12", "u13", 0, &card, &error));
    assert_string_equal(card.key, "u13");
    assert_string_equal(card.keys, "u12, u13");
    user_card_release(&card);
    assert_false(user_card_read(comparison, store, setting, "u12", "u14", 0, &card, &error));
    assert_string_equal(error.text, "user \"u12\" has no task with that key there, only u12, u13");
    run_sql("UPDATE thaw_tasks SET user = key, key = '' WHERE key <> ''");
    comparison_free(comparison);
    comparison_free(before);
}

/* 2 learns from whole ratings for a while. */
static void other_levels_are_said(void **state)
{
    (void)state;
    static const char *const names[] = {"1", "2"}, *const reverse[] = {"2", "1"};
    static const char SAID[] = "has learned from other rating levels than";
    struct comparison_options options = {.names = names, .count = 2, .same = true};
    struct comparison *comparison = compare_with(&options);
    assert_null(strstr(comparison->notes, SAID));
    comparison_free(comparison);
    run_sql("UPDATE thaw_executions SET levels = '1 2 3 4 5' WHERE number = 2");
    comparison = compare_with(&options);
    assert_non_null(strstr(comparison->notes,
                           "2 has learned from other rating levels than 1: all arms are judged on "
                           "those of 1, which is named first."));
    comparison_free(comparison);
    options.names = reverse;
    comparison = compare_with(&options);
    assert_non_null(strstr(comparison->notes, "1 has learned from other rating levels than 2"));
    comparison_free(comparison);
    run_sql("UPDATE thaw_executions SET levels = (SELECT levels FROM thaw_executions "
            "WHERE number = 1) WHERE number = 2");
}

/* Targets and repeated pairs ask for something else. Changes the workbench, so it comes last. */
static void what_was_asked_need_not_be_the_rating(void **state)
{
    (void)state;
    struct comparison *comparison = compare("1", NULL);
    size_t setting = comparison_find_setting(comparison, "user-cold", 3);
    struct user_card card;
    run_sql("UPDATE toy_ratings SET rating = 9; UPDATE thaw_datasets SET imported_at = 0");
    assert_true(user_card_read(comparison, store, setting, "u12", NULL, 1, &card, &error));
    for (size_t i = 0; i < card.query_count; i++)
        assert_true(card.query[i].rating >= 1 && card.query[i].rating <= 5);
    assert_true(card.support[0].rating == 9);
    user_card_release(&card);
    run_sql("UPDATE thaw_datasets SET imported_at = 5000000000");
    assert_false(user_card_read(comparison, store, setting, "u12", NULL, 1, &card, &error));
    assert_string_equal(error.text, "data set \"toy\" was replaced since this run");
    comparison_free(comparison);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_learner_with_one_seed_is_never_marked),
        cmocka_unit_test(a_clear_gain_is_marked_and_a_clear_loss),
        cmocka_unit_test(every_answer_judges_differently),
        cmocka_unit_test(what_has_no_scale_is_judged_raw),
        cmocka_unit_test(a_constant_gains_nothing_over_another),
        cmocka_unit_test(users_are_sorted_by_what_they_gain),
        cmocka_unit_test(a_card_shows_what_was_shown_and_asked),
        cmocka_unit_test(the_cards_of_all_draws_make_the_table),
        cmocka_unit_test(a_user_without_a_task_is_one_sentence),
        cmocka_unit_test(tasks_of_one_user_count_once),
        cmocka_unit_test(other_levels_are_said),
        cmocka_unit_test(what_was_asked_need_not_be_the_rating),
    };
    return cmocka_run_group_tests_name("verdicts", tests, compared_set_up, compared_tear_down);
}
