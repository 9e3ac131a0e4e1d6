/* SPDX-License-Identifier: MIT
 *
 * Operations that put values side by side or one above the other, and take parts out of them.
 *
 * Columns are copied; rows are moved by gather and scatter.
 */
#include "config.h"

#include <string.h>

#include "kernel.h"
#include "node.h"
#include "tensor/operation.h"

/* Copies `columns` numbers in each of `rows` rows between matrices of different widths. If
 * from_width is 0, one row is repeated. */
static void copy_columns(size_t rows, size_t columns, const real *from, size_t from_width, real *to,
                         size_t to_width)
{
    for (size_t row = 0; row < rows; row++)
        memcpy(to + row * to_width, from + row * from_width, columns * sizeof *to);
}

/* -- concat ------------------------------------------------------------------------------------ */

struct value *value_concat(struct value *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!values[i])
            return NULL;
    if (count == 0)
        return NULL;
    if (count == 1)
        return values[0];
    struct tape *tape = values[0]->tape;
    struct shape shape = {1, 1, offsets_even(tape, 1, 1)};
    size_t columns = 0;
    for (size_t i = 0; i < count; i++) {
        struct shape of = shape_of(values[i]);
        columns += of.columns;
        of.columns = 1;
        if (!shape_broadcast(tape, shape, of, &shape))
            return tape_mismatch(values[0], values[i], "concat", "does not stand beside");
    }
    shape.columns = columns;
    return tape_record(OPERATION_concat, shape, values, count, NULL);
}

bool concat_forward(struct node *node)
{
    const struct value *out = &node->value;
    size_t first = 0;
    for (size_t i = 0; i < node->operand_count; i++) {
        const struct value *x = node->operands[i];
        bool repeat = x->offsets != out->offsets && shape_rows(shape_of(x)) == 1 &&
                      shape_rows(shape_of(out)) != 1;
        for (size_t task = 0; task < node->stored; task++)
            copy_columns(value_task_rows(out, task), x->columns,
                         value_task(x, x->tasks == 1 ? 0 : task), repeat ? 0 : x->columns,
                         node_matrix(node, task) + first, out->columns);
        first += x->columns;
    }
    return true;
}

struct value *concat_derivative(struct node *node, struct value *gradient, size_t operand)
{
    size_t first = 0;
    for (size_t i = 0; i < operand; i++)
        first += node->operands[i]->columns;
    struct value *part = value_slice(gradient, first, node->operands[operand]->columns);
    return value_sum_like(part, node->operands[operand]);
}

/* -- slice, pad -------------------------------------------------------------------------------- */

struct value *value_slice(struct value *x, size_t first, size_t columns)
{
    if (!x)
        return NULL;
    if (first > x->columns || columns > x->columns - first)
        return tape_fail(x->tape, ERROR_SCRIPT, "slice: columns %zu to %zu of %zu", first + 1,
                         first + columns, x->columns);
    if (columns == x->columns)
        return x;
    struct shape shape = {x->tasks, columns, x->offsets};
    return tape_record(OPERATION_slice, shape, &x, 1, &(struct settings){.first = first});
}

bool slice_forward(struct node *node)
{
    const struct value *x = node->operands[0];
    size_t columns = node->value.columns;
    copy_columns(node->value.offsets[node->stored], columns, x->data + node->settings.first,
                 x->columns, node->memory, columns);
    return true;
}

struct value *slice_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_pad(gradient, node->settings.first, node->operands[operand]->columns);
}

KERNEL static void add_columns(size_t rows, size_t columns, const real *from, real *to,
                               size_t to_width)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++)
            to[row * to_width + column] += from[row * columns + column];
}

bool slice_accumulate(struct node *node, struct value *gradient, size_t operand, struct node *sum)
{
    (void)operand;
    if (value_stored(gradient) != sum->stored)
        return false;
    add_columns(value_rows(gradient), gradient->columns, gradient->data,
                sum->memory + node->settings.first, sum->value.columns);
    return true;
}

struct value *value_pad(struct value *x, size_t first, size_t columns)
{
    if (!x)
        return NULL;
    if (first > columns || x->columns > columns - first)
        return tape_fail(x->tape, ERROR_SCRIPT, "pad: columns %zu to %zu of %zu", first + 1,
                         first + x->columns, columns);
    if (columns == x->columns)
        return x;
    struct shape shape = {x->tasks, columns, x->offsets};
    return tape_record(OPERATION_pad, shape, &x, 1, &(struct settings){.first = first});
}

bool pad_forward(struct node *node)
{
    const struct value *x = node->operands[0];
    size_t columns = node->value.columns;
    memset(node->memory, 0, node_size(node) * sizeof(real));
    copy_columns(node->value.offsets[node->stored], x->columns, x->data, x->columns,
                 node->memory + node->settings.first, columns);
    return true;
}

struct value *pad_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_slice(gradient, node->settings.first, node->operands[operand]->columns);
}

/* -- rows: made of gather and scatter ---------------------------------------------------------- */

/* For each row of x, its number within its task, plus the rows of the same task in `first`. */
static uint32_t *row_numbers(const struct value *x, const struct value *first)
{
    uint32_t *numbers = tape_take(x->tape, value_rows(x) * sizeof *numbers);
    for (size_t task = 0; numbers && task < x->tasks; task++) {
        size_t above = first ? value_task_rows(first, first->tasks == 1 ? 0 : task) : 0;
        for (size_t row = x->offsets[task]; row < x->offsets[task + 1]; row++)
            numbers[row] = (uint32_t)(row - x->offsets[task] + above);
    }
    return numbers;
}

struct value *value_concat_rows(struct value *a, struct value *b)
{
    if (!a || !b)
        return NULL;
    size_t tasks = a->tasks > b->tasks ? a->tasks : b->tasks;
    if (a->columns != b->columns || (a->tasks != tasks && a->tasks != 1) ||
        (b->tasks != tasks && b->tasks != 1))
        return tape_mismatch(a, b, "concat rows", "does not stand above");
    a = value_replicate(a, tasks);
    b = value_replicate(b, tasks);
    size_t *offsets = a && b ? tape_take(a->tape, (tasks + 1) * sizeof *offsets) : NULL;
    if (!offsets)
        return NULL;
    for (size_t task = 0; task <= tasks; task++)
        offsets[task] = a->offsets[task] + b->offsets[task];
    return value_add(value_scatter(a, tasks, offsets, row_numbers(a, NULL)),
                     value_scatter(b, tasks, offsets, row_numbers(b, a)));
}

struct value *value_pad_rows(struct value *x, size_t rows)
{
    if (!x)
        return NULL;
    for (size_t task = 0; task < x->tasks; task++)
        if (value_task_rows(x, task) > rows || rows > INT32_MAX)
            return tape_fail(x->tape, ERROR_SCRIPT,
                             "pad rows: task %zu has %zu rows, not at most %zu", task + 1,
                             value_task_rows(x, task), rows);
    return value_scatter(x, x->tasks, offsets_even(x->tape, x->tasks, rows), row_numbers(x, NULL));
}

struct value *value_unpad_rows(struct value *x, struct value *like)
{
    if (!x || !like)
        return NULL;
    if (x->tasks != like->tasks && x->tasks != 1)
        return tape_mismatch(x, like, "unpad rows", "has not the tasks of");
    return value_gather(x, like->tasks, like->offsets, row_numbers(like, NULL));
}

/* -- stop_gradient ----------------------------------------------------------------------------- */

struct value *value_stop_gradient(struct value *x)
{
    return x ? tape_alias(x->tape, NULL, shape_of(x), x) : NULL;
}
