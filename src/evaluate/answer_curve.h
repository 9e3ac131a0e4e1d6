/* SPDX-License-Identifier: MIT
 *
 * e^-x in double, without branches, so that the compiler can vectorise a loop over it. Accurate to
 * 2 units in the last place. KERNEL compiles a function twice, for AVX2 and for the baseline
 * instruction set. Both give the same bits, because neither fuses multiply and add or reorders a
 * sum. Sanitizers cannot cope with functions that are resolved before the sanitizers have started.
 */
#ifndef EVALUATE_ANSWER_CURVE_H
#define EVALUATE_ANSWER_CURVE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(THAW_SANITIZED)
#define KERNEL __attribute__((target_clones("avx2", "default")))
#else
#define KERNEL
#endif

/* Rows are processed in blocks of this size. */
enum { ANSWER_BLOCK = 64, ANSWER_LANES = 8 };

/* For x >= 0; above 700 it is e^-700. e^-x = 2^n e^r with |r| <= log(2) / 2. Adding 1.5 * 2^52 to a
 * number rounds it to an integer, which then stands in the low bits of the mantissa. The series of
 * e^r ends with r^13 / 13!, an error of 5e-18. */
static inline double falling_exponential(double x)
{
    const double rounder = 6755399441055744, log2_e = 1.4426950408889634074;
    const double log_2_high = 6.93147180369123816490e-01, log_2_low = 1.90821492927058770002e-10;
    double bounded = x < 700 ? -x : -700.0;
    double shifted = bounded * log2_e + rounder;
    double n = shifted - rounder;
    double r = (bounded - n * log_2_high) - n * log_2_low;
    double p = 1.0 / 6227020800;
    p = p * r + 1.0 / 479001600;
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * (r * r) + r + 1;
    uint64_t bits, bits_of_rounder;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&bits_of_rounder, &rounder, sizeof bits);
    uint64_t power = (bits - bits_of_rounder + 1023) << 52;
    double scale;
    memcpy(&scale, &power, sizeof scale);
    return p * scale;
}

static inline double larger(double a, double b)
{
    return a > b ? a : b;
}

static inline double smaller(double a, double b)
{
    return a < b ? a : b;
}

#endif
