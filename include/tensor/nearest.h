/* SPDX-License-Identifier: MIT
 *
 * The rows of a sparse matrix that lie nearest to one of them.
 */
#ifndef TENSOR_NEAREST_H
#define TENSOR_NEAREST_H

#include "tensor/sparse_svd.h"

/* COSINE: 1 less the cosine of the angle, 0 .. 2: how long a row is does not count. EUCLID: the
 * length of the difference. */
enum distance { DISTANCE_COSINE, DISTANCE_EUCLID, DISTANCE_COUNT };

/* Writes the `most` nearest rows, nearest first, without `row` itself, and their distances. Returns
 * how many. Distances that differ by less than about 1e-9 are equal, and of equally near rows the
 * first in the matrix comes first. Rows of zeros have no direction, so COSINE leaves them out.
 * No column occurs twice in a row. */
size_t nearest_rows(const struct sparse_matrix *matrix, size_t row, enum distance distance,
                    size_t most, size_t *rows, double *distances);

#endif
