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
/* The action whose key or word is drawn in column `x` of the same box; false if there is none. */
bool foot_action(struct box box, enum page page, int x, enum action *action);

#endif
