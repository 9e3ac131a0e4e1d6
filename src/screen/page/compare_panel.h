/* SPDX-License-Identifier: MIT
 *
 * What a cell of the Compare page says, in words: gain, its chance and its size, all values.
 */
#ifndef SCREEN_COMPARE_PANEL_H
#define SCREEN_COMPARE_PANEL_H

#include "comparison/comparison.h"
#include "screen/terminal/surface.h"

enum { COMPARE_PANEL_ROWS = 5 };

void compare_panel_draw(const struct comparison *comparison, enum metric metric, size_t setting,
                        size_t arm, struct surface *surface, struct box box);

#endif
