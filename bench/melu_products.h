/* SPDX-License-Identifier: MIT
 *
 * Records every product of one step, to time it alone through BLAS. Linked with
 * --wrap=blas_product.
 */
#ifndef BENCH_MELU_PRODUCTS_H
#define BENCH_MELU_PRODUCTS_H

#include <stdbool.h>

/* Starts or stops recording. Works with one thread only. */
void products_record(bool record);
/* Multiplications and additions in all recorded products. */
double products_operations(void);
/* Milliseconds that the products take one after another through cblas_sgemm; the best of a few
 * rounds. */
double products_time(void);

#endif
