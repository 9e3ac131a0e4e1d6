/* SPDX-License-Identifier: MIT
 *
 * The parts of t-SNE that tests look at.
 */
#ifndef TENSOR_TSNE_H
#define TENSOR_TSNE_H

#include <stddef.h>

#include "tensor/sparse_svd.h"

/* Joint probabilities of all pairs, rows x rows, freed by the caller. */
double *tsne_affinities(const struct sparse_matrix *matrix, double perplexity);
/* The gradient of the divergence by x and by y of each point, with all probabilities times
 * `exaggeration`. Returns the sum over pairs of 1 / (1 + squared distance). */
double tsne_gradient(const double *affinities, size_t rows, const double *x, const double *y,
                     double exaggeration, double *by_x, double *by_y);
/* The divergence. */
double tsne_loss(const double *affinities, size_t rows, const double *x, const double *y);

#endif
