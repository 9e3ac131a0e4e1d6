/* SPDX-License-Identifier: MIT
 *
 * Singular vectors of sparse matrices: by their definition, with known values, of low rank, and
 * with the same bits each time.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "tensor/engine.h"
#include "tensor/sparse_svd.h"

enum { ROWS = 700, COLUMNS = 500, EACH = 9, WANTED = 20 };

/* A matrix of EACH random numbers a row. */
struct sample {
    size_t starts[ROWS + 1];
    uint32_t column[ROWS * EACH];
    double value[ROWS * EACH];
    struct sparse_matrix matrix;
};

static struct sample *make(size_t columns)
{
    struct sample *sample = memory_new(sizeof *sample);
    struct random random = random_at(5, RANDOM_CHECK, 0, 0);
    for (size_t row = 0; row < ROWS; row++) {
        sample->starts[row + 1] = sample->starts[row] + EACH;
        for (size_t at = sample->starts[row]; at < sample->starts[row + 1]; at++) {
            sample->column[at] = random_below(&random, (uint32_t)columns);
            sample->value[at] = random_normal(&random) * (1 + (double)(row % 5));
        }
    }
    sample->matrix =
        (struct sparse_matrix){ROWS, columns, sample->starts, sample->column, sample->value, NULL};
    return sample;
}

/* The largest entry of A'A v - s^2 v. */
static double residual(const struct sparse_matrix *matrix, double singular, const double *vector)
{
    double *image = memory_array(matrix->columns, sizeof *image), most = 0;
    for (size_t row = 0; row < matrix->rows; row++) {
        double sum = 0;
        for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
            sum += matrix->value[at] * vector[matrix->column[at]];
        for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
            image[matrix->column[at]] += matrix->value[at] * sum;
    }
    for (size_t c = 0; c < matrix->columns; c++)
        most = fmax(most, fabs(image[c] - singular * singular * vector[c]));
    free(image);
    return most;
}

static double product(const double *a, const double *b, size_t size)
{
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += a[i] * b[i];
    return sum;
}

static void check(size_t columns)
{
    struct sample *sample = make(columns);
    double values[WANTED], *right = memory_array(WANTED * columns, sizeof *right);
    double again[WANTED], *same = memory_array(WANTED * columns, sizeof *same);
    sparse_svd(&sample->matrix, WANTED, values, right);
    sparse_svd(&sample->matrix, WANTED, again, same);
    assert_memory_equal(values, again, sizeof values);
    assert_memory_equal(right, same, WANTED * columns * sizeof *right);
    for (size_t i = 0; i < WANTED; i++) {
        const double *vector = right + i * columns;
        assert_true(residual(&sample->matrix, values[i], vector) < 1e-9 * values[0] * values[0]);
        assert_true(i == 0 || values[i] <= values[i - 1]);
        for (size_t j = 0; j <= i; j++)
            assert_true(fabs(product(vector, right + j * columns, columns) - (i == j)) < 1e-12);
        double most = 0;
        for (size_t c = 0; c < columns; c++)
            most = fabs(vector[c]) > fabs(most) ? vector[c] : most;
        assert_true(most > 0);
    }
    free(right);
    free(same);
    free(sample);
}

static void vectors_satisfy_their_equation(void **state)
{
    (void)state;
    check(COLUMNS);
    check(100);
}

/* The columns of a diagonal matrix in another order: its values are what stands in it. */
static void known_values_are_found_with_none_left_out(void **state)
{
    static size_t starts[COLUMNS + 1];
    static uint32_t column[COLUMNS];
    static double value[COLUMNS];
    double values[WANTED], *right = memory_array(WANTED * COLUMNS, sizeof *right);
    (void)state;
    for (uint32_t i = 0; i < COLUMNS; i++) {
        starts[i + 1] = i + 1;
        column[i] = (7 * i + 3) % COLUMNS;
        value[i] = -(1 + 0.01 * i);
    }
    const struct sparse_matrix matrix = {COLUMNS, COLUMNS, starts, column, value, NULL};
    sparse_svd(&matrix, WANTED, values, right);
    for (uint32_t i = 0; i < WANTED; i++) {
        uint32_t row = COLUMNS - 1 - i;
        assert_true(fabs(values[i] - (1 + 0.01 * row)) < 1e-10);
        assert_true(fabs(right[i * COLUMNS + column[row]] - 1) < 1e-8);
    }
    free(right);
}

/* Three rows, each four hundred times, of four hundred columns; and nothing at all. */
static void beyond_the_rank_is_zero(void **state)
{
    static size_t starts[3 + 1] = {0, 2, 4, 6};
    static const uint32_t column[6] = {1, 7, 2, 8, 3, 399};
    static const double value[6] = {3, 4, 5, 12, 8, 6};
    double values[5], *right = memory_array(5 * (size_t)400, sizeof *right);
    (void)state;
    sparse_svd(&(struct sparse_matrix){3, 400, starts, column, value, NULL}, 5, values, right);
    assert_true(fabs(values[0] - 13) < 1e-12);
    assert_true(fabs(values[1] - 10) < 1e-12);
    assert_true(fabs(values[2] - 5) < 1e-12);
    assert_true(values[3] == 0 && values[4] == 0);
    assert_true(fabs(right[400 + 3] - 0.8) < 1e-12);
    for (size_t i = 3 * 400; i < 5 * 400; i++)
        assert_true(right[i] == 0);
    memset(starts, 0, sizeof starts);
    sparse_svd(&(struct sparse_matrix){3, 400, starts, column, value, NULL}, 5, values, right);
    for (size_t i = 0; i < 5 * 400; i++)
        assert_true(right[i] == 0 && values[i / 400] == 0);
    free(right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_satisfy_their_equation),
        cmocka_unit_test(known_values_are_found_with_none_left_out),
        cmocka_unit_test(beyond_the_rank_is_zero),
    };
    engine_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
