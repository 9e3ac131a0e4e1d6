/* SPDX-License-Identifier: MIT
 *
 * Every product of one step, to be done again alone by BLAS: linked with --wrap=blas_product.
 */
#ifndef BENCH_MELU_PRODUCTS_H
#define BENCH_MELU_PRODUCTS_H

#include <stdbool.h>

/* Only with one thread. */
void products_record(bool record);
/* Multiplications and additions of all of them. */
double products_operations(void);
/* Milliseconds that they take one after another through cblas_sgemm, the best of a few rounds. */
double products_time(void);

#endif
