/* SPDX-License-Identifier: MIT
 *
 * The last line of the screen: the most useful keys for whatever is in front, from the rows of
 * ACTIONS.
 */
#ifndef SCREEN_FOOT_H
#define SCREEN_FOOT_H

#include "command/action.h"
#include "screen/terminal/surface.h"

/* Draws all keys that the page shares with others, and as many of its own keys as fit. */
void foot_draw(struct surface *surface, struct box box, enum page page);

#endif
