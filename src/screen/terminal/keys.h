/* SPDX-License-Identifier: MIT
 *
 * A pressed key: a Unicode character or an enum press. Control characters keep their codes (Ctrl-A
 * is 1), but Tab, Enter and Backspace have names.
 */
#ifndef SCREEN_KEYS_H
#define SCREEN_KEYS_H

#include <stddef.h>

/* One row for each key: identifier, name in the help. */
#define PRESSES(X)                                                                                 \
    X(UP, "Up")                                                                                    \
    X(DOWN, "Down")                                                                                \
    X(LEFT, "Left")                                                                                \
    X(RIGHT, "Right")                                                                              \
    X(PAGE_UP, "PgUp")                                                                             \
    X(PAGE_DOWN, "PgDn")                                                                           \
    X(HOME, "Home")                                                                                \
    X(END, "End")                                                                                  \
    X(ENTER, "Enter")                                                                              \
    X(ESCAPE, "Esc")                                                                               \
    X(TAB, "Tab")                                                                                  \
    X(BACK_TAB, "Shift-Tab")                                                                       \
    X(BACKSPACE, "Backspace")                                                                      \
    X(DELETE, "Delete")                                                                            \
    X(F1, "F1")                                                                                    \
    X(F2, "F2")                                                                                    \
    X(F3, "F3")                                                                                    \
    X(F4, "F4")                                                                                    \
    X(F5, "F5")                                                                                    \
    X(OTHER, "That key") /* a key that the registry lacks, such as any with Alt */

enum press {
    PRESS_NONE = 0x110000, /* above every character */
#define X(name, text) PRESS_##name,
    PRESSES(X)
#undef X
};

enum event_kind { EVENT_KEY, EVENT_PASTED, EVENT_POINTED, EVENT_RESIZE, EVENT_QUIT };

/* What the mouse did at a cell: a click, the second of two, the wheel. */
enum pointed { POINTED_ONCE, POINTED_TWICE, POINTED_UP, POINTED_DOWN };

struct event {
    enum event_kind kind;
    int key;    /* EVENT_KEY, EVENT_PASTED: a character or an enum press */
    int signal; /* EVENT_QUIT: the signal, or 0 if the terminal is gone */
    enum pointed pointed;
    int x, y; /* EVENT_POINTED: the cell, from 0 */
};

enum { KEY_TEXT = 16 };

/* The registry's name of a key: "x", "PgDn", "Ctrl-L". The name is safe to show. It is "" for
 * PRESS_NONE. Returns `text`. */
const char *press_name(int key, char text[KEY_TEXT]);
/* Encodes a character as UTF-8. Returns the number of bytes. */
size_t press_encode(int character, char text[5]);

#endif
