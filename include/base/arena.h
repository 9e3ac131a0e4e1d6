/* SPDX-License-Identifier: MIT
 *
 * Memory with one lifetime: blocks are handed out one after another and given back all at once.
 * After a reset the blocks stay and are used again, so that a steady state asks malloc for nothing.
 *
 * Blocks are charged to a budget, if there is one. Taking is never refused: who takes what a
 * script decides asks for room first.
 *
 * An arena belongs to one thread at a time. Everything it hands out is aligned to 64 bytes, a cache
 * line and the widest vector register.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/budget.h"

struct arena;

struct arena *arena_new(void);
/* `budget` is borrowed; NULL: none. */
struct arena *arena_new_within(struct budget *budget);
void arena_free(struct arena *arena); /* accepts NULL */

/* Makes room for `count` further pieces of `size` bytes together. False, with nothing taken, if
 * the budget or the system does not give it. */
bool arena_reserve(struct arena *arena, size_t size, size_t count);

/* Memory valid until the next reset; not zeroed. Aborts if the system has no more. */
void *arena_take(struct arena *arena, size_t size);
void *arena_take_zeroed(struct arena *arena, size_t size);

/* Gives everything back at once. */
void arena_reset(struct arena *arena);
/* The same, and all but a first block back to the system and the budget. */
void arena_trim(struct arena *arena);

/* The most bytes that were ever handed out between two resets. */
size_t arena_peak(const struct arena *arena);

struct budget *arena_budget(const struct arena *arena); /* NULL: none */

/* Whether the memory is one of the arena's. */
bool arena_holds(const struct arena *arena, const void *memory);

#endif
