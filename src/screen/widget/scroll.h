/* SPDX-License-Identifier: MIT
 *
 * A cursor and a window in a long sequence of rows, for tables, texts and source code.
 */
#ifndef SCREEN_SCROLL_H
#define SCREEN_SCROLL_H

#include <stdbool.h>
#include <stdint.h>

#include "command/action.h"

struct scroll {
    int64_t cursor, top, count;
    int height; /* rows on screen */
};

/* Sets the number of rows if it changes between two drawings. */
void scroll_count(struct scroll *scroll, int64_t count);
/* Sets number and height, and keeps the cursor inside both. */
void scroll_fit(struct scroll *scroll, int64_t count, int height);
/* Does an action that moves by rows, and ignores others. */
void scroll_move(struct scroll *scroll, enum action action);
void scroll_to(struct scroll *scroll, int64_t row);

#endif
