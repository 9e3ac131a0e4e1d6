/* SPDX-License-Identifier: MIT
 *
 * Rows of tables by number. Gather reads rows along a lookup and scatter adds rows back along it;
 * each is the derivative of the other. Scatter adds in the order of the rows on every machine.
 */
#include "config.h"

#include <string.h>

#include "kernel.h"
#include "node.h"
#include "tensor/operation.h"

static size_t lookup_start(const struct lookup *lookup, size_t row)
{
    return lookup->starts ? lookup->starts[row] : row;
}

/* Checks that all rows of the stack `rows` refer to existing rows of the table, or of their task's
 * matrix in it. */
static bool check(struct tape *tape, const struct lookup *lookup, struct shape rows,
                  struct shape table, const char *operation)
{
    if (!lookup->index && tape_error(tape)) /* the budget refused it */
        return false;
    for (size_t task = 0; task < rows.tasks; task++) {
        size_t limit = shape_rows_of(table, table.tasks == 1 ? 0 : task);
        size_t end = lookup_start(lookup, rows.offsets[task + 1]);
        for (size_t at = lookup_start(lookup, rows.offsets[task]); at < end; at++)
            if (lookup->index[at] >= limit)
                return tape_fail(tape, ERROR_SCRIPT, "%s: row %u of a table of %zu rows", operation,
                                 lookup->index[at], limit) != NULL;
    }
    return true;
}

/* -- gather ------------------------------------------------------------------------------------ */

/* Fills rows first .. last - 1, whose numbers start at `to`, from one matrix of the table. */
KERNEL static void gather_rows(const struct lookup *lookup, size_t first, size_t last,
                               const real *table, size_t columns, real *to)
{
    for (size_t row = first; row < last; row++, to += columns) {
        size_t at = lookup_start(lookup, row), end = lookup_start(lookup, row + 1);
        if (at == end)
            memset(to, 0, columns * sizeof *to);
        for (bool add = false; at < end; at++, add = true) {
            const real *from = table + lookup->index[at] * columns;
            const real weight = lookup->weights ? lookup->weights[at] : 1;
            if (add)
                for (size_t column = 0; column < columns; column++)
                    to[column] += weight * from[column];
            else
                for (size_t column = 0; column < columns; column++)
                    to[column] = weight * from[column];
        }
    }
}

bool gather_forward(struct node *node)
{
    const struct value *table = node->operands[0], *out = &node->value;
    for (size_t task = 0; task < out->tasks; task++)
        gather_rows(&node->settings.lookup, out->offsets[task], out->offsets[task + 1],
                    value_task(table, table->tasks == 1 ? 0 : task), out->columns,
                    node_matrix(node, task));
    return true;
}

static struct value *gather(struct value *table, struct shape rows, const struct lookup *lookup)
{
    return tape_record_lookup(
        OPERATION_gather, (struct shape){rows.tasks, table->columns, rows.offsets}, table, lookup);
}

static struct value *scatter(struct value *x, struct shape table, const struct lookup *lookup)
{
    return tape_record_lookup(OPERATION_scatter,
                              (struct shape){table.tasks, x->columns, table.offsets}, x, lookup);
}

static struct value *checked_gather(struct value *table, size_t tasks, const size_t *offsets,
                                    const struct lookup *lookup, const char *operation)
{
    char text[80];
    if (!table)
        return NULL;
    struct tape *tape = table->tape;
    if (table->tasks != 1 && table->tasks != tasks)
        return tape_fail(tape, ERROR_SCRIPT, "%s: rows of %zu tasks from a table of %s", operation,
                         tasks, value_shape(table, text, sizeof text));
    struct shape rows = {tasks, table->columns, offsets_intern(tape, tasks, offsets)};
    return check(tape, lookup, rows, shape_of(table), operation) ? gather(table, rows, lookup)
                                                                 : NULL;
}

struct value *value_gather(struct value *table, size_t tasks, const size_t *offsets,
                           const uint32_t *index)
{
    return checked_gather(table, tasks, offsets, &(struct lookup){.index = index}, "gather");
}

struct value *value_bag(struct value *table, size_t tasks, const size_t *offsets,
                        const size_t *starts, const uint32_t *index, const real *weights)
{
    return checked_gather(table, tasks, offsets, &(struct lookup){starts, index, weights}, "bag");
}

struct value *gather_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return scatter(gradient, shape_of(node->operands[operand]), &node->settings.lookup);
}

/* -- scatter ----------------------------------------------------------------------------------- */

/* Adds rows first .. last - 1, whose numbers start at `from`, to one matrix of the table. */
KERNEL static void scatter_rows(const struct lookup *lookup, size_t first, size_t last,
                                const real *from, size_t columns, real *table)
{
    for (size_t row = first; row < last; row++, from += columns) {
        size_t end = lookup_start(lookup, row + 1);
        for (size_t at = lookup_start(lookup, row); at < end; at++) {
            real *to = table + lookup->index[at] * columns;
            const real weight = lookup->weights ? lookup->weights[at] : 1;
            for (size_t column = 0; column < columns; column++)
                to[column] += weight * from[column];
        }
    }
}

/* Adds x to a table that has one task or the tasks of x. */
static void scatter_add(const struct value *x, const struct lookup *lookup,
                        const struct node *table)
{
    for (size_t task = 0; task < x->tasks; task++)
        scatter_rows(lookup, x->offsets[task], x->offsets[task + 1], value_task(x, task),
                     x->columns, node_matrix(table, table->value.tasks == 1 ? 0 : task));
}

bool scatter_forward(struct node *node)
{
    memset(node->memory, 0, node_size(node) * sizeof(real));
    scatter_add(node->operands[0], &node->settings.lookup, node);
    return true;
}

bool gather_accumulate(struct node *node, struct value *gradient, size_t operand, struct node *sum)
{
    (void)operand;
    scatter_add(gradient, &node->settings.lookup, sum);
    return true;
}

struct value *value_scatter(struct value *x, size_t tasks, const size_t *offsets,
                            const uint32_t *index)
{
    char text[80];
    if (!x)
        return NULL;
    if (tasks != 1 && tasks != x->tasks)
        return tape_fail(x->tape, ERROR_SCRIPT, "scatter: %s into a table of %zu tasks",
                         value_shape(x, text, sizeof text), tasks);
    struct lookup lookup = {.index = index};
    struct shape table = {tasks, x->columns, offsets_intern(x->tape, tasks, offsets)};
    return check(x->tape, &lookup, shape_of(x), table, "scatter") ? scatter(x, table, &lookup)
                                                                  : NULL;
}

struct value *scatter_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return gather(gradient, shape_of(node->operands[operand]), &node->settings.lookup);
}
