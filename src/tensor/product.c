/* SPDX-License-Identifier: MIT
 *
 * Products. Rows of all tasks are contiguous, so the product of a ragged stack with a shared matrix
 * is one product over all rows. The same holds for A'B of two stacks if the result is shared.
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
    struct window window;
};

static size_t tasks_of(const struct factors *factors)
{
    return factors->a->tasks > factors->b->tasks ? factors->a->tasks : factors->b->tasks;
}

/* The rows of an operand that take part, in one task's matrix. even_rows gives the number that all
 * tasks share, or SIZE_MAX. */
static size_t rows_of(const struct factors *factors, enum window_place place, size_t task)
{
    const struct value *value = place == WINDOW_A ? factors->a : factors->b;
    if (factors->window.place == place)
        return factors->window.count;
    return value_task_rows(value, value->tasks == 1 ? 0 : task);
}

static size_t even_rows(const struct factors *factors, enum window_place place)
{
    const struct value *value = place == WINDOW_A ? factors->a : factors->b;
    return factors->window.place == place ? factors->window.count : shape_rows(shape_of(value));
}

static const real *matrix_of(const struct factors *factors, enum window_place place, size_t task)
{
    const struct value *value = place == WINDOW_A ? factors->a : factors->b;
    size_t skipped = factors->window.place == place ? factors->window.first * value->columns : 0;
    return value_task(value, value->tasks == 1 ? 0 : task) + skipped;
}

static bool same_rows(const struct factors *factors)
{
    const struct value *a = factors->a, *b = factors->b;
    bool windowed = factors->window.place == WINDOW_A || factors->window.place == WINDOW_B;
    if (a->tasks == b->tasks && !windowed)
        return a->offsets == b->offsets;
    size_t rows = even_rows(factors, WINDOW_A);
    return rows != SIZE_MAX && rows == even_rows(factors, WINDOW_B);
}

static bool inner_fits(const struct factors *factors)
{
    const struct value *a = factors->a, *b = factors->b;
    if (factors->transpose_a && !factors->transpose_b)
        return same_rows(factors);
    if (factors->transpose_a)
        return even_rows(factors, WINDOW_A) == b->columns;
    return a->columns == (factors->transpose_b ? b->columns : even_rows(factors, WINDOW_B));
}

/* False if the two cannot be multiplied. */
static bool result_shape(const struct factors *factors, struct shape *shape)
{
    const struct value *a = factors->a, *b = factors->b;
    struct tape *tape = a->tape;
    size_t tasks = tasks_of(factors);
    if ((a->tasks != tasks && a->tasks != 1) || (b->tasks != tasks && b->tasks != 1))
        return false;
    if (!inner_fits(factors))
        return false;
    size_t rows = factors->transpose_a ? a->columns : even_rows(factors, WINDOW_A);
    size_t columns = factors->transpose_b ? even_rows(factors, WINDOW_B) : b->columns;
    if (columns == SIZE_MAX || (rows == SIZE_MAX && factors->total))
        return false;
    if (factors->window.place == WINDOW_RESULT)
        rows = factors->window.rows;
    shape->tasks = factors->total ? 1 : tasks;
    shape->columns = columns;
    shape->offsets = rows == SIZE_MAX ? a->offsets : offsets_even(tape, shape->tasks, rows);
    return true;
}

/* out = beta out + alpha A B of so many rows, with the factors transposed as they say. */
static void multiply_numbers(const struct factors *factors, size_t rows_a, size_t rows_b,
                             const real *left, const real *right, real alpha, real beta, real *out)
{
    const struct value *a = factors->a, *b = factors->b;
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
    if (factors->window.place == WINDOW_RESULT)
        out += factors->window.first * product.columns;
    blas_product(&product, alpha, left, right, beta, out);
}

static void multiply_task(const struct factors *factors, size_t task, real alpha, real beta,
                          real *out)
{
    multiply_numbers(factors, rows_of(factors, WINDOW_A, task), rows_of(factors, WINDOW_B, task),
                     matrix_of(factors, WINDOW_A, task), matrix_of(factors, WINDOW_B, task), alpha,
                     beta, out);
}

