/* SPDX-License-Identifier: MIT
 *
 * Where a cursor and a window are in a long sequence of rows: what lists, sheets and pagers share.
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

/* The rows there are, where they changed outside of drawing. */
void scroll_count(struct scroll *scroll, int64_t count);
/* Sets count and height and brings the cursor into both. */
void scroll_fit(struct scroll *scroll, int64_t count, int height);
/* Does the actions that move by rows, and nothing for others. */
void scroll_move(struct scroll *scroll, enum action action);
void scroll_to(struct scroll *scroll, int64_t row);

#endif
