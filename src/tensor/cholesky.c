/* SPDX-License-Identifier: MIT
 *
 * Symmetric positive definite matrices: factor, triangular solves, solve. Matrices are small and
 * many, so plain loops work inside a block. Larger matrices are processed block by block, with one
 * product for everything before a block. A block of the factor is computed transposed, as a panel
 * whose rows are its columns, so that the loops run along contiguous memory.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blas.h"
#include "kernel.h"
#include "node.h"
#include "sums.h"
#include "tensor/operation.h"

enum { BLOCK = 32, PANEL = 64, CHUNK = 16 };

#ifdef THAW_REAL_DOUBLE
#define MATH(name) name
#else
#define MATH(name) name##f
#endif

/* -- one matrix: x of n x n, b of n x m ---------------------------------------------------------
 */

/* C (rows x columns) -= op(A) op(B). Each matrix has its own width. */
static void subtract_product(size_t rows, size_t columns, size_t inner, const real *a,
                             size_t wide_a, bool transpose_a, const real *b, size_t wide_b,
                             bool transpose_b, real *c, size_t wide_c)
{
    struct product product = {.transpose_a = transpose_a,
                              .transpose_b = transpose_b,
                              .rows = rows,
                              .columns = columns,
                              .inner = inner,
                              .leading_a = wide_a,
                              .leading_b = wide_b,
                              .leading_c = wide_c};
    if (inner > 0)
        blas_product(&product, -1, a, b, 1, c);
}

static size_t panel_width(size_t rows)
{
    return (rows + CHUNK - 1) / CHUNK * CHUNK;
}

/* Subtracts the contribution of earlier columns from column `column` of a panel, from row `column`
 * on. Some rows above it change too, but they are never read. Columns stand side by side, `width`
 * numbers each. */
KERNEL static void take_off_before(size_t column, size_t width, real *panel)
{
    real *at = panel + column * width;
    for (size_t first = column / CHUNK * CHUNK; first < width; first += CHUNK) {
        real left[CHUNK];
        for (size_t i = 0; i < CHUNK; i++)
            left[i] = at[first + i];
        for (size_t before = 0; before < column; before++) {
            const real *other = panel + before * width;
            for (size_t i = 0; i < CHUNK; i++)
                left[i] -= other[column] * other[first + i];
        }
        for (size_t i = 0; i < CHUNK; i++)
            at[first + i] = left[i];
    }
}

KERNEL static void divide(size_t count, real by, real *row)
{
    for (size_t i = 0; i < count; i++)
        row[i] /= by;
}

/* Factors a panel of `columns` columns and `rows` rows. Returns the first column whose pivot is not
 * positive, or `columns`. */
static size_t factor_panel(size_t columns, size_t rows, real *panel)
{
    size_t width = panel_width(rows);
    for (size_t column = 0; column < columns; column++) {
        real *at = panel + column * width;
        take_off_before(column, width, panel);
        if (!(at[column] > 0) || isinf(at[column]))
            return column;
        at[column] = MATH(sqrt)(at[column]);
        divide(rows - column - 1, at[column], at + column + 1);
    }
    return columns;
}

/* Copies rows from `first` on of columns first .. last - 1, transposed. Fills the rest with
 * zeros. */
static void lift(size_t n, size_t first, size_t last, const real *x, real *panel)
{
    size_t width = panel_width(n - first);
    memset(panel, 0, (last - first) * width * sizeof *panel);
    for (size_t row = first; row < n; row++)
        for (size_t column = first; column < last && column <= row; column++)
            panel[(column - first) * width + row - first] = x[row * n + column];
}

static void put_back(size_t n, size_t first, size_t last, const real *panel, real *x)
{
    size_t width = panel_width(n - first);
    for (size_t row = first; row < n; row++)
        for (size_t column = first; column < last; column++)
            x[row * n + column] = column <= row ? panel[(column - first) * width + row - first] : 0;
}

/* Numbers that the panel of `factor` needs. */
static size_t panel_size(size_t n)
{
    return panel_width(n) * (n < PANEL ? n : PANEL);
}

/* Replaces the lower triangle by the factor and the upper triangle by zeros. Returns the first row
 * whose pivot is not positive, or n. */
static size_t factor(size_t n, real *x, real *panel)
{
    for (size_t row = 0; row < n; row++)
        memset(x + row * n + row + 1, 0, (n - row - 1) * sizeof *x);
    for (size_t first = 0; first < n; first += PANEL) {
        size_t last = first + PANEL < n ? first + PANEL : n;
        real *from = x + first * n;
        subtract_product(n - first, last - first, first, from, n, false, from, n, true,
                         from + first, n);
        lift(n, first, last, x, panel);
        size_t failed = factor_panel(last - first, n - first, panel);
        if (failed < last - first)
            return first + failed;
        put_back(n, first, last, panel, x);
    }
    return n;
}

