/* SPDX-License-Identifier: MIT
 *
 * Products of matrices that are larger than the internal blocks and vectors, in float, against
 * plain sums.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "tensor/operation.h"

static int set_up(void **state)
{
    *state = tape_new();
    return 0;
}

static int tear_down(void **state)
{
    tape_free(*state);
    return 0;
}

static real *noise(struct tape *tape, size_t size, uint32_t place)
{
    real *numbers = tape_take(tape, size * sizeof *numbers);
    struct random random = random_at(1, RANDOM_SCRIPT, place, 0);
    for (size_t i = 0; i < size; i++)
        numbers[i] = (real)random_normal(&random);
    return numbers;
}

/* Entry (row, column) of op(x) of a task. */
static double entry(const struct value *x, size_t task, bool transpose, size_t row, size_t column)
{
    const real *matrix = value_task(x, x->tasks == 1 ? 0 : task);
    return (double)(transpose ? matrix[column * x->columns + row]
                              : matrix[row * x->columns + column]);
}

static void assert_product(const struct value *c, const struct value *a, bool transpose_a,
                           const struct value *b, bool transpose_b)
{
    for (size_t task = 0; task < c->tasks; task++) {
        size_t inner = transpose_a ? value_task_rows(a, a->tasks == 1 ? 0 : task) : a->columns;
        for (size_t row = 0; row < value_task_rows(c, task); row++) {
            for (size_t column = 0; column < c->columns; column++) {
                double sum = 0;
                for (size_t i = 0; i < inner; i++)
                    sum += entry(a, task, transpose_a, row, i) *
                           entry(b, task, transpose_b, i, column);
                assert_float_equal(entry(c, task, false, row, column), sum, 1e-3);
            }
        }
    }
}

/* Widths around those of vectors and of kernels, single rows and columns among them. */
static void products_of_many_sizes_are_what_they_should_be(void **state)
{
    static const size_t sizes[] = {1, 2, 7, 16, 33, 70};
    static const size_t offsets[] = {0, 1, 1, 34, 50};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    struct tape *tape = *state;
    for (size_t i = 0; i < SIZES * SIZES; i++) {
        size_t k = sizes[i / SIZES], n = sizes[i % SIZES];
        tape_reset(tape);
        struct value *x = tape_constant(tape, 4, k, offsets, noise(tape, 50 * k, 1));
        struct value *y = tape_constant(tape, 4, n, offsets, noise(tape, 50 * n, 2));
        struct value *shared = tape_constant_even(tape, 1, k, n, noise(tape, k * n, 3));
        struct value *own = tape_constant_even(tape, 4, k, n, noise(tape, 4 * k * n, 4));
        struct value *across = tape_constant_even(tape, 4, n, k, noise(tape, 4 * k * n, 5));
        assert_product(value_matmul(x, shared, false, false), x, false, shared, false);
        assert_product(value_matmul(x, own, false, false), x, false, own, false);
        assert_product(value_matmul(x, across, false, true), x, false, across, true);
        assert_product(value_matmul(x, y, true, false), x, true, y, false);
        assert_product(value_matmul(own, across, true, true), own, true, across, true);
        assert_product(value_matmul(own, shared, true, false), own, true, shared, false);
    }
}

/* Longer than what stays in registers and in the nearest cache. */
static void products_beyond_a_block_are_what_they_should_be(void **state)
{
    enum { ROWS = 45, INNER = 530, COLUMNS = 150 };
    struct tape *tape = *state;
    struct value *a = tape_constant_even(tape, 1, ROWS, INNER, noise(tape, ROWS * INNER, 1));
    struct value *b = tape_constant_even(tape, 1, INNER, COLUMNS, noise(tape, INNER * COLUMNS, 2));
    struct value *a_turned = value_transpose(a), *b_turned = value_transpose(b);
    assert_product(value_matmul(a, b, false, false), a, false, b, false);
    assert_product(value_matmul(a_turned, b, true, false), a_turned, true, b, false);
    assert_product(value_matmul(a, b_turned, false, true), a, false, b_turned, true);
    assert_product(value_matmul(a_turned, b_turned, true, true), a_turned, true, b_turned, true);
}

static void a_total_is_the_sum_of_the_products_of_the_tasks(void **state)
{
    static const size_t offsets[] = {0, 20, 21, 64};
    struct tape *tape = *state;
    struct value *x = tape_constant(tape, 3, 40, offsets, noise(tape, 64 * 40, 1));
    struct value *y = tape_constant(tape, 3, 5, offsets, noise(tape, 64 * 5, 2));
    struct value *total = value_matmul_total(x, y, true, false);
    struct value *sum = value_sum(value_matmul(x, y, true, false), OVER_TASKS);
    for (size_t i = 0; i < 200; i++)
        assert_float_equal(total->data[i], sum->data[i], 1e-4);
}

/* n around the size of a block, and three blocks. */
static void factors_and_solutions_fit_their_matrices(void **state)
{
    static const size_t sizes[] = {1, 5, 31, 32, 33, 90};
    struct tape *tape = *state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i];
        tape_reset(tape);
        struct value *m = tape_constant_even(tape, 2, n, n, noise(tape, 2 * n * n, 1));
        struct value *x =
            value_add_diagonal(value_matmul(m, m, false, true), tape_scalar(tape, (double)n));
        struct value *b = tape_constant_even(tape, 2, n, 3, noise(tape, 2 * n * 3, 2));
        struct value *lower = value_cholesky(x);
        struct value *product = value_matmul(lower, lower, false, true);
        struct value *back = value_matmul(x, value_solve(x, b), false, false);
        struct value *half = value_matmul(lower, value_solve_lower(lower, b, false), false, false);
        struct value *other = value_matmul(lower, value_solve_lower(lower, b, true), true, false);
        for (size_t j = 0; j < 2 * n * n; j++)
            assert_float_equal(product->data[j], x->data[j], 1e-4f * (real)n);
        for (size_t j = 0; j < 2 * n * 3; j++) {
            assert_float_equal(back->data[j], b->data[j], 1e-3);
            assert_float_equal(half->data[j], b->data[j], 1e-3);
            assert_float_equal(other->data[j], b->data[j], 1e-3);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(products_of_many_sizes_are_what_they_should_be, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(products_beyond_a_block_are_what_they_should_be, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_total_is_the_sum_of_the_products_of_the_tasks, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(factors_and_solutions_fit_their_matrices, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("matrices", tests, NULL, NULL);
}
