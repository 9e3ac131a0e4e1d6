/* SPDX-License-Identifier: MIT
 *
 * The number every value is made of: float, or double where the engine is compiled with
 * -DTHAW_REAL_DOUBLE, as the tests of its derivatives do.
 */
#ifndef TENSOR_REAL_H
#define TENSOR_REAL_H

#ifdef THAW_REAL_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