/* row -= factor * other */
KERNEL static void take_off(size_t count, real factor, const real *other, real *row)
{
    for (size_t i = 0; i < count; i++)
        row[i] -= factor * other[i];
}

/* Solves L x = b for one right-hand side, whose numbers are contiguous. */
static void solve_one_forwards(size_t n, const real *lower, real *b)
{
    for (size_t row = 0; row < n; row++)
        b[row] = (b[row] - dot_run(row, lower + row * n, b)) / lower[row * n + row];
}

static void solve_one_backwards(size_t n, const real *lower, real *b)
{
    for (size_t row = n; row-- > 0;) {
        b[row] /= lower[row * n + row];
        take_off(row, b[row], lower + row * n, b);
    }
}

/* Solves L X = B in place by forward substitution. */
static void solve_forwards(size_t n, const real *lower, size_t m, real *b)
{
    if (m == 1) {
        solve_one_forwards(n, lower, b);
        return;
    }
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t last = first + BLOCK < n ? first + BLOCK : n;
        subtract_product(last - first, m, first, lower + first * n, n, false, b, m, false,
                         b + first * m, m);
        for (size_t row = first; row < last; row++) {
            for (size_t before = first; before < row; before++)
                take_off(m, lower[row * n + before], b + before * m, b + row * m);
            divide(m, lower[row * n + row], b + row * m);
        }
    }
}

/* Solves L' X = B in place by backward substitution. */
static void solve_backwards(size_t n, const real *lower, size_t m, real *b)
{
    if (m == 1) {
        solve_one_backwards(n, lower, b);
        return;
    }
    for (size_t last = n; last > 0;) {
        size_t first = (last - 1) / BLOCK * BLOCK;
        subtract_product(last - first, m, n - last, lower + last * n + first, n, true, b + last * m,
                         m, false, b + first * m, m);
        for (size_t row = last; row-- > first;) {
            divide(m, lower[row * n + row], b + row * m);
            for (size_t before = first; before < row; before++)
                take_off(m, lower[row * n + before], b + row * m, b + before * m);
        }
        last = first;
    }
}

/* -- stacks ------------------------------------------------------------------------------------ */

static bool is_square(const struct value *x)
{
    return shape_rows(shape_of(x)) == x->columns;
}

static struct value *not_square(struct value *x, const char *operation)
{
    char text[80];
    return tape_fail(x->tape, ERROR_SCRIPT, "%s: %s, where square matrices are needed", operation,
                     value_shape(x, text, sizeof text));
}

static bool factor_stack(const struct value *x, real *factors, const char *operation)
{
    size_t n = x->columns, stored = value_stored(x);
    real *panel = tape_take(x->tape, panel_size(n) * sizeof *panel);
    if (!panel)
        return false;
    memcpy(factors, x->data, stored * n * n * sizeof *factors);
    for (size_t task = 0; task < stored; task++) {
        size_t failed = factor(n, factors + task * n * n, panel);
        if (failed == n)
            continue;
        char where[64] = "";
        if (stored > 1)
            snprintf(where, sizeof where, " of task %zu of %zu", task + 1, stored);
        return tape_fail(x->tape, ERROR_NUMERIC,
                         "%s: the matrix%s is not positive definite (row %zu of %zu); add more to "
                         "its diagonal",
                         operation, where, failed + 1, n) != NULL;
    }
    return true;
}

struct value *value_cholesky(struct value *x)
{
    if (!x)
        return NULL;
    return is_square(x) ? tape_record(OPERATION_cholesky, shape_of(x), &x, 1, NULL)
                        : not_square(x, "cholesky");
}

bool cholesky_forward(struct node *node)
{
    return factor_stack(node->operands[0], node->memory, "cholesky");
}

/* Murray 2016, "Differentiation of the Cholesky decomposition", eq. 9: the symmetric part of L'^-1
 * lower(L' G) L^-1, where lower() halves the diagonal. */
struct value *cholesky_derivative(struct node *node, struct value *gradient, size_t operand)
{
    (void)operand;
    struct value *lower = &node->value;
    struct value *inner =
        value_lower(value_matmul(lower, value_lower(gradient, 1), true, false), 0.5);
    struct value *left = value_solve_lower(lower, inner, true);
    struct value *both = value_solve_lower(lower, value_transpose(left), true);
    return value_scale(value_add(both, value_transpose(both)), 0.5);
}

