/* SPDX-License-Identifier: MIT
 *
 * The engine's own products on machines with 512-bit vectors. Private to the engine.
 */
#ifndef TENSOR_WIDE_PRODUCT_H
#define TENSOR_WIDE_PRODUCT_H

#include "blas.h"

/* False if `real` is double or the machine has no such vectors. All products are then left to
 * BLAS. */
bool wide_product_is_possible(void);
/* Like blas_product, for products that are not empty. */
void wide_product(const struct product *product, real alpha, const real *a, const real *b,
                  real beta, real *c);

#endif
