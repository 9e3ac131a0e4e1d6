/* SPDX-License-Identifier: MIT
 *
 * A line of text being typed. The cursor moves by graphemes, because users see each as one
 * character.
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

/* An empty field is {0}. */
void field_release(struct field *field); /* accepts NULL */
/* Sets the text, cut if it is too long, and puts the cursor after it. */
void field_set(struct field *field, const char *text);
/* Inserts a character at the cursor if it is printable and there is room. */
void field_insert(struct field *field, int character);
/* Puts a text, made safe, in the place of what is between byte `from` and the cursor, if there is
 * room. */
void field_replace(struct field *field, size_t from, const char *text);
/* Does an action that moves, erases or recalls an earlier line. */
void field_edit(struct field *field, enum action action);
/* Completes the name before the cursor from the `count` names; case is ignored. If one name fits,
 * all of it is written; if several do, what they have in common. Returns how many fit; `fits` gets
 * up to `most` of them. */
size_t field_complete(struct field *field, const char *const *names, size_t count,
                      const char **fits, size_t most);
/* Adds the text to the history. */
void field_remember(struct field *field);
/* Draws one row: `prompt`, then the part of the text around the cursor, which is marked. */
void field_draw(struct surface *surface, struct box box, const struct field *field,
                const char *prompt);

#endif
