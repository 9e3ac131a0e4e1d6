/* SPDX-License-Identifier: MIT
 *
 * Memory with one lifetime: pieces are handed out one after another and given back all at once. A
 * reset keeps the blocks for reuse, so a steady state never calls malloc.
 *
 * Blocks are charged to a budget, if there is one. arena_take is never refused, so a caller whose
 * sizes a script decides calls arena_reserve first.
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
/* `budget` is borrowed and may be NULL. */
struct arena *arena_new_within(struct budget *budget);
void arena_free(struct arena *arena); /* accepts NULL */

/* Makes room for `count` more pieces of `size` bytes in total. Returns false and takes nothing if
 * the budget or the system refuses. */
bool arena_reserve(struct arena *arena, size_t size, size_t count);

/* Memory valid until the next reset; not zeroed. Ends the process if the system has no more. */
void *arena_take(struct arena *arena, size_t size);
void *arena_take_zeroed(struct arena *arena, size_t size);

/* Gives everything back at once. */
void arena_reset(struct arena *arena);
/* The same, and returns all memory but a first block to the system and the budget. */
void arena_trim(struct arena *arena);

/* The most bytes handed out at once between two resets. */
size_t arena_peak(const struct arena *arena);

struct budget *arena_budget(const struct arena *arena); /* NULL if it has none */

/* Whether `memory` points into a block of the arena. */
bool arena_holds(const struct arena *arena, const void *memory);

#endif
