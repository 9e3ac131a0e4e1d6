/* SPDX-License-Identifier: MIT
 *
 * Rows of tables by number. Gather reads rows along a lookup and scatter adds rows back along it;
 * each is the derivative of the other. Scatter adds in the order of the rows on every machine.
 *
 * Mix is a gather whose weights w are a value. With a gradient g of its rows it is the sum over all
 * entries k of w_k (g_row(k) . table_index(k)), which is linear in w, g and the table. Each of mix,
 * mix_table and mix_weights is the derivative of this sum by one of them, given the other two, so
 * their own derivatives are among the three again.
 */
#include "config.h"

#include <string.h>

#include "kernel.h"
#include "node.h"
#include "sums.h"
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

/* The weight of entry `at` of a lookup; those of a task may start at `first`. */
struct weights {
    const real *numbers; /* NULL: all 1 */
    size_t first;
};

static inline real weight_of(struct weights weights, size_t at)
{
    return weights.numbers ? weights.numbers[at - weights.first] : 1;
}

/* Fills rows first .. last - 1, whose numbers start at `to`, from one matrix of the table. */
KERNEL static void gather_rows(const struct lookup *lookup, struct weights weights, size_t first,
                               size_t last, const real *table, size_t columns, real *to)
{
    for (size_t row = first; row < last; row++, to += columns) {
        size_t at = lookup_start(lookup, row), end = lookup_start(lookup, row + 1);
        if (at == end)
            memset(to, 0, columns * sizeof *to);
        for (bool add = false; at < end; at++, add = true) {
            const real *from = table + lookup->index[at] * columns;
            const real weight = weight_of(weights, at);
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
        gather_rows(&node->settings.lookup, (struct weights){node->settings.lookup.weights, 0},
                    out->offsets[task], out->offsets[task + 1],
                    value_task(table, table->tasks == 1 ? 0 : task), out->columns,
                    node_matrix(node, task));
    return true;
}

static struct value *gather(struct value *table, struct shape rows, const struct lookup *lookup)
{
    return tape_record_lookup(OPERATION_gather,
                              (struct shape){rows.tasks, table->columns, rows.offsets}, &table, 1,
                              lookup);
}

static struct value *scatter(struct value *x, struct shape table, const struct lookup *lookup)
{
    return tape_record_lookup(
        OPERATION_scatter, (struct shape){table.tasks, x->columns, table.offsets}, &x, 1, lookup);
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
KERNEL static void scatter_rows(const struct lookup *lookup, struct weights weights, size_t first,
                                size_t last, const real *from, size_t columns, real *table)
{
    for (size_t row = first; row < last; row++, from += columns) {
        size_t end = lookup_start(lookup, row + 1);
        for (size_t at = lookup_start(lookup, row); at < end; at++) {
            real *to = table + lookup->index[at] * columns;
            const real weight = weight_of(weights, at);
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
        scatter_rows(lookup, (struct weights){lookup->weights, 0}, x->offsets[task],
                     x->offsets[task + 1], value_task(x, task), x->columns,
                     node_matrix(table, table->value.tasks == 1 ? 0 : task));
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

/* -- mix --------------------------------------------------------------------------------------- */

static struct value *mix(struct value *table, struct value *weights, struct shape rows,
                         const struct lookup *lookup)
{
    return tape_record_lookup(OPERATION_mix,
                              (struct shape){rows.tasks, table->columns, rows.offsets},
                              (struct value *[]){table, weights}, 2, lookup);
}

static struct value *mix_table(struct value *x, struct value *weights, struct shape table,
                               const struct lookup *lookup)
{
    return tape_record_lookup(OPERATION_mix_table,
                              (struct shape){table.tasks, x->columns, table.offsets},
                              (struct value *[]){x, weights}, 2, lookup);
}

static struct value *mix_weights(struct value *x, struct value *table, struct shape weights,
                                 const struct lookup *lookup)
{
    return tape_record_lookup(OPERATION_mix_weights, weights, (struct value *[]){x, table}, 2,
                              lookup);
}

static struct weights weights_in(const struct value *weights, size_t task)
{
    return (struct weights){value_task(weights, task), weights->offsets[task]};
}

bool mix_forward(struct node *node)
{
    const struct value *table = node->operands[0], *weights = node->operands[1];
    const struct value *out = &node->value;
    for (size_t task = 0; task < out->tasks; task++)
        gather_rows(&node->settings.lookup, weights_in(weights, task), out->offsets[task],
                    out->offsets[task + 1], value_task(table, table->tasks == 1 ? 0 : task),
                    out->columns, node_matrix(node, task));
    return true;
}

static void mix_add(const struct value *x, const struct value *weights, const struct lookup *lookup,
                    const struct node *table)
{
    for (size_t task = 0; task < x->tasks; task++)
        scatter_rows(lookup, weights_in(weights, task), x->offsets[task], x->offsets[task + 1],
                     value_task(x, task), x->columns,
                     node_matrix(table, table->value.tasks == 1 ? 0 : task));
}

bool mix_table_forward(struct node *node)
{
    memset(node->memory, 0, node_size(node) * sizeof(real));
    mix_add(node->operands[0], node->operands[1], &node->settings.lookup, node);
    return true;
}

bool mix_weights_forward(struct node *node)
{
    const struct lookup *lookup = &node->settings.lookup;
    const struct value *x = node->operands[0], *table = node->operands[1];
    for (size_t task = 0; task < x->tasks; task++) {
        const real *from = value_task(x, task);
        const real *rows = value_task(table, table->tasks == 1 ? 0 : task);
        for (size_t row = x->offsets[task]; row < x->offsets[task + 1]; row++, from += x->columns)
            for (size_t at = lookup->starts[row]; at < lookup->starts[row + 1]; at++)
                node->memory[at] = dot_run(x->columns, from, rows + lookup->index[at] * x->columns);
    }
    return true;
}

bool mix_accumulate(struct node *node, struct value *gradient, size_t operand, struct node *sum)
{
    if (operand == 0)
        mix_add(gradient, node->operands[1], &node->settings.lookup, sum);
    return operand == 0;
}

struct value *mix_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *table = node->operands[0], *weights = node->operands[1];
    const struct lookup *lookup = &node->settings.lookup;
    return operand == 0 ? mix_table(gradient, weights, shape_of(table), lookup)
                        : mix_weights(gradient, table, shape_of(weights), lookup);
}

struct value *mix_table_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *x = node->operands[0], *weights = node->operands[1];
    const struct lookup *lookup = &node->settings.lookup;
    return operand == 0 ? mix(gradient, weights, shape_of(x), lookup)
                        : mix_weights(x, gradient, shape_of(weights), lookup);
}

struct value *mix_weights_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *x = node->operands[0], *table = node->operands[1];
    const struct lookup *lookup = &node->settings.lookup;
    return operand == 0 ? mix(table, gradient, shape_of(x), lookup)
                        : mix_table(x, gradient, shape_of(table), lookup);
}

/* Whether there is a weight for each entry of the rows of each task. */
static bool weights_fit(struct shape rows, const struct value *weights, const size_t *starts)
{
    bool fits = weights->columns == 1 && weights->tasks == rows.tasks;
    for (size_t task = 0; fits && task <= rows.tasks; task++)
        fits = weights->offsets[task] == starts[rows.offsets[task]];
    return fits;
}

struct value *value_mix(struct value *table, struct value *weights, const size_t *offsets,
                        const size_t *starts, const uint32_t *index)
{
    char text[80], other[80];
    if (!table || !weights || !offsets || !starts)
        return NULL;
    struct tape *tape = table->tape;
    struct lookup lookup = {starts, index, NULL};
    struct shape rows = {weights->tasks, table->columns,
                         offsets_intern(tape, weights->tasks, offsets)};
    if ((table->tasks != 1 && table->tasks != rows.tasks) || !weights_fit(rows, weights, starts))
        return tape_fail(tape, ERROR_SCRIPT, "mix: %s has not a weight for each entry of %s",
                         value_shape(weights, text, sizeof text),
                         shape_text(rows, other, sizeof other));
    return check(tape, &lookup, rows, shape_of(table), "mix") ? mix(table, weights, rows, &lookup)
                                                              : NULL;
}
