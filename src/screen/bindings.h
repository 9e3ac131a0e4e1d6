/* SPDX-License-Identifier: MIT
 *
 * From keys to the actions of the registry, and what foot and help say of them.
 */
#ifndef SCREEN_BINDINGS_H
#define SCREEN_BINDINGS_H

#include "command/action.h"

#include "screen/terminal/surface.h"

/* The key that a name of the registry ("PgDn", "Ctrl-L", "?") means; PRESS_NONE where none. */
int bindings_key(const char *name, size_t length);

/* The action of a key: the page's own before those of every page. False where it has none. */
bool bindings_find(enum page page, int key, enum action *action);

/* Whether an action only moves, within the page or the text above it. */
bool bindings_is_move(enum action action);

/* The likeliest keys of the page, as many as there is room for. */
void bindings_draw_foot(struct surface *surface, struct box box, enum page page);

/* All keys of the page and of every page as lines; freed by the caller. */
char *bindings_help(enum page page);

#endif
