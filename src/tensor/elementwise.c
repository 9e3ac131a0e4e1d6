/* SPDX-License-Identifier: MIT
 *
 * Operations on two values, entry by entry, with broadcasting. A loop runs over the longest stretch
 * in which each operand is either contiguous (step 1) or one number (step 0): the whole stack, one
 * task's matrix, or one row.
 */
#include "config.h"

#include "kernel.h"
#include "node.h"
#include "tensor/operation.h"

typedef void binary_run(size_t count, const real *a, size_t step_a, const real *b, size_t step_b,
                        real *out, real factor);

#define BINARY(name, result)                                                                       \
    KERNEL static void name##_run(size_t count, const real *a, size_t step_a, const real *b,       \
                                  size_t step_b, real *out, real factor)                           \
    {                                                                                              \
        (void)factor;                                                                              \
        if (step_a && step_b) {                                                                    \
            for (size_t i = 0; i < count; i++) {                                                   \
                const real x = a[i], y = b[i];                                                     \
                out[i] = result;                                                                   \
            }                                                                                      \
        } else if (step_a) {                                                                       \
            const real y = *b;                                                                     \
            for (size_t i = 0; i < count; i++) {                                                   \
                const real x = a[i];                                                               \
                out[i] = result;                                                                   \
            }                                                                                      \
        } else if (step_b) {                                                                       \
            const real x = *a;                                                                     \
            for (size_t i = 0; i < count; i++) {                                                   \
                const real y = b[i];                                                               \
                out[i] = result;                                                                   \
            }                                                                                      \
        } else {                                                                                   \
            const real x = *a, y = *b;                                                             \
            for (size_t i = 0; i < count; i++)                                                     \
                out[i] = result;                                                                   \
        }                                                                                          \
    }

BINARY(plus, x + y)
BINARY(minus, x - y)
BINARY(plus_scaled, x + factor * y)
BINARY(times, x *y)
BINARY(over, x / y)
/* A NaN in either operand is kept, because comparisons with it are false. */
BINARY(larger, x >= y || x != x ? x : y)
BINARY(smaller, x <= y || x != x ? x : y)
BINARY(is_greater, x > y ? (real)1 : (real)0)
BINARY(is_at_least, x >= y ? (real)1 : (real)0)
BINARY(through_gate, y > 0 ? x : factor * x)
BINARY(through_closed_gate, y > 0 ? x : (real)0)

/* The steps by which an operand is read while the result is written. */
struct broadcast_operand {
    const struct value *value;
    size_t row_step, column_step;
    bool flat; /* one step covers a task's whole matrix: */
    size_t step;
};

static struct broadcast_operand side_of(const struct value *value, const struct value *out)
{
    struct broadcast_operand side = {.value = value};
    size_t rows = value_task_rows(value, 0);
    bool repeated_row = value->offsets != out->offsets && rows == 1 &&
                        shape_rows(shape_of(value)) == 1 && shape_rows(shape_of(out)) != 1;
    side.row_step = repeated_row ? 0 : value->columns;
    side.column_step = value->columns == 1 && out->columns != 1 ? 0 : 1;
    if (out->columns == 1)
        side.column_step = side.row_step;
    side.flat = side.row_step == side.column_step * out->columns;
    side.step = side.column_step;
    return side;
}

/* Whether one stretch covers all matrices of the result. */
static bool is_whole(struct broadcast_operand side, const struct node *out)
{
    return side.flat && (side.step == 0 ? value_stored(side.value) == 1
                                        : value_stored(side.value) == out->stored);
}

static const real *matrix(struct broadcast_operand side, size_t task)
{
    size_t row = value_stored(side.value) == 1 ? 0 : side.value->offsets[task];
    return side.value->data + row * side.value->columns;
}

static bool run_binary(struct node *out, binary_run *run, double factor)
{
    struct broadcast_operand a = side_of(out->operands[0], &out->value);
    struct broadcast_operand b = side_of(out->operands[1], &out->value);
    size_t columns = out->value.columns;
    if (is_whole(a, out) && is_whole(b, out)) {
        run(node_size(out), a.value->data, a.step, b.value->data, b.step, out->memory,
            (real)factor);
        return true;
    }
    for (size_t task = 0; task < out->stored; task++) {
        size_t rows = value_task_rows(&out->value, task);
        const real *from_a = matrix(a, task), *from_b = matrix(b, task);
        real *to = node_matrix(out, task);
        if (a.flat && b.flat) {
            run(rows * columns, from_a, a.step, from_b, b.step, to, (real)factor);
            continue;
        }
        for (size_t row = 0; row < rows; row++)
            run(columns, from_a + row * a.row_step, a.column_step, from_b + row * b.row_step,
                b.column_step, to + row * columns, (real)factor);
    }
    return true;
}

