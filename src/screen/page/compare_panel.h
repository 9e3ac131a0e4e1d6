/* SPDX-License-Identifier: MIT
 *
 * Describes a cell of the Compare page in words: the gain, its uncertainty and its size, and all
 * values.
 */
#ifndef SCREEN_COMPARE_PANEL_H
#define SCREEN_COMPARE_PANEL_H

#include "comparison/comparison.h"
#include "screen/terminal/surface.h"

enum { COMPARE_PANEL_ROWS = 5 };

void compare_panel_draw(const struct comparison *comparison, size_t metric, size_t setting,
                        size_t arm, struct surface *surface, struct box box);

#endif
