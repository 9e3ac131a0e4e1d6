/* SPDX-License-Identifier: MIT
 *
 * Derivatives of elementwise operations against finite differences, for every pair of shapes.
 */
#include "config.h"

#include "derivative_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { SHAPES = 14 };
/* Everything that may meet in broadcasting. */
static const struct operand shapes[SHAPES] = {
    {SHARED, 1, 1},   {SHARED, 1, 4}, {SHARED, 3, 1},   {SHARED, 3, 4},   {ALIKE, 1, 1},
    {ALIKE, 1, 4},    {ALIKE, 3, 4},  {PER_TASK, 1, 1}, {PER_TASK, 1, 4}, {PER_TASK, 3, 1},
    {PER_TASK, 3, 4}, {RAGGED, 0, 1}, {RAGGED, 0, 4},   {PER_TASK, 3, 5},
};

static size_t rows_of(const struct operand *operand)
{
    return operand->kind == RAGGED ? SIZE_MAX : operand->rows;
}

static bool fits(size_t a, size_t b)
{
    return a == b || a == 1 || b == 1;
}

/* An operation takes the pairs that broadcast to a common shape, and no others. */
static void check_all_pairs(const char *name, tested_operation *operation, bool positive)
{
    for (size_t i = 0; i < SHAPES; i++) {
        for (size_t j = 0; j < SHAPES; j++) {
            const struct operand pair[] = {shapes[i], shapes[j]};
            bool fitting = fits(rows_of(&pair[0]), rows_of(&pair[1])) &&
                           fits(pair[0].columns, pair[1].columns);
            assert_int_equal(check_operation(name, operation, pair, 2, positive), fitting);
        }
    }
}

#define BINARY(name, expression)                                                                   \
    static struct value *name(struct value *const *x)                                              \
    {                                                                                              \
        return expression;                                                                         \
    }
BINARY(add, value_add(x[0], x[1]))
BINARY(subtract, value_sub(x[0], x[1]))
BINARY(add_scaled, value_add_scaled(x[0], x[1], -0.3))
BINARY(multiply, value_mul(x[0], x[1]))
BINARY(divide, value_div(x[0], x[1]))
BINARY(maximum, value_maximum(x[0], x[1]))
BINARY(minimum, value_minimum(x[0], x[1]))

static void sums_and_differences_of_every_pair_of_shapes(void **state)
{
    (void)state;
    check_all_pairs("add", add, false);
    check_all_pairs("sub", subtract, false);
    check_all_pairs("add_scaled", add_scaled, false);
}

static void products_of_every_pair_of_shapes(void **state)
{
    (void)state;
    check_all_pairs("mul", multiply, false);
}

static void quotients_of_every_pair_of_shapes(void **state)
{
    (void)state;
    check_all_pairs("div", divide, true);
}

static void extremes_of_every_pair_of_shapes(void **state)
{
    (void)state;
    check_all_pairs("maximum", maximum, false);
    check_all_pairs("minimum", minimum, false);
}

#define UNARY(name, expression)                                                                    \
    static struct value *name(struct value *const *operands)                                       \
    {                                                                                              \
        struct value *x = operands[0];                                                             \
        return expression;                                                                         \
    }
UNARY(negate, value_negate(x))
UNARY(scale, value_scale(x, 2.5))
UNARY(shift, value_shift(x, 0.7))
UNARY(exponential, value_exp(x))
UNARY(logarithm, value_log(x))
UNARY(root, value_sqrt(x))
UNARY(square, value_square(x))
UNARY(absolute, value_abs(x))
UNARY(relu, value_relu(x))
UNARY(leaky, value_leaky_relu(x, 0.1))
UNARY(hyperbolic, value_tanh(x))
UNARY(logistic, value_sigmoid(x))
UNARY(softplus, value_softplus(x))
UNARY(clamped, value_clamp(x, -0.5, 0.8))
UNARY(softmax, value_softmax(x))
UNARY(log_sum_exp, value_log_sum_exp(x))
UNARY(thinned, value_dropout(x, 0.4, 3, 5, (uint32_t[]){8, 2, 6}))
UNARY(half_stopped, value_mul(x, value_stop_gradient(value_scale(x, 0))))

static const struct {
    const char *name;
    tested_operation *operation;
    bool positive;
} functions[] = {
    {"negate", negate, false},     {"scale", scale, false},
    {"shift", shift, false},       {"exp", exponential, false},
    {"log", logarithm, true},      {"sqrt", root, true},
    {"square", square, false},     {"abs", absolute, false},
    {"relu", relu, false},         {"leaky relu", leaky, false},
    {"tanh", hyperbolic, false},   {"sigmoid", logistic, false},
    {"softplus", softplus, false}, {"clamp", clamped, false},
    {"softmax", softmax, false},   {"log_sum_exp", log_sum_exp, false},
    {"dropout", thinned, false},   {"stop_gradient", half_stopped, false},
};

static void functions_of_one_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        for (size_t shape = 0; shape < SHAPES; shape++)
            check_derivatives(functions[i].name, functions[i].operation, &shapes[shape], 1,
                              functions[i].positive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_differences_of_every_pair_of_shapes),
        cmocka_unit_test(products_of_every_pair_of_shapes),
        cmocka_unit_test(quotients_of_every_pair_of_shapes),
        cmocka_unit_test(extremes_of_every_pair_of_shapes),
        cmocka_unit_test(functions_of_one_value),
    };
    return cmocka_run_group_tests_name("derivatives, entry by entry", tests, NULL, NULL);
}
