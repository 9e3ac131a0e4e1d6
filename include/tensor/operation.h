/* SPDX-License-Identifier: MIT
 *
 * What can be computed with values; tape.h says what they are, and what NULL means.
 *
 * Tasks: operands are shared or have the same number T of tasks; the result has T where any operand
 * has. Rows and columns broadcast in operations marked (b): per task, the shapes are equal, or one
 * of them has one row, or one column, or both (a row vector, a column vector, a number).
 *
 * Shapes below are per task: r may differ from task to task, everything else may not.
 */
#ifndef TENSOR_OPERATION_H
#define TENSOR_OPERATION_H

#include <stdint.h>

#include "tensor/tape.h"

/* -- products ---------------------------------------------------------------------------------- */

/* A B, with A' for `transpose_a` and B' for `transpose_b`. */
struct value *value_matmul(struct value *a, struct value *b, bool transpose_a, bool transpose_b);
/* Sum over tasks of A B, shared: A'B of two ragged stacks is one product over all rows. */
struct value *value_matmul_total(struct value *a, struct value *b, bool transpose_a,
                                 bool transpose_b);
/* X W + b for a layer: r x k, k x n, and b of 1 x n. */
struct value *value_layer(struct value *x, struct value *weights, struct value *bias);
/* The same with those rows of b, or of the weights, that begin with row `first`, as many as a has
 * columns: inputs that come in parts, such as those of a task and those of its rows, are multiplied
 * part by part. */
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
/* If both are equal the derivative goes to `a`. (b) */
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

/* Passes numbers through; no gradient flows back. */
struct value *value_stop_gradient(struct value *x);

/* Sets each number to 0 with probability `rate` in [0, 1), divides the others by 1 - rate. What
 * falls is a function of seed, place (such as the step), the task's number and the position in its
 * matrix. `task_numbers` (one a task, borrowed for the call) says which tasks these are, whatever
 * shard they are in; NULL numbers them from 0. */
struct value *value_dropout(struct value *x, double rate, uint64_t seed, uint32_t place,
                            const uint32_t *task_numbers);
/* Standard normal numbers in the shape of `like`, a constant: a function of seed, place, the task's
 * place in the stack and the position in its matrix. */
struct value *value_noise(struct value *like, uint64_t seed, uint32_t place);

/* -- by row ------------------------------------------------------------------------------------ */

struct value *value_softmax(struct value *x);
struct value *value_log_sum_exp(struct value *x); /* r x 1 */

/* -- sums -------------------------------------------------------------------------------------- */

/* What is left after adding up: */
enum reduction {
    EACH_ROW,    /* r x 1: along each row */
    EACH_COLUMN, /* 1 x c per task: down each column of each task */
    EACH_TASK,   /* 1 x 1 per task: all of a task's matrix */
    OVER_TASKS,  /* shared: matrices of equal shape, added entry by entry */
    OVER_ALL,    /* 1 x 1 shared */
};
struct value *value_sum(struct value *x, enum reduction reduction);
/* Sum divided by how many were added; 0 if there were none. OVER_ALL weighs every entry the
 * same: for equal weight of tasks take the mean EACH_TASK, then OVER_TASKS. */
struct value *value_mean(struct value *x, enum reduction reduction);

/* Sums over tasks, rows and columns until it has the shape of `like`, which must broadcast to x;
 * and the reverse. Each is the derivative of the other. */
struct value *value_sum_like(struct value *x, struct value *like);
struct value *value_expand_like(struct value *x, struct value *like);

/* A shared value as `tasks` equal matrices whose gradients are kept apart: where an inner loop
 * starts. It is stored once, and what is computed from it alone is computed once. */
struct value *value_replicate(struct value *x, size_t tasks);

/* -- rows by number ---------------------------------------------------------------------------- */

/* Index arrays are borrowed until the reset. A number beyond the table is an error. */

/* Row i of the result (`tasks`, `offsets` as for a leaf) is row index[i] of the table: of its
 * task's matrix where the table is not shared. */
struct value *value_gather(struct value *table, size_t tasks, const size_t *offsets,
                           const uint32_t *index);
/* Row i of the result is the sum of the rows index[starts[i]] .. index[starts[i + 1] - 1], each
 * times its entry of `weights` (NULL: 1); no rows give 0. */
struct value *value_bag(struct value *table, size_t tasks, const size_t *offsets,
                        const size_t *starts, const uint32_t *index, const real *weights);
/* The reverse: adds row i of x to row index[i] of zeros with `tasks` tasks (1, or those of x) of
 * the given offsets, in the order of i. */
struct value *value_scatter(struct value *x, size_t tasks, const size_t *offsets,
                            const uint32_t *index);

/* -- putting together and taking apart --------------------------------------------------------- */

/* Side by side; a single row is repeated to the rows of the others. */
struct value *value_concat(struct value *const *values, size_t count);
struct value *value_slice(struct value *x, size_t first, size_t columns);
/* x as columns first .. of zeros with `columns` columns. */
struct value *value_pad(struct value *x, size_t first, size_t columns);
/* The rows of a above those of b, task by task. */
struct value *value_concat_rows(struct value *a, struct value *b);
/* Zero rows below until every task has `rows`; and the first rows of x, as many as `like` has. */
struct value *value_pad_rows(struct value *x, size_t rows);
struct value *value_unpad_rows(struct value *x, struct value *like);

/* -- rows of a task beside others of the same task --------------------------------------------- */

/* Softmax down each column of each task. */
struct value *value_softmax_columns(struct value *x);
/* softmax(scale q k') v: for each row of q, r x d, the mean of the rows of v, s x c, of its task,
 * weighted by how well the row of k, s x d, fits; s may differ from task to task, too. A task in
 * which there is nothing to attend to gives 0. */
struct value *value_attend(struct value *q, struct value *k, struct value *v, double scale);
/* Each row of a beside each row of b of the same task, r s rows in the order (1, 1), (1, 2) ...:
 * what stands on either side. And the sum of one row for each pair over the rows of b, r x c. */
struct value *value_pair_left(struct value *a, struct value *b);
struct value *value_pair_right(struct value *a, struct value *b);
struct value *value_pair_sum(struct value *x, struct value *a, struct value *b);

/* -- small square matrices, per task or shared ------------------------------------------------- */

struct value *value_transpose(struct value *x);                         /* needs equal rows */
struct value *value_diagonal(struct value *x);                          /* n x 1 of n x n */
struct value *value_from_diagonal(struct value *x);                     /* n x n of n x 1 */
struct value *value_add_diagonal(struct value *x, struct value *added); /* added: 1 x 1 or n x 1 */
/* The part below the diagonal, and the diagonal times `diagonal`. */
struct value *value_lower(struct value *x, double diagonal);

/* The lower triangular L with L L' = x. Only the lower triangle of x is read; the derivative is
 * that of a symmetric x. Fails (NUMERIC) if x is not positive definite. */
struct value *value_cholesky(struct value *x);
/* L^-1 B, or L'^-1 B. */
struct value *value_solve_lower(struct value *lower, struct value *b, bool transpose);
/* X^-1 B for a symmetric positive definite X. */
struct value *value_solve(struct value *x, struct value *b);
/* log det X, 1 x 1, for a symmetric positive definite X. */
struct value *value_log_determinant(struct value *x);

#endif
