/* SPDX-License-Identifier: MIT
 *
 * Attention and pairs between ragged stacks, against plain loops. Also checks their derivatives to
 * second order.
 */
#include "config.h"

#include "derivative_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OPERATION(name, expression)                                                                \
    static struct value *name(struct value *const *x)                                              \
    {                                                                                              \
        return expression;                                                                         \
    }
#define CHECK(name, ...)                                                                           \
    check_derivatives(#name, name, (const struct operand[]){__VA_ARGS__},                          \
                      sizeof((const struct operand[]){__VA_ARGS__}) / sizeof(struct operand),      \
                      false)

OPERATION(softmax_columns, value_softmax_columns(x[0]))
OPERATION(attend, value_attend(x[0], x[1], x[2], 0.7))
OPERATION(attend_to_itself, value_attend(x[0], x[0], x[0], 0.7))
OPERATION(pair_left, value_pair_left(x[0], x[1]))
OPERATION(pair_right, value_pair_right(x[0], x[1]))
OPERATION(pair_sum, value_pair_sum(value_tanh(value_mul(value_pair_left(x[0], x[1]),
                                                        value_pair_right(x[0], x[1]))),
                                   x[0], x[1]))

static void derivatives_agree_with_differences(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK, RAGGED};
    for (int i = 0; i < 4; i++) {
        CHECK(softmax_columns, {kinds[i], 3, 2});
        CHECK(attend_to_itself, {kinds[i], 3, 2});
        for (int j = 0; j < 4; j++) {
            CHECK(attend, {kinds[i], 4, 2}, {kinds[j], 3, 2}, {kinds[j], 3, 3});
            CHECK(pair_left, {kinds[i], 2, 2}, {kinds[j], 3, 2});
            CHECK(pair_right, {kinds[i], 2, 2}, {kinds[j], 3, 2});
            CHECK(pair_sum, {kinds[i], 2, 2}, {kinds[j], 3, 2});
        }
    }
}

/* -- numbers ----------------------------------------------------------------------------------- */

/* Queries 2, 1, 0 and 3 rows; keys and values 3, 0, 2 and 1 rows. */
enum { COUNT = 4, WIDTH = 2 };
static const size_t q_offsets[COUNT + 1] = {0, 2, 3, 3, 6}, k_offsets[COUNT + 1] = {0, 3, 3, 5, 6};
static const real q_data[6 * WIDTH] = {1, -2, 0.5, 3, 2, 2, -1, 0, 0.3, 0.1, 40, -40};
static const real k_data[6 * WIDTH] = {0.2, 1, -1, 0.5, 2, -0.3, 4, 1, 0, 0, 30, 20};
static const real v_data[6] = {1, -2, 3, 0.5, 7, -1};

static struct tape *tape;

static int set_up(void **state)
{
    (void)state;
    tape = tape_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tape_free(tape);
    return 0;
}

static void attention_is_what_loops_give(void **state)
{
    (void)state;
    struct value *q = tape_constant(tape, COUNT, WIDTH, q_offsets, q_data);
    struct value *k = tape_constant(tape, COUNT, WIDTH, k_offsets, k_data);
    struct value *v = tape_constant(tape, COUNT, 1, k_offsets, v_data);
    struct value *result = value_attend(q, k, v, 0.5);
    assert_non_null(result);
    for (size_t t = 0; t < COUNT; t++)
        for (size_t i = q_offsets[t]; i < q_offsets[t + 1]; i++) {
            double weights = 0, sum = 0;
            for (size_t j = k_offsets[t]; j < k_offsets[t + 1]; j++) {
                double score = 0;
                for (size_t c = 0; c < WIDTH; c++)
                    score += 0.5 * q_data[i * WIDTH + c] * k_data[j * WIDTH + c];
                weights += exp(score);
                sum += exp(score) * v_data[j];
            }
            double expected = weights > 0 ? sum / weights : 0;
            assert_true(fabs(value_task(result, t)[i - q_offsets[t]] - expected) < 1e-12);
        }
}

