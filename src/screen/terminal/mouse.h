/* SPDX-License-Identifier: MIT
 *
 * What the mouse does, as the terminal reports it: clicks and turns of the wheel. Nothing needs a
 * mouse, and with Shift a terminal keeps it for its own selection. keyboard.c reads the reports:
 * curses would wait for the rest of one for ever.
 */
#ifndef SCREEN_MOUSE_H
#define SCREEN_MOUSE_H

#include <stdbool.h>

#include "screen/terminal/keys.h"

/* Sequences that make a terminal report presses, with numbers in decimal, and stop that. */
#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

struct mouse {
    bool known; /* the terminal can report it */
    bool on;
    double pressed_at; /* clock_monotonic of the last click that was not the second of two */
    int x, y;          /* where */
};

/* A button went down at a cell, counted from 0, at the time `now`. Returns false if it means
 * nothing. */
bool mouse_press(struct mouse *mouse, int button, int x, int y, double now, struct event *event);

#endif
