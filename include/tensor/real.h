/* SPDX-License-Identifier: MIT
 *
 * The type of all numbers in values: float, or double if the engine is compiled with
 * -DTHAW_REAL_DOUBLE, as it is for the tests of derivatives.
 */
#ifndef TENSOR_REAL_H
#define TENSOR_REAL_H

#ifdef THAW_REAL_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
