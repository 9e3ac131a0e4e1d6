/* SPDX-License-Identifier: MIT
 *
 * The parts of a gain's variance. docs/COMPARISON.md has the formulas.
 */
#ifndef EVALUATE_GAIN_PARTS_H
#define EVALUATE_GAIN_PARTS_H

#include <stdbool.h>

#include "evaluate/gain.h"

/* The users or the items of a cell. */
struct gain_clusters {
    uint32_t count;
    const uint32_t *number;
    const double *differences;
};
struct gain_clusters gain_users_of(const struct gain_cell *cell);
struct gain_clusters gain_items_of(const struct gain_cell *cell);

/* Whether the cell has enough users, and items if they count, to be judged. */
bool gain_is_judged(const struct gain_cell *cell);

/* The largest difference between a cell's numbers that counts as rounding. */
double gain_rounding(const struct gain_cell *cell);

/* What one side's seeds add to the gain's variance in this cell alone, including the interaction
 * with users. 0 if it is rounding. */
double gain_seed_variance(const struct gain_source *source);

/* The seeds' part as marks use it. Other cells of the block with the same seeds contribute to the
 * estimate of its variance. */
struct gain_seeds_part {
    double variance;
    unsigned degrees; /* of freedom; 0 without seeds */
};

/* What users or items add. */
struct gain_clusters_part {
    double spread;    /* s^2 of their differences, or 0 if that is rounding */
    double skewness;  /* of the differences, over the root of their count; 0 without a spread */
    double variance;  /* of the gain */
    unsigned degrees; /* of freedom */
};

/* All members are 0 in a cell that is not judged. */
struct gain_parts {
    struct gain_clusters_part users, items;
    struct gain_seeds_part arm, opponent;
};

void gain_parts(const struct gain_cell *cells, size_t count, struct gain_parts *parts);

/* A cell and the side of it where an arm's seeds stand. */
struct gain_side {
    size_t cell;
    bool is_opponent;
    uint32_t table, block;
    const struct gain_source *source;
    double scale; /* the unit of the seeds' variance: what users x seeds explain of it */
};

/* All cells that have the seeds of `source` on one side, by block and then by table. `sides` has
 * room for two for each cell. Returns how many there are. */
size_t gain_sides(const struct gain_cell *cells, size_t count, const struct gain_source *source,
                  struct gain_side *sides);

/* The variances of these seeds as marks use them. Each is raised to at least the geometric mean of
 * its block in its table, in units of the scale. */
void gain_raise(const struct gain_side *sides, size_t count, const double *variances,
                double *raised);

#endif
