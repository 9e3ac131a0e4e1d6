/* SPDX-License-Identifier: MIT
 *
 * Splits whose rows a function of the script has chosen, for training, validation and test.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "task/task.h"

#include "rating_data.h"
#include "split_uses.h"

enum { USERS = 120, ITEMS = 40, ROWS = 6000 };

/* Users 0 to 19 are for the test, 20 to 39 for validation, 40 to 49 for both, 50 to 59 for neither;
 * of the others each seventh row is for validation and each ninth for the test. */
static double chosen(const struct dataset *dataset, uint32_t row)
{
    uint32_t user = dataset->user[row];
    if (user < 20)
        return GIVEN_TEST;
    if (user < 40)
        return GIVEN_VALIDATION;
    if (user < 50)
        return row % 2 ? GIVEN_TEST : GIVEN_VALIDATION;
    if (user < 60)
        return NAN;
    return row % 7 == 0 ? GIVEN_VALIDATION : row % 9 == 0 ? GIVEN_TEST : GIVEN_TRAINING;
}

/* Items 0 to 2 are never learned from: item 0 is for the test alone, 1 for validation alone. */
static double *choose(const struct dataset *dataset)
{
    double *given = memory_array(dataset->interactions, sizeof *given);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        given[row] = chosen(dataset, row);
        uint32_t item = dataset->item[row];
        if (item < 3 && given[row] == GIVEN_TRAINING)
            given[row] = NAN;
        if ((item == 0 && given[row] == GIVEN_VALIDATION) ||
            (item == 1 && given[row] == GIVEN_TEST))
            given[row] = NAN;
    }
    return given;
}

static struct split split_of(const struct dataset *dataset, const struct task_options *options,
                             const double *given)
{
    struct split split;
    if (!split_make_scripted(&split, dataset, options, (struct split_script){.given = given}, 1,
                             &error))
        fail_msg("%s", error.text);
    return split;
}

/* By user (item): whether it has a row that is learned from. */
static bool *learned(const struct dataset *dataset, const double *given, const uint32_t *by,
                     uint32_t count)
{
    bool *warm = memory_array(count, sizeof *warm);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        warm[by[row]] |= dataset->current[row] && given[row] == GIVEN_TRAINING;
    return warm;
}

static void rows_are_for_what_the_script_says(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 3);
    struct task_options options = small_options();
    options.given = true;
    double *given = choose(dataset);
    struct split split = split_of(dataset, &options, given);
    bool *users = learned(dataset, given, dataset->user, dataset->by_user.count);
    bool *items = learned(dataset, given, dataset->item, dataset->by_item.count);
    uint32_t dropped = 0, counts[SCENARIO_COUNT][2] = {{0}};
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        uint32_t user = dataset->user[row], item = dataset->item[row];
        bool between = (user >= 40 && user < 50) || item == 2;
        enum row_role role = !dataset->current[row] || isnan(given[row]) ? ROLE_UNUSED
                             : given[row] == GIVEN_TRAINING              ? ROLE_TRAINING
                             : given[row] == GIVEN_VALIDATION            ? ROLE_VALIDATION
                             : between                                   ? ROLE_UNUSED
                                                                         : ROLE_TEST;
        dropped += between && given[row] == GIVEN_TEST && dataset->current[row];
        assert_int_equal(split.role[row], role);
        if (role != ROLE_TEST && role != ROLE_VALIDATION)
            continue;
        assert_int_equal(split.scenario[row], users[user] && items[item] ? SCENARIO_WARM
                                              : users[user]              ? SCENARIO_ITEM_COLD
                                              : items[item]              ? SCENARIO_USER_COLD
                                                                         : SCENARIO_BOTH_COLD);
        counts[split.scenario[row]][role == ROLE_TEST]++;
    }
    assert_true(dropped > 20);
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        assert_true(counts[scenario][0] > 0 && counts[scenario][1] > 0);
    assert_true(split.validation_counts[SCENARIO_USER_COLD] >= 20);
    free(users);
    free(items);
    free(given);
    split_release(&split);
    dataset_free(dataset);
}

/* The share `validation` is not taken where the script says which rows are for it, and is where it
 * does not. */
static void a_share_is_held_out_only_where_nothing_is_said(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 3);
    struct task_options options = small_options();
    options.given = true;
    options.validation = 0.3;
    double *given = choose(dataset);
    struct split said = split_of(dataset, &options, given);
    uint32_t rows = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        rows += dataset->current[row] && given[row] == GIVEN_VALIDATION;
        if (given[row] == GIVEN_VALIDATION)
            given[row] = NAN;
    }
    assert_int_equal(said.validation_rows, rows);
    struct split unsaid = split_of(dataset, &options, given);
    assert_true(unsaid.validation_rows > 0);
    assert_true(unsaid.training_rows < said.training_rows);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (unsaid.role[row] == ROLE_VALIDATION)
            assert_true(given[row] == GIVEN_TRAINING);
    free(given);
    split_release(&said);
    split_release(&unsaid);
    dataset_free(dataset);
}

/* Test rows alone have a rating of 0.5, validation rows alone one of 5.5. */
static void validation_rows_are_of_the_scale(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 3);
    struct task_options options = small_options();
    options.given = true;
    double *given = choose(dataset);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (row % 10 == 0 && given[row] != GIVEN_TRAINING)
            dataset->value[row] = given[row] == GIVEN_VALIDATION ? 5.5F : 0.5F;
    struct split split = split_of(dataset, &options, given);
    struct rating_scale scale = split_scale(&split, dataset);
    static const float LEVELS[] = {1, 2, 3, 4, 5, 5.5F};
    assert_int_equal(scale.level_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_float_equal(scale.levels[i], LEVELS[i], 0);
    assert_float_equal(scale.range.smallest, 1, 0);
    assert_float_equal(scale.range.largest, 5.5, 0);

    uint32_t number = 0; /* too many ratings to be levels: then those that are learned from */
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (split.role[row] == ROLE_VALIDATION)
            dataset->value[row] = 6 + (float)(number++ % 40) / 40;
    scale = split_scale(&split, dataset);
    assert_int_equal(scale.level_count, 5);
    assert_float_equal(scale.range.largest, 5, 0);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (split.role[row] == ROLE_TRAINING)
            dataset->value[row] = 1 + (float)(number++ % 400) / 100;
    scale = split_scale(&split, dataset);
    assert_int_equal(scale.level_count, 0);
    assert_float_equal(scale.range.smallest, 1, 0);
    assert_float_equal(scale.range.largest, 4.99, 1e-6);
    free(given);
    split_release(&split);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_for_what_the_script_says),
        cmocka_unit_test(a_share_is_held_out_only_where_nothing_is_said),
        cmocka_unit_test(validation_rows_are_of_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
