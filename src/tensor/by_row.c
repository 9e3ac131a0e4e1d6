/* SPDX-License-Identifier: MIT
 *
 * Softmax and log-sum-exp of each row, and softmax of runs of rows with one column. The largest
 * number is subtracted first, so that no exponential overflows.
 */
#include "config.h"

#include <math.h>

#include "exponential.h"
#include "kernel.h"
#include "node.h"
#include "sums.h"
#include "tensor/operation.h"

#ifdef THAW_REAL_DOUBLE
#define LOG log
#else
#define LOG logf
#endif

static struct value *record(enum operation_number operation, struct value *x, size_t columns)
{
    if (!x)
        return NULL;
    if (x->columns == 0)
        return tape_fail(x->tape, ERROR_SCRIPT, "%s: there are no columns",
                         operation_table[operation].name);
    struct shape shape = {x->tasks, columns, x->offsets};
    return tape_record(operation, shape, &x, 1, NULL);
}

static inline real larger(real x, real most)
{
    return x <= most ? most : x; /* keeps a NaN */
}

KERNEL static real largest(size_t count, const real *x)
{
    real parts[LANES], most = x[0];
    for (size_t lane = 0; lane < LANES; lane++)
        parts[lane] = most;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            parts[lane] = larger(x[i + lane], parts[lane]);
    for (; i < count; i++)
        most = larger(x[i], most);
    for (size_t lane = 0; lane < LANES; lane++)
        most = larger(parts[lane], most);
    return most;
}

KERNEL static void exponentials(size_t count, const real *x, real most, real *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = exponential(x[i] - most);
}

struct value *value_softmax(struct value *x)
{
    return record(OPERATION_softmax, x, x ? x->columns : 0);
}

bool softmax_forward(struct node *node)
{
    size_t columns = node->value.columns, size = node_size(node);
    for (size_t at = 0; at < size; at += columns) {
        const real *x = node->operands[0]->data + at;
        real *out = node->memory + at;
        exponentials(columns, x, largest(columns, x), out);
        real total = sum_run(columns, out);
        for (size_t column = 0; column < columns; column++)
            out[column] /= total;
    }
    return true;
}

/* y (g - sum(g y)) */
struct value *softmax_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    struct value *y = &node->value;
    struct value *along = value_sum(value_mul(gradient, y), EACH_ROW);
    return value_mul(y, value_sub(gradient, along));
}

struct value *value_log_sum_exp(struct value *x)
{
    return record(OPERATION_log_sum_exp, x, 1);
}

bool log_sum_exp_forward(struct node *node)
{
    enum { PART = 256 };
    size_t columns = node->operands[0]->columns, size = node_size(node);
    for (size_t row = 0; row < size; row++) {
        const real *x = node->operands[0]->data + row * columns;
        real part[PART], most = largest(columns, x), total = 0;
        for (size_t at = 0; at < columns; at += PART) {
            size_t count = columns - at < PART ? columns - at : PART;
            exponentials(count, x + at, most, part);
            total += sum_run(count, part);
        }
        node->memory[row] = most + LOG(total);
    }
    return true;
}

struct value *log_sum_exp_derivative(struct node *node, struct value *gradient, size_t operand)
{
    return value_mul(gradient, value_softmax(node->operands[operand]));
}

/* -- runs -------------------------------------------------------------------------------------- */

/* What an operation makes of a run of `count` numbers. */
typedef void run_function(size_t count, const real *x, const real *weights, real *out);

static void each_run(struct node *node, run_function *function)
{
    const struct value *x = node->operands[0];
    const size_t *starts = node->settings.lookup.starts;
    const real *weights = node->settings.lookup.weights;
    for (size_t task = 0, run = 0; task < x->tasks; task++) {
        size_t first = x->offsets[task], end = x->offsets[task + 1];
        for (; starts[run] < end; run++)
            if (starts[run] < starts[run + 1])
                function(starts[run + 1] - starts[run], value_task(x, task) + starts[run] - first,
                         weights ? weights + starts[run] : NULL, node->memory + starts[run]);
    }
}

static void softmax_run(size_t count, const real *x, const real *weights, real *out)
{
    exponentials(count, x, largest(count, x), out);
    for (size_t i = 0; weights && i < count; i++)
        out[i] *= weights[i];
    real total = sum_run(count, out);
    for (size_t i = 0; i < count; i++)
        out[i] /= total;
}

bool softmax_runs_forward(struct node *node)
{
    each_run(node, softmax_run);
    return true;
}

static void total_of_run(size_t count, const real *x, const real *weights, real *out)
{
    (void)weights;
    real total = sum_run(count, x);
    for (size_t i = 0; i < count; i++)
        out[i] = total;
}

bool sum_runs_forward(struct node *node)
{
    each_run(node, total_of_run);
    return true;
}

static struct value *sum_runs(struct value *x, const size_t *starts)
{
    return x ? tape_record_lookup(OPERATION_sum_runs, shape_of(x), &x, 1,
                                  &(struct lookup){.starts = starts})
             : NULL;
}

struct value *sum_runs_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    return sum_runs(gradient, node->settings.lookup.starts);
}

/* y (g - the sum of g y over the run) */
struct value *softmax_runs_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    struct value *y = &node->value;
    struct value *along = sum_runs(value_mul(gradient, y), node->settings.lookup.starts);
    return value_mul(y, value_sub(gradient, along));
}

/* Whether the runs hold all rows, and each those of one task. */
static bool runs_fit(const struct value *x, const size_t *starts, size_t runs)
{
    size_t run = 0;
    bool fits = starts[0] == 0 && starts[runs] == x->offsets[x->tasks];
    for (size_t task = 0; fits && task < x->tasks; task++) {
        while (run < runs && starts[run] < x->offsets[task + 1])
            run++;
        fits = starts[run] == x->offsets[task + 1];
    }
    return fits;
}

struct value *value_softmax_runs(struct value *x, const size_t *starts, size_t runs,
                                 const real *weights)
{
    char text[80];
    if (!x || !starts)
        return NULL;
    if (x->columns != 1 || !runs_fit(x, starts, runs))
        return tape_fail(x->tape, ERROR_SCRIPT, "softmax of runs: %s are not the rows of %zu runs",
                         value_shape(x, text, sizeof text), runs);
    return tape_record_lookup(OPERATION_softmax_runs, shape_of(x), &x, 1,
                              &(struct lookup){.starts = starts, .weights = weights});
}
