/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "symmetric.h"

#include <math.h>
#include <string.h>

/* Compiled a second time for wider registers, with the same bits: no sum changes its order, and no
 * multiplication is fused with an addition. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(THAW_SANITIZED)
__attribute__((target_clones("avx2", "default")))
#endif
void symmetric_add(double *restrict sum, const double *restrict what, size_t count, double weight)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += weight * what[i];
}

void symmetric_add_outer(double *sum, const double *vector, size_t n, double weight)
{
    for (size_t i = 0; i < n; sum += ++i)
        symmetric_add(sum, vector, i + 1, weight * vector[i]);
}

double symmetric_inner(const double *a, const double *b, size_t n)
{
    double twice = 0, once = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++)
            twice += *a++ * *b++;
        once += *a++ * *b++;
    }
    return 2 * twice + once;
}

double symmetric_form(const double *matrix, const double *vector, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double row = 0;
        for (size_t j = 0; j < i; j++)
            row += *matrix++ * vector[j];
        sum += vector[i] * (2 * row + *matrix++ * vector[i]);
    }
    return sum;
}

bool symmetric_factor(double *matrix, size_t n)
{
    double *row = matrix;
    for (size_t i = 0; i < n; row += ++i) {
        const double *other = matrix;
        for (size_t j = 0; j <= i; other += ++j) {
            double left = row[j];
            for (size_t k = 0; k < j; k++)
                left -= row[k] * other[k];
            if (j < i)
                row[j] = left / other[j];
            else if (left > 0 && isfinite(left))
                row[i] = sqrt(left);
            else
                return false;
        }
    }
    return true;
}

void symmetric_solve(const double *factor, double *x, size_t n)
{
    const double *row = factor;
    for (size_t i = 0; i < n; row += ++i) {
        for (size_t j = 0; j < i; j++)
            x[i] -= row[j] * x[j];
        x[i] /= row[i];
    }
    for (size_t i = n; i-- > 0;) {
        row = factor + symmetric_size(i);
        x[i] /= row[i];
        for (size_t j = 0; j < i; j++)
            x[j] -= row[j] * x[i];
    }
}

/* Computes L^-1 row by row, then the sum of the outer products of its rows. */
void symmetric_inverse(const double *factor, double *inverse, double *scratch, size_t n)
{
    memset(scratch, 0, symmetric_size(n) * sizeof *scratch);
    memset(inverse, 0, symmetric_size(n) * sizeof *inverse);
    for (size_t i = 0; i < n; i++) {
        const double *row = factor + symmetric_size(i);
        double *inverted = scratch + symmetric_size(i);
        for (size_t j = 0; j < i; j++)
            symmetric_add(inverted, scratch + symmetric_size(j), j + 1, -row[j]);
        inverted[i] = 1;
        for (size_t j = 0; j <= i; j++)
            inverted[j] /= row[i];
        symmetric_add_outer(inverse, inverted, i + 1, 1);
    }
}
