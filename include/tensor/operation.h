/* SPDX-License-Identifier: MIT
 *
 * The operations on values. tape.h explains values and what NULL means.
 *
 * Tasks: operands are shared or have the same number T of tasks. The result has T tasks if any
 * operand has. Operations marked (b) broadcast rows and columns: per task, the shapes are equal, or
 * one of them has one row, or one column, or both (a row vector, a column vector, a number).
 *
 * Shapes below are per task. The number of rows r may differ from task to task, all other sizes may
 * not.
 */
#ifndef TENSOR_OPERATION_H
#define TENSOR_OPERATION_H

#include <stdint.h>

#include "tensor/tape.h"

/* -- products ---------------------------------------------------------------------------------- */

/* A B. `transpose_a` takes A' for A, `transpose_b` takes B' for B. */
struct value *value_matmul(struct value *a, struct value *b, bool transpose_a, bool transpose_b);
/* The sum over tasks of A B, shared. A'B of two ragged stacks is one product over all rows. */
struct value *value_matmul_total(struct value *a, struct value *b, bool transpose_a,
                                 bool transpose_b);
/* X W + b of a layer: X is r x k, W is k x n, b is 1 x n. */
struct value *value_layer(struct value *x, struct value *weights, struct value *bias);
/* The same with only some rows of b, or of the weights: as many as a has columns, from row `first`
 * on. Inputs that come in parts, such as one part a task and one part a row, can be multiplied part
 * by part. */
struct value *value_matmul_part(struct value *a, struct value *b, size_t first);
struct value *value_layer_part(struct value *x, struct value *weights, size_t first,
                               struct value *bias);

/* -- element by element ------------------------------------------------------------------------ */

struct value *value_add(struct value *a, struct value *b); /* (b) */
struct value *value_sub(struct value *a, struct value *b); /* (b) */
struct value *value_mul(struct value *a, struct value *b); /* (b) */
struct value *value_div(struct value *a, struct value *b); /* (b) */
/* a + factor b: a gradient step in one pass. (b) */
struct value *value_add_scaled(struct value *a, struct value *b, double factor);
/* If both are equal, the derivative goes to `a`. (b) */
struct value *value_maximum(struct value *a, struct value *b);
struct value *value_minimum(struct value *a, struct value *b);
/* 1 if a > b, else 0; no gradient. (b) */
struct value *value_greater(struct value *a, struct value *b);

struct value *value_negate(struct value *x);
struct value *value_scale(struct value *x, double factor);
struct value *value_shift(struct value *x, double addend);
struct value *value_exp(struct value *x);
struct value *value_log(struct value *x);
struct value *value_sqrt(struct value *x);
struct value *value_square(struct value *x);
struct value *value_abs(struct value *x);
struct value *value_relu(struct value *x);
struct value *value_leaky_relu(struct value *x, double slope); /* slope x below 0 */
struct value *value_tanh(struct value *x);
struct value *value_sigmoid(struct value *x);  /* 1 / (1 + e^-x), no overflow */
struct value *value_softplus(struct value *x); /* log(1 + e^x), no overflow */
struct value *value_clamp(struct value *x, double low, double high);

/* Returns the same numbers. No gradient flows back. */
struct value *value_stop_gradient(struct value *x);

/* Sets each number to 0 with probability `rate` in [0, 1) and divides the others by 1 - rate. The
 * choice is a function of seed, place (such as the step), the task's number and the position in its
 * matrix. `task_numbers` (one per task, borrowed for the call) identifies the tasks whatever shard
 * they are in; NULL numbers them from 0. */
struct value *value_dropout(struct value *x, double rate, uint64_t seed, uint32_t place,
                            const uint32_t *task_numbers);
/* Standard normal numbers in the shape of `like`, as a constant: a function of seed, place, the
 * task's position in the stack and the position in its matrix. */
struct value *value_noise(struct value *like, uint64_t seed, uint32_t place);

/* -- by row ------------------------------------------------------------------------------------ */

struct value *value_softmax(struct value *x);
struct value *value_log_sum_exp(struct value *x); /* r x 1 */

/* -- sums -------------------------------------------------------------------------------------- */

/* The shape that a sum is reduced to. */
enum reduction {
    EACH_ROW,    /* r x 1: along each row */
    EACH_COLUMN, /* 1 x c per task: down each column of each task */
    EACH_TASK,   /* 1 x 1 per task: all of a task's matrix */
    OVER_TASKS,  /* shared: matrices of equal shape, added entry by entry */
    OVER_ALL,    /* 1 x 1 shared */
};
struct value *value_sum(struct value *x, enum reduction reduction);
/* The sum divided by how many numbers were added, or 0 if there were none. OVER_ALL weighs every
 * entry the same. For equal weights of tasks, take the mean EACH_TASK, then OVER_TASKS. */
struct value *value_mean(struct value *x, enum reduction reduction);

