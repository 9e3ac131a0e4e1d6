/* SPDX-License-Identifier: MIT
 *
 * What the rows of a repeated pair of user and item count as.
 */
#ifndef DATA_REPEATS_H
#define DATA_REPEATS_H

#include <stdbool.h>

/* Name and word. The order of rows is that of time, then that of the file. MEAN, SUM and COUNT
 * leave the last row current and change its value; COUNT also makes the value of a single row 1.
 * ALL is for rows that differ in their context: all are current. */
#define REPEATS(X)                                                                                 \
    X(LAST, "last")                                                                                \
    X(FIRST, "first")                                                                              \
    X(MEAN, "mean")                                                                                \
    X(SUM, "sum")                                                                                  \
    X(COUNT, "count")                                                                              \
    X(ALL, "all")

enum repeats {
#define X(name, text) REPEATS_##name,
    REPEATS(X)
#undef X
        REPEATS_KINDS
};

extern const char *const repeats_words[REPEATS_KINDS];

/* False, and nothing is stored, if no kind has that word. */
bool repeats_find(const char *word, enum repeats *repeats);

#endif
