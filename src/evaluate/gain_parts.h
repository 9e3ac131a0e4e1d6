/* SPDX-License-Identifier: MIT
 *
 * What a gain's variance is made of. docs/COMPARISON.md has the formulas.
 */
#ifndef EVALUATE_GAIN_PARTS_H
#define EVALUATE_GAIN_PARTS_H

#include <stdbool.h>

#include "evaluate/gain.h"

/* A difference between a cell's numbers that is no more than rounding. */
double gain_rounding(const struct gain_cell *cell);

/* What one side's seeds add to the gain's variance in a cell alone, with what users have for each
 * seed; 0 if that is rounding. */
double gain_seed_variance(const struct gain_source *source);

/* As a mark counts it: in other cells of the block the same seeds say how much seeds vary as well.
 */
struct gain_seeds_part {
    double variance;
    unsigned degrees; /* of freedom; 0 without seeds */
};

/* All is 0 with fewer than 2 users. */
struct gain_parts {
    double spread;   /* s^2 of the users' differences, or 0 if that is rounding */
    double skewness; /* of them, divided by the root of how many they are; 0 without a spread */
    double users;    /* what users add to the gain's variance */
    struct gain_seeds_part arm, opponent;
};

void gain_parts(const struct gain_cell *cells, size_t count, struct gain_parts *parts);

/* Where an arm's seeds are. */
struct gain_side {
    size_t cell;
    bool is_opponent;
    uint32_t table, block;
    const struct gain_source *source;
    double scale; /* what their variance is measured by: what users x seeds explain of it */
};

/* All cells that have the seeds of `source` on one side, block by block and then table by table;
 * `sides` has room for two a cell. Returns how many. */
size_t gain_sides(const struct gain_cell *cells, size_t count, const struct gain_source *source,
                  struct gain_side *sides);

/* The variances of these seeds as marks count them: none is below the geometric mean of its block
 * in its table, in units of the scale. */
void gain_raise(const struct gain_side *sides, size_t count, const double *variances,
                double *raised);

#endif
