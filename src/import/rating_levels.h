/* SPDX-License-Identifier: MIT
 *
 * The different ratings of a file, as long as there are few, and whether one of them looks like a
 * code for "no rating": -1 beside 1 to 10, or 99 beside 1 to 5.
 */
#ifndef IMPORT_RATING_LEVELS_H
#define IMPORT_RATING_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RATING_LEVELS = 128 };

/* {0} is empty. */
struct rating_levels {
    double numbers[RATING_LEVELS]; /* ascending */
    uint64_t counts[RATING_LEVELS];
    size_t count, last; /* where the last rating stood */
    bool many;          /* there are more, and nothing is known of them */
};

void rating_levels_add(struct rating_levels *levels, double rating);

/* A level that stands apart from the others. */
struct rating_code {
    double code;
    uint64_t rows;
};
/* The codes among the levels, at most two, and the range of all other levels. A code stands there
 * more than once. The least level is one if it is below 0 and lies as far from the others as they
 * do from one another; or if it alone is below 0 and they go further up than it goes down. The
 * greatest is one if it lies so far from them, and they are many or it is a usual code, such as 99
 * or 255. */
size_t rating_levels_codes(const struct rating_levels *levels, struct rating_code codes[2],
                           double range[2]);

#endif
