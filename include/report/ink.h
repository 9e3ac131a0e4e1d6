/* SPDX-License-Identifier: MIT
 *
 * The meaning of a text, which decides its look on paper and on the screen. Nothing is said by ink
 * alone: without colours the text has the same content.
 */
#ifndef REPORT_INK_H
#define REPORT_INK_H

enum look { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

/* One row for each ink: name, SGR parameters on paper, look on a screen without colours, look with
 * a colour, foreground of 8 colours, foreground and background of 256 colours; -1 is the terminal's
 * own. Good and bad, and neighbouring series, can be told apart by colour-blind people. */
#define INKS(X)                                                                                    \
    X(PLAIN, "0", 0, 0, -1, -1, -1)                                                                \
    X(STRONG, "1", LOOK_BOLD, LOOK_BOLD, -1, -1, -1)                                               \
    X(DIM, "2", LOOK_DIM, 0, -1, 245, -1)                                                          \
    X(LINE, "2", LOOK_DIM, 0, -1, 240, -1)                                                         \
    X(TITLE, "1;36", LOOK_BOLD, LOOK_BOLD, 6, 31, -1)                                              \
    X(TAB, "7", LOOK_REVERSE, LOOK_BOLD, 6, 231, 31)                                               \
    X(KEY, "1;36", LOOK_BOLD, LOOK_BOLD, 6, 31, -1)                                                \
    X(GOOD, "34", LOOK_BOLD, 0, 6, 37, -1)                                                         \
    X(BAD, "1;31", LOOK_BOLD, LOOK_BOLD, 1, 167, -1)                                               \
    X(WARN, "33", LOOK_BOLD, 0, 3, 172, -1)                                                        \
    X(BAR, "36", 0, 0, 6, 67, -1)                                                                  \
    X(SERIES_0, "36", 0, 0, 6, 39, -1)                                                             \
    X(SERIES_1, "33", 0, 0, 3, 208, -1)                                                            \
    X(SERIES_2, "32", 0, 0, 2, 36, -1)                                                             \
    X(SERIES_3, "35", 0, 0, 5, 175, -1)                                                            \
    X(SERIES_4, "31", 0, 0, 1, 167, -1)                                                            \
    X(SERIES_5, "34", 0, 0, 4, 105, -1)                                                            \
    X(SERIES_6, "0", 0, 0, -1, 143, -1)                                                            \
    X(SERIES_7, "2", LOOK_DIM, 0, -1, 250, -1)

enum ink {
#define X(name, sgr, alone, beside, eight, many, background) INK_##name,
    INKS(X)
#undef X
        INK_COUNT,
    INK_SERIES = INK_SERIES_0,
    INK_SERIES_COUNT = INK_COUNT - INK_SERIES_0
};

#endif
