/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "tensor/nearest.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

struct near {
    int64_t key; /* the distance in units of 1e-9 */
    double distance;
    size_t row;
};

static double square_of(const struct sparse_matrix *matrix, size_t row)
{
    double sum = 0;
    for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
        sum += matrix->value[at] * matrix->value[at];
    return sum;
}

/* `whole` is the row that is asked for, `square` its length squared. */
static double euclid(const struct sparse_matrix *matrix, size_t row, const double *whole,
                     double square)
{
    for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++) {
        double here = whole[matrix->column[at]], gap = matrix->value[at] - here;
        square += gap * gap - here * here;
    }
    return sqrt(fmax(square, 0));
}

static double cosine(const struct sparse_matrix *matrix, size_t row, const double *whole,
                     double square)
{
    double product = 0;
    for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
        product += matrix->value[at] * whole[matrix->column[at]];
    return fmax(1 - product / sqrt(square * square_of(matrix, row)), 0);
}

static int by_distance(const void *left, const void *right)
{
    const struct near *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static size_t measure(const struct sparse_matrix *matrix, size_t row, enum distance distance,
                      struct near *all)
{
    double *whole = memory_array(matrix->columns, sizeof *whole), square = square_of(matrix, row);
    bool directed = distance == DISTANCE_COSINE;
    size_t count = 0;
    for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
        whole[matrix->column[at]] = matrix->value[at];
    for (size_t r = 0; r < matrix->rows && !(directed && square == 0); r++) {
        if (r == row || (directed && square_of(matrix, r) == 0))
            continue;
        double far = (directed ? cosine : euclid)(matrix, r, whole, square);
        all[count++] = (struct near){llround(far * 1e9), far, r};
    }
    free(whole);
    return count;
}

size_t nearest_rows(const struct sparse_matrix *matrix, size_t row, enum distance distance,
                    size_t most, size_t *rows, double *distances)
{
    struct near *all = memory_array(matrix->rows, sizeof *all);
    size_t count = measure(matrix, row, distance, all);
    qsort(all, count, sizeof *all, by_distance);
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++) {
        rows[i] = all[i].row;
        distances[i] = all[i].distance;
    }
    free(all);
    return count;
}
