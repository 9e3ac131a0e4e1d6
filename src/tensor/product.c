/* SPDX-License-Identifier: MIT
 *
 * Products. Rows of all tasks lie one after another, so the product of a ragged stack with a shared
 * matrix is one product over all rows, and so is A'B of two stacks towards a shared matrix.
 */
#include "config.h"

#include <string.h>

#include "blas.h"
#include "kernel.h"
#include "node.h"
#include "tensor/operation.h"

struct factors {
    struct value *a, *b;
    bool transpose_a, transpose_b;
    bool total; /* summed over tasks */
};

static size_t tasks_of(const struct factors *factors)
{
    return factors->a->tasks > factors->b->tasks ? factors->a->tasks : factors->b->tasks;
}

static bool same_rows(const struct value *a, const struct value *b)
{
    if (a->tasks == b->tasks)
        return a->offsets == b->offsets;
    size_t rows = shape_rows(shape_of(a));
    return rows != SIZE_MAX && rows == shape_rows(shape_of(b));
}

static bool inner_fits(const struct factors *factors)
{
    const struct value *a = factors->a, *b = factors->b;
    if (factors->transpose_a && !factors->transpose_b)
        return same_rows(a, b);
    if (factors->transpose_a)
        return shape_rows(shape_of(a)) == b->columns;
    return a->columns == (factors->transpose_b ? b->columns : shape_rows(shape_of(b)));
}

/* False where the two cannot be multiplied. */
static bool result_shape(const struct factors *factors, struct shape *shape)
{
    const struct value *a = factors->a, *b = factors->b;
    struct tape *tape = a->tape;
    size_t tasks = tasks_of(factors);
    if ((a->tasks != tasks && a->tasks != 1) || (b->tasks != tasks && b->tasks != 1))
        return false;
    if (!inner_fits(factors))
        return false;
    size_t rows = factors->transpose_a ? a->columns : shape_rows(shape_of(a));
    size_t columns = factors->transpose_b ? shape_rows(shape_of(b)) : b->columns;
    if (columns == SIZE_MAX || (rows == SIZE_MAX && factors->total))
        return false;
    shape->tasks = factors->total ? 1 : tasks;
    shape->columns = columns;
    shape->offsets = rows == SIZE_MAX ? a->offsets : offsets_even(tape, shape->tasks, rows);
    return true;
}

/* out = alpha times the product of one task's matrices + beta out. */
static void multiply_task(const struct factors *factors, size_t task, real alpha, real beta,
                          real *out)
{
    const struct value *a = factors->a, *b = factors->b;
    size_t rows_a = value_task_rows(a, a->tasks == 1 ? 0 : task);
    size_t rows_b = value_task_rows(b, b->tasks == 1 ? 0 : task);
    struct product product = {
        .transpose_a = factors->transpose_a,
        .transpose_b = factors->transpose_b,
        .rows = factors->transpose_a ? a->columns : rows_a,
        .inner = factors->transpose_a ? rows_a : a->columns,
        .columns = factors->transpose_b ? rows_b : b->columns,
        .leading_a = a->columns,
        .leading_b = b->columns,
    };
    product.leading_c = product.columns;
    blas_product(&product, alpha, value_task(a, a->tasks == 1 ? 0 : task),
                 value_task(b, b->tasks == 1 ? 0 : task), beta, out);
}

/* All rows of the stack A at once: times a B that is stored once, or A'B with a stack B. */
static void multiply_rows(const struct factors *factors, real beta, real *out)
{
    const struct value *a = factors->a, *b = factors->b;
    size_t rows = value_rows(a);
    struct product product = {
        .transpose_a = factors->transpose_a,
        .transpose_b = factors->transpose_b,
        .rows = factors->transpose_a ? a->columns : rows,
        .inner = factors->transpose_a ? rows : a->columns,
        .columns = factors->transpose_b ? value_task_rows(b, 0) : b->columns,
        .leading_a = a->columns,
        .leading_b = b->columns,
    };
    product.leading_c = product.columns;
    blas_product(&product, 1, a->data, b->data, beta, out);
}

/* out = the product + beta out; `out` has the result's shape and is stored `stored` times. */
static void multiply(const struct factors *factors, size_t stored, real beta, real *out)
{
    const struct value *a = factors->a, *b = factors->b;
    size_t tasks = tasks_of(factors), stored_a = value_stored(a), stored_b = value_stored(b);
    if (stored_a == 1 && stored_b == 1) {
        multiply_task(factors, 0, factors->total ? (real)tasks : 1, beta, out);
    } else if (factors->total) {
        if (factors->transpose_a && !factors->transpose_b && stored_a > 1 && stored_b > 1)
            multiply_rows(factors, beta, out);
        else
            for (size_t task = 0; task < tasks; task++)
                multiply_task(factors, task, 1, task == 0 ? beta : 1, out);
    } else if (stored_b == 1 && !factors->transpose_a) {
        multiply_rows(factors, beta, out);
    } else {
        size_t columns = factors->transpose_b ? value_task_rows(b, 0) : b->columns;
        for (size_t task = 0; task < stored; task++) {
            multiply_task(factors, task, 1, beta, out);
            out += columns * (factors->transpose_a ? a->columns
                                                   : value_task_rows(a, a->tasks == 1 ? 0 : task));
        }
    }
}

