/* SPDX-License-Identifier: MIT
 *
 * The memory of one Lua state: its own range of addresses, which can be put back byte by byte to an
 * earlier state. So nothing that a call leaves behind in Lua survives the call.
 *
 * The *base* is the state at heap_keep. A *layer* is what was added to the base later, such as an
 * arm made ready for a data set. Pages of the base are read-only until the first write, and the
 * fault of that write is recorded. So putting back costs time in proportion to the pages of the
 * base that were ever written. No other thread and no system call may write to this memory.
 *
 * One thread at a time. That thread may write to the heap between heap_enter and heap_leave.
 */
#ifndef SCRIPT_HEAP_H
#define SCRIPT_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct heap;
struct heap_layer;

/* A heap of at most `size` bytes, including its own bookkeeping. NULL if the system cannot reserve
 * the addresses or if `size` is too small. */
struct heap *heap_new(size_t size);
void heap_free(struct heap *heap); /* accepts NULL */

/* A lua_Alloc: old_size is the size asked for before, 0 for NULL. Returns NULL and leaves the block
 * alone if the heap is full. */
void *heap_resize(struct heap *heap, void *block, size_t old_size, size_t size);
/* Bytes from the start of the heap to the end of the last block. */
size_t heap_extent(const struct heap *heap);

void heap_enter(struct heap *heap);
void heap_leave(void);

/* Makes the present state the base. At most once. */
void heap_keep(struct heap *heap);
/* What was added since the base was kept or put back. The caller owns the layer. */
struct heap_layer *heap_layer_new(struct heap *heap);
void heap_layer_free(struct heap_layer *layer); /* accepts NULL */
/* The layer's size in memory, in bytes. */
size_t heap_layer_weight(const struct heap *heap, const struct heap_layer *layer);
/* Puts back the base with this layer of the same heap upon it. NULL: no layer. */
void heap_rewind(struct heap *heap, const struct heap_layer *layer);

#endif
