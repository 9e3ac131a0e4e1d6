/* SPDX-License-Identifier: MIT
 *
 * Memory with one lifetime: blocks are handed out one after another and given back all at once.
 * After a reset the blocks stay and are used again, so that a steady state asks malloc for nothing.
 *
 * An arena belongs to one thread at a time. Everything it hands out is aligned to 64 bytes, a cache
 * line and the widest vector register.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* accepts NULL */

/* Memory valid until the next reset; not zeroed. Aborts where the system has no more. */
void *arena_take(struct arena *arena, size_t size);
void *arena_take_zeroed(struct arena *arena, size_t size);

/* Gives everything back at once. */
void arena_reset(struct arena *arena);

/* The most bytes that were ever handed out between two resets. */
size_t arena_peak(const struct arena *arena);

/* Whether the memory is one of the arena's. */
bool arena_holds(const struct arena *arena, const void *memory);

#endif
