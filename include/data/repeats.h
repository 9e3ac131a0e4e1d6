/* SPDX-License-Identifier: MIT
 *
 * What the rows of a repeated pair of user and item count as.
 */
#ifndef DATA_REPEATS_H
#define DATA_REPEATS_H

#include <stdbool.h>

/* Name, word, and what counts, in words, where rows have times and where they have none. The order of
 * rows is that of time, then that of the file. MEAN, SUM and COUNT leave the last row current and
 * change its value; COUNT also makes the value of a single row 1. ALL is for rows that differ in
 * their context: all are current. */
#define REPEATS(X)                                                                                 \
    X(LAST, "last", "the last in time counts", "the later in the file counts")                     \
    X(FIRST, "first", "the first in time counts", "the earlier in the file counts")                \
    X(MEAN, "mean", "their mean counts", "their mean counts")                                      \
    X(SUM, "sum", "their sum counts", "their sum counts")                                          \
    X(COUNT, "count", "their number counts", "their number counts")                                \
    X(ALL, "all", "all count", "all count")

enum repeats {
#define X(name, ...) REPEATS_##name,
    REPEATS(X)
#undef X
        REPEATS_KINDS
};

extern const char *const repeats_words[REPEATS_KINDS];

/* What counts, in words. `timed`: the data set has times. */
const char *repeats_clause(enum repeats repeats, bool timed);

/* False, and nothing is stored, if no kind has that word. */
bool repeats_find(const char *word, enum repeats *repeats);

#endif
