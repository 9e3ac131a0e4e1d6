/* SPDX-License-Identifier: MIT
 *
 * The memory of one Lua state: a stretch of addresses of its own that can be put back, byte by
 * byte, to how it was. What a call leaves behind in Lua, in whatever corner, is gone then.
 *
 * The *base* is how it was when heap_keep was called; a *layer* is what was made upon it later,
 * such as an arm made ready for a data set. To put back costs what was ever written of the base, in
 * pages: they are read-only until somebody writes to them, and the fault that this raises is noted.
 * So nobody else may write to this memory, no system call either.
 *
 * One thread at a time. Between heap_enter and heap_leave that thread may write to it.
 */
#ifndef SCRIPT_HEAP_H
#define SCRIPT_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct heap;
struct heap_layer;

/* Of at most `size` bytes, its own bookkeeping included. NULL if the system does not give so
 * many addresses, or where they are too few. */
struct heap *heap_new(size_t size);
void heap_free(struct heap *heap); /* accepts NULL */

/* What lua_Alloc does: old_size is what was asked for before, 0 for NULL. NULL if it is full;
 * the block is then as it was. */
void *heap_resize(struct heap *heap, void *block, size_t old_size, size_t size);
/* Bytes from its beginning to the end of the last block. */
size_t heap_extent(const struct heap *heap);

void heap_enter(struct heap *heap);
void heap_leave(void);

/* Makes what there is the base. At most once. */
void heap_keep(struct heap *heap);
/* What was made since the base was kept or put back; owned by the caller. */
struct heap_layer *heap_layer_new(struct heap *heap);
void heap_layer_free(struct heap_layer *layer); /* accepts NULL */
/* Bytes that it takes of the machine. */
size_t heap_layer_weight(const struct heap *heap, const struct heap_layer *layer);
/* Puts back the base, with that layer upon it (NULL: none), which is of this heap. */
void heap_rewind(struct heap *heap, const struct heap_layer *layer);

#endif
