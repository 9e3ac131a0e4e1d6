/* SPDX-License-Identifier: MIT
 *
 * From the bytes a terminal sends to keys. Beside terminal.c, whose part it is, the only file that
 * knows curses; it reads from the curses screen that terminal.c has set up.
 */
#ifndef SCREEN_KEYBOARD_H
#define SCREEN_KEYBOARD_H

#include <stdbool.h>

#include "screen/terminal/keys.h"

struct keyboard {
    char paste_on[32], paste_off[32]; /* what turns bracketed paste on and off; "" if unknown */
    bool pasting;                     /* between its marks */
    double pasted_at;                 /* clock_monotonic, of the last byte between them */
};

struct keyboard keyboard_start(void);

/* Reads one key; false if there is none. PRESS_NONE is a key without a meaning. */
bool keyboard_read(struct keyboard *keyboard, struct event *event);

#endif
