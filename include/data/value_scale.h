/* SPDX-License-Identifier: MIT
 *
 * The scale that ratings lie on, and the grid that predictions are rounded to: 4,095 equal steps
 * from the smallest rating to the largest, a thousandth of a star on five, so that predictions take
 * little room wherever they are kept and every reader sees the same number.
 */
#ifndef DATA_VALUE_SCALE_H
#define DATA_VALUE_SCALE_H

#include <stdint.h>

enum {
    VALUE_LEVELS_MOST = 32, /* different values of ratings that still are levels */
    VALUE_GRID_STEPS = 4095 /* of the grid: its points have the numbers 0 .. VALUE_GRID_STEPS */
};

/* The number of the grid point next to `value`, which is pulled into the range. Needs
 * smallest < largest. */
uint16_t value_grid_number(float smallest, float largest, float value);
/* The value of a grid point; value_grid_number gives a number of the same value back. */
float value_grid_value(float smallest, float largest, uint16_t number);

/* The same for a distance of at least 0, counted from 0; one beyond the range becomes the range. */
uint16_t value_grid_steps(float smallest, float largest, float distance);
float value_grid_distance(float smallest, float largest, uint16_t steps);

#endif
