/* SPDX-License-Identifier: MIT
 *
 * The screen's connection to the workbench file. The screen opens the file once it exists, closes
 * it if another file replaces it, and reads it when it may have changed.
 */
#ifndef SCREEN_APP_STORE_H
#define SCREEN_APP_STORE_H

#include "screen/app.h"

/* Lets the page in front look if the database may have changed. Looks in any case if `always`. */
void app_look(struct app *app, bool always);
/* The page in front, which looks first if it is stale. */
struct view *app_view(struct app *app);
/* Closes the store and returns true if its file was replaced or removed. Everything read from it is
 * then invalid. The new file is opened once the old file's keeper has ended. */
bool app_store_is_lost(struct app *app);

#endif
