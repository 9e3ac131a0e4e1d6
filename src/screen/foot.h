/* SPDX-License-Identifier: MIT
 *
 * The last line of the screen: the likeliest keys of what is in front, from the rows of actions.
 */
#ifndef SCREEN_FOOT_H
#define SCREEN_FOOT_H

#include "command/action.h"
#include "screen/terminal/surface.h"

/* As many of the page's own keys as there is room for, and those that it shares with others. */
void foot_draw(struct surface *surface, struct box box, enum page page);

#endif
