/* SPDX-License-Identifier: MIT
 *
 * Rows of a sparse matrix as points of the plane. Points are x and y, row by row.
 */
#ifndef TENSOR_PLANAR_H
#define TENSOR_PLANAR_H

#include "tensor/sparse_svd.h"

/* Principal components: the places of the rows, less their mean, along the two directions in which
 * they vary most. Of a direction the entry with the largest magnitude, the first of equals, is
 * positive. `shares` are the parts of the whole variance along each. Returns how many of the two
 * directions there are: 0 if all rows are equal, 1 if they lie on a line, where y is 0. */
int planar_principal(const struct sparse_matrix *matrix, double *points, double shares[2]);

/* t-SNE (van der Maaten and Hinton 2008, "Visualizing data using t-SNE"), exactly: every pair is
 * looked at in every step, so `rows` are at most PLANAR_TSNE_MOST. Squared lengths of differences;
 * momentum 0.5 and probabilities times 12 in the first third of the steps, then momentum 0.8; rate
 * max(rows / 48, 5), with gains. Takes `points` as the start, of deviation about 1e-4, and leaves
 * the result. `perplexity` is below the number of rows less 1. Returns the divergence of
 * Kullback and Leibler, equation 2. The same bits each time, on one thread. Takes
 * 8 rows^2 bytes while it works. */
enum { PLANAR_TSNE_MOST = 2000 };
double planar_tsne(const struct sparse_matrix *matrix, double perplexity, uint32_t steps,
                   double *points);

/* The start that planar_tsne suits: `points` scaled to a deviation of 1e-4 in x, with noise of a
 * tenth of that, so that equal rows part. */
void planar_tsne_start(double *points, size_t rows);

#endif
