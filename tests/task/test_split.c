/* SPDX-License-Identifier: MIT
 *
 * Splits: cold users and items, published and nested splits, splits by time, and refusals.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rating_data.h"
#include "task/task.h"
#include "usual_tasks.h"

static struct error error;

/* What the rows of a user (or item) are for. */
struct use {
    uint32_t training, validation[SCENARIO_COUNT], test[SCENARIO_COUNT], all;
};

static struct use *count_uses(const struct split *split, const struct dataset *dataset,
                              const uint32_t *by, uint32_t count)
{
    struct use *uses = memory_array(count, sizeof *uses);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        struct use *use = &uses[by[row]];
        use->training += split->role[row] == ROLE_TRAINING;
        if (split->role[row] == ROLE_VALIDATION)
            use->validation[split->scenario[row]]++;
        if (split->role[row] == ROLE_TEST)
            use->test[split->scenario[row]]++;
        use->all += dataset->current[row];
    }
    return uses;
}

static uint32_t test_rows(const struct use *use)
{
    return use->test[SCENARIO_WARM] + use->test[SCENARIO_USER_COLD] +
           use->test[SCENARIO_ITEM_COLD] + use->test[SCENARIO_BOTH_COLD];
}

static uint32_t validation_rows(const struct use *use)
{
    return use->validation[SCENARIO_WARM] + use->validation[SCENARIO_USER_COLD] +
           use->validation[SCENARIO_ITEM_COLD] + use->validation[SCENARIO_BOTH_COLD];
}

static struct task_options small_options(void)
{
    struct task_options options = usual_tasks();
    options.least = 6;
    options.query = 4;
    options.warm = 0.2;
    options.validation = 0.1;
    return options;
}

/* Validation users and items are in no training row, and of an own split in no test row; the shares
 * are kept; and warm validation rows are of users who learn. */
static void check_validation(const struct split *split, const struct dataset *dataset,
                             const struct task_options *options)
{
    struct use *users = count_uses(split, dataset, dataset->user, dataset->by_user.count);
    struct use *items = count_uses(split, dataset, dataset->item, dataset->by_item.count);
    uint32_t cold_users = 0, all_users = 0, cold_items = 0, all_items = 0, warm_users = 0;
    uint32_t cold_rows = 0, all_rows = 0;
    for (uint32_t u = 0; u < dataset->by_user.count; u++) {
        const struct use *use = &users[u];
        bool cold = use->validation[SCENARIO_USER_COLD] + use->validation[SCENARIO_BOTH_COLD] > 0;
        if (cold)
            assert_int_equal(use->training + use->validation[SCENARIO_WARM] +
                                 use->validation[SCENARIO_ITEM_COLD],
                             0);
        if (cold && !options->published)
            assert_int_equal(test_rows(use), 0);
        if (use->validation[SCENARIO_WARM]) {
            assert_in_range(use->validation[SCENARIO_WARM], options->least, options->most);
            assert_true(use->training >= options->least);
            warm_users++;
        }
        cold_users += cold;
        all_users += cold || use->training > 0;
        cold_rows += use->validation[SCENARIO_ITEM_COLD];
        all_rows +=
            use->training + use->validation[SCENARIO_ITEM_COLD] + use->validation[SCENARIO_WARM];
        if (!options->published)
            all_rows += use->test[SCENARIO_WARM];
    }
    for (uint32_t i = 0; i < dataset->by_item.count; i++) {
        bool cold =
            items[i].validation[SCENARIO_ITEM_COLD] + items[i].validation[SCENARIO_BOTH_COLD] > 0;
        if (cold)
            assert_int_equal(items[i].training + items[i].validation[SCENARIO_WARM] +
                                 items[i].validation[SCENARIO_USER_COLD],
                             0);
        if (cold && !options->published)
            assert_int_equal(test_rows(&items[i]), 0);
        cold_items += cold;
        all_items += cold || items[i].training > 0;
    }
    assert_in_range(cold_users, 1, (uint32_t)(options->validation * all_users + 1));
    assert_in_range(warm_users, 1, (uint32_t)(options->validation * all_users + 1));
    assert_in_range(cold_items, 1, (uint32_t)(options->validation * all_items + 1));
    assert_true(cold_rows > 0 && cold_rows <= options->validation * all_rows);
    free(users);
    free(items);
}

