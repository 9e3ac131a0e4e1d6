/* SPDX-License-Identifier: MIT
 *
 * Reverse mode, in three passes over the part of the tape between the requested values and `of`.
 * Forwards, mark what depends on a requested value; backwards, add up adjoints; then collect.
 */
#include "config.h"

#include <assert.h>

#include "kernel.h"
#include "node.h"
#include "tensor/operation.h"
#include "tensor/tape.h"

static bool check(struct tape *tape, struct value *of, struct value *const *towards, size_t count)
{
    if (!of)
        return false;
    char shape[80];
    if (of->columns != 1 || shape_rows(shape_of(of)) != 1)
        return tape_fail(tape, ERROR_SCRIPT,
                         "gradient: it is taken of a number per task, not of %s",
                         value_shape(of, shape, sizeof shape)) != NULL;
    for (size_t i = 0; i < count; i++) {
        if (!towards[i])
            return false;
        if (!node_of(towards[i])->tracked)
            return tape_fail(tape, ERROR_SCRIPT, "gradient: value %zu (%s) is a constant", i + 1,
                             value_shape(towards[i], shape, sizeof shape)) != NULL;
    }
    return true;
}

/* Marks from the oldest requested value up to `last`. Returns the number of the oldest. */
static size_t mark(struct tape *tape, struct value *const *towards, size_t count, size_t last)
{
    size_t first = last;
    for (size_t i = 0; i < count; i++) {
        struct node *node = node_of(towards[i]);
        node->requested = true;
        if (node->number < first)
            first = node->number;
    }
    for (size_t number = first; number <= last; number = tape_after(tape, number)) {
        struct node *node = tape_at(tape, number);
        node->wanted = node->requested;
        for (size_t i = 0; node->tracked && i < node->followed; i++)
            node->wanted |= node_of(node->operands[i])->wanted;
    }
    return first;
}

static void unmark(struct tape *tape, struct value *const *towards, size_t count, size_t first,
                   size_t last)
{
    for (size_t number = first; number <= last; number = tape_after(tape, number)) {
        struct node *node = tape_at(tape, number);
        node->wanted = false;
        node->adjoint = NULL;
    }
    for (size_t i = 0; i < count; i++) {
        node_of(towards[i])->requested = false;
        node_of(towards[i])->adjoint = NULL;
    }
}

KERNEL static void add_run(size_t count, const real *x, real *sum)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += x[i];
}

/* Whether nothing else uses this value, so that it may be changed in place. */
static bool is_own(struct value *value)
{
    struct node *node = node_of(value);
    return node->transient && node->owner == node && node->pins == 1 && !value->alike;
}

/* Adds a contribution to the adjoint of an operand. */
static bool add_to(struct value *operand, struct value *contribution)
{
    struct node *node = node_of(operand);
    if (!contribution)
        return false;
    assert(shape_equal(shape_of(operand), shape_of(contribution)));
    if (!node->adjoint) {
        node->adjoint = contribution;
        node_pin(contribution);
        return true;
    }
    if (is_own(node->adjoint) && !contribution->alike) {
        add_run(node_size(node_of(node->adjoint)), contribution->data,
                node_of(node->adjoint)->memory);
        return true;
    }
    struct value *sum = value_add(node->adjoint, contribution);
    if (!sum)
        return false;
    node_pin(sum);
    node_unpin(node->adjoint);
    node->adjoint = sum;
    return true;
}

/* Passes the adjoint of a node on to its operands. */
static bool pass_on(struct tape *tape, struct node *node)
{
    for (size_t i = 0; i < node->followed; i++) {
        struct node *operand = node_of(node->operands[i]);
        if (!operand->wanted)
            continue;
        bool added = operand->adjoint && is_own(operand->adjoint) && node->operation->accumulate &&
                     node->operation->accumulate(node, node->adjoint, i, node_of(operand->adjoint));
        if (!added && !add_to(&operand->value, node->operation->derivative(node, node->adjoint, i)))
            return false;
        tape_sweep(tape);
    }
    return true;
}

/* Passes the adjoint on, then releases it unless it was requested. */
static bool hand_on(struct tape *tape, struct node *node)
{
    if (node->operation && !pass_on(tape, node))
        return false;
    if (!node->requested) {
        node_unpin(node->adjoint);
        node->adjoint = NULL;
    }
    return true;
}

static bool walk(struct tape *tape, struct value *of, size_t first)
{
    struct value *one = value_filled(of, 1);
    if (!add_to(of, one))
        return false;
    for (size_t number = node_of(of)->number;; number = tape_before(tape, number)) {
        struct node *node = tape_at(tape, number);
        if (node->adjoint && node->wanted && !hand_on(tape, node))
            return false;
        if (number <= first)
            return true;
    }
}

bool tape_gradient(struct tape *tape, struct value *of, struct value *const *towards, size_t count,
                   bool differentiable, struct value **gradients)
{
    for (size_t i = 0; i < count; i++)
        gradients[i] = NULL;
    if (!check(tape, of, towards, count))
        return false;
    bool constant = !node_of(of)->tracked; /* its shape may then not be 1 x 1 */
    size_t last = constant ? 0 : node_of(of)->number;
    size_t first = constant ? 0 : mark(tape, towards, count, last);
    if (!differentiable)
        tape_begin_transient(tape);
    bool complete = constant || walk(tape, of, first);
    for (size_t i = 0; i < count && complete; i++) {
        struct value *adjoint = node_of(towards[i])->adjoint;
        gradients[i] = adjoint ? adjoint : value_filled(towards[i], 0);
        complete = gradients[i] != NULL;
        if (complete)
            node_pin(gradients[i]);
    }
    if (!differentiable)
        tape_end_transient(tape);
    if (!constant)
        unmark(tape, towards, count, first, last);
    return complete;
}
