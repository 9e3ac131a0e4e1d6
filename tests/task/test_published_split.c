/* SPDX-License-Identifier: MIT
 *
 * Splits that a data set brings with it: which rows validate, and the counts of that of MovieLens
 * 1M.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "task/task.h"

#include "rating_data.h"
#include "split_uses.h"
#include "usual_tasks.h"

/* Two rows of three are published as training rows; item i is of the year 1950 + 7 i mod 60, and
 * one has none. */
static struct dataset *published_data(void)
{
    struct dataset *dataset = rating_data_random(200, 60, 8000, 9);
    table_add_column(&dataset->context, "split", COLUMN_TEXT);
    struct column *column = table_column(&dataset->context, "split");
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        const char *text = row % 3 ? "meta_training" : "user_cold";
        assert_true(column_set_text(column, row, text, strlen(text), &error));
    }
    table_add_column(&dataset->item_table, "year", COLUMN_INTEGER);
    column = table_column(&dataset->item_table, "year");
    for (uint32_t item = 1; item < dataset->by_item.count; item++)
        column->integer[item] = 1950 + 7 * item % 60;
    return dataset;
}

static void a_nested_split_is_made_of_the_published_training_rows(void **state)
{
    (void)state;
    struct dataset *dataset = published_data();
    const struct column *year = table_column(&dataset->item_table, "year");
    struct task_options options = small_options();
    options.nested = true;
    strcpy(options.cold_items_by, "year");
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    check_own_split(&split, dataset, &options);
    check_validation(&split, dataset, &options);
    int64_t last_warm = INT64_MIN, first_cold = INT64_MAX;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (row % 3 == 0)
            assert_int_equal(split.role[row], ROLE_UNUSED);
        if (split.role[row] == ROLE_UNUSED)
            continue;
        int64_t of_item = year->integer[dataset->item[row]];
        if (split.role[row] == ROLE_TEST && (split.scenario[row] == SCENARIO_ITEM_COLD ||
                                             split.scenario[row] == SCENARIO_BOTH_COLD))
            first_cold = of_item < first_cold ? of_item : first_cold;
        else
            last_warm = of_item > last_warm ? of_item : last_warm;
    }
    assert_true(last_warm <= first_cold);
    assert_true(first_cold < INT64_MAX);
    split_release(&split);

    strcpy(options.cold_items_by, "colour");
    assert_false(split_make(&split, dataset, &options, 1, &error));
    assert_non_null(
        strstr(error.text, "cold items by \"colour\" were asked for, but the items of"));
    dataset_free(dataset);
}

/* The newest item that could be one is a validation item, and the test rows are the published. */
static void of_a_published_split_only_training_rows_validate(void **state)
{
    (void)state;
    struct dataset *dataset = published_data();
    const struct column *year = table_column(&dataset->item_table, "year");
    struct task_options options = small_options();
    options.published = true;
    options.validation = 0.2;
    options.least = 11;
    options.query = 10;
    strcpy(options.cold_items_by, "year");
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    int64_t newest = INT64_MIN, newest_validation = INT64_MIN;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        int64_t of_item = year->integer[dataset->item[row]];
        bool test = row % 3 == 0 && dataset->current[row];
        assert_int_equal(split.role[row] == ROLE_TEST, test);
        if (test)
            assert_int_equal(split.scenario[row], SCENARIO_USER_COLD);
        if (split.role[row] == ROLE_TRAINING || split.role[row] == ROLE_VALIDATION)
            newest = of_item > newest ? of_item : newest;
        if (split.role[row] == ROLE_VALIDATION && split.scenario[row] == SCENARIO_ITEM_COLD)
            newest_validation = of_item > newest_validation ? of_item : newest_validation;
    }
    assert_int_equal(newest_validation, newest);
    check_validation(&split, dataset, &options);
    check_validation_tasks(&split, dataset, &options);
    struct use *users = count_uses(&split, dataset, dataset->user, dataset->by_user.count);
    for (uint32_t i = 0; i < split.validation_user_count; i++)
        assert_true(users[split.validation_users[i]].test[SCENARIO_USER_COLD] < options.least);
    assert_true(split.validation_user_count > 0);
    free(users);
    split_release(&split);
    dataset_free(dataset);
}

static void the_published_split_of_ml_1m_has_its_counts(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_ml_1m();
    if (!dataset) {
        puts("skipped: no ml-1m/ratings.csv in $THAW_SHARED/data");
        skip();
    }
    struct task_options options = usual_tasks();
    options.published = true;
    options.validation = 0;
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    assert_int_equal(split.test_tasks[SCENARIO_WARM], 1636);
    assert_int_equal(split.test_tasks[SCENARIO_USER_COLD], 687);
    assert_int_equal(split.test_tasks[SCENARIO_ITEM_COLD], 2855);
    assert_int_equal(split.test_tasks[SCENARIO_BOTH_COLD], 731);
    assert_int_equal(split.training_user_count, 4832);
    /* Three of the four repeated pairs are training rows. */
    assert_int_equal(split.training_rows, 585366 - 3);
    assert_int_equal(split.validation_user_count, 0);
    split_release(&split);

    options.validation = 0.05;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    assert_int_equal(split.test_tasks[SCENARIO_WARM], 1636);
    assert_int_equal(split.test_tasks[SCENARIO_ITEM_COLD], 2855);
    assert_int_equal(split.validation_user_count, 242);
    assert_int_equal(split.training_user_count, 4832 - 242);
    check_validation(&split, dataset, &options);
    check_validation_tasks(&split, dataset, &options);
    struct use *users = count_uses(&split, dataset, dataset->user, dataset->by_user.count);
    for (uint32_t i = 0; i < split.validation_user_count; i++) {
        const struct use *use = &users[split.validation_users[i]];
        assert_int_equal(use->training, 0);
        for (int s = 0; s < SCENARIO_COUNT; s++)
            assert_true(use->test[s] < options.least || use->test[s] > options.most);
    }
    free(users);
    split_release(&split);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_published_split_only_training_rows_validate),
        cmocka_unit_test(a_nested_split_is_made_of_the_published_training_rows),
        cmocka_unit_test(the_published_split_of_ml_1m_has_its_counts),
    };
    return cmocka_run_group_tests_name("published_split", tests, NULL, NULL);
}
