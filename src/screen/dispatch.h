/* SPDX-License-Identifier: MIT
 *
 * From keys and typed words, by the rows of actions, to what they do.
 */
#ifndef SCREEN_DISPATCH_H
#define SCREEN_DISPATCH_H

#include "screen/app.h"

void dispatch_key(struct app *app, int key);

#endif
