/* SPDX-License-Identifier: MIT
 *
 * Operations on two ragged stacks with the same tasks: softmax down the rows of a task, attention,
 * and all pairs of rows. They are composed of other operations, so they need no derivatives of
 * their own.
 */
#include "config.h"

#include <string.h>

#include "node.h"
#include "tensor/operation.h"

/* Added to the score of a padding row. Its weight is then 0, and so are all its derivatives. */
static const real NEVER = -1e30F;

/* -- softmax down columns ---------------------------------------------------------------------- */

/* The largest number of each column, a constant; 0 if there are no rows. */
static struct value *largest(struct value *x)
{
    struct shape shape = {x->tasks, x->columns, offsets_even(x->tape, x->tasks, 1)};
    struct node *node = tape_blank(x->tape, shape, value_stored(x) == 1);
    if (!node)
        return NULL;
    memset(node->memory, 0, node_size(node) * sizeof(real));
    for (size_t task = 0; task < value_stored(x); task++) {
        size_t rows = value_task_rows(x, task);
        const real *from = value_task(x, task);
        real *most = node_matrix(node, task);
        for (size_t i = 0; i < rows * x->columns; i++)
            if (i < x->columns || !(from[i] <= most[i % x->columns]))
                most[i % x->columns] = from[i];
    }
    return &node->value;
}

/* 1 for each task without rows, else 0. Added to the total, it avoids 0 / 0. */
static struct value *emptiness(struct value *x)
{
    struct shape shape = {x->tasks, 1, offsets_even(x->tape, x->tasks, 1)};
    struct node *node = tape_blank(x->tape, shape, x->tasks == 1);
    for (size_t task = 0; node && task < x->tasks; task++)
        *node_matrix(node, task) = value_task_rows(x, task) == 0;
    return node ? &node->value : NULL;
}

struct value *value_softmax_columns(struct value *x)
{
    if (!x)
        return NULL;
    struct value *weights = value_exp(value_sub(x, largest(x)));
    struct value *total = value_add(value_sum(weights, EACH_COLUMN), emptiness(x));
    return value_div(weights, total);
}

/* -- attention --------------------------------------------------------------------------------- */

/* A row of numbers to add to scores: 0 for the rows of x, NEVER for the padding below them. */
static struct value *padding_of(struct value *x, size_t most)
{
    struct shape shape = {x->tasks, most, offsets_even(x->tape, x->tasks, 1)};
    struct node *node = tape_blank(x->tape, shape, x->tasks == 1);
    for (size_t task = 0; node && task < x->tasks; task++)
        for (size_t row = 0; row < most; row++)
            node_matrix(node, task)[row] = row < value_task_rows(x, task) ? 0 : NEVER;
    return node ? &node->value : NULL;
}

static size_t most_rows(const struct value *x)
{
    size_t most = 1;
    for (size_t task = 0; task < x->tasks; task++)
        if (value_task_rows(x, task) > most)
            most = value_task_rows(x, task);
    return most;
}

struct value *value_attend(struct value *q, struct value *k, struct value *v, double scale)
{
    if (!q || !k || !v)
        return NULL;
    if (q->columns != k->columns || (q->tasks != k->tasks && q->tasks != 1 && k->tasks != 1))
        return tape_mismatch(q, k, "attend", "cannot be compared with the keys");
    if (k->tasks != v->tasks || k->offsets != v->offsets)
        return tape_mismatch(k, v, "attend", "are not as many keys as there are values in");
    size_t most = most_rows(k);
    bool padded = shape_rows(shape_of(k)) != most;
    struct value *keys = padded ? value_pad_rows(k, most) : k;
    struct value *scores = value_scale(value_matmul(q, keys, false, true), scale);
    if (padded)
        scores = value_add(scores, padding_of(k, most));
    return value_matmul(value_softmax(scores), padded ? value_pad_rows(v, most) : v, false, false);
}

/* -- pairs ------------------------------------------------------------------------------------- */

struct row_pairs {
    size_t tasks, *offsets;
    uint32_t *left, *right; /* rows of a and of b, for each pair */
};

static bool pair_up(struct value **a, struct value **b, struct row_pairs *pairs)
{
    if (!*a || !*b)
        return false;
    struct tape *tape = (*a)->tape;
    size_t tasks = (*a)->tasks > (*b)->tasks ? (*a)->tasks : (*b)->tasks;
    if (((*a)->tasks != tasks && (*a)->tasks != 1) || ((*b)->tasks != tasks && (*b)->tasks != 1))
        return tape_mismatch(*a, *b, "pairs", "has not the tasks of") != NULL;
    *a = value_replicate(*a, tasks);
    *b = value_replicate(*b, tasks);
    *pairs = (struct row_pairs){.tasks = tasks};
    pairs->offsets = tape_take(tape, (tasks + 1) * sizeof *pairs->offsets);
    if (!*a || !*b || !pairs->offsets)
        return false;
    pairs->offsets[0] = 0;
    for (size_t task = 0; task < tasks; task++) {
        double count = (double)value_task_rows(*a, task) * (double)value_task_rows(*b, task);
        if ((double)pairs->offsets[task] + count > (double)RESULT_LARGEST)
            return tape_fail(tape, ERROR_SCRIPT,
                             "pairs: with the %.0f of task %zu they are more than %zu", count,
                             task + 1, RESULT_LARGEST) != NULL;
        pairs->offsets[task + 1] = pairs->offsets[task] + (size_t)count;
    }
    size_t size = (pairs->offsets[tasks] + 1) * sizeof *pairs->left;
    uint32_t *left = pairs->left = tape_take(tape, size);
    uint32_t *right = pairs->right = tape_take(tape, size);
    if (!left || !right)
        return false;
    for (size_t task = 0; task < tasks; task++)
        for (size_t row = 0; row < value_task_rows(*a, task); row++)
            for (size_t other = 0; other < value_task_rows(*b, task); other++) {
                *left++ = (uint32_t)row;
                *right++ = (uint32_t)other;
            }
    return true;
}

struct value *value_pair_left(struct value *a, struct value *b)
{
    struct row_pairs pairs;
    return pair_up(&a, &b, &pairs) ? value_gather(a, pairs.tasks, pairs.offsets, pairs.left) : NULL;
}

struct value *value_pair_right(struct value *a, struct value *b)
{
    struct row_pairs pairs;
    return pair_up(&a, &b, &pairs) ? value_gather(b, pairs.tasks, pairs.offsets, pairs.right)
                                   : NULL;
}

struct value *value_pair_sum(struct value *x, struct value *a, struct value *b)
{
    struct row_pairs pairs;
    char text[80];
    if (!x || !pair_up(&a, &b, &pairs))
        return NULL;
    bool fits = x->tasks == pairs.tasks;
    for (size_t task = 0; fits && task < pairs.tasks; task++)
        fits = value_task_rows(x, task) == pairs.offsets[task + 1] - pairs.offsets[task];
    if (!fits)
        return tape_fail(x->tape, ERROR_SCRIPT, "sum of pairs: %s has not a row for each pair",
                         value_shape(x, text, sizeof text));
    return value_scatter(x, pairs.tasks, a->offsets, pairs.left);
}
