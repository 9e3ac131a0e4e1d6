/* SPDX-License-Identifier: MIT
 *
 * What a click or the wheel does. Everything that it does has a key as well.
 */
#ifndef SCREEN_POINTER_H
#define SCREEN_POINTER_H

#include "screen/app.h"

/* A click on a tab goes there, on a title it sorts, on a row it puts the cursor there; a second one
 * is Enter. The wheel moves by some rows. While a line is typed, the mouse does nothing. */
void pointer_take(struct app *app, const struct event *event);

#endif
