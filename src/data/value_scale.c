/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "data/value_scale.h"

#include <assert.h>
#include <math.h>

static double range_of(float smallest, float largest)
{
    assert(smallest < largest);
    return (double)largest - (double)smallest;
}

static uint16_t nearest(double share)
{
    double number = round(share * VALUE_GRID_STEPS);
    return number > 0 ? number < VALUE_GRID_STEPS ? (uint16_t)number : VALUE_GRID_STEPS : 0;
}

uint16_t value_grid_number(float smallest, float largest, float value)
{
    return nearest(((double)value - (double)smallest) / range_of(smallest, largest));
}

float value_grid_value(float smallest, float largest, uint16_t number)
{
    double range = range_of(smallest, largest);
    float value = (float)((double)smallest + number * range / VALUE_GRID_STEPS);
    return value < largest ? value : largest; /* rounding can exceed it */
}

uint16_t value_grid_steps(float smallest, float largest, float distance)
{
    return nearest((double)distance / range_of(smallest, largest));
}

float value_grid_distance(float smallest, float largest, uint16_t steps)
{
    return (float)(steps * range_of(smallest, largest) / VALUE_GRID_STEPS);
}
