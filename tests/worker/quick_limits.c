/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "quick_limits.h"

static double shorter(double seconds, double most)
{
    return seconds < most ? seconds : most;
}

struct script_limits quick_limits(struct script_limits limits)
{
    limits.load_seconds = shorter(limits.load_seconds, 0.5);
    limits.ready_seconds = shorter(limits.ready_seconds, 0.5);
    limits.row_seconds = shorter(limits.row_seconds, 0.5);
    limits.map_seconds = shorter(limits.map_seconds, 0.5);
    limits.step_seconds = shorter(limits.step_seconds, 0.5);
    return limits;
}
