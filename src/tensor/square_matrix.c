/* SPDX-License-Identifier: MIT
 *
 * Transposes, diagonals and triangles of small matrices. Each operation except the last is the
 * derivative of another one here.
 */
#include "config.h"

#include <string.h>

#include "node.h"
#include "tensor/operation.h"

/* Records an operation whose result has `rows` x `columns` in each task. */
static struct value *record(enum operation_number operation, struct value *x, size_t rows,
                            size_t columns, const struct settings *settings)
{
    struct shape shape = {x->tasks, columns, offsets_even(x->tape, x->tasks, rows)};
    return tape_record(operation, shape, &x, 1, settings);
}

static struct value *refuse(struct value *x, const char *operation, const char *wanted)
{
    char text[80];
    return tape_fail(x->tape, ERROR_SCRIPT, "%s: %s, where %s", operation,
                     value_shape(x, text, sizeof text), wanted);
}

static bool is_square(const struct value *x)
{
    return shape_rows(shape_of(x)) == x->columns;
}

/* -- transpose --------------------------------------------------------------------------------- */

struct value *value_transpose(struct value *x)
{
    if (!x)
        return NULL;
    if (!value_is_even(x))
        return refuse(x, "transpose", "all matrices must have the same number of rows");
    return record(OPERATION_transpose, x, x->columns, value_task_rows(x, 0), NULL);
}

bool transpose_forward(struct node *node)
{
    size_t rows = node->operands[0]->columns, columns = node->value.columns;
    for (size_t task = 0; task < node->stored; task++) {
        const real *from = node->operands[0]->data + task * rows * columns;
        real *to = node->memory + task * rows * columns;
        for (size_t row = 0; row < rows; row++)
            for (size_t column = 0; column < columns; column++)
                to[row * columns + column] = from[column * rows + row];
    }
    return true;
}

struct value *transpose_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)node, (void)operand;
    return value_transpose(gradient);
}

/* -- diagonal, from_diagonal ------------------------------------------------------------------- */

struct value *value_diagonal(struct value *x)
{
    if (!x)
        return NULL;
    if (!is_square(x))
        return refuse(x, "diagonal", "square matrices are needed");
    return record(OPERATION_diagonal, x, x->columns, 1, NULL);
}

bool diagonal_forward(struct node *node)
{
    size_t width = node->operands[0]->columns, size = node_size(node);
    for (size_t i = 0; i < size; i++)
        node->memory[i] = node->operands[0]->data[i * width + i % width];
    return true;
}

struct value *diagonal_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)node, (void)operand;
    return value_from_diagonal(gradient);
}

struct value *value_from_diagonal(struct value *x)
{
    if (!x)
        return NULL;
    size_t rows = shape_rows(shape_of(x));
    if (rows == SIZE_MAX || x->columns != 1)
        return refuse(x, "from diagonal", "columns of equal length are needed");
    return record(OPERATION_from_diagonal, x, rows, rows, NULL);
}

bool from_diagonal_forward(struct node *node)
{
    size_t width = node->value.columns;
    memset(node->memory, 0, node_size(node) * sizeof(real));
    for (size_t i = 0; i < node->stored * width; i++)
        node->memory[i * width + i % width] = node->operands[0]->data[i];
    return true;
}

struct value *from_diagonal_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)node, (void)operand;
    return value_diagonal(gradient);
}

struct value *value_add_diagonal(struct value *x, struct value *added)
{
    if (!x || !added)
        return NULL;
    if (!is_square(x))
        return refuse(x, "add diagonal", "square matrices are needed");
    if (value_is_even(added) && value_task_rows(added, 0) == 1 && added->columns == 1) {
        struct shape shape = {added->tasks, 1, offsets_even(x->tape, added->tasks, x->columns)};
        struct node *like = tape_blank(x->tape, shape, true);
        added = like ? value_expand_like(added, &like->value) : NULL;
    }
    return value_add(x, value_from_diagonal(added));
}

/* -- lower ------------------------------------------------------------------------------------- */

struct value *value_lower(struct value *x, double diagonal)
{
    if (!x)
        return NULL;
    if (!is_square(x))
        return refuse(x, "lower", "square matrices are needed");
    return record(OPERATION_lower, x, x->columns, x->columns,
                  &(struct settings){.diagonal = diagonal});
}

bool lower_forward(struct node *node)
{
    size_t width = node->value.columns;
    for (size_t i = 0; i < node->stored * width; i++) {
        const real *from = node->operands[0]->data + i * width;
        real *to = node->memory + i * width;
        size_t row = i % width;
        memcpy(to, from, row * sizeof *to);
        to[row] = from[row] * (real)node->settings.diagonal;
        memset(to + row + 1, 0, (width - row - 1) * sizeof *to);
    }
    return true;
}

struct value *lower_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    return value_lower(gradient, node->settings.diagonal);
}