/* The first sums over tasks, rows and columns until the result has the shape of `like`, which must
 * broadcast to x. The second expands x to the shape of `like`. Each is the derivative of the
 * other. */
struct value *value_sum_like(struct value *x, struct value *like);
struct value *value_expand_like(struct value *x, struct value *like);

/* A shared value as `tasks` equal matrices with separate gradients: the start of an inner loop. It
 * is stored once, and what depends on it alone is computed once. */
struct value *value_replicate(struct value *x, size_t tasks);

/* -- rows by number ---------------------------------------------------------------------------- */

/* Index arrays are borrowed until the reset. An index beyond the table is an error. */

/* Row i of the result (`tasks`, `offsets` as for a leaf) is row index[i] of the table. If the table
 * is not shared, it is row index[i] of the task's own matrix. */
struct value *value_gather(struct value *table, size_t tasks, const size_t *offsets,
                           const uint32_t *index);
/* Row i of the result is the sum of the table's rows index[starts[i]] .. index[starts[i + 1] - 1],
 * each multiplied by its entry of `weights` (NULL: 1). If there are none, row i is 0. */
struct value *value_bag(struct value *table, size_t tasks, const size_t *offsets,
                        const size_t *starts, const uint32_t *index, const real *weights);
/* The same with weights that are a value: one row for each entry of `index`, so that a task has as
 * many as its rows have entries. The result has the tasks of `weights`. */
struct value *value_mix(struct value *table, struct value *weights, const size_t *offsets,
                        const size_t *starts, const uint32_t *index);
/* The softmax of each run of rows of a column x; run i is rows starts[i] .. starts[i + 1] - 1,
 * counted over all tasks, in one of them. With `weights`, positive, one for each row, it is that of
 * x + log(weight). Softmax of the scores of words, mixed, is attention over bags. */
struct value *value_softmax_runs(struct value *x, const size_t *starts, size_t runs,
                                 const real *weights);
/* The reverse of gather. The result has `tasks` tasks (1, or those of x) and the given offsets. It
 * starts as zeros, and row i of x is added to row index[i], in the order of i. */
struct value *value_scatter(struct value *x, size_t tasks, const size_t *offsets,
                            const uint32_t *index);

/* -- putting together and taking apart --------------------------------------------------------- */

/* Puts values side by side. A single row is repeated to match the rows of the others. */
struct value *value_concat(struct value *const *values, size_t count);
struct value *value_slice(struct value *x, size_t first, size_t columns);
/* Zeros with `columns` columns, of which those from `first` on are x. */
struct value *value_pad(struct value *x, size_t first, size_t columns);
/* The rows of a above those of b, for each task. */
struct value *value_concat_rows(struct value *a, struct value *b);
/* The first appends zero rows until every task has `rows`. The second keeps the first rows of x, as
 * many as `like` has. */
struct value *value_pad_rows(struct value *x, size_t rows);
struct value *value_unpad_rows(struct value *x, struct value *like);

/* -- rows of a task beside others of the same task --------------------------------------------- */

/* Softmax down each column of each task. */
struct value *value_softmax_columns(struct value *x);
/* softmax(scale q k') v. For each row of q (r x d), the result is the mean of the rows of v (s x c)
 * of the same task, weighted by how well the rows of k (s x d) match; s may also differ from task
 * to task. A task whose k and v have no rows gives 0. */
struct value *value_attend(struct value *q, struct value *k, struct value *v, double scale);
/* All pairs of a row of a and a row of b of the same task, r s rows in the order (1, 1), (1, 2)
 * ...: the left row of each pair, and the right one. value_pair_sum sums x, which has one row for
 * each pair, over the rows of b, to r x c. */
struct value *value_pair_left(struct value *a, struct value *b);
struct value *value_pair_right(struct value *a, struct value *b);
struct value *value_pair_sum(struct value *x, struct value *a, struct value *b);

/* -- small square matrices, per task or shared ------------------------------------------------- */

struct value *value_transpose(struct value *x);                         /* needs equal rows */
struct value *value_diagonal(struct value *x);                          /* n x 1 of n x n */
struct value *value_from_diagonal(struct value *x);                     /* n x n of n x 1 */
struct value *value_add_diagonal(struct value *x, struct value *added); /* added: 1 x 1 or n x 1 */
/* The part below the diagonal, plus the diagonal multiplied by `diagonal`. */
struct value *value_lower(struct value *x, double diagonal);

/* The lower triangular L with L L' = x. Only the lower triangle of x is read. The derivative
 * assumes that x is symmetric. Fails (NUMERIC) if x is not positive definite. */
struct value *value_cholesky(struct value *x);
/* L^-1 B, or L'^-1 B. */
struct value *value_solve_lower(struct value *lower, struct value *b, bool transpose);
/* X^-1 B for a symmetric positive definite X. */
struct value *value_solve(struct value *x, struct value *b);
/* log det X, 1 x 1, for a symmetric positive definite X. */
struct value *value_log_determinant(struct value *x);

#endif