static void softmax_down_columns_adds_up_to_one(void **state)
{
    (void)state;
    const real large[6 * WIDTH] = {900, -900, 901, -902, 899, 5, -1000, 3, -1001, 4, 7, 8};
    struct value *x = tape_constant(tape, COUNT, WIDTH, k_offsets, large);
    struct value *y = value_softmax_columns(x);
    for (size_t t = 0; t < COUNT; t++)
        for (size_t c = 0; c < WIDTH; c++) {
            double total = 0;
            for (size_t row = 0; row < value_task_rows(x, t); row++)
                total += value_task(y, t)[row * WIDTH + c];
            assert_true(value_task_rows(x, t) == 0 || fabs(total - 1) < 1e-12);
        }
    double ratio = value_task(y, 0)[0] / value_task(y, 0)[WIDTH];
    assert_true(fabs(ratio - exp(-1)) < 1e-12);
}

static void pairs_come_in_order_and_are_added_up(void **state)
{
    (void)state;
    struct value *q = tape_constant(tape, COUNT, WIDTH, q_offsets, q_data);
    struct value *k = tape_constant(tape, COUNT, WIDTH, k_offsets, k_data);
    struct value *left = value_pair_left(q, k), *right = value_pair_right(q, k);
    struct value *sums = value_pair_sum(value_mul(left, right), q, k);
    for (size_t t = 0; t < COUNT; t++) {
        size_t m = k_offsets[t + 1] - k_offsets[t], n = q_offsets[t + 1] - q_offsets[t];
        assert_int_equal(value_task_rows(left, t), n * m);
        for (size_t i = 0; i < n; i++)
            for (size_t c = 0; c < WIDTH; c++) {
                real sum = 0, of_q = q_data[(q_offsets[t] + i) * WIDTH + c];
                for (size_t j = 0; j < m; j++) {
                    real of_k = k_data[(k_offsets[t] + j) * WIDTH + c];
                    assert_true(value_task(left, t)[(i * m + j) * WIDTH + c] == of_q);
                    assert_true(value_task(right, t)[(i * m + j) * WIDTH + c] == of_k);
                    sum += of_q * of_k;
                }
                assert_true(fabs(value_task(sums, t)[i * WIDTH + c] - sum) < 1e-9);
            }
    }
}

static void expect_error(struct value *value, const char *text)
{
    assert_null(value);
    assert_string_equal(tape_error(tape)->text, text);
    tape_clear_error(tape);
}

static void wrong_shapes_are_told(void **state)
{
    (void)state;
    struct value *q = tape_constant(tape, COUNT, WIDTH, q_offsets, q_data);
    struct value *k = tape_constant(tape, COUNT, WIDTH, k_offsets, k_data);
    struct value *v = tape_constant(tape, COUNT, 1, k_offsets, v_data);
    struct value *three = tape_constant_even(tape, 3, 1, WIDTH, k_data);
    expect_error(value_attend(q, v, v, 1), "attend: 4 tasks of ?x2 (6 rows) cannot be compared "
                                           "with the keys 4 tasks of ?x1 (6 rows)");
    expect_error(value_attend(q, k, q, 1), "attend: 4 tasks of ?x2 (6 rows) are not as many keys "
                                           "as there are values in 4 tasks of ?x2 (6 rows)");
    expect_error(value_attend(q, three, three, 1),
                 "attend: 4 tasks of ?x2 (6 rows) cannot be compared with the keys 3 tasks of 1x2");
    expect_error(value_pair_left(q, three),
                 "pairs: 4 tasks of ?x2 (6 rows) has not the tasks of 3 tasks of 1x2");
    expect_error(value_pair_sum(q, q, k),
                 "sum of pairs: 4 tasks of ?x2 (6 rows) has not a row for each pair");
    assert_null(value_attend(NULL, k, v, 1));
    assert_null(value_softmax_columns(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derivatives_agree_with_differences),
        cmocka_unit_test_setup_teardown(attention_is_what_loops_give, set_up, tear_down),
        cmocka_unit_test_setup_teardown(softmax_down_columns_adds_up_to_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pairs_come_in_order_and_are_added_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_shapes_are_told, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("attention", tests, NULL, NULL);
}
