/* SPDX-License-Identifier: MIT
 *
 * What the gains of a table might have been by chance alone.
 */
#ifndef EVALUATE_GAIN_DRAWS_H
#define EVALUATE_GAIN_DRAWS_H

#include "evaluate/gain.h"

/* A difference between numbers of this size that is no more than rounding. */
double gain_rounding(const double *numbers, size_t count);

/* What one source adds to the variance of a gain: max(0, s^2(means) - interaction) / seeds,
 * or 0 if that is rounding. */
double gain_seed_variance(const struct gain_source *source);

/* Draw r of cell c is draws[r * count + c]: a gain, by the multipliers that gain.h names. A new
 * array. */
double *gain_draws(const struct gain_cell *cells, size_t count, uint32_t resamples, uint64_t seed);

#endif
