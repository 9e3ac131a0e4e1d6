/* SPDX-License-Identifier: MIT
 *
 * Sums down to a shape, and the reverse, expansion to a shape. Long sums run in LANES interleaved
 * parts, so that their order, and with it every bit, is the same on every machine.
 */
#include "config.h"

#include <string.h>

#include "kernel.h"
#include "node.h"
#include "sums.h"
#include "tensor/operation.h"

KERNEL real sum_run(size_t count, const real *x)
{
    half_lanes first = {0}, second = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        first += *(const half_lanes *)(x + i);
        second += *(const half_lanes *)(x + i + HALF_LANES);
    }
    real sum = 0;
    for (size_t lane = 0; lane < HALF_LANES; lane++)
        sum += first[lane];
    for (size_t lane = 0; lane < HALF_LANES; lane++)
        sum += second[lane];
    for (; i < count; i++)
        sum += x[i];
    return sum;
}

KERNEL real dot_run(size_t count, const real *a, const real *b)
{
    half_lanes first = {0}, second = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        first += *(const half_lanes *)(a + i) * *(const half_lanes *)(b + i);
        second +=
            *(const half_lanes *)(a + i + HALF_LANES) * *(const half_lanes *)(b + i + HALF_LANES);
    }
    real sum = 0;
    for (size_t lane = 0; lane < HALF_LANES; lane++)
        sum += first[lane];
    for (size_t lane = 0; lane < HALF_LANES; lane++)
        sum += second[lane];
    for (; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* sum[c] += x[r][c] */
KERNEL static void add_rows(size_t rows, size_t columns, const real *x, real *sum)
{
    for (size_t row = 0; row < rows; row++, x += columns)
        for (size_t column = 0; column < columns; column++)
            sum[column] += x[column];
}

/* -- sum --------------------------------------------------------------------------------------- */

/* Adds one task's matrix to a sum of the result's shape. */
static void add_matrix(const struct value *x, size_t task, bool keep_rows, bool keep_columns,
                       real *sum)
{
    size_t rows = value_task_rows(x, task), columns = x->columns;
    const real *from = value_task(x, task);
    if (keep_rows && keep_columns)
        add_rows(1, rows * columns, from, sum);
    else if (keep_rows)
        for (size_t row = 0; row < rows; row++)
            sum[row] += sum_run(columns, from + row * columns);
    else if (keep_columns && columns > 1)
        add_rows(rows, columns, from, sum);
    else
        *sum += sum_run(rows * columns, from);
}

bool sum_forward(struct node *node)
{
    const struct value *x = node->operands[0], *out = &node->value;
    bool keep_columns = out->columns == x->columns;
    bool keep_rows = out->tasks == x->tasks ? out->offsets == x->offsets
                                            : shape_rows(shape_of(out)) == shape_rows(shape_of(x));
    size_t size = node_size(node), stored = value_stored(x);
    memset(node->memory, 0, size * sizeof(real));
    for (size_t task = 0; task < stored; task++)
        add_matrix(x, task, keep_rows, keep_columns, node_matrix(node, out->tasks == 1 ? 0 : task));
    if (x->alike && out->tasks == 1)
        for (size_t i = 0; i < size; i++)
            node->memory[i] *= (real)x->tasks;
    return true;
}

struct value *sum_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_expand_like(gradient, node->operands[operand]);
}

static struct value *sum_to(struct value *x, struct shape shape)
{
    return shape_equal(shape_of(x), shape) ? x : tape_record(OPERATION_sum, shape, &x, 1, NULL);
}

struct value *value_sum_like(struct value *x, struct value *like)
{
    struct shape shape;
    if (!x || !like)
        return NULL;
    if (!shape_broadcast(x->tape, shape_of(x), shape_of(like), &shape) ||
        !shape_equal(shape, shape_of(x)))
        return tape_mismatch(x, like, "sum", "cannot be summed to");
    return sum_to(x, shape_of(like));
}

