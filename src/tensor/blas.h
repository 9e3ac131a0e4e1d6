/* SPDX-License-Identifier: MIT
 *
 * The only place that calls BLAS. Matrices are stored row by row, and products may be empty.
 */
#ifndef TENSOR_BLAS_H
#define TENSOR_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

/* op(A) is rows x inner, op(B) is inner x columns. A leading dimension is the row width of the
 * matrix as stored. */
struct product {
    bool transpose_a, transpose_b;
    size_t rows, columns, inner;
    size_t leading_a, leading_b, leading_c;
};

/* C = alpha op(A) op(B) + beta C, with beta 0 or 1. C must not overlap A or B. */
void blas_product(const struct product *product, real alpha, const real *a, const real *b,
                  real beta, real *c);

#endif
