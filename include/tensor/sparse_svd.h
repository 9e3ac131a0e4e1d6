/* SPDX-License-Identifier: MIT
 *
 * The first singular values and vectors of a sparse matrix, in double precision whatever `real` is.
 */
#ifndef TENSOR_SPARSE_SVD_H
#define TENSOR_SPARSE_SVD_H

#include <stddef.h>
#include <stdint.h>

/* Row r holds value[at] in column column[at], at = starts[r] .. starts[r + 1] - 1. */
struct sparse_matrix {
    size_t rows, columns;
    const size_t *starts; /* rows + 1 */
    const uint32_t *column;
    const double *value;
    const double *mean; /* of each column: taken from every row, also where it is 0; NULL for 0 */
};

/* The bytes that sparse_svd takes while it works. */
uint64_t sparse_svd_bytes(size_t columns, size_t count);

/* Writes the `count` largest singular values, descending, to `values`, and the right singular
 * vector of each to right[i * columns] .. right[(i + 1) * columns - 1]. Of each vector the entry
 * with the largest magnitude, the first of equals, is positive. Beyond the rank, values and vectors
 * are 0. count is at most `columns`.
 *
 * Eigenvectors of A'A by Lanczos with full orthogonalisation: over all columns if they are few,
 * else with thick restarts (Wu and Simon 2000) until the residuals are below 1e-12 of the largest
 * eigenvalue.
 * The same matrix gives the same bits with the same kernels (engine_core). */
void sparse_svd(const struct sparse_matrix *matrix, size_t count, double *values, double *right);

#endif
