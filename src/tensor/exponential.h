/* SPDX-License-Identifier: MIT
 *
 * e^x and tanh in float, without branches, so that the compiler can vectorise loops over them.
 * Accurate to two units in the last place, with the same bits on every machine. With double, the
 * functions of libm are used. Polynomials: Cephes (Moshier), expf and tanhf.
 */
#ifndef TENSOR_EXPONENTIAL_H
#define TENSOR_EXPONENTIAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tensor/real.h"

#ifdef THAW_REAL_DOUBLE

static inline real exponential(real x)
{
    return exp(x);
}

static inline real hyperbolic_tangent(real x)
{
    return tanh(x);
}

#else

/* 2^power for -126 .. 127. */
static inline float power_of_two(int32_t power)
{
    uint32_t bits = ((uint32_t)power + 127) << 23;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

/* e^x = 2^n e^r with |r| <= log(2) / 2. Adding 1.5 * 2^23 to a number rounds it to an integer,
 * which then stands in the low bits of the mantissa. A NaN stays a NaN. */
static inline float exponential(float x)
{
    const float rounder = 12582912, log2_e = 1.44269504088896341f;
    const float log_2_high = 0.693359375f, log_2_low = -2.12194440e-4f;
    float bounded = x > 89 ? 89 : x;
    bounded = bounded < -104 ? -104 : bounded;
    float shifted = bounded * log2_e + rounder;
    float n = shifted - rounder;
    uint32_t bits, bits_of_rounder;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&bits_of_rounder, &rounder, sizeof bits);
    float r = bounded - n * log_2_high - n * log_2_low;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1;
    int32_t whole = (int32_t)(bits - bits_of_rounder), half = whole >> 1;
    return p * power_of_two(half) * power_of_two(whole - half);
}

static inline float hyperbolic_tangent(float x)
{
    float size = fabsf(x), square = x * x;
    float small = exponential(-2 * size);
    float far = copysignf((1 - small) / (1 + small), x);
    float p = -5.70498872745e-3f;
    p = p * square + 2.06390887954e-2f;
    p = p * square - 5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square - 3.33332819422e-1f;
    float near = p * square * x + x;
    return size < 0.625f ? near : far;
}

#endif
#endif
