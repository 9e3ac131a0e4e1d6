/* SPDX-License-Identifier: MIT
 *
 * The workbench file under the screen: opened as soon as it is there, left when another lies in its
 * place, and looked at when there may be news.
 */
#ifndef SCREEN_APP_STORE_H
#define SCREEN_APP_STORE_H

#include "screen/app.h"

/* Lets the page in front look when there may be news; always, if `always`. */
void app_look(struct app *app, bool always);
/* The page in front, which has looked since it came there. */
struct view *app_view(struct app *app);
/* Closes the store when another file lies in its place, or none: then nothing that was read holds.
 * The new file is opened once the keeper of the one before has noticed, too. */
bool app_store_is_lost(struct app *app);

#endif
