/* SPDX-License-Identifier: MIT
 *
 * Cross-validation: random folds and folds of a column use every row once, whole, and refuse what
 * cannot be.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "data/dataset_mirror.h"
#include "task/task.h"

#include "rating_data.h"
#include "split_uses.h"
#include "usual_tasks.h"

static struct task_options folds_of(const char *column, uint32_t fold)
{
    struct task_options options = {.least = 1,
                                   .most = INT32_MAX,
                                   .query = 1,
                                   .shots = {0},
                                   .shot_count = 1,
                                   .draws = 1,
                                   .validation = 0.1,
                                   .fold = fold,
                                   .folds = 4};
    snprintf(options.fold_column, sizeof options.fold_column, "%s", column);
    return options;
}

/* Checks a split and its tasks; sets `asked` of the rows that are asked. */
static void check(const struct dataset *dataset, const struct task_options *options, uint8_t *asked)
{
    struct split split;
    struct task_set set;
    uint32_t test = 0, held = 0, training = 0, rows = 0;
    assert_true(split_make(&split, dataset, options, 7, &error));
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        test += split.role[row] == ROLE_TEST;
        held += split.role[row] == ROLE_VALIDATION;
        training += split.training[row];
    }
    assert_int_equal(held, (uint32_t)(0.1 * (held + training) + 0.5));
    task_set_make(&set, dataset, &split, options, 9, SCENARIO_WARM, 0);
    for (uint32_t t = 0; t < set.count; t++) {
        assert_int_equal(set.tasks[t].support_count, 0);
        for (uint32_t i = 0; i < set.tasks[t].query_count; i++, rows++) {
            uint32_t row = set.tasks[t].query[i];
            assert_int_equal(split.role[row], ROLE_TEST);
            assert_int_equal(dataset->user[row], set.tasks[t].user);
            asked[row]++;
        }
    }
    assert_int_equal(rows, test);
    task_set_release(&set);
    task_set_make_validation(&set, dataset, &split, options, 9, SCENARIO_WARM, 0);
    for (uint32_t t = rows = 0; t < set.count; t++)
        rows += set.tasks[t].query_count;
    assert_int_equal(rows, held);
    task_set_release(&set);
    split_release(&split);
}

static uint32_t sum_of(const uint8_t *asked, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t row = 0; row < count; row++)
        sum += asked[row];
    return sum;
}

static void random_folds_ask_every_row_once(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(120, 60, 4003, 2);
    uint8_t *asked = memory_array(dataset->interactions, 1);
    uint32_t before = 0, current = dataset->by_user.starts[dataset->by_user.count];
    for (uint32_t fold = 1; fold <= 4; fold++) {
        struct task_options options = folds_of("", fold);
        check(dataset, &options, asked);
        uint32_t sum = sum_of(asked, dataset->interactions);
        assert_in_range(sum - before, current / 4, current / 4 + 1);
        before = sum;
    }
    for (uint32_t row = 0; row < dataset->interactions; row++)
        assert_int_equal(asked[row], dataset->current[row]);
    free(asked);
    dataset_free(dataset);
}

/* Gives each row a fold that its number says; every tenth has none. */
static struct dataset *dataset_with_folds(bool text)
{
    static const char *const NAMES[] = {"b", "a", "c"};
    struct dataset *dataset = rating_data_random(120, 60, 4003, 2);
    struct column *column =
        table_add_column(&dataset->context, "part", text ? COLUMN_TEXT : COLUMN_INTEGER);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (row % 10 == 9)
            continue;
        if (text)
            assert_true(column_set_text(column, row, NAMES[row % 3], 1, &error));
        else
            column->integer[row] = row % 3 == 0 ? 20 : row % 3 == 1 ? 3 : 100;
    }
    return dataset;
}

static void folds_of_a_column_are_its_values_in_order(void **state)
{
    (void)state;
    static const uint32_t REST[] = {1, 0, 2}; /* of "a", "b", "c", and of 3, 20, 100 */
    for (int text = 0; text < 2; text++) {
        struct dataset *dataset = dataset_with_folds(text);
        for (uint32_t fold = 1; fold <= 3; fold++) {
            uint8_t *asked = memory_array(dataset->interactions, 1);
            struct task_options options = folds_of("part", fold);
            check(dataset, &options, asked);
            for (uint32_t row = 0; row < dataset->interactions; row++)
                assert_int_equal(asked[row], dataset->current[row] && row % 10 != 9 &&
                                                 row % 3 == REST[fold - 1]);
            free(asked);
        }
        dataset_free(dataset);
    }
}