/* Multiplies all rows of the stack A at once: with a B that is stored once, or as A'B with a stack
 * B. */
static void multiply_rows(const struct factors *factors, real beta, real *out)
{
    multiply_numbers(factors, value_rows(factors->a), rows_of(factors, WINDOW_B, 0),
                     factors->a->data, matrix_of(factors, WINDOW_B, 0), 1, beta, out);
}

/* Numbers from the result of one task to that of the next. */
static size_t result_size(const struct factors *factors, size_t task)
{
    size_t columns = factors->transpose_b ? rows_of(factors, WINDOW_B, 0) : factors->b->columns;
    if (factors->window.place == WINDOW_RESULT)
        return columns * factors->window.rows;
    return columns *
           (factors->transpose_a ? factors->a->columns : rows_of(factors, WINDOW_A, task));
}

/* out = the product + beta out; `out` has the result's shape and is stored `stored` times. */
static void multiply(const struct factors *factors, size_t stored, real beta, real *out)
{
    const struct value *a = factors->a, *b = factors->b;
    enum window_place place = factors->window.place;
    size_t tasks = tasks_of(factors), stored_a = value_stored(a), stored_b = value_stored(b);
    if (stored_a == 1 && stored_b == 1) {
        multiply_task(factors, 0, factors->total ? (real)tasks : 1, beta, out);
    } else if (factors->total) {
        if (factors->transpose_a && !factors->transpose_b && stored_a > 1 && stored_b > 1 &&
            place != WINDOW_A && place != WINDOW_B)
            multiply_rows(factors, beta, out);
        else
            for (size_t task = 0; task < tasks; task++)
                multiply_task(factors, task, 1, task == 0 ? beta : 1, out);
    } else if (stored_b == 1 && !factors->transpose_a &&
               (place == NO_WINDOW || place == WINDOW_B)) {
        multiply_rows(factors, beta, out);
    } else {
        for (size_t task = 0; task < stored; task++) {
            multiply_task(factors, task, 1, beta, out);
            out += result_size(factors, task);
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
        .product = {factors->transpose_a, factors->transpose_b, factors->total, factors->window}};
    return tape_record(OPERATION_matmul, shape, (struct value *[]){a, b}, 2, &settings);
}

struct value *value_matmul(struct value *a, struct value *b, bool transpose_a, bool transpose_b)
{
    return record(&(struct factors){.a = a, .b = b, transpose_a, transpose_b, false});
}

struct value *value_matmul_total(struct value *a, struct value *b, bool transpose_a,
                                 bool transpose_b)
{
    return record(&(struct factors){.a = a, .b = b, transpose_a, transpose_b, true});
}

/* A window on as many rows of b as a has columns. No window if these are all rows of b. False if b
 * has fewer rows. */
static bool rows_from(struct value *a, struct value *b, size_t first, struct window *window,
                      const char *operation)
{
    size_t rows = shape_rows(shape_of(b));
    char text[80];
    *window = (struct window){WINDOW_B, first, a->columns, 0};
    if (rows != SIZE_MAX && first <= rows && a->columns <= rows - first) {
        if (a->columns == rows)
            window->place = NO_WINDOW;
        return true;
    }
    return tape_fail(a->tape, ERROR_SCRIPT, "%s: there are no %zu rows from row %zu in %s",
                     operation, a->columns, first + 1, value_shape(b, text, sizeof text)) != NULL;
}

struct value *value_matmul_part(struct value *a, struct value *b, size_t first)
{
    struct factors factors = {.a = a, .b = b};
    if (!a || !b || !rows_from(a, b, first, &factors.window, "matmul"))
        return NULL;
    return record(&factors);
}

static struct factors factors_of(const struct node *node)
{
    return (struct factors){node->operands[0],
                            node->operands[1],
                            node->settings.product.transpose_a,
                            node->settings.product.transpose_b,
                            node->settings.product.total,
                            node->settings.product.window};
}

/* Sets all rows of the result outside the window to zero. */
static void clear_around(const struct node *node, const struct window *window)
{
    size_t columns = node->value.columns, end = window->first + window->count;
    for (size_t task = 0; task < node->stored; task++) {
        real *rows = node_matrix(node, task);
        memset(rows, 0, window->first * columns * sizeof *rows);
        memset(rows + end * columns, 0, (window->rows - end) * columns * sizeof *rows);
    }
}

bool matmul_forward(struct node *node)
{
    struct factors factors = factors_of(node);
    if (factors.window.place == WINDOW_RESULT)
        clear_around(node, &factors.window);
    multiply(&factors, node->stored, 0, node->memory);
    return true;
}

/* The window of a derivative. It stays on the same matrix; `result` and `a` are the places that the
 * derivative's result and its first factor had in the product. */
static struct window derivative_window(const struct window *of, enum window_place result,
                                       enum window_place a, const struct value *operand)
{
    struct window window = *of;
    if (of->place == NO_WINDOW)
        return window;
    window.place = of->place == result ? WINDOW_RESULT : of->place == a ? WINDOW_A : WINDOW_B;
    window.rows = window.place == WINDOW_RESULT ? value_task_rows(operand, 0) : 0;
    return window;
}

/* C = A B: dA = G B', dB = A' G. A transposed operand gets the transpose of this. If the operand is
 * shared, the result is summed over tasks. */
static struct factors derivative_factors(const struct node *node, struct value *gradient,
                                         size_t operand)
{
    struct factors of = factors_of(node), by;
    enum window_place a;
    if (operand == 0 && !of.transpose_a) {
        by = (struct factors){.a = gradient, .b = of.b, false, !of.transpose_b, false};
        a = WINDOW_RESULT;
    } else if (operand == 0) {
        by = (struct factors){.a = of.b, .b = gradient, of.transpose_b, true, false};
        a = WINDOW_B;
    } else if (!of.transpose_b) {
        by = (struct factors){.a = of.a, .b = gradient, !of.transpose_a, false, false};
        a = WINDOW_A;
    } else {
        by = (struct factors){.a = gradient, .b = of.a, true, of.transpose_a, false};
        a = WINDOW_RESULT;
    }
    by.total = node->operands[operand]->tasks == 1 && tasks_of(&by) > 1;
    by.window = derivative_window(&of.window, operand == 0 ? WINDOW_A : WINDOW_B, a,
                                  node->operands[operand]);
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
    return x && weights && shape_rows(shape_of(weights)) != x->columns
               ? tape_mismatch(x, weights, "layer", "cannot be multiplied by")
               : value_layer_part(x, weights, 0, bias);
}

struct value *value_layer_part(struct value *x, struct value *weights, size_t first,
                               struct value *bias)
{
    struct factors factors = {.a = x, .b = weights};
    struct shape shape, whole;
    if (!x || !weights || !bias || !rows_from(x, weights, first, &factors.window, "layer"))
        return NULL;
    if (!result_shape(&factors, &shape))
        return tape_mismatch(x, weights, "layer", "cannot be multiplied by");
    if (shape_rows(shape_of(bias)) != 1 || bias->columns != shape.columns ||
        !shape_broadcast(x->tape, shape, shape_of(bias), &whole))
        return tape_mismatch(weights, bias, "layer", "does not go with a bias of");
    bool apart = value_is_lasting(x) && value_is_lasting(weights) && !value_is_lasting(bias);
    if (!shape_equal(shape, whole) || apart ||
        (value_stored(bias) > 1 && value_stored(x) == 1 && value_stored(weights) == 1))
        return value_add(record(&factors), bias);
    return tape_record(OPERATION_layer, shape, (struct value *[]){x, weights, bias}, 3,
                       &(struct settings){.product.window = factors.window});
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
    struct factors factors = factors_of(node);
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