/* Counts the tasks of each scenario with every bound, and finds the one that was to be taken. */
static void check_validation_tasks(const struct split *split, const struct dataset *dataset,
                                   const struct task_options *options)
{
    struct use *users = count_uses(split, dataset, dataset->user, dataset->by_user.count);
    uint32_t listed = 0;
    for (int s = 0; s < SCENARIO_COUNT; s++) {
        uint32_t wanted = VALIDATION_LEAST, tasks = 0;
        for (uint32_t bound = VALIDATION_LEAST; bound <= options->least; bound++) {
            uint32_t found = 0;
            for (uint32_t u = 0; u < dataset->by_user.count; u++)
                found += users[u].validation[s] >= bound;
            if (bound == VALIDATION_LEAST || found >= VALIDATION_TASKS_WANTED) {
                wanted = bound;
                tasks = found;
            }
        }
        assert_int_equal(split->validation_least[s], wanted);
        assert_int_equal(split->validation_counts[s], tasks);
        for (uint32_t i = 0; i < tasks; i++) {
            const struct validation_task *task = &split->validation_tasks[listed + i];
            assert_int_equal(task->scenario, s);
            assert_true(users[task->user].validation[s] >= wanted);
            assert_true(i == 0 || task[-1].user < task->user);
        }
        listed += tasks;
    }
    assert_int_equal(split->validation_task_count, listed);
    free(users);
}

static void check_own_split(const struct split *split, const struct dataset *dataset,
                            const struct task_options *options)
{
    struct use *users = count_uses(split, dataset, dataset->user, dataset->by_user.count);
    struct use *items = count_uses(split, dataset, dataset->item, dataset->by_item.count);
    uint32_t cold_users = 0, cold_items = 0, warm_tasks = 0;
    for (uint32_t u = 0; u < dataset->by_user.count; u++) {
        const struct use *use = &users[u];
        bool cold = use->test[SCENARIO_USER_COLD] + use->test[SCENARIO_BOTH_COLD] > 0;
        cold_users += cold;
        if (cold)
            assert_int_equal(use->training + validation_rows(use) + use->test[SCENARIO_WARM] +
                                 use->test[SCENARIO_ITEM_COLD],
                             0);
        if (use->test[SCENARIO_WARM]) {
            assert_in_range(use->test[SCENARIO_WARM], options->least, options->most);
            assert_true(use->training > 0);
            warm_tasks++;
        }
    }
    for (uint32_t i = 0; i < dataset->by_item.count; i++) {
        bool cold = items[i].test[SCENARIO_ITEM_COLD] + items[i].test[SCENARIO_BOTH_COLD] > 0;
        cold_items += cold;
        if (cold)
            assert_int_equal(items[i].training + validation_rows(&items[i]) +
                                 items[i].test[SCENARIO_WARM] + items[i].test[SCENARIO_USER_COLD],
                             0);
    }
    assert_int_equal(cold_users, (uint32_t)(0.2 * dataset->by_user.count + 0.5));
    assert_int_equal(cold_items, (uint32_t)(0.2 * dataset->by_item.count + 0.5));
    assert_int_equal(warm_tasks, split->test_tasks[SCENARIO_WARM]);
    assert_true(warm_tasks > 10);
    free(users);
    free(items);
}

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
    strcpy(options.cold_column, "year");
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

    strcpy(options.cold_column, "colour");
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
    strcpy(options.cold_column, "year");
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
        cmocka_unit_test(cold_users_and_items_are_in_no_training_row),
        cmocka_unit_test(without_a_test_of_a_scenario_it_has_no_validation),
        cmocka_unit_test(of_a_published_split_only_training_rows_validate),
        cmocka_unit_test(a_nested_split_is_made_of_the_published_training_rows),
        cmocka_unit_test(by_time_the_cold_are_those_first_seen_last),
        cmocka_unit_test(by_time_a_warm_user_holds_out_the_latest_rows),
        cmocka_unit_test(the_share_of_warm_rows_held_out_is_kept),
        cmocka_unit_test(a_replaced_interaction_has_no_role),
        cmocka_unit_test(the_seed_alone_decides),
        cmocka_unit_test(what_cannot_be_split_is_refused_with_the_reason),
        cmocka_unit_test(the_published_split_of_ml_1m_has_its_counts),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
