/* SPDX-License-Identifier: MIT
 *
 * What a person pressed: a Unicode character, or one of these. Control characters arrive as
 * themselves (Ctrl-A is 1); Tab, Enter and Backspace have names.
 */
#ifndef SCREEN_KEYS_H
#define SCREEN_KEYS_H

#include <stddef.h>

/* One row a key: name, what the help calls it. */
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
    X(OTHER, "That key") /* one that the terminal has and the registry does not */

enum press {
    PRESS_NONE = 0x110000, /* above every character */
#define X(name, text) PRESS_##name,
    PRESSES(X)
#undef X
};

enum event_kind { EVENT_KEY, EVENT_PASTED, EVENT_RESIZE, EVENT_QUIT };

struct event {
    enum event_kind kind;
    int key;    /* EVENT_KEY, EVENT_PASTED: a character or an enum press */
    int signal; /* EVENT_QUIT: what asked for it, 0 when the terminal has gone */
};

enum { KEY_TEXT = 16 };

/* What the registry calls a key: "x", "PgDn", "Ctrl-L"; safe to show, "" for PRESS_NONE. Returns
 * `text`. */
const char *press_name(int key, char text[KEY_TEXT]);
/* A character as UTF-8; returns its bytes. */
size_t press_encode(int character, char text[5]);

#endif