/* -- solve_lower ------------------------------------------------------------------------------- */

/* The shape of X^-1 B. False, with the reason in the tape's error, if X and B do not fit. */
static bool solution_shape(struct value *x, struct value *b, const char *operation,
                           struct shape *shape)
{
    size_t tasks = x->tasks > b->tasks ? x->tasks : b->tasks;
    if (!is_square(x))
        return not_square(x, operation) != NULL;
    if (shape_rows(shape_of(b)) != x->columns || (x->tasks != tasks && x->tasks != 1) ||
        (b->tasks != tasks && b->tasks != 1))
        return tape_mismatch(x, b, operation, "does not go with a right side of") != NULL;
    *shape = (struct shape){tasks, b->columns, offsets_even(b->tape, tasks, x->columns)};
    return true;
}

/* Fills node->memory with a copy of the right-hand sides for each task. */
static void copy_right_sides(struct node *node, const struct value *b)
{
    size_t size = b->columns * value_task_rows(b, 0);
    for (size_t task = 0; task < node->stored; task++)
        memcpy(node_matrix(node, task), value_task(b, b->tasks == 1 ? 0 : task),
               size * sizeof(real));
}

struct value *value_solve_lower(struct value *lower, struct value *b, bool transpose)
{
    struct shape shape;
    if (!lower || !b || !solution_shape(lower, b, "solve_lower", &shape))
        return NULL;
    return tape_record(OPERATION_solve_lower, shape, (struct value *[]){lower, b}, 2,
                       &(struct settings){.flag = transpose});
}

bool solve_lower_forward(struct node *node)
{
    const struct value *lower = node->operands[0];
    copy_right_sides(node, node->operands[1]);
    for (size_t task = 0; task < node->stored; task++)
        (node->settings.flag ? solve_backwards : solve_forwards)(
            lower->columns, value_task(lower, lower->tasks == 1 ? 0 : task), node->value.columns,
            node_matrix(node, task));
    return true;
}

/* X = L^-1 B: dB = L'^-1 G, dL = -lower(dB X'). X = L'^-1 B: dB = L^-1 G, dL = -lower(X dB'). */
struct value *solve_lower_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *lower = node->operands[0], *x = &node->value;
    bool transpose = node->settings.flag;
    struct value *right = value_solve_lower(lower, gradient, !transpose);
    if (operand == 1)
        return value_sum_like(right, node->operands[1]);
    struct value *outer =
        transpose ? value_matmul(x, right, false, true) : value_matmul(right, x, false, true);
    return value_negate(value_lower(value_sum_like(outer, lower), 1));
}

/* -- solve ------------------------------------------------------------------------------------- */

static struct value *solve(struct value *x, struct value *b, const real *factor)
{
    struct shape shape;
    if (!x || !b || !solution_shape(x, b, "solve", &shape))
        return NULL;
    return tape_record(OPERATION_solve, shape, (struct value *[]){x, b}, 2,
                       &(struct settings){.factor = factor});
}

struct value *value_solve(struct value *x, struct value *b)
{
    return solve(x, b, NULL);
}

bool solve_forward(struct node *node)
{
    const struct value *x = node->operands[0];
    size_t n = x->columns;
    if (!node->settings.factor) {
        real *factors = tape_take(x->tape, value_stored(x) * n * n * sizeof *factors);
        if (!factors || !factor_stack(x, factors, "solve"))
            return false;
        node->settings.factor = factors;
    }
    copy_right_sides(node, node->operands[1]);
    for (size_t task = 0; task < node->stored; task++) {
        const real *lower = node->settings.factor + (value_stored(x) == 1 ? 0 : task * n * n);
        solve_forwards(n, lower, node->value.columns, node_matrix(node, task));
        solve_backwards(n, lower, node->value.columns, node_matrix(node, task));
    }
    return true;
}

/* dB = X^-1 G, dX = -dB solution'. */
struct value *solve_derivative(struct node *node, struct value *gradient, size_t operand)
{
    struct value *x = node->operands[0];
    struct value *right = solve(x, gradient, node->settings.factor);
    if (operand == 1)
        return value_sum_like(right, node->operands[1]);
    return value_negate(value_sum_like(value_matmul(right, &node->value, false, true), x));
}

struct value *value_log_determinant(struct value *x)
{
    struct value *logs = value_log(value_diagonal(value_cholesky(x)));
    return value_scale(value_sum(logs, EACH_TASK), 2);
}