static struct value *record(enum operation_number operation, struct value *a, struct value *b,
                            const struct settings *settings)
{
    struct shape shape;
    if (!a || !b)
        return NULL;
    if (!shape_broadcast(a->tape, shape_of(a), shape_of(b), &shape))
        return tape_mismatch(a, b, operation_table[operation].name, "does not fit with");
    return tape_record(operation, shape, (struct value *[]){a, b}, 2, settings);
}

/* -- add: a + factor b ------------------------------------------------------------------------- */

struct value *value_add(struct value *a, struct value *b)
{
    return value_add_scaled(a, b, 1);
}

struct value *value_sub(struct value *a, struct value *b)
{
    return value_add_scaled(a, b, -1);
}

struct value *value_add_scaled(struct value *a, struct value *b, double factor)
{
    return record(OPERATION_add, a, b, &(struct settings){.scale = {factor, 0}});
}

bool add_forward(struct node *node)
{
    double factor = node->settings.scale.factor;
    return run_binary(node,
                      factor == 1    ? plus_run
                      : factor == -1 ? minus_run
                                     : plus_scaled_run,
                      factor);
}

struct value *add_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *sum = value_sum_like(gradient, node->operands[operand]);
    double factor = node->settings.scale.factor;
    return operand == 0 || factor == 1 ? sum : value_scale(sum, factor);
}

/* -- without settings -------------------------------------------------------------------------- */

#define PLAIN(name, run)                                                                           \
    struct value *value_##name(struct value *a, struct value *b)                                   \
    {                                                                                              \
        return record(OPERATION_##name, a, b, NULL);                                               \
    }                                                                                              \
    bool name##_forward(struct node *node)                                                         \
    {                                                                                              \
        return run_binary(node, run, 0);                                                           \
    }

PLAIN(mul, times_run)
PLAIN(div, over_run)
PLAIN(maximum, larger_run)
PLAIN(minimum, smaller_run)
PLAIN(greater, is_greater_run)

/* -- mul, div ---------------------------------------------------------------------------------- */

struct value *mul_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_sum_like(value_mul(gradient, node->operands[1 - operand]),
                          node->operands[operand]);
}

struct value *div_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *by = value_div(gradient, node->operands[1]);
    if (operand == 1)
        by = value_negate(value_mul(by, &node->value));
    return value_sum_like(by, node->operands[operand]);
}

/* -- comparisons ------------------------------------------------------------------------------- */

struct value *maximum_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *a = node->operands[0], *b = node->operands[1];
    struct value *chosen =
        operand == 0 ? record(OPERATION_at_least, a, b, NULL) : value_greater(b, a);
    return value_sum_like(value_mul(gradient, chosen), node->operands[operand]);
}

struct value *minimum_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *a = node->operands[0], *b = node->operands[1];
    struct value *chosen =
        operand == 0 ? record(OPERATION_at_least, b, a, NULL) : value_greater(a, b);
    return value_sum_like(value_mul(gradient, chosen), node->operands[operand]);
}

bool at_least_forward(struct node *node)
{
    return run_binary(node, is_at_least_run, 0);
}

struct value *value_clamp(struct value *x, double low, double high)
{
    if (!x)
        return NULL;
    return value_minimum(value_maximum(x, tape_scalar(x->tape, low)), tape_scalar(x->tape, high));
}

/* -- gate: a where b > 0, slope a elsewhere: the derivative of relu ---------------------------- */

static struct value *gate(struct value *a, struct value *b, double slope)
{
    struct value *result = record(OPERATION_gate, a, b, &(struct settings){.slope = slope});
    if (result)
        node_of(result)->followed = 1;
    return result;
}

bool gate_forward(struct node *node)
{
    double slope = node->settings.slope;
    return run_binary(node, slope == 0 ? through_closed_gate_run : through_gate_run, slope);
}

struct value *gate_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    return gate(gradient, node->operands[1], node->settings.slope);
}

/* The result has the sign of x, so x itself need not be kept. */
struct value *relu_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    return gate(gradient, &node->value, node->settings.slope);
}
