/* SPDX-License-Identifier: MIT
 *
 * Blocks of the heap. A block is taken from the free list of its size, or else from the top. Free
 * neighbours are not joined, because the whole heap is put back soon after each call of a learner.
 */
#include "config.h"

#include "heap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "heap_private.h"

enum { STEP = 1 << 20 }; /* bytes made usable at once */

/* -- sizes --------------------------------------------------------------------------------------*/

struct fit {
    size_t number; /* index of the free list */
    size_t size;
};

/* The smallest block size that is at least `size`. `size` is not 0. */
static struct fit fit_of(size_t size)
{
    enum { SMALL_MOST = 16 * SMALL_SIZES };
    if (size <= SMALL_MOST) {
        size_t number = (size - 1) / 16;
        return (struct fit){number, 16 * (number + 1)};
    }
    unsigned octave = 63 - (unsigned)__builtin_clzll((unsigned long long)size - 1);
    size_t quarter = (size_t)1 << (octave - 2), part = (size - 1) / quarter - 4;
    return (struct fit){SMALL_SIZES + 4 * (octave - 10) + part, (5 + part) * quarter};
}

/* The largest block size that is at most `size`. `size` is at least 16 and a multiple of it. */
static struct fit fit_within(size_t size)
{
    struct fit fit = fit_of(size);
    if (fit.size == size)
        return fit;
    size_t octave = (size_t)1 << (63 - __builtin_clzll((unsigned long long)size));
    return fit_of(size / (octave / 4) * (octave / 4));
}

/* -- life ---------------------------------------------------------------------------------------*/

static size_t rounded_up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

/* Makes the memory up to `end` usable. */
static bool open_to(struct heap *heap, size_t end)
{
    if (end <= heap->open)
        return true;
    size_t until = rounded_up(end, STEP);
    if (until > heap->size)
        until = heap->size;
    if (mprotect(heap->memory + heap->open, until - heap->open, PROT_READ | PROT_WRITE) != 0)
        return false;
    heap->open = until;
    return true;
}

struct heap *heap_new(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size = size / page * page;
    if (size < page || size >= (size_t)1 << 40)
        return NULL;
    void *memory = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    struct heap *heap = memory_new(sizeof *heap);
    *heap = (struct heap){.memory = memory, .size = size, .page = page, .book = memory};
    if (!open_to(heap, page)) {
        heap_free(heap);
        return NULL;
    }
    heap->book->top = heap->memory + rounded_up(sizeof *heap->book, 16);
    return heap;
}

void heap_free(struct heap *heap)
{
    if (!heap)
        return;
    munmap(heap->memory, heap->size);
    free(heap->base);
    free(heap->written);
    free(heap->is_written);
    free(heap);
}

size_t heap_extent(const struct heap *heap)
{
    return (size_t)(heap->book->top - heap->memory);
}

/* -- blocks -------------------------------------------------------------------------------------*/

static void put(struct heap_book *book, void *block, size_t number)
{
    *(void **)block = book->free[number];
    book->free[number] = block;
}

static void *pick(struct heap_book *book, size_t number)
{
    void *block = book->free[number];
    if (block)
        book->free[number] = *(void **)block;
    return block;
}

/* Makes the block at the top `size` bytes long and moves the top behind it. Fails if there is not
 * enough memory. */
static bool move_top(struct heap *heap, unsigned char *block, size_t size)
{
    size_t before = (size_t)(block - heap->memory);
    if (size > heap->size - before || !open_to(heap, before + size))
        return false;
    heap->book->top = block + size;
    if (before + size > heap->highest)
        heap->highest = before + size;
    return true;
}

/* Splits a larger free block. The rest becomes smaller free blocks. */
static void *carve(struct heap_book *book, struct fit fit)
{
    for (size_t number = fit.number + 1; number < SIZES; number++) {
        unsigned char *block = pick(book, number);
        if (!block)
            continue;
        size_t quarter = number < SMALL_SIZES ? 0 : (size_t)1 << (8 + (number - SMALL_SIZES) / 4);
        size_t whole = quarter ? (5 + (number - SMALL_SIZES) % 4) * quarter : 16 * (number + 1);
        for (size_t at = fit.size; at < whole;) {
            struct fit rest = fit_within(whole - at);
            put(book, block + at, rest.number);
            at += rest.size;
        }
        return block;
    }
    return NULL;
}

static void *take(struct heap *heap, struct fit fit)
{
    void *block = pick(heap->book, fit.number);
    if (block)
        return block;
    block = heap->book->top;
    return move_top(heap, block, fit.size) ? block : carve(heap->book, fit);
}

static void release(struct heap *heap, void *block, struct fit fit)
{
    if ((unsigned char *)block + fit.size == heap->book->top)
        heap->book->top = block;
    else
        put(heap->book, block, fit.number);
}

static void *move(struct heap *heap, void *block, struct fit old, struct fit new, size_t kept)
{
    if ((unsigned char *)block + old.size == heap->book->top && move_top(heap, block, new.size))
        return block;
    void *moved = take(heap, new);
    if (moved) {
        memcpy(moved, block, kept);
        release(heap, block, old);
    }
    return moved;
}

void *heap_resize(struct heap *heap, void *block, size_t old_size, size_t size)
{
    if (size > heap->size)
        return NULL;
    if (!block || old_size == 0)
        return size > 0 ? take(heap, fit_of(size)) : NULL;
    struct fit old = fit_of(old_size);
    if (size == 0) {
        release(heap, block, old);
        return NULL;
    }
    struct fit new = fit_of(size);
    if (new.number == old.number)
        return block;
    void *moved = move(heap, block, old, new, size < old_size ? size : old_size);
    /* Lua relies on shrinking never to fail. The unused rest is lost until the heap is put back. */
    return moved || size > old_size ? moved : block;
}

void heap_forget_free(struct heap *heap)
{
    memset(heap->book->free, 0, sizeof heap->book->free);
}
