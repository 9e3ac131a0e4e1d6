/* SPDX-License-Identifier: MIT
 *
 * Small symmetric matrices, packed: the lower triangle of an n x n matrix row by row, with entry
 * (i, j), j <= i, at i (i + 1) / 2 + j. Sums have a fixed order, so results have the same bits
 * everywhere.
 */
#ifndef BASELINE_SYMMETRIC_H
#define BASELINE_SYMMETRIC_H

#include <stdbool.h>
#include <stddef.h>

static inline size_t symmetric_size(size_t n)
{
    return n * (n + 1) / 2;
}

/* sum += weight * what. Both have `count` numbers. */
void symmetric_add(double *sum, const double *what, size_t count, double weight);
/* sum += weight * vector vector'. */
void symmetric_add_outer(double *sum, const double *vector, size_t n, double weight);
/* The sum over the whole matrices of the products of their entries: trace(a b). */
double symmetric_inner(const double *a, const double *b, size_t n);
/* vector' matrix vector. */
double symmetric_form(const double *matrix, const double *vector, size_t n);

/* Replaces the matrix by its lower Cholesky factor. False if it is not positive definite. */
bool symmetric_factor(double *matrix, size_t n);
/* x = (L L')^-1 x. */
void symmetric_solve(const double *factor, double *x, size_t n);
/* (L L')^-1, packed. `scratch` must be as large as the matrix. */
void symmetric_inverse(const double *factor, double *inverse, double *scratch, size_t n);

#endif
