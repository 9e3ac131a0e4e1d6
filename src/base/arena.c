/* SPDX-License-Identifier: MIT
 *
 * A list of blocks, each at least twice as large as the one before. A reset that finds more than
 * one block replaces them with a single one of their total size, so that each later arena_take is
 * one addition.
 */
#include "config.h"

#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { ALIGNMENT = 64 };
static const size_t FIRST_BLOCK = (size_t)1 << 20;

struct arena_block {
    struct arena_block *older;
    char *memory;
    size_t size;
};

struct arena {
    struct budget *budget;
    struct arena_block *newest;
    size_t used;        /* of the newest block */
    size_t older_total; /* handed out from the blocks before it */
    size_t peak;
};

/* The caller has already charged `size` to the budget. */
static bool add_block(struct arena *arena, size_t size)
{
    void *memory = aligned_alloc(ALIGNMENT, size);
    if (!memory)
        return false;
    struct arena_block *block = memory_new(sizeof *block);
    *block = (struct arena_block){arena->newest, memory, size};
    if (arena->newest)
        arena->older_total += arena->used;
    arena->used = 0;
    arena->newest = block;
    return true;
}

static bool add_charged(struct arena *arena, size_t size)
{
    if (!budget_take(arena->budget, size))
        return false;
    if (add_block(arena, size))
        return true;
    budget_give(arena->budget, size);
    return false;
}

static void add_owed(struct arena *arena, size_t size)
{
    budget_owe(arena->budget, size);
    if (!add_block(arena, size))
        memory_exhausted(size);
}

/* Returns the size of the dropped blocks, which stay charged to the budget. */
static size_t drop_blocks(struct arena *arena)
{
    size_t total = 0;
    while (arena->newest) {
        struct arena_block *block = arena->newest;
        arena->newest = block->older;
        total += block->size;
        free(block->memory);
        free(block);
    }
    return total;
}

struct arena *arena_new_within(struct budget *budget)
{
    struct arena *arena = memory_new(sizeof *arena);
    arena->budget = budget;
    add_owed(arena, FIRST_BLOCK);
    return arena;
}

struct arena *arena_new(void)
{
    return arena_new_within(NULL);
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    budget_give(arena->budget, drop_blocks(arena));
    free(arena);
}

static size_t aligned(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

bool arena_reserve(struct arena *arena, size_t size, size_t count)
{
    size_t room = arena->newest->size - arena->used, rounding = count * ALIGNMENT;
    if (size <= room && rounding <= room - size)
        return true;
    if (size > SIZE_MAX / 4 - rounding)
        return false;
    size = aligned(size + rounding);
    size_t doubled = 2 * arena->newest->size;
    return (size < doubled && add_charged(arena, doubled)) || add_charged(arena, size);
}

void *arena_take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4)
        memory_exhausted(size);
    size = aligned(size);
    if (size > arena->newest->size - arena->used) {
        size_t doubled = 2 * arena->newest->size;
        if (size >= doubled || !add_charged(arena, doubled))
            add_owed(arena, size < FIRST_BLOCK ? FIRST_BLOCK : size);
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
        size_t total = drop_blocks(arena);
        if (!add_block(arena, total)) {
            budget_give(arena->budget, total);
            add_owed(arena, FIRST_BLOCK);
        }
    }
    arena->used = 0;
    arena->older_total = 0;
}

void arena_trim(struct arena *arena)
{
    if (arena->newest->older || arena->newest->size > FIRST_BLOCK) {
        budget_give(arena->budget, drop_blocks(arena));
        add_owed(arena, FIRST_BLOCK);
    }
    arena->used = 0;
    arena->older_total = 0;
}

size_t arena_peak(const struct arena *arena)
{
    return arena->peak;
}

struct budget *arena_budget(const struct arena *arena)
{
    return arena->budget;
}

bool arena_holds(const struct arena *arena, const void *memory)
{
    const char *place = memory;
    for (const struct arena_block *block = arena->newest; block; block = block->older)
        if (place >= block->memory && place < block->memory + block->size)
            return true;
    return false;
}
