/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "tensor/engine.h"

#include <assert.h>
#include <cblas.h>
#include <limits.h>

#include "blas.h"
#include "wide_product.h"

#ifdef THAW_REAL_DOUBLE
#define GEMM cblas_dgemm
#else
#define GEMM cblas_sgemm
#endif

void engine_start(void)
{
    openblas_set_num_threads(1);
}

const char *engine_core(void)
{
    return openblas_get_corename();
}

const char *engine_products(void)
{
    return wide_product_is_possible() ? "AVX-512" : "BLAS";
}

/* B is too large to stay in a cache while rows of A pass by. BLAS, which packs B, is faster
 * then. */
static bool is_large(const struct product *product)
{
    return product->rows > 256 && product->columns > 256 && product->inner > 256;
}

void blas_product(const struct product *product, real alpha, const real *a, const real *b,
                  real beta, real *c)
{
    const struct product *p = product;
    if (p->rows == 0 || p->columns == 0)
        return;
    assert(p->rows <= INT_MAX && p->columns <= INT_MAX && p->inner <= INT_MAX);
    if (p->inner == 0 && beta == 0)
        for (size_t row = 0; row < p->rows; row++)
            for (size_t column = 0; column < p->columns; column++)
                c[row * p->leading_c + column] = 0;
    if (p->inner == 0)
        return;
    if (wide_product_is_possible() && !is_large(p)) {
        wide_product(p, alpha, a, b, beta, c);
        return;
    }
    GEMM(CblasRowMajor, p->transpose_a ? CblasTrans : CblasNoTrans,
         p->transpose_b ? CblasTrans : CblasNoTrans, (int)p->rows, (int)p->columns, (int)p->inner,
         alpha, a, (int)p->leading_a, b, (int)p->leading_b, beta, c, (int)p->leading_c);
}
