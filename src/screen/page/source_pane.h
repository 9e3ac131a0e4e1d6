/* SPDX-License-Identifier: MIT
 *
 * The source of a script on the Scripts page: its lines with numbers and colours, and a cursor on
 * the words that thaw declares.
 */
#ifndef SCREEN_SOURCE_PANE_H
#define SCREEN_SOURCE_PANE_H

#include <stdbool.h>

#include "command/action.h"
#include "screen/page/script_words.h"
#include "screen/terminal/surface.h"
#include "screen/widget/scroll.h"

struct source_pane {
    char *text, *cut, **lines; /* lines point into `cut`, a copy of `text`; each ends in NUL */
    int line_count, left;      /* `left`: cells scrolled sideways */
    struct scroll scroll;
    struct script_word *words;
    size_t word_count, word; /* `word`: the one under the cursor; word_count: none */
};

void source_pane_release(struct source_pane *source); /* leaves {0} */
/* Takes the text, or NULL. `same`: it is the same script as before, so the view stays, and the
 * cursor too if the text has not changed. */
void source_pane_set(struct source_pane *source, char *text, bool same);
/* `wrong`: the line of an error, from 0, or -1. */
void source_pane_draw(struct source_pane *source, struct surface *surface, struct box box,
                      int wrong);
/* Does an action that scrolls: sideways, by screens, to the ends. */
void source_pane_move(struct source_pane *source, enum action action);
/* Scrolls a line, from 0, to the middle. */
void source_pane_show(struct source_pane *source, int line);
/* Moves the cursor to the next declared word, or the one before. Without a cursor it begins with
 * what is in view. Returns false if there is none. */
bool source_pane_step(struct source_pane *source, bool backwards);
/* The name of the word under the cursor; without one, of the first word from line `from` on, which
 * gets the cursor. NULL if there is none. */
const char *source_pane_word(struct source_pane *source, int from);

#endif
