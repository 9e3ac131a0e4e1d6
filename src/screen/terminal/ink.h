/* SPDX-License-Identifier: MIT
 *
 * What a cell means, from which follows how it looks. An ink is never the only thing that says
 * something: without colours every page reads the same.
 */
#ifndef SCREEN_INK_H
#define SCREEN_INK_H

enum look { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

/* One row an ink: name, look without colours, look beside a colour, foreground of 8 colours,
 * foreground and background of 256 colours; -1 is the terminal's own. The series come in an order
 * that stays apart for colour-blind eyes. */
#define INKS(X)                                                                                    \
    X(PLAIN, 0, 0, -1, -1, -1)                                                                     \
    X(STRONG, LOOK_BOLD, LOOK_BOLD, -1, -1, -1)                                                    \
    X(DIM, LOOK_DIM, 0, -1, 245, -1)                                                               \
    X(LINE, LOOK_DIM, 0, -1, 240, -1)                                                              \
    X(TITLE, LOOK_BOLD, LOOK_BOLD, 6, 31, -1)                                                      \
    X(TAB, LOOK_REVERSE, LOOK_BOLD, 6, 231, 31)                                                    \
    X(KEY, LOOK_BOLD, LOOK_BOLD, 6, 31, -1)                                                        \
    X(GOOD, LOOK_BOLD, 0, 6, 37, -1)                                                               \
    X(BAD, LOOK_BOLD, LOOK_BOLD, 1, 167, -1)                                                       \
    X(WARN, LOOK_BOLD, 0, 3, 172, -1)                                                              \
    X(BAR, 0, 0, 6, 67, -1)                                                                        \
    X(SERIES_0, 0, 0, 6, 39, -1)                                                                   \
    X(SERIES_1, 0, 0, 3, 208, -1)                                                                  \
    X(SERIES_2, 0, 0, 2, 36, -1)                                                                   \
    X(SERIES_3, 0, 0, 5, 175, -1)                                                                  \
    X(SERIES_4, 0, 0, 1, 167, -1)                                                                  \
    X(SERIES_5, 0, 0, 4, 105, -1)                                                                  \
    X(SERIES_6, 0, 0, -1, 143, -1)                                                                 \
    X(SERIES_7, LOOK_DIM, 0, -1, 250, -1)

enum ink {
#define X(name, alone, beside, eight, many, background) INK_##name,
    INKS(X)
#undef X
        INK_COUNT,
    INK_SERIES = INK_SERIES_0,
    INK_SERIES_COUNT = INK_COUNT - INK_SERIES_0
};

#endif
