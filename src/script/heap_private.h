/* SPDX-License-Identifier: MIT
 *
 * The inside of a heap, shared by heap.c (blocks) and heap_rewind.c (pages).
 */
#ifndef SCRIPT_HEAP_PRIVATE_H
#define SCRIPT_HEAP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Blocks have one of so many sizes: up to 1 KiB every 16 bytes, then four sizes an octave. */
enum { SMALL_SIZES = 64, SIZES = SMALL_SIZES + 4 * 31 };

/* Stands in the heap itself, at its beginning, and so is put back with the rest. */
struct heap_book {
    unsigned char *top; /* nothing at or behind it is in use */
    void *free[SIZES];  /* lists of blocks; each begins with the next */
};

struct heap {
    unsigned char *memory; /* `size` addresses, of which `open` bytes can be used */
    size_t size, open, page;
    size_t highest; /* bytes that the top has reached since memory was given back */
    struct heap_book *book;

    unsigned char *base; /* copy; NULL before there is one */
    size_t base_pages;
    uint32_t *written; /* numbers of pages of the base that can be written to */
    size_t written_count;
    bool *is_written; /* by page of the base */
};

/* Lets go of all that was freed before, so that what comes is put behind it. */
void heap_forget_free(struct heap *heap);

#endif
