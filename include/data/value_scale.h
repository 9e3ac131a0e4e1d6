/* SPDX-License-Identifier: MIT
 *
 * The scale of the ratings, and the grid that predictions are rounded to: 4,095 equal steps from
 * the smallest rating to the largest, about a thousandth of a star on a five-star scale. So stored
 * predictions take little room, and every reader sees the same number.
 */
#ifndef DATA_VALUE_SCALE_H
#define DATA_VALUE_SCALE_H

#include <stdint.h>

enum {
    VALUE_LEVELS_MOST = 32, /* up to so many distinct ratings are levels */
    VALUE_GRID_STEPS = 4095 /* grid points have the numbers 0 .. VALUE_GRID_STEPS */
};

/* The number of the grid point nearest to `value`, which is clamped to the range. Needs smallest <
 * largest. */
uint16_t value_grid_number(float smallest, float largest, float value);
/* The value of a grid point. value_grid_number maps it back to a point of the same value. */
float value_grid_value(float smallest, float largest, uint16_t number);

/* The same for a distance of at least 0, measured from 0 and clamped to the range. */
uint16_t value_grid_steps(float smallest, float largest, float distance);
float value_grid_distance(float smallest, float largest, uint16_t steps);

#endif
