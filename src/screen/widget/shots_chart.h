/* SPDX-License-Identifier: MIT
 *
 * Draws how fast the arms improve: a metric over the number of ratings shown, one line for each
 * arm.
 */
#ifndef SCREEN_SHOTS_CHART_H
#define SCREEN_SHOTS_CHART_H

#include "comparison/comparison.h"
#include "screen/terminal/surface.h"

/* Draws the scenario of `setting`. "All ratings" is drawn at 1.5 times the largest number of
 * shots. */
void shots_chart_draw(struct surface *surface, struct box box, const struct comparison *comparison,
                      size_t setting, size_t metric);

#endif
