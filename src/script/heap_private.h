/* SPDX-License-Identifier: MIT
 *
 * The inside of a heap, shared by heap.c (blocks) and heap_rewind.c (pages).
 */
#ifndef SCRIPT_HEAP_PRIVATE_H
#define SCRIPT_HEAP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Block sizes: every 16 bytes up to 1 KiB, then four sizes an octave. */
enum { SMALL_SIZES = 64, SIZES = SMALL_SIZES + 4 * 31 };

/* Lies at the beginning of the heap itself, so it is put back with the rest. */
struct heap_book {
    unsigned char *top; /* the end of the last block */
    void *free[SIZES];  /* free lists; each block begins with a pointer to the next */
};

struct heap {
    unsigned char *memory; /* `size` addresses; the first `open` bytes are usable */
    size_t size, open, page;
    size_t highest; /* the top's maximum since memory was last given back, in bytes */
    struct heap_book *book;

    unsigned char *base; /* a copy; NULL before heap_keep */
    size_t base_pages;
    uint32_t *written; /* numbers of the base's writable pages */
    size_t written_count;
    bool *is_written; /* by page of the base */
};

/* Empties the free lists, so that new blocks lie behind the present ones. */
void heap_forget_free(struct heap *heap);

#endif
