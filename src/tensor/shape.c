/* SPDX-License-Identifier: MIT
 *
 * Shapes of stacks: where the rows of each task begin, and how two shapes broadcast. Equal offsets
 * are kept once.
 */
#include "config.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "node.h"
#include "tape_private.h"

static const size_t *intern(struct tape *tape, size_t tasks, const size_t *offsets)
{
    struct arena *arena = tape->lasting ? tape->lasting : tape->arena;
    struct known_offsets *known = arena_take(arena, sizeof *known);
    size_t *copy = arena_take(arena, (tasks + 1) * sizeof *copy);
    memcpy(copy, offsets, (tasks + 1) * sizeof *copy);
    *known = (struct known_offsets){tape->known, tasks, copy};
    tape->known = known;
    return copy;
}

const size_t *offsets_intern(struct tape *tape, size_t tasks, const size_t *offsets)
{
    assert(tasks > 0 && offsets[0] == 0);
    for (const struct known_offsets *known = tape->known; known; known = known->next)
        if (known->tasks == tasks && known->offsets[tasks] == offsets[tasks] &&
            memcmp(known->offsets, offsets, (tasks + 1) * sizeof *offsets) == 0)
            return known->offsets;
    for (size_t task = 0; task < tasks; task++)
        assert(offsets[task] <= offsets[task + 1]);
    return intern(tape, tasks, offsets);
}

static bool is_even(const size_t *offsets, size_t tasks, size_t rows)
{
    for (size_t task = 0; task < tasks; task++)
        if (offsets[task + 1] - offsets[task] != rows)
            return false;
    return true;
}

const size_t *offsets_even(struct tape *tape, size_t tasks, size_t rows)
{
    for (const struct known_offsets *known = tape->known; known; known = known->next)
        if (known->tasks == tasks && known->offsets[tasks] == tasks * rows &&
            is_even(known->offsets, tasks, rows))
            return known->offsets;
    size_t *offsets = arena_take(tape->arena, (tasks + 1) * sizeof *offsets);
    for (size_t task = 0; task <= tasks; task++)
        offsets[task] = task * rows;
    return intern(tape, tasks, offsets);
}

size_t shape_rows(struct shape shape)
{
    size_t rows = shape_rows_of(shape, 0);
    return is_even(shape.offsets, shape.tasks, rows) ? rows : SIZE_MAX;
}

char *shape_text(struct shape shape, char *text, size_t size)
{
    size_t rows = shape_rows(shape);
    if (shape.tasks == 1)
        snprintf(text, size, "%zux%zu", rows, shape.columns);
    else if (rows != SIZE_MAX)
        snprintf(text, size, "%zu tasks of %zux%zu", shape.tasks, rows, shape.columns);
    else
        snprintf(text, size, "%zu tasks of ?x%zu (%zu rows)", shape.tasks, shape.columns,
                 shape.offsets[shape.tasks]);
    return text;
}

/* If the rows are compatible, the offsets of the operand that has more than one row. */
static const size_t *broadcast_rows(struct tape *tape, struct shape a, struct shape b)
{
    size_t tasks = a.tasks > b.tasks ? a.tasks : b.tasks;
    size_t rows_a = shape_rows(a), rows_b = shape_rows(b);
    if (rows_a == 1 && b.tasks == tasks)
        return b.offsets;
    if (rows_b == 1 && a.tasks == tasks)
        return a.offsets;
    if (rows_a == 1 || (rows_a == rows_b && rows_a != SIZE_MAX))
        return offsets_even(tape, tasks, rows_b);
    if (rows_b == 1)
        return offsets_even(tape, tasks, rows_a);
    return a.tasks == b.tasks && a.offsets == b.offsets ? a.offsets : NULL;
}

bool shape_broadcast(struct tape *tape, struct shape a, struct shape b, struct shape *result)
{
    if (shape_equal(a, b)) {
        *result = a;
        return true;
    }
    if (a.tasks != b.tasks && a.tasks != 1 && b.tasks != 1)
        return false;
    if (a.columns != b.columns && a.columns != 1 && b.columns != 1)
        return false;
    result->tasks = a.tasks > b.tasks ? a.tasks : b.tasks;
    result->columns = a.columns == 1 ? b.columns : a.columns;
    result->offsets = broadcast_rows(tape, a, b);
    return result->offsets != NULL;
}
