/* SPDX-License-Identifier: MIT
 *
 * The only door to BLAS: matrices stored row by row, products that may be empty.
 */
#ifndef TENSOR_BLAS_H
#define TENSOR_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

/* op(A) is rows x inner, op(B) inner x columns; a leading dimension is that of the stored matrix.
 */
struct product {
    bool transpose_a, transpose_b;
    size_t rows, columns, inner;
    size_t leading_a, leading_b, leading_c;
};

/* C = alpha op(A) op(B) + beta C, with beta 0 or 1. C must not overlap A or B. */
void blas_product(const struct product *product, real alpha, const real *a, const real *b,
                  real beta, real *c);

#endif
