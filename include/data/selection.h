/* SPDX-License-Identifier: MIT
 *
 * Which interactions of a data set are kept: by condition, by time, at most some of each user, by
 * chance, or so that every user and item has some. Each step looks at the rows that are still kept.
 * What is chosen by chance is a function of the seed and of the number of a user or row.
 */
#ifndef DATA_SELECTION_H
#define DATA_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Name, word of an option: which rows of a user stay if there are too many. Of equal times the
 * earlier row is the first; a missing time is before all others. */
#define SELECTION_RULES(X)                                                                         \
    X(LAST, "last")                                                                                \
    X(FIRST, "first")                                                                              \
    X(RANDOM, "random")

enum selection_rule {
#define X(name, word) SELECTION_##name,
    SELECTION_RULES(X)
#undef X
        SELECTION_RULE_COUNT
};

struct selection {
    size_t rows, users, items;
    uint32_t *user, *item; /* numbers below `users` and `items`, of each row */
    int64_t *time;         /* INT64_MIN if missing; NULL if not needed */
    bool *kept;            /* of each row */
};

/* Makes room for so many rows, all kept. Fails if there is not enough memory. */
bool selection_init(struct selection *selection, size_t rows, bool timed, struct error *error);
void selection_release(struct selection *selection);
/* How many rows are kept. */
size_t selection_count(const struct selection *selection);

/* Keeps times from `first` to `last`, both included; a missing time is not kept. */
void selection_between(struct selection *selection, int64_t first, int64_t last);
/* Keeps at most `most` rows of each user. Takes 4 bytes a row. */
bool selection_most(struct selection *selection, uint32_t most, enum selection_rule rule,
                    uint64_t seed, struct error *error);
/* Takes users and items with fewer than `core` rows away until there is none: the largest set in
 * which all have as many. Takes 8 bytes a row, and time in proportion to the rows. */
bool selection_core(struct selection *selection, uint32_t core, struct error *error);
/* The first keeps all rows of `count` users, the second `count` rows, chosen by chance. Both fail
 * if there are fewer. */
bool selection_sample_users(struct selection *selection, size_t count, uint64_t seed,
                            struct error *error);
bool selection_sample_rows(struct selection *selection, size_t count, uint64_t seed,
                           struct error *error);

#endif
