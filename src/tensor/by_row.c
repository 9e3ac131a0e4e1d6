/* SPDX-License-Identifier: MIT
 *
 * Softmax and log-sum-exp of each row. The largest number of a row is subtracted first, so that no
 * exponential overflows.
 */
#include "config.h"

#include <math.h>

#include "exponential.h"
#include "kernel.h"
#include "node.h"
#include "sums.h"
#include "tensor/operation.h"

#ifdef THAW_REAL_DOUBLE
#define LOG log
#else
#define LOG logf
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

static inline real larger(real x, real most)
{
    return x <= most ? most : x; /* keeps a NaN */
}

KERNEL static real largest(size_t count, const real *x)
{
    real parts[LANES], most = x[0];
    for (size_t lane = 0; lane < LANES; lane++)
        parts[lane] = most;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            parts[lane] = larger(x[i + lane], parts[lane]);
    for (; i < count; i++)
        most = larger(x[i], most);
    for (size_t lane = 0; lane < LANES; lane++)
        most = larger(parts[lane], most);
    return most;
}

KERNEL static void exponentials(size_t count, const real *x, real most, real *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = exponential(x[i] - most);
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
        real *out = node->memory + at;
        exponentials(columns, x, largest(columns, x), out);
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
    enum { PART = 256 };
    size_t columns = node->operands[0]->columns, size = node_size(node);
    for (size_t row = 0; row < size; row++) {
        const real *x = node->operands[0]->data + row * columns;
        real part[PART], most = largest(columns, x), total = 0;
        for (size_t at = 0; at < columns; at += PART) {
            size_t count = columns - at < PART ? columns - at : PART;
            exponentials(count, x + at, most, part);
            total += sum_run(count, part);
        }
        node->memory[row] = most + LOG(total);
    }
    return true;
}

struct value *log_sum_exp_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_mul(gradient, value_softmax(node->operands[operand]));
}
