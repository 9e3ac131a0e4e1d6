/* SPDX-License-Identifier: MIT
 *
 * The engine's own exponentials in float against libm in double.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tensor/operation.h"

enum { COUNT = 200000 };
static real numbers[COUNT];

/* Evenly spread over `low` .. `high`. */
static void fill(double low, double high)
{
    for (size_t i = 0; i < COUNT; i++)
        numbers[i] = (real)(low + (high - low) * (double)i / COUNT);
}

/* Off by at most `units` of 2^-24 relative to the true result, wherever that is a normal number. */
static void assert_close(struct value *(*function)(struct value *), double (*truth)(double),
                         double units)
{
    struct tape *tape = tape_new();
    struct value *result = function(tape_constant_even(tape, 1, COUNT / 50, 50, numbers));
    for (size_t i = 0; i < COUNT; i++) {
        double expected = truth((double)numbers[i]);
        double off = fabs((double)result->data[i] - expected);
        if (fabs(expected) > 1e-37 && !(off <= units * 0x1p-24 * fabs(expected)))
            fail_msg("%.9g gives %.9g, not %.9g", (double)numbers[i], (double)result->data[i],
                     expected);
    }
    tape_free(tape);
}

static double true_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double true_softplus(double x)
{
    return log1p(exp(x));
}

static void exponentials_are_right_to_the_last_places(void **state)
{
    (void)state;
    fill(-87, 88.7);
    assert_close(value_exp, exp, 2);
    fill(-0.01, 0.01);
    assert_close(value_exp, exp, 2);
}

static void tangents_are_right_to_the_last_places(void **state)
{
    (void)state;
    fill(-12, 12);
    assert_close(value_tanh, tanh, 4);
    fill(-1e-3, 1e-3);
    assert_close(value_tanh, tanh, 4);
}

static void logistic_functions_are_right_to_the_last_places(void **state)
{
    (void)state;
    fill(-80, 80);
    assert_close(value_sigmoid, true_sigmoid, 5);
    assert_close(value_softplus, true_softplus, 5);
}

static void ends_and_what_is_not_a_number_come_through(void **state)
{
    (void)state;
    static const real ends[] = {-INFINITY, INFINITY, NAN, -1e30f, 1e30f, 0};
    struct tape *tape = tape_new();
    struct value *x = tape_constant_even(tape, 1, 1, 6, ends);
    const real *e = value_exp(x)->data, *t = value_tanh(x)->data;
    assert_true(e[0] == 0 && isinf(e[1]) && isnan(e[2]) && e[3] == 0 && isinf(e[4]) && e[5] == 1);
    assert_true(t[0] == -1 && t[1] == 1 && isnan(t[2]) && t[3] == -1 && t[4] == 1 && t[5] == 0);
    tape_free(tape);
}

/* Rows longer than the vectors and parts inside. */
static void softmax_and_log_sum_exp_fit_their_definitions(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 15, 16, 17, 64, 700};
    fill(-5, 5);
    struct tape *tape = tape_new();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t columns = sizes[i], rows = 3;
        real data[3 * 700];
        for (size_t at = 0; at < rows * columns; at++)
            data[at] = numbers[at * 7919 % COUNT];
        struct value *x = tape_constant_even(tape, 1, rows, columns, data);
        struct value *softmax = value_softmax(x), *log_sum = value_log_sum_exp(x);
        for (size_t row = 0; row < rows; row++) {
            double total = 0;
            for (size_t column = 0; column < columns; column++)
                total += exp((double)data[row * columns + column]);
            assert_float_equal(log_sum->data[row], (real)log(total), 2e-6);
            for (size_t column = 0; column < columns; column++) {
                size_t at = row * columns + column;
                assert_float_equal(softmax->data[at], (real)(exp((double)data[at]) / total), 1e-6);
            }
        }
    }
    tape_free(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_are_right_to_the_last_places),
        cmocka_unit_test(tangents_are_right_to_the_last_places),
        cmocka_unit_test(logistic_functions_are_right_to_the_last_places),
        cmocka_unit_test(ends_and_what_is_not_a_number_come_through),
        cmocka_unit_test(softmax_and_log_sum_exp_fit_their_definitions),
    };
    return cmocka_run_group_tests_name("functions", tests, NULL, NULL);
}
