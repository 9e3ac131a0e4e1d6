/* SPDX-License-Identifier: MIT
 *
 * Splits: cold users and items, published and nested splits, splits by time, and refusals.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "task/task.h"

#include "rating_data.h"
#include "split_uses.h"
#include "usual_tasks.h"

static void cold_users_and_items_are_in_no_training_row(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct dataset *dataset = rating_data_random(200, 80, 8000, seed);
        struct task_options options = small_options();
        options.by_time = seed % 2;
        struct split split;
        assert_true(split_make(&split, dataset, &options, seed, &error));
        check_own_split(&split, dataset, &options);
        check_validation(&split, dataset, &options);
        check_validation_tasks(&split, dataset, &options);
        split_release(&split);
        dataset_free(dataset);
    }
}

static void without_a_test_of_a_scenario_it_has_no_validation(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(200, 80, 8000, 2);
    struct task_options options = small_options();
    struct split split;
    options.cold_items = options.warm = 0;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    assert_int_equal(split.validation_counts[SCENARIO_WARM], 0);
    assert_int_equal(split.validation_counts[SCENARIO_ITEM_COLD], 0);
    assert_int_equal(split.validation_counts[SCENARIO_BOTH_COLD], 0);
    assert_true(split.validation_counts[SCENARIO_USER_COLD] > 5);
    split_release(&split);
    options = small_options();
    options.validation = 0;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    assert_int_equal(split.validation_task_count + split.validation_rows, 0);
    split_release(&split);
    dataset_free(dataset);
}

static void the_cold_users_have_the_largest_numbers_of_a_column(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(200, 80, 8000, 2);
    struct column *column = table_add_column(&dataset->user_table, "joined", COLUMN_INTEGER);
    for (uint32_t user = 0; user < dataset->by_user.count; user++)
        column->integer[user] = 17 * user % 101;
    struct task_options options = small_options();
    snprintf(options.cold_users_by, sizeof options.cold_users_by, "joined");
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    check_own_split(&split, dataset, &options);
    int64_t warm = INT64_MIN, cold = INT64_MAX;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool user =
            split.scenario[row] == SCENARIO_USER_COLD || split.scenario[row] == SCENARIO_BOTH_COLD;
        int64_t joined = column->integer[dataset->user[row]];
        if (split.role[row] == ROLE_TRAINING && joined > warm)
            warm = joined;
        if (split.role[row] == ROLE_TEST && user && joined < cold)
            cold = joined;
    }
    assert_true(warm <= cold && cold < INT64_MAX && warm > INT64_MIN);
    split_release(&split);
    snprintf(options.cold_users_by, sizeof options.cold_users_by, "age");
    assert_false(split_make(&split, dataset, &options, 1, &error));
    assert_string_equal(error.text,
                        "cold users by \"age\" were asked for, but the users of \"random\" have "
                        "no column of numbers with that name: joined");
    dataset_free(dataset);
}

static int64_t first_time(const struct dataset *dataset, const struct interaction_index *index,
                          uint32_t number)
{
    int64_t first = INT64_MAX;
    for (uint32_t at = index->starts[number]; at < index->starts[number + 1]; at++)
        if (dataset->time[index->rows[at]] < first)
            first = dataset->time[index->rows[at]];
    return first;
}

static void by_time_the_cold_are_those_first_seen_last(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(150, 60, 6000, 3);
    struct task_options options = small_options();
    options.by_time = true;
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    int64_t last_warm[2] = {INT64_MIN, INT64_MIN}, first_cold[2] = {INT64_MAX, INT64_MAX};
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (split.role[row] == ROLE_UNUSED)
            continue;
        bool test = split.role[row] == ROLE_TEST;
        uint8_t scenario = split.scenario[row];
        bool cold[2] = {test && (scenario == SCENARIO_USER_COLD || scenario == SCENARIO_BOTH_COLD),
                        test && (scenario == SCENARIO_ITEM_COLD || scenario == SCENARIO_BOTH_COLD)};
        int64_t first[2] = {first_time(dataset, &dataset->by_user, dataset->user[row]),
                            first_time(dataset, &dataset->by_item, dataset->item[row])};
        for (int side = 0; side < 2; side++) {
            if (cold[side] && first[side] < first_cold[side])
                first_cold[side] = first[side];
            if (!cold[side] && first[side] > last_warm[side])
                last_warm[side] = first[side];
        }
    }
    assert_true(last_warm[0] <= first_cold[0]);
    assert_true(last_warm[1] <= first_cold[1]);
    split_release(&split);
    dataset_free(dataset);
}

static void by_time_a_warm_user_holds_out_the_latest_rows(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(100, 60, 6000, 4);
    struct task_options options = small_options();
    options.by_time = true;
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    uint32_t compared = 0;
    for (uint32_t user = 0; user < dataset->by_user.count; user++) {
        int64_t last_training = INT64_MIN, first_held = INT64_MAX;
        for (uint32_t row = 0; row < dataset->interactions; row++) {
            if (dataset->user[row] != user)
                continue;
            if (split.role[row] == ROLE_TRAINING && dataset->time[row] > last_training)
                last_training = dataset->time[row];
            if (split.role[row] == ROLE_TEST && split.scenario[row] == SCENARIO_WARM &&
                dataset->time[row] < first_held)
                first_held = dataset->time[row];
        }
        assert_true(last_training <= first_held);
        compared += first_held < INT64_MAX;
    }
    assert_true(compared > 10);
    split_release(&split);
    dataset_free(dataset);
}

static void the_share_of_warm_rows_held_out_is_kept(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(1000, 200, 60000, 5);
    struct task_options options = usual_tasks();
    options.cold_users = options.cold_items = options.validation = 0;
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    uint32_t held = 0, all = 0;
    for (uint32_t user = 0; user < dataset->by_user.count; user++) {
        uint32_t first = dataset->by_user.starts[user], end = dataset->by_user.starts[user + 1];
        if (end - first < 2 * options.least)
            continue;
        all += end - first;
        for (uint32_t at = first; at < end; at++)
            held += split.role[dataset->by_user.rows[at]] == ROLE_TEST;
    }
    assert_in_range(held * 1000.0 / all, 90, 110);
    split_release(&split);
    dataset_free(dataset);
}

static void a_replaced_interaction_has_no_role(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(60, 40, 4000, 6);
    struct task_options options = small_options();
    struct split split;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    uint32_t replaced = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (dataset->current[row])
            continue;
        assert_int_equal(split.role[row], ROLE_UNUSED);
        assert_false(split.training[row]);
        replaced++;
    }
    assert_true(replaced > 100);
    split_release(&split);
    dataset_free(dataset);
}

static void the_seed_alone_decides(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(100, 60, 4000, 7);
    struct task_options options = small_options();
    struct split first, again, other;
    assert_true(split_make(&first, dataset, &options, 1, &error));
    assert_true(split_make(&again, dataset, &options, 1, &error));
    assert_true(split_make(&other, dataset, &options, 2, &error));
    assert_memory_equal(first.role, again.role, dataset->interactions);
    assert_memory_equal(first.scenario, again.scenario, dataset->interactions);
    assert_memory_not_equal(first.role, other.role, dataset->interactions);
    split_release(&first);
    split_release(&again);
    split_release(&other);
    dataset_free(dataset);
}

static void refuse(const struct dataset *dataset, const struct task_options *options,
                   const char *text)
{
    struct split split;
    assert_false(split_make(&split, dataset, options, 1, &error));
    assert_int_equal(error.kind, ERROR_SCRIPT);
    assert_string_equal(error.text, text);
    assert_null(split.role);
}

static void what_cannot_be_split_is_refused_with_the_reason(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_new("tiny");
    for (int user = 0; user < 5; user++) {
        for (int item = 0; item < 5; item++) {
            char ids[2][16];
            snprintf(ids[0], sizeof ids[0], "u%d", user);
            snprintf(ids[1], sizeof ids[1], "i%d", item);
            assert_true(dataset_add(dataset, ids[0], ids[1], 3, INT64_MIN, &error));
        }
    }
    dataset_index(dataset);
    struct task_options options = usual_tasks();
    refuse(dataset, &options,
           "no user has 13 to 100 test rows in any scenario (rows of a user: warm 0 to 0, "
           "user-cold 4 to 4, item-cold 1 to 1, both-cold 1 to 1): change `min` or `max`, or hold "
           "out more with `cold` and `warm`");
    options.by_time = true;
    refuse(dataset, &options,
           "cold users and items by time were asked for, but the ratings of \"tiny\" have no "
           "times: choose them at random");
    options.published = true;
    refuse(dataset, &options,
           "the published split was asked for, but the ratings of \"tiny\" have no text column "
           "`split`: import them with it, or say which users and items are cold with `cold`");
    options = usual_tasks();
    options.least = 10;
    refuse(dataset, &options,
           "`min` is 10, `max` 100 and `query` 10: expected query < min <= max, so that each test "
           "task has support rows beside its query");
    options = usual_tasks();
    options.cold_items = 0.95;
    refuse(dataset, &options,
           "a share of the split is out of range: cold users 0.2, cold items 0.95, warm rows 0.1, "
           "validation users 0.05; each must be 0 to 0.9");
    options = usual_tasks();
    options.cold_users = 0.9;
    refuse(dataset, &options,
           "of the 25 ratings of \"tiny\" no user keeps two to learn from: make the shares of cold "
           "users and items smaller, or take a larger data set");
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cold_users_and_items_are_in_no_training_row),
        cmocka_unit_test(without_a_test_of_a_scenario_it_has_no_validation),
        cmocka_unit_test(the_cold_users_have_the_largest_numbers_of_a_column),
        cmocka_unit_test(by_time_the_cold_are_those_first_seen_last),
        cmocka_unit_test(by_time_a_warm_user_holds_out_the_latest_rows),
        cmocka_unit_test(the_share_of_warm_rows_held_out_is_kept),
        cmocka_unit_test(a_replaced_interaction_has_no_role),
        cmocka_unit_test(the_seed_alone_decides),
        cmocka_unit_test(what_cannot_be_split_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
