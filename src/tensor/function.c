/* SPDX-License-Identifier: MIT
 *
 * Functions of one value, entry by entry, and their derivatives. One macro makes the loop of each
 * function, and one table row makes it an operation.
 */
#include "config.h"

#include <math.h>

#include "exponential.h"
#include "kernel.h"
#include "node.h"
#include "tensor/operation.h"

#ifdef THAW_REAL_DOUBLE
#define MATH(name) name
#else
#define MATH(name) name##f
#endif

/* `first` and `second` are the constants of the operation. */
typedef void unary_run(size_t count, const real *from, real *out, real first, real second);

#define UNARY(name, result)                                                                        \
    KERNEL static void name##_run(size_t count, const real *from, real *out, real first,           \
                                  real second)                                                     \
    {                                                                                              \
        (void)first, (void)second;                                                                 \
        for (size_t i = 0; i < count; i++) {                                                       \
            const real x = from[i];                                                                \
            out[i] = result;                                                                       \
        }                                                                                          \
    }

static inline real sigmoid(real x)
{
    real small = exponential(-MATH(fabs)(x)); /* at most 1, so nothing overflows */
    return x >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/* log(1 + small) for 0 <= small <= 1, corrected for what rounding 1 + small loses. */
static inline real log_of_one_and(real small)
{
    real sum = 1 + small;
    return sum == 1 ? small : MATH(log)(sum) * (small / (sum - 1));
}

/* A NaN must be kept: a comparison with it is false. */
UNARY(linear, first *x + second)
UNARY(exp, exponential(x))
UNARY(log, MATH(log)(x))
UNARY(sqrt, MATH(sqrt)(x))
UNARY(square, x *x)
UNARY(abs, MATH(fabs)(x))
UNARY(sign, x > 0 ? (real)1 : x < 0 ? (real)-1 : x)
UNARY(relu, x < 0 ? (real)0 : x)
UNARY(leaky_relu, x < 0 ? first * x : x)
UNARY(tanh, hyperbolic_tangent(x))
UNARY(sigmoid, sigmoid(x))

/* Two loops, because the compiler can vectorise only the first. */
KERNEL static void softplus_run(size_t count, const real *from, real *out, real first, real second)
{
    (void)first, (void)second;
    for (size_t i = 0; i < count; i++)
        out[i] = exponential(-MATH(fabs)(from[i]));
    for (size_t i = 0; i < count; i++)
        out[i] = (from[i] < 0 ? 0 : from[i]) + log_of_one_and(out[i]);
}

static bool run_unary(struct node *node, unary_run *run, double first, double second)
{
    run(node_size(node), node->operands[0]->data, node->memory, (real)first, (real)second);
    return true;
}

static struct value *record(enum operation_number operation, struct value *x,
                            const struct settings *settings)
{
    return x ? tape_record(operation, shape_of(x), &x, 1, settings) : NULL;
}

#define FUNCTION(name)                                                                             \
    struct value *value_##name(struct value *x)                                                    \
    {                                                                                              \
        return record(OPERATION_##name, x, NULL);                                                  \
    }                                                                                              \
    bool name##_forward(struct node *node)                                                         \
    {                                                                                              \
        return run_unary(node, name##_run, 0, 0);                                                  \
    }

FUNCTION(exp)
FUNCTION(log)
FUNCTION(sqrt)
FUNCTION(square)
FUNCTION(abs)
FUNCTION(tanh)
FUNCTION(sigmoid)
FUNCTION(softplus)

/* -- scale: factor x + addend ------------------------------------------------------------------ */

struct value *value_scale(struct value *x, double factor)
{
    return record(OPERATION_scale, x, &(struct settings){.scale = {factor, 0}});
}

struct value *value_shift(struct value *x, double addend)
{
    return record(OPERATION_scale, x, &(struct settings){.scale = {1, addend}});
}

struct value *value_negate(struct value *x)
{
    return value_scale(x, -1);
}

bool scale_forward(struct node *node)
{
    return run_unary(node, linear_run, node->settings.scale.factor, node->settings.scale.addend);
}

struct value *scale_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    double factor = node->settings.scale.factor;
    return factor == 1 ? gradient : value_scale(gradient, factor);
}

/* -- relu, sign -------------------------------------------------------------------------------- */

struct value *value_relu(struct value *x)
{
    return value_leaky_relu(x, 0);
}

struct value *value_leaky_relu(struct value *x, double slope)
{
    if (x && !(slope >= 0))
        return tape_fail(x->tape, ERROR_SCRIPT, "leaky relu: the slope is %g, not 0 or more",
                         slope);
    return record(OPERATION_relu, x, &(struct settings){.slope = slope});
}

bool relu_forward(struct node *node)
{
    double slope = node->settings.slope;
    return run_unary(node, slope == 0 ? relu_run : leaky_relu_run, slope, 0);
}

bool sign_forward(struct node *node)
{
    return run_unary(node, sign_run, 0, 0);
}

/* -- derivatives: y is the function's result --------------------------------------------------- */

#define DERIVATIVE(name, result)                                                                   \
    struct value *name##_derivative(struct node *node, struct value *gradient, size_t operand)     \
    {                                                                                              \
        (void)operand;                                                                             \
        struct value *x = node->operands[0], *y = &node->value;                                    \
        (void)x, (void)y;                                                                          \
        return result;                                                                             \
    }

DERIVATIVE(exp, value_mul(gradient, y))
DERIVATIVE(log, value_div(gradient, x))
DERIVATIVE(sqrt, value_scale(value_div(gradient, y), 0.5))
DERIVATIVE(square, value_scale(value_mul(gradient, x), 2))
DERIVATIVE(abs, value_mul(gradient, record(OPERATION_sign, x, NULL)))
DERIVATIVE(tanh, value_sub(gradient, value_mul(gradient, value_square(y))))
DERIVATIVE(sigmoid, value_mul(gradient, value_sub(y, value_square(y))))
DERIVATIVE(softplus, value_mul(gradient, value_sigmoid(x)))
