/* SPDX-License-Identifier: MIT
 *
 * Sums whose order does not depend on the machine. Private to the engine.
 */
#ifndef TENSOR_SUMS_H
#define TENSOR_SUMS_H

#include <stddef.h>

#include "tensor/real.h"

real sum_run(size_t count, const real *x);
real dot_run(size_t count, const real *a, const real *b);

#endif
