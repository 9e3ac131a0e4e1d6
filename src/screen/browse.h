/* SPDX-License-Identifier: MIT
 *
 * The actions that every page offers on its table: sort, search and export.
 */
#ifndef SCREEN_BROWSE_H
#define SCREEN_BROWSE_H

#include "screen/app.h"

/* Does an action on the page's table. Returns false if the action is not one of these. */
bool browse(struct app *app, struct view *view, enum action action);
/* Sorts the page's table by a column, or turns it round if it is sorted by it. */
void browse_by_title(struct app *app, struct view *view, size_t column);
/* Searches the text above the page. */
bool browse_text(struct app *app, enum action action);
/* Writes the table of the page in front to a file. `words` is "FILE" or "! FILE", as typed after
 * "export". */
void browse_export(struct app *app, const char *words);

#endif
