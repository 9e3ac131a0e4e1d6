/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tensor/planar.h"

/* A direction with less of the variance than this is rounding. */
static const double LEAST_SHARE = 1e-12;

static double *mean_of(const struct sparse_matrix *matrix)
{
    double *mean = memory_array(matrix->columns, sizeof *mean);
    for (size_t at = 0; at < matrix->starts[matrix->rows]; at++)
        mean[matrix->column[at]] += matrix->value[at];
    for (size_t c = 0; c < matrix->columns; c++)
        mean[c] /= (double)matrix->rows;
    return mean;
}

/* The sum of squared distances from the mean. `most` is that from zero. */
static double spread_of(const struct sparse_matrix *matrix, const double *mean, double *most)
{
    double sum = 0;
    *most = 0;
    for (size_t at = 0; at < matrix->starts[matrix->rows]; at++) {
        double here = mean[matrix->column[at]], gap = matrix->value[at] - here;
        sum += gap * gap - here * here;
        *most += matrix->value[at] * matrix->value[at];
    }
    for (size_t c = 0; c < matrix->columns; c++)
        sum += (double)matrix->rows * mean[c] * mean[c];
    return sum;
}

static double along(const struct sparse_matrix *matrix, size_t row, const double *direction)
{
    double sum = 0;
    for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
        sum += matrix->value[at] * direction[matrix->column[at]];
    return sum;
}

int planar_principal(const struct sparse_matrix *matrix, double *points, double shares[2])
{
    size_t columns = matrix->columns, wanted = columns < 2 ? columns : 2;
    double values[2] = {0, 0}, *right = memory_array(2 * columns + 1, sizeof *right), most;
    double *mean = mean_of(matrix), spread = spread_of(matrix, mean, &most);
    struct sparse_matrix centred = *matrix;
    centred.mean = mean;
    int found = 0;
    bool flat = !(spread > LEAST_SHARE * most);
    if (!flat)
        sparse_svd(&centred, wanted, values, right);
    for (size_t i = 0; i < 2; i++) {
        const double *direction = right + i * columns;
        double shift = 0;
        shares[i] = flat ? 0 : values[i] * values[i] / spread;
        bool there = shares[i] > LEAST_SHARE;
        found += there;
        for (size_t c = 0; there && c < columns; c++)
            shift += mean[c] * direction[c];
        for (size_t row = 0; row < matrix->rows; row++)
            points[2 * row + i] = there ? along(matrix, row, direction) - shift : 0;
    }
    free(right);
    free(mean);
    return found;
}
