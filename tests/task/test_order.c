/* SPDX-License-Identifier: MIT
 *
 * Which rows of a user are asked for and in what order the others are shown: no asked row would
 * have come behind a shown one, and the same rows are there as in random order.
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
#include "rating_data.h"
#include "task/task.h"
#include "usual_tasks.h"

static struct error error;
static struct dataset *dataset;
static uint32_t *training_rows; /* by item */

static int set_up(void **state)
{
    (void)state;
    dataset = rating_data_random(200, 90, 9000, 1);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        dataset->time[row] = 86400 * (row * 7919 % 500); /* many are equal */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dataset_free(dataset);
    free(training_rows);
    return 0;
}

static struct split split_of(const struct task_options *options)
{
    struct split split;
    if (!split_make(&split, dataset, options, 1, &error))
        fail_msg("%s", error.text);
    free(training_rows);
    training_rows = memory_array(dataset->by_item.count, sizeof *training_rows);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        training_rows[dataset->item[row]] += split.training[row];
    return split;
}

static double number_of(enum task_order order, uint32_t row)
{
    switch (order) {
    case ORDER_EARLIEST:
        return (double)dataset->time[row];
    case ORDER_LATEST:
        return -(double)dataset->time[row];
    case ORDER_POPULAR:
        return -(double)training_rows[dataset->item[row]];
    case ORDER_RARE:
        return training_rows[dataset->item[row]];
    default:
        return 0;
    }
}

static void check_task(const struct task *task, enum task_order ask, enum task_order show)
{
    for (uint32_t i = 0; i < task->query_count; i++)
        for (uint32_t k = 0; k < task->support_count; k++)
            assert_true(number_of(ask, task->query[i]) <= number_of(ask, task->support[k]));
    for (uint32_t k = 1; k < task->support_count; k++)
        assert_true(number_of(show, task->support[k - 1]) <= number_of(show, task->support[k]));
}

static int ascending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* All rows of a set, ascending. */
static uint32_t *all_rows(const struct task_set *set, size_t *count)
{
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    *count = 0;
    for (uint32_t t = 0; t < set->count; t++) {
        memcpy(rows + *count, set->tasks[t].query, set->tasks[t].query_count * sizeof *rows);
        *count += set->tasks[t].query_count;
        memcpy(rows + *count, set->tasks[t].support, set->tasks[t].support_count * sizeof *rows);
        *count += set->tasks[t].support_count;
    }
    qsort(rows, *count, sizeof *rows, ascending);
    return rows;
}

static void rows_are_in_the_orders_of_the_options(void **state)
{
    (void)state;
    struct task_options options = usual_tasks();
    struct split usual = split_of(&options);
    for (int ask = 0; ask < ORDER_FUNCTION; ask++)
        for (int show = 0; show < ORDER_FUNCTION; show++) {
            options.ask = (enum task_order)ask;
            options.show = (enum task_order)show;
            struct split split = split_of(&options);
            for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
                struct task_set set, random;
                size_t count, expected;
                task_set_make(&set, dataset, &split, &options, 1, (enum scenario)scenario, 2);
                task_set_make(&random, dataset, &usual, &options, 1, (enum scenario)scenario, 2);
                assert_true(set.count > 0);
                for (uint32_t t = 0; t < set.count; t++)
                    check_task(&set.tasks[t], options.ask, options.show);
                uint32_t *rows = all_rows(&set, &count), *others = all_rows(&random, &expected);
                assert_int_equal(count, expected);
                assert_memory_equal(rows, others, count * sizeof *rows);
                free(rows);
                free(others);
                task_set_release(&set);
                task_set_release(&random);
            }
            split_release(&split);
        }
    split_release(&usual);
}

/* What is equal by the order differs from draw to draw. */
static void equal_rows_are_in_random_order(void **state)
{
    (void)state;
    struct task_options options = usual_tasks();
    options.ask = ORDER_LATEST;
    struct split split = split_of(&options);
    struct task_set first, second;
    uint32_t same = 0, rows = 0;
    task_set_make(&first, dataset, &split, &options, 1, SCENARIO_USER_COLD, 0);
    task_set_make(&second, dataset, &split, &options, 1, SCENARIO_USER_COLD, 1);
    for (uint32_t t = 0; t < first.count; t++)
        for (uint32_t k = 0; k < first.tasks[t].support_count; k++, rows++)
            same += first.tasks[t].support[k] == second.tasks[t].support[k];
    assert_in_range(same, 0, rows / 5);
    task_set_release(&first);
    task_set_release(&second);
    split_release(&split);
}

static void numbers_of_a_function_count(void **state)
{
    (void)state;
    struct task_options options = usual_tasks();
    options.show = ORDER_FUNCTION;
    struct split split = split_of(&options);
    assert_null(split.show);
    split.show = memory_array(dataset->interactions, sizeof *split.show);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        split.show[row] = row % 3 ? -(double)row : (double)NAN;
    struct task_set set;
    task_set_make_validation(&set, dataset, &split, &options, 1, SCENARIO_USER_COLD, 0);
    assert_true(set.count > 0);
    for (uint32_t t = 0; t < set.count; t++)
        for (uint32_t k = 1; k < set.tasks[t].support_count; k++) {
            uint32_t before = set.tasks[t].support[k - 1], row = set.tasks[t].support[k];
            assert_true(row % 3 == 0 || (before % 3 != 0 && before > row));
        }
    task_set_release(&set);
    split_release(&split);
}

static void an_order_by_time_needs_times(void **state)
{
    (void)state;
    struct dataset *timeless = dataset_new("timeless");
    struct task_options options = usual_tasks();
    struct split split;
    char user[8], item[8];
    for (int u = 0; u < 40; u++)
        for (int i = 0; i < 40; i++) {
            snprintf(user, sizeof user, "u%d", u);
            snprintf(item, sizeof item, "i%d", i);
            assert_true(
                dataset_add(timeless, user, item, 1 + (u + i) % 5, DATASET_NO_TIME, &error));
        }
    dataset_index(timeless);
    options.show = ORDER_EARLIEST;
    assert_false(split_make(&split, timeless, &options, 1, &error));
    assert_string_equal(error.text, "`show` goes by time, but the ratings of \"timeless\" have no "
                                    "times");
    dataset_free(timeless);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_the_orders_of_the_options),
        cmocka_unit_test(equal_rows_are_in_random_order),
        cmocka_unit_test(numbers_of_a_function_count),
        cmocka_unit_test(an_order_by_time_needs_times),
    };
    return cmocka_run_group_tests_name("orders of rows", tests, set_up, tear_down);
}