static struct value *record(const struct factors *factors)
{
    struct value *a = factors->a, *b = factors->b;
    struct shape shape;
    if (!a || !b)
        return NULL;
    if (!result_shape(factors, &shape))
        return tape_mismatch(a, b, "matmul",
                             factors->transpose_a && factors->transpose_b
                                 ? "(transposed) cannot be multiplied by the transpose of"
                             : factors->transpose_a ? "(transposed) cannot be multiplied by"
                             : factors->transpose_b ? "cannot be multiplied by the transpose of"
                                                    : "cannot be multiplied by");
    struct settings settings = {
        .product = {factors->transpose_a, factors->transpose_b, factors->total}};
    return tape_record(OPERATION_matmul, shape, (struct value *[]){a, b}, 2, &settings);
}

struct value *value_matmul(struct value *a, struct value *b, bool transpose_a, bool transpose_b)
{
    return record(&(struct factors){a, b, transpose_a, transpose_b, false});
}

struct value *value_matmul_total(struct value *a, struct value *b, bool transpose_a,
                                 bool transpose_b)
{
    return record(&(struct factors){a, b, transpose_a, transpose_b, true});
}

static struct factors factors_of(const struct node *node)
{
    return (struct factors){node->operands[0], node->operands[1],
                            node->settings.product.transpose_a, node->settings.product.transpose_b,
                            node->settings.product.total};
}

bool matmul_forward(struct node *node)
{
    struct factors factors = factors_of(node);
    multiply(&factors, node->stored, 0, node->memory);
    return true;
}

/* C = A B: dA = G B', dB = A' G, and with a transposed operand the transpose of that; summed over
 * tasks where the operand is shared. */
static struct factors derivative_factors(const struct node *node, struct value *gradient,
                                         size_t operand)
{
    struct factors of = factors_of(node), by;
    if (operand == 0 && !of.transpose_a)
        by = (struct factors){gradient, of.b, false, !of.transpose_b, false};
    else if (operand == 0)
        by = (struct factors){of.b, gradient, of.transpose_b, true, false};
    else if (!of.transpose_b)
        by = (struct factors){of.a, gradient, !of.transpose_a, false, false};
    else
        by = (struct factors){gradient, of.a, true, of.transpose_a, false};
    by.total = node->operands[operand]->tasks == 1 && tasks_of(&by) > 1;
    return by;
}

struct value *matmul_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct factors by = derivative_factors(node, gradient, operand);
    return value_expand_like(record(&by), node->operands[operand]);
}

bool matmul_accumulate(struct node *node, struct value *gradient, size_t operand, struct node *sum)
{
    struct factors by = derivative_factors(node, gradient, operand);
    bool once = value_stored(by.a) == 1 && value_stored(by.b) == 1;
    if (sum->value.tasks > 1 && once)
        return false;
    multiply(&by, sum->stored, 1, sum->memory);
    return true;
}

/* -- layer: X W + b ---------------------------------------------------------------------------- */

struct value *value_layer(struct value *x, struct value *weights, struct value *bias)
{
    if (!x || !weights || !bias)
        return NULL;
    struct factors factors = {x, weights, false, false, false};
    struct shape shape, whole;
    if (!result_shape(&factors, &shape))
        return tape_mismatch(x, weights, "layer", "cannot be multiplied by");
    if (shape_rows(shape_of(bias)) != 1 || bias->columns != shape.columns ||
        !shape_broadcast(x->tape, shape, shape_of(bias), &whole))
        return tape_mismatch(weights, bias, "layer", "does not go with a bias of");
    bool apart = value_is_lasting(x) && value_is_lasting(weights) && !value_is_lasting(bias);
    if (!shape_equal(shape, whole) || apart ||
        (value_stored(bias) > 1 && value_stored(x) == 1 && value_stored(weights) == 1))
        return value_add(value_matmul(x, weights, false, false), bias);
    return tape_record(OPERATION_layer, shape, (struct value *[]){x, weights, bias}, 3, NULL);
}

bool layer_forward(struct node *node)
{
    const struct value *bias = node->operands[2];
    size_t columns = bias->columns;
    for (size_t task = 0; task < node->stored; task++) {
        real *row = node_matrix(node, task);
        const real *from = value_task(bias, bias->tasks == 1 ? 0 : task);
        for (size_t rows = value_task_rows(&node->value, task); rows > 0; rows--, row += columns)
            memcpy(row, from, columns * sizeof *row);
    }
    struct factors factors = {node->operands[0], node->operands[1], false, false, false};
    multiply(&factors, node->stored, 1, node->memory);
    return true;
}

struct value *layer_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return operand == 2 ? value_sum_like(gradient, node->operands[2])
                        : matmul_derivative(node, gradient, operand);
}

bool layer_accumulate(struct node *node, struct value *gradient, size_t operand, struct node *sum)
{
    return operand < 2 && matmul_accumulate(node, gradient, operand, sum);
}
