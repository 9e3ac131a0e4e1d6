/* SPDX-License-Identifier: MIT
 *
 * Functions that read a value: its shape, its numbers, and whether they are finite.
 * value_check_finite names the operation and the task of the first number that is not.
 */
#include "config.h"

#include <assert.h>
#include <math.h>

#include "kernel.h"
#include "node.h"
#include "tensor/tape.h"

const real *value_task(const struct value *value, size_t task)
{
    assert(task < value->tasks);
    return value->data + (value->alike ? 0 : value->offsets[task] * value->columns);
}

size_t value_task_rows(const struct value *value, size_t task)
{
    assert(task < value->tasks);
    return shape_rows_of(shape_of(value), task);
}

size_t value_rows(const struct value *value)
{
    return value->offsets[value->tasks];
}

bool value_is_even(const struct value *value)
{
    return shape_rows(shape_of(value)) != SIZE_MAX;
}

double value_number(const struct value *value)
{
    assert(value->columns == 1 && shape_rows(shape_of(value)) == 1);
    double sum = 0;
    for (size_t task = 0; task < value->tasks; task++)
        sum += (double)value_task(value, task)[0];
    return sum;
}

char *value_shape(const struct value *value, char *text, size_t size)
{
    return shape_text(shape_of(value), text, size);
}

struct value *value_filled(struct value *like, double number)
{
    if (!like)
        return NULL;
    struct node *node = tape_blank(like->tape, shape_of(like), value_is_even(like));
    if (!node)
        return NULL;
    size_t size = node_size(node);
    for (size_t i = 0; i < size; i++)
        node->memory[i] = (real)number;
    return &node->value;
}

struct value *tape_scalar(struct tape *tape, double number)
{
    struct value *known = lasting_scalar(tape, number);
    if (known)
        return known;
    struct shape shape = {1, 1, offsets_even(tape, 1, 1)};
    struct node *node = tape_blank(tape, shape, true);
    if (!node)
        return NULL;
    node->memory[0] = (real)number;
    return &node->value;
}

/* x - x is 0 if x is finite, otherwise NaN. */
KERNEL static bool is_finite_run(size_t count, const real *x)
{
    size_t i = 0;
    lanes sum = {0};
    for (; i + LANES <= count; i += LANES) {
        lanes part = *(const lanes *)(x + i);
        sum += part - part;
    }
    real total = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        total += sum[lane];
    for (; i < count; i++)
        total += x[i] - x[i];
    return total == 0;
}

bool value_check_finite(const struct value *value, struct error *error)
{
    const struct node *node = node_of(value);
    const char *name = node->operation ? node->operation->name : "a parameter or constant";
    size_t size = node_size(node);
    if (is_finite_run(size, value->data))
        return true;
    size_t at = 0;
    while (at < size && isfinite(value->data[at]))
        at++;
    const char *what = isnan(value->data[at]) ? "not a number" : "infinite";
    if (value->tasks == 1)
        return error_set(error, ERROR_NUMERIC, "the result of %s is %s", name, what);
    size_t task = 0;
    while (task + 1 < node->stored && value->offsets[task + 1] * value->columns <= at)
        task++;
    return error_set(error, ERROR_NUMERIC, "the result of %s is %s in task %zu of %zu", name, what,
                     task + 1, value->tasks);
}

bool tape_check_finite(const struct tape *tape, struct error *error)
{
    for (size_t number = 0; number < tape_count(tape); number++) {
        const struct node *node = tape_at(tape, number);
        if (node && !value_check_finite(&node->value, error))
            return false;
    }
    return true;
}
