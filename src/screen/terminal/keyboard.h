/* SPDX-License-Identifier: MIT
 *
 * Turns the bytes from the terminal into keys. Only this file and terminal.c know curses. It reads
 * from the curses screen that terminal.c has opened.
 */
#ifndef SCREEN_KEYBOARD_H
#define SCREEN_KEYBOARD_H

#include <stdbool.h>

#include "screen/terminal/keys.h"
#include "screen/terminal/mouse.h"

struct keyboard {
    char paste_on[32], paste_off[32]; /* sequences that switch bracketed paste; "" if unknown */
    bool pasting;                     /* between the marks of a paste */
    double pasted_at;                 /* clock_monotonic of the last key or pasted character */
    struct mouse mouse;
};

struct keyboard keyboard_start(void);

/* Reads one key. Returns false if there is none. A key without a meaning is PRESS_NONE. */
bool keyboard_read(struct keyboard *keyboard, struct event *event);

#endif
