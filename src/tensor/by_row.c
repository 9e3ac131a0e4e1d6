/* SPDX-License-Identifier: MIT
 *
 * Softmax and log-sum-exp, each row by itself, its largest number taken off first.
 */
#include "config.h"

#include <math.h>

#include "node.h"
#include "sums.h"
#include "tensor/operation.h"

#ifdef THAW_REAL_DOUBLE
#define MATH(name) name
#else
#define MATH(name) name##f
#endif

static struct value *record(enum operation_number operation, struct value *x, size_t columns)
{
    if (!x)
        return NULL;
    if (x->columns == 0)
        return tape_fail(x->tape, ERROR_SCRIPT, "%s: there are no columns",
                         operation_table[operation].name);
    struct shape shape = {x->tasks, columns, x->offsets};
    return tape_record(operation, shape, &x, 1, NULL);
}

/* A NaN in the row stays the largest. */
static real largest(size_t count, const real *x)
{
    real most = x[0];
    for (size_t i = 1; i < count; i++)
        most = x[i] <= most ? most : x[i];
    return most;
}

struct value *value_softmax(struct value *x)
{
    return record(OPERATION_softmax, x, x ? x->columns : 0);
}

bool softmax_forward(struct node *node)
{
    size_t columns = node->value.columns, size = node_size(node);
    for (size_t at = 0; at < size; at += columns) {
        const real *x = node->operands[0]->data + at;
        real *out = node->memory + at, most = largest(columns, x);
        for (size_t column = 0; column < columns; column++)
            out[column] = MATH(exp)(x[column] - most);
        real total = sum_run(columns, out);
        for (size_t column = 0; column < columns; column++)
            out[column] /= total;
    }
    return true;
}

/* y (g - sum(g y)) */
struct value *softmax_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    struct value *y = &node->value;
    struct value *along = value_sum(value_mul(gradient, y), EACH_ROW);
    return value_mul(y, value_sub(gradient, along));
}

struct value *value_log_sum_exp(struct value *x)
{
    return record(OPERATION_log_sum_exp, x, 1);
}

bool log_sum_exp_forward(struct node *node)
{
    size_t columns = node->operands[0]->columns, size = node_size(node);
    for (size_t row = 0; row < size; row++) {
        const real *x = node->operands[0]->data + row * columns;
        real most = largest(columns, x), total = 0;
        for (size_t column = 0; column < columns; column++)
            total += MATH(exp)(x[column] - most);
        node->memory[row] = most + MATH(log)(total);
    }
    return true;
}

struct value *log_sum_exp_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_mul(gradient, value_softmax(node->operands[operand]));
}