/* False, with the reason in the tape's error, if there is no such reduction. */
static bool reduced(struct value *x, enum reduction reduction, struct shape *shape)
{
    struct shape of = shape_of(x);
    struct tape *tape = x->tape;
    size_t rows = shape_rows(of);
    char text[80];
    *shape = of;
    if (reduction == OVER_TASKS && rows == SIZE_MAX)
        return tape_fail(tape, ERROR_SCRIPT,
                         "sum over tasks: the matrices of %s have different sizes",
                         shape_text(of, text, sizeof text)) != NULL;
    if (reduction != EACH_COLUMN && reduction != OVER_TASKS)
        shape->columns = 1;
    if (reduction == OVER_TASKS || reduction == OVER_ALL)
        shape->tasks = 1;
    if (reduction != EACH_ROW)
        shape->offsets = offsets_even(tape, shape->tasks, reduction == OVER_TASKS ? rows : 1);
    return true;
}

struct value *value_sum(struct value *x, enum reduction reduction)
{
    struct shape shape;
    return x && reduced(x, reduction, &shape) ? sum_to(x, shape) : NULL;
}

static double inverse(size_t count)
{
    return count ? 1 / (double)count : 0;
}

/* Divides the sum by how many numbers of x went into it. The factor differs from task to task if
 * the rows do. */
static struct value *scaled_by_task(struct value *sum, const struct value *x, size_t columns)
{
    if (!sum)
        return NULL;
    size_t rows = shape_rows(shape_of(x));
    if (rows != SIZE_MAX)
        return value_scale(sum, inverse(rows * columns));
    struct shape shape = {x->tasks, 1, offsets_even(x->tape, x->tasks, 1)};
    struct node *factors = tape_blank(x->tape, shape, false);
    for (size_t task = 0; factors && task < x->tasks; task++)
        factors->memory[task] = (real)inverse(value_task_rows(x, task) * columns);
    return factors ? value_mul(sum, &factors->value) : NULL;
}

struct value *value_mean(struct value *x, enum reduction reduction)
{
    struct value *sum = value_sum(x, reduction);
    if (!sum || reduction == EACH_COLUMN)
        return scaled_by_task(sum, x, 1);
    if (reduction == EACH_TASK)
        return scaled_by_task(sum, x, x->columns);
    size_t count = reduction == EACH_ROW     ? x->columns
                   : reduction == OVER_TASKS ? x->tasks
                                             : shape_size(shape_of(x));
    return value_scale(sum, inverse(count));
}

/* -- expand ------------------------------------------------------------------------------------ */

bool expand_forward(struct node *node)
{
    const struct value *x = node->operands[0], *out = &node->value;
    size_t columns = out->columns;
    bool repeat_rows = x->offsets != out->offsets && shape_rows(shape_of(x)) == 1 &&
                       shape_rows(shape_of(out)) != 1;
    for (size_t task = 0; task < node->stored; task++) {
        const real *from = value_task(x, x->tasks == 1 ? 0 : task);
        real *to = node_matrix(node, task);
        for (size_t rows = value_task_rows(out, task); rows > 0; rows--, to += columns) {
            if (x->columns == columns)
                memcpy(to, from, columns * sizeof *to);
            else
                for (size_t column = 0; column < columns; column++)
                    to[column] = *from;
            from += repeat_rows ? 0 : x->columns;
        }
    }
    return true;
}

struct value *expand_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_sum_like(gradient, node->operands[operand]);
}

struct value *value_expand_like(struct value *x, struct value *like)
{
    struct shape shape;
    if (!x || !like)
        return NULL;
    if (shape_equal(shape_of(x), shape_of(like)))
        return x;
    if (!shape_broadcast(x->tape, shape_of(x), shape_of(like), &shape) ||
        !shape_equal(shape, shape_of(like)))
        return tape_mismatch(x, like, "expand", "cannot be expanded to");
    if (x->tasks == 1 && x->columns == shape.columns &&
        shape_rows(shape) == shape_rows(shape_of(x)))
        return value_replicate(x, shape.tasks);
    return tape_record(OPERATION_expand, shape, &x, 1, NULL);
}

struct value *value_replicate(struct value *x, size_t tasks)
{
    char text[80];
    if (!x || (x->tasks == tasks))
        return x;
    if (x->tasks != 1 || tasks == 0)
        return tape_fail(x->tape, ERROR_SCRIPT, "replicate: %s cannot become %zu tasks",
                         value_shape(x, text, sizeof text), tasks);
    struct shape shape = {tasks, x->columns, offsets_even(x->tape, tasks, value_task_rows(x, 0))};
    return tape_alias(x->tape, &operation_table[OPERATION_expand], shape, x);
}
