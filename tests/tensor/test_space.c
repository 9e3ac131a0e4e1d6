/* SPDX-License-Identifier: MIT
 *
 * Nearest rows, principal components and t-SNE against a program in NumPy (space_oracle.py), the
 * gradient of t-SNE against finite differences, and what has no direction or no extent.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "space_oracle.inc"
#include "tensor/nearest.h"
#include "tensor/planar.h"
#include "tensor/tsne.h"

enum { ROWS = 60, COLUMNS = 9, ASKED = 16, NEAR = 20 };

struct space {
    size_t starts[ROWS + 1];
    uint32_t column[ROWS * COLUMNS];
    double value[ROWS * COLUMNS];
    struct sparse_matrix matrix;
};

static struct space space;

/* The formula of space_oracle.py: with equal rows, and with a row of zeros. */
static int make_space(void **state)
{
    (void)state;
    size_t used = 0;
    for (long long row = 0; row < ROWS; row++) {
        long long r = row % 11 == 10 ? row - 5 : row;
        for (long long c = 0; c < COLUMNS; c++) {
            double value = (double)((r * r * 7 + c * 13 + r * c * 3) % 17 - 8);
            if (row == 4 || (r * 5 + c * 3) % 4 != 0 || value == 0)
                continue;
            space.column[used] = (uint32_t)c;
            space.value[used++] = value;
        }
        space.starts[row + 1] = used;
    }
    space.matrix =
        (struct sparse_matrix){ROWS, COLUMNS, space.starts, space.column, space.value, NULL};
    return 0;
}

static void expect_nearest(enum distance distance, const size_t *rows, const double *far)
{
    size_t found[NEAR];
    double distances[NEAR];
    assert_int_equal(nearest_rows(&space.matrix, ASKED, distance, NEAR, found, distances), NEAR);
    for (size_t i = 0; i < NEAR; i++) {
        assert_int_equal(found[i], rows[i]);
        assert_true(fabs(distances[i] - far[i]) < 1e-12);
    }
}

static void nearest_rows_are_those_of_numpy(void **state)
{
    (void)state;
    expect_nearest(DISTANCE_COSINE, cosine_rows, cosine_far);
    expect_nearest(DISTANCE_EUCLID, euclid_rows, euclid_far);
}

static void a_row_of_zeros_has_no_direction(void **state)
{
    (void)state;
    size_t found[ROWS];
    double distances[ROWS];
    assert_int_equal(nearest_rows(&space.matrix, 4, DISTANCE_COSINE, ROWS, found, distances), 0);
    assert_int_equal(nearest_rows(&space.matrix, 4, DISTANCE_EUCLID, ROWS, found, distances),
                     ROWS - 1);
    size_t count = nearest_rows(&space.matrix, 5, DISTANCE_COSINE, ROWS, found, distances);
    assert_true(count < ROWS - 1);
    for (size_t i = 0; i < count; i++)
        assert_true(found[i] != 4 && found[i] != 5);
    assert_int_equal(found[0], 10); /* the same row again */
    assert_true(distances[0] < 1e-12);
}

static void principal_components_are_those_of_numpy(void **state)
{
    (void)state;
    double points[2 * ROWS], again[2 * ROWS], shares[2];
    assert_int_equal(planar_principal(&space.matrix, points, shares), 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(fabs(shares[i] - principal_shares[i]) < 1e-9);
    for (size_t i = 0; i < 2 * ROWS; i++)
        if (fabs(points[i] - principal_points[i]) > 1e-6)
            fail_msg("number %zu is %.9g, not %.9g", i, points[i], principal_points[i]);
    planar_principal(&space.matrix, again, shares);
    assert_memory_equal(points, again, sizeof points);
}

static void equal_rows_and_rows_on_a_line_are_known(void **state)
{
    (void)state;
    static const size_t starts[] = {0, 2, 4, 6};
    static const uint32_t column[] = {0, 1, 0, 1, 0, 1};
    static const double equal[] = {0.1, 3, 0.1, 3, 0.1, 3}, line[] = {1, 2, 2, 4, 5, 10};
    double points[6], shares[2];
    struct sparse_matrix matrix = {3, 2, starts, column, equal, NULL};
    assert_int_equal(planar_principal(&matrix, points, shares), 0);
    matrix.value = line;
    assert_int_equal(planar_principal(&matrix, points, shares), 1);
    assert_true(fabs(shares[0] - 1) < 1e-12 && points[1] == 0);
    matrix.columns = 1;
    static const size_t single[] = {0, 1, 2, 3};
    static const uint32_t zero[] = {0, 0, 0};
    matrix = (struct sparse_matrix){3, 1, single, zero, line, NULL};
    assert_int_equal(planar_principal(&matrix, points, shares), 1);
}

static void the_gradient_is_that_of_the_divergence(void **state)
{
    (void)state;
    enum { FEW = 25 };
    static const double STEP = 1e-5;
    double x[FEW], y[FEW], by_x[FEW], by_y[FEW], *const axes[] = {x, y};
    struct sparse_matrix few = space.matrix;
    few.rows = FEW;
    double *affinities = tsne_affinities(&few, 5), sum = 0;
    for (size_t i = 0; i < FEW * FEW; i++)
        sum += affinities[i];
    assert_true(fabs(sum - 1) < 1e-12);
    for (size_t i = 0; i < FEW; i++) {
        x[i] = sin(3.0 * (double)i);
        y[i] = cos(5.0 * (double)i * (double)i);
    }
    tsne_gradient(affinities, FEW, x, y, 1, by_x, by_y);
    for (size_t i = 0; i < 2 * FEW; i++) {
        double *number = &axes[i % 2][i / 2], kept = *number;
        *number = kept + STEP;
        double above = tsne_loss(affinities, FEW, x, y);
        *number = kept - STEP;
        double below = tsne_loss(affinities, FEW, x, y);
        *number = kept;
        double expected = (above - below) / (2 * STEP), got = (i % 2 ? by_y : by_x)[i / 2];
        if (fabs(got - expected) > 1e-8)
            fail_msg("gradient %zu is %.12g, by differences %.12g", i, got, expected);
    }
    free(affinities);
}

static void t_sne_ends_where_numpy_does(void **state)
{
    (void)state;
    double points[2 * ROWS], again[2 * ROWS], shares[2], squares = 0;
    planar_principal(&space.matrix, points, shares);
    for (size_t i = 0; i < ROWS; i++)
        squares += points[2 * i] * points[2 * i] / ROWS;
    for (size_t i = 0; i < 2 * ROWS; i++)
        points[i] = points[i] / sqrt(squares) * 1e-4 + 1e-5 * sin(1 + (double)i);
    memcpy(again, points, sizeof points);
    double loss = planar_tsne(&space.matrix, 12, 300, points);
    if (fabs(loss / tsne_loss_of_numpy - 1) > 0.02)
        fail_msg("the divergence is %g, NumPy's %g", loss, tsne_loss_of_numpy);
    assert_true(planar_tsne(&space.matrix, 12, 300, again) == loss);
    assert_memory_equal(points, again, sizeof points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_rows_are_those_of_numpy),
        cmocka_unit_test(a_row_of_zeros_has_no_direction),
        cmocka_unit_test(principal_components_are_those_of_numpy),
        cmocka_unit_test(equal_rows_and_rows_on_a_line_are_known),
        cmocka_unit_test(the_gradient_is_that_of_the_divergence),
        cmocka_unit_test(t_sne_ends_where_numpy_does),
    };
    return cmocka_run_group_tests_name("space", tests, make_space, NULL);
}
