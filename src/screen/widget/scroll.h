/* SPDX-License-Identifier: MIT
 *
 * Where a cursor and a window are in a long sequence of rows: what lists, sheets and pagers share.
 */
#ifndef SCREEN_SCROLL_H
#define SCREEN_SCROLL_H

#include <stdbool.h>
#include <stdint.h>

struct scroll {
    int64_t cursor, top, count;
    int height; /* rows on screen */
};

/* The rows there are, where they changed outside of drawing. */
void scroll_count(struct scroll *scroll, int64_t count);
/* Sets count and height and brings the cursor into both. */
void scroll_fit(struct scroll *scroll, int64_t count, int height);
/* Moves by the arrows, PgUp, PgDn, Home and End; false for other keys. */
bool scroll_key(struct scroll *scroll, int key);
void scroll_to(struct scroll *scroll, int64_t row);

#endif
