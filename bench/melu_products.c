/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "melu_products.h"

#include <stdlib.h>

#include <cblas.h>

#include "../src/tensor/blas.h"
#include "base/clock.h"
#include "base/memory.h"

enum { MOST_PRODUCTS = 1 << 16, ROUNDS = 10 };
static struct product products[MOST_PRODUCTS];
static size_t product_count;
static bool recording;

void __real_blas_product(const struct product *product, real alpha, const real *a, const real *b,
                         real beta, real *c);
void __wrap_blas_product(const struct product *product, real alpha, const real *a, const real *b,
                         real beta, real *c);

void __wrap_blas_product(const struct product *product, real alpha, const real *a, const real *b,
                         real beta, real *c)
{
    if (recording && product_count < MOST_PRODUCTS)
        products[product_count++] = *product;
    __real_blas_product(product, alpha, a, b, beta, c);
}

void products_record(bool record)
{
    recording = record;
}

double products_operations(void)
{
    double sum = 0;
    for (size_t i = 0; i < product_count; i++)
        sum +=
            2 * (double)products[i].rows * (double)products[i].columns * (double)products[i].inner;
    return sum;
}

static void multiply(const struct product *p, const float *a, const float *b, float *c)
{
    cblas_sgemm(CblasRowMajor, p->transpose_a ? CblasTrans : CblasNoTrans,
                p->transpose_b ? CblasTrans : CblasNoTrans, (int)p->rows, (int)p->columns,
                (int)p->inner, 1, a, (int)p->leading_a, b, (int)p->leading_b, 0, c,
                (int)p->leading_c);
}

double products_time(void)
{
    size_t largest = 1;
    for (size_t i = 0; i < product_count; i++) {
        const struct product *p = &products[i];
        size_t size = (p->rows + p->inner) * (p->columns + p->inner) + p->rows * p->columns;
        largest = size > largest ? size : largest;
    }
    float *a = memory_array(largest, sizeof *a), *b = memory_array(largest, sizeof *b);
    float *c = memory_array(largest, sizeof *c);
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double begin = clock_monotonic();
        for (size_t i = 0; i < product_count; i++)
            multiply(&products[i], a, b, c);
        double taken = 1000 * (clock_monotonic() - begin);
        best = taken < best ? taken : best;
    }
    free(a);
    free(b);
    free(c);
    return best;
}
