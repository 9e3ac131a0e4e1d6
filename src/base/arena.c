/* SPDX-License-Identifier: MIT
 *
 * A list of blocks, each at least twice as large as the one before. A reset that finds more than
 * one block replaces them by a single one of their total size: from then on taking is one addition.
 */
#include "config.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { ALIGNMENT = 64 };
static const size_t FIRST_BLOCK = (size_t)1 << 20;

struct block {
    struct block *older;
    char *memory;
    size_t size;
};

struct arena {
    struct block *newest;
    size_t used;        /* of the newest block */
    size_t older_total; /* handed out from the blocks before it */
    size_t peak;
};

static void add_block(struct arena *arena, size_t size)
{
    struct block *block = memory_new(sizeof *block);
    block->memory = aligned_alloc(ALIGNMENT, size);
    if (!block->memory) {
        char what[64];
        snprintf(what, sizeof what, "out of memory: no block of %zu bytes", size);
        memory_give_up(what);
    }
    block->size = size;
    block->older = arena->newest;
    arena->newest = block;
}

static void drop_blocks(struct arena *arena)
{
    while (arena->newest) {
        struct block *block = arena->newest;
        arena->newest = block->older;
        free(block->memory);
        free(block);
    }
}

struct arena *arena_new(void)
{
    struct arena *arena = memory_new(sizeof *arena);
    add_block(arena, FIRST_BLOCK);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    drop_blocks(arena);
    free(arena);
}

void *arena_take(struct arena *arena, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > arena->newest->size - arena->used) {
        size_t doubled = 2 * arena->newest->size;
        arena->older_total += arena->used;
        arena->used = 0;
        add_block(arena, size > doubled ? size : doubled);
    }
    void *memory = arena->newest->memory + arena->used;
    arena->used += size;
    if (arena->older_total + arena->used > arena->peak)
        arena->peak = arena->older_total + arena->used;
    return memory;
}

void *arena_take_zeroed(struct arena *arena, size_t size)
{
    return memset(arena_take(arena, size), 0, size);
}

void arena_reset(struct arena *arena)
{
    if (arena->newest->older) {
        size_t total = 0;
        for (const struct block *block = arena->newest; block; block = block->older)
            total += block->size;
        drop_blocks(arena);
        add_block(arena, total);
    }
    arena->used = 0;
    arena->older_total = 0;
}

size_t arena_peak(const struct arena *arena)
{
    return arena->peak;
}

bool arena_holds(const struct arena *arena, const void *memory)
{
    const char *place = memory;
    for (const struct block *block = arena->newest; block; block = block->older)
        if (place >= block->memory && place < block->memory + block->size)
            return true;
    return false;
}
