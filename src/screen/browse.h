/* SPDX-License-Identifier: MIT
 *
 * What every page can do with its table: sort it, search it, export it.
 */
#ifndef SCREEN_BROWSE_H
#define SCREEN_BROWSE_H

#include "screen/app.h"

/* Does an action on the table of a page; false if it is none of those. */
bool browse(struct app *app, struct view *view, enum action action);
/* Writes the table of the page in front: "FILE" or "! FILE", as typed behind "export". */
void browse_export(struct app *app, const char *words);

#endif