/* Test fold 1 and validation fold 3 of a, b, c: only the rows of b are learned from. */
static void nested_folds_hold_out_a_whole_fold(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_with_folds(true);
    struct task_options options = folds_of("part", 1);
    struct split split;
    uint32_t counts[4] = {0};
    options.validation_fold = 3;
    assert_true(split_make(&split, dataset, &options, 7, &error));
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        enum row_role expected = !dataset->current[row] || row % 10 == 9 ? ROLE_UNUSED
                                 : row % 3 == 1                          ? ROLE_TEST
                                 : row % 3 == 2                          ? ROLE_VALIDATION
                                                                         : ROLE_TRAINING;
        assert_int_equal(split.role[row], expected);
        counts[expected]++;
    }
    struct task_set set;
    task_set_make_validation(&set, dataset, &split, &options, 9, SCENARIO_WARM, 0);
    for (uint32_t t = 0; t < set.count; t++)
        counts[ROLE_VALIDATION] -= set.tasks[t].query_count;
    assert_int_equal(counts[ROLE_VALIDATION], 0);
    assert_true(counts[ROLE_TRAINING] > 500);
    task_set_release(&set);
    split_release(&split);
    dataset_free(dataset);
}

/* By item and with a key, a fold has the rows that it has by user; those without a key are not
 * asked for. */
static void whose_tasks_they_are_does_not_change_a_fold(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_with_folds(true);
    struct task_options options = folds_of("part", 2);
    struct split plain, other;
    struct task_set set;
    const struct column *keys = table_column(&dataset->context, "part");
    assert_true(split_make(&plain, dataset, &options, 7, &error));
    assert_true(split_make_scripted(&other, dataset, &options, (struct split_script){.keys = keys},
                                    7, &error));
    assert_memory_equal(plain.role, other.role, dataset->interactions);
    task_set_make(&set, dataset, &other, &options, 9, SCENARIO_WARM, 0);
    for (uint32_t t = 0; t < set.count; t++)
        assert_string_equal(task_groups_key(&other.groups, set.tasks[t].group), "b");
    assert_true(set.count > 50);
    task_set_release(&set);
    split_release(&other);
    dataset_mirror(dataset);
    options.by_item = true;
    assert_true(split_make(&other, dataset, &options, 7, &error));
    assert_memory_equal(plain.role, other.role, dataset->interactions);
    task_set_make(&set, dataset, &other, &options, 9, SCENARIO_WARM, 0);
    for (uint32_t t = 0; t < set.count; t++)
        assert_string_equal(id_map_text(dataset_named(dataset).items, set.tasks[t].user),
                            id_map_text(dataset->users, set.tasks[t].user));
    assert_true(set.count > 30 && set.count <= 60);
    task_set_release(&set);
    split_release(&other);
    split_release(&plain);
    dataset_free(dataset);
}

static void another_seed_deals_other_folds(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(120, 60, 4003, 2);
    struct task_options options = folds_of("", 1);
    struct split first, again, other;
    assert_true(split_make(&first, dataset, &options, 1, &error));
    assert_true(split_make(&again, dataset, &options, 1, &error));
    assert_true(split_make(&other, dataset, &options, 2, &error));
    assert_memory_equal(first.role, again.role, dataset->interactions);
    assert_true(memcmp(first.role, other.role, dataset->interactions) != 0);
    split_release(&first);
    split_release(&again);
    split_release(&other);
    dataset_free(dataset);
}

static void refused(const struct dataset *dataset, struct task_options options, const char *text)
{
    struct split split;
    assert_false(split_make(&split, dataset, &options, 1, &error));
    assert_string_equal(error.text, text);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_with_folds(true);
    refused(dataset, folds_of("", 5), "`fold` is 5, but there are 4 folds");
    refused(dataset, folds_of("part", 4),
            "`fold` is 4, but the column \"part\" of \"random\" has 3 values: a, b, c");
    struct task_options nested = folds_of("part", 2);
    nested.validation_fold = 2;
    refused(dataset, nested, "`validation_fold` is 2, which is the test: name another fold");
    nested.validation_fold = 4;
    refused(dataset, nested, "`validation_fold` is 4, but there are 3 folds");
    refused(dataset, folds_of("parts", 1),
            "`by`: the ratings of \"random\" have no column \"parts\"; without `by`, folds are "
            "random rows");
    struct column *column = table_add_column(&dataset->context, "one", COLUMN_INTEGER);
    refused(dataset, folds_of("one", 1),
            "`by`: the column \"one\" of \"random\" has no value: two folds are needed at least");
    for (uint32_t row = 0; row < dataset->interactions; row++)
        column->integer[row] = 7;
    refused(dataset, folds_of("one", 1),
            "`by`: the column \"one\" of \"random\" has only the value 7: two folds are needed at "
            "least");
    for (uint32_t row = 0; row < dataset->interactions; row++)
        column->integer[row] = row;
    refused(dataset, folds_of("one", 1),
            "`by`: the column \"one\" of \"random\" has more than 100 values: name one whose "
            "values are the folds");
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_folds_ask_every_row_once),
        cmocka_unit_test(folds_of_a_column_are_its_values_in_order),
        cmocka_unit_test(nested_folds_hold_out_a_whole_fold),
        cmocka_unit_test(whose_tasks_they_are_does_not_change_a_fold),
        cmocka_unit_test(another_seed_deals_other_folds),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests_name("folds", tests, NULL, NULL);
}
