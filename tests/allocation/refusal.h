/* SPDX-License-Identifier: MIT
 *
 * Which allocations of a program are refused, and the file that failing.so counts them in.
 *
 * THAW_EVERY in the environment says it: "place" for the first k at each place, which is a chain of
 * callers; a number n for every n-th k; otherwise a few.
 */
#ifndef TESTS_ALLOCATION_REFUSAL_H
#define TESTS_ALLOCATION_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The file of the count, made anew. One that lists has room for the places of so many allocations.
 */
enum { PLACES_MOST = 1 << 18 };
void refusal_reset(const char *path, bool lists);
/* How often the program asked for memory. */
uint64_t refusal_count(const char *path);

/* How failing.so is to note down a run in which nothing fails: "list" if places are wanted. */
bool refusal_lists(void);

/* The places that were tried in this or an earlier scenario. Released with free(known.numbers). */
struct known_places {
    uint64_t *numbers;
    size_t count;
};

/* What is done for one k: the k-th allocation fails, once or from then on. */
typedef void refusal_attempt(void *context, uint64_t at, bool ever);

/* Tries the k that THAW_EVERY asks for, each once and ever; of `samples` k in turn. The file is of
 * a run in which nothing failed. Returns how often it tried. */
uint64_t refusal_try(const char *path, unsigned samples, struct known_places *known,
                     refusal_attempt *attempt, void *context);

#endif
