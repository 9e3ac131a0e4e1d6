/* SPDX-License-Identifier: MIT
 *
 * How fast the arms warm up: a metric over the number of ratings shown, a line an arm.
 */
#ifndef SCREEN_SHOTS_CHART_H
#define SCREEN_SHOTS_CHART_H

#include "comparison/comparison.h"
#include "screen/terminal/surface.h"

/* The scenario of `setting`; "all" stands half as far again as the most ratings shown. */
void shots_chart_draw(struct surface *surface, struct box box, const struct comparison *comparison,
                      size_t setting, enum metric metric);

#endif
