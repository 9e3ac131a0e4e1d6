/* SPDX-License-Identifier: MIT
 *
 * What items add to the chance of gains where items are cold, and what they do not add elsewhere.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "compared.h"

static void change(const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

/* From now on the users' cold tasks count as tasks about cold items, on a data set that was there
 * before. */
static void make_items_cold(void)
{
    change("UPDATE thaw_datasets SET imported_at = 0;"
           "UPDATE thaw_tasks SET scenario = 'item-cold' WHERE scenario = 'user-cold';"
           "UPDATE thaw_predictions SET scenario = 'item-cold' WHERE scenario = 'user-cold'");
}

static struct comparison *compare_raw(void)
{
    static const char *const names[] = {"1"};
    return compare_with(&(struct comparison_options){
        .names = names, .count = 1, .baseline = "bias", .answer = "raw"});
}

/* What items_oracle.py beside this file finds. */
static const struct {
    const char *arm;
    uint32_t shots;
    enum metric metric;
    double variance;
} ITEM_VARIANCES[] = {
    {"ridge", 0, METRIC_MAE, 0.0009270087246},
    {"ridge", 0, METRIC_RMSE, 0.002582263965},
    {"user_mean", 0, METRIC_MAE, 0.001243833244},
    {"user_mean", 0, METRIC_RMSE, 0.002016013556},
    {"ridge", 3, METRIC_MAE, 0.001360900447},
    {"ridge", 3, METRIC_RMSE, 0.00323601517},
    {"user_mean", 3, METRIC_MAE, 0.003451306353},
    {"user_mean", 3, METRIC_RMSE, 0.005782066387},
    {"ridge", SHOTS_ALL, METRIC_MAE, 0.002888546267},
    {"ridge", SHOTS_ALL, METRIC_RMSE, 0.005705366272},
    {"user_mean", SHOTS_ALL, METRIC_MAE, 2.248715019e-05},
    {"user_mean", SHOTS_ALL, METRIC_RMSE, 0.004850633057},
};

static void the_variance_of_items_is_that_of_an_independent_program(void **state)
{
    (void)state;
    make_items_cold();
    struct comparison *comparison = compare_raw();
    for (size_t i = 0; i < sizeof ITEM_VARIANCES / sizeof *ITEM_VARIANCES; i++) {
        const struct comparison_gain *gain =
            &cell_of(comparison, "item-cold", ITEM_VARIANCES[i].shots, ITEM_VARIANCES[i].arm)
                 ->gains[ITEM_VARIANCES[i].metric];
        assert_within(gain->item_variance, ITEM_VARIANCES[i].variance, 1e-8, "variance of items");
    }
    comparison_free(comparison);
}

static void items_widen_intervals_where_they_are_cold(void **state)
{
    (void)state;
    struct comparison *before = compare_raw();
    make_items_cold();
    struct comparison *after = compare_raw();
    uint32_t wider = 0;
    assert_null(strstr(after->notes, "was replaced"));
    for (int metric = METRIC_MAE; metric <= METRIC_NDCG; metric++) {
        const struct comparison_gain *was =
            &cell_of(before, "user-cold", 0, "ridge")->gains[metric];
        const struct comparison_gain *is = &cell_of(after, "item-cold", 0, "ridge")->gains[metric];
        assert_true(was->item_variance == 0);
        assert_within(is->gain, was->gain, 0, "gain");
        assert_within(is->user_variance, was->user_variance, 0, "variance of users");
        assert_true((metric == METRIC_NDCG) == (is->item_variance == 0));
        assert_true(is->low <= was->low && is->high >= was->high);
        wider += is->low < was->low;
    }
    assert_int_equal(wider, 2);
    comparison_free(before);
    comparison_free(after);
}

static void without_its_data_set_a_comparison_says_so(void **state)
{
    (void)state;
    make_items_cold();
    change("UPDATE thaw_datasets SET imported_at = 1000000000000000");
    struct comparison *comparison = compare_raw();
    assert_non_null(strstr(comparison->notes, "The data set is gone or was replaced since: gains "
                                              "on cold items are judged as if no other items"));
    assert_true(cell_of(comparison, "item-cold", 0, "ridge")->gains[METRIC_MAE].item_variance == 0);
    comparison_free(comparison);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_variance_of_items_is_that_of_an_independent_program,
                                        compared_set_up, compared_tear_down),
        cmocka_unit_test_setup_teardown(items_widen_intervals_where_they_are_cold, compared_set_up,
                                        compared_tear_down),
        cmocka_unit_test_setup_teardown(without_its_data_set_a_comparison_says_so, compared_set_up,
                                        compared_tear_down),
    };
    return cmocka_run_group_tests_name("items", tests, NULL, NULL);
}
