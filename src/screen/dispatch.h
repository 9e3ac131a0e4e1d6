/* SPDX-License-Identifier: MIT
 *
 * Maps keys and typed words to actions by the rows of ACTIONS, and does these actions.
 */
#ifndef SCREEN_DISPATCH_H
#define SCREEN_DISPATCH_H

#include "screen/app.h"

void dispatch_key(struct app *app, int key);
/* Does what the first key of the action does. */
void dispatch_action(struct app *app, enum action action);

#endif
