/* SPDX-License-Identifier: MIT
 *
 * Counts how many pairs of numbers are different, in little memory: two to four bytes a pair for
 * ratings, in whatever order they come. Pairs are gathered, sorted by a block, and each block is
 * kept as the differences between neighbours. The blocks are merged at the end.
 */
#ifndef STORE_PAIR_COUNT_H
#define STORE_PAIR_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct pair_count;

struct pair_count *pair_count_new(void);
void pair_count_free(struct pair_count *pairs); /* accepts NULL */

/* Fails if there is no memory for it. */
bool pair_count_add(struct pair_count *pairs, uint32_t first, uint32_t second, struct error *error);

/* How many of the pairs added had been added before. Call it once, at the end. */
bool pair_count_repeats(struct pair_count *pairs, uint64_t *repeats, struct error *error);

#endif
