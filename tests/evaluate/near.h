/* SPDX-License-Identifier: MIT
 *
 * Compares numbers that two programs compute in the same way.
 */
#ifndef TESTS_EVALUATE_NEAR_H
#define TESTS_EVALUATE_NEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* NaN is near NaN. */
static inline void assert_near(double found, double expected)
{
    if (isnan(expected))
        assert_true(isnan(found));
    else if (!(fabs(found - expected) < 1e-9))
        fail_msg("%.15g is not %.15g", found, expected);
}

#endif
