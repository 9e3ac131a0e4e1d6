/* SPDX-License-Identifier: MIT
 *
 * A line a person types into. The cursor moves by graphemes, so that what looks like one character
 * is one.
 */
#ifndef SCREEN_FIELD_H
#define SCREEN_FIELD_H

#include "command/action.h"
#include "screen/terminal/surface.h"

enum { FIELD_BYTES = 1024, FIELD_HISTORY = 32 };

struct field {
    char text[FIELD_BYTES];       /* UTF-8, no control characters */
    size_t cursor;                /* in bytes */
    char *history[FIELD_HISTORY]; /* owned; oldest first */
    int history_count, history_at;
};

/* {0} is an empty one. */
void field_release(struct field *field); /* accepts NULL */
/* The cursor is then behind `text`, which is cut where it is too long. */
void field_set(struct field *field, const char *text);
/* Puts a character at the cursor, unless it cannot be shown or there is no room. */
void field_insert(struct field *field, int character);
/* Does the actions of a field that move or erase, or recall what was entered before. */
void field_edit(struct field *field, enum action action);
/* Puts the text into the history. */
void field_remember(struct field *field);
/* One row: `prompt`, then the part of the text that holds the cursor, which shows as selected. */
void field_draw(struct surface *surface, struct box box, const struct field *field,
                const char *prompt);

#endif
