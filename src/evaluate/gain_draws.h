/* SPDX-License-Identifier: MIT
 *
 * Draws of the gains of a table that chance alone would produce.
 */
#ifndef EVALUATE_GAIN_DRAWS_H
#define EVALUATE_GAIN_DRAWS_H

#include "evaluate/gain.h"
#include "gain_parts.h"

/* Draw r of cell c is draws[r * count + c]: a gain, from the multipliers that gain.h names, with
 * the variances of `parts`. A new array. */
double *gain_draws(const struct gain_cell *cells, const struct gain_parts *parts, size_t count,
                   uint32_t resamples, uint64_t seed);

#endif
