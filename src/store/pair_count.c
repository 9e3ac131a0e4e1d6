/* SPDX-License-Identifier: MIT
 *
 * A pair is a number of 64 bits. A block is sorted by its bytes (LSD radix sort) and written as
 * differences in base 128, the lowest digits first. In a block, the second number takes as few bits
 * as the block needs, so that the difference is small also where the first number changes.
 */
#include "config.h"

#include "pair_count.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_MOST = 1 << 21, BLOCK_FIRST = 1 << 10, DIGIT_VALUES = 256 };
enum { NUMBER_MOST = 10 }; /* bytes of a difference */

struct sorted_block {
    unsigned char *bytes, *end;
    unsigned bits; /* of the second number */

    /* While blocks are merged: */
    const unsigned char *at;
    uint64_t code; /* the last one read, with the second number in `bits` */
    uint64_t pair; /* the same, as in the open block */
};

struct pair_count {
    uint64_t *pairs, *spare; /* of the open block; as many in `spare` */
    size_t size, capacity;
    uint64_t total;
    struct sorted_block *blocks;
    size_t block_count;
};

static bool refuse(const struct pair_count *pairs, struct error *error)
{
    return error_set(error, ERROR_INPUT, "there is not enough memory for more than %llu ratings",
                     (unsigned long long)pairs->total);
}

struct pair_count *pair_count_new(void)
{
    return memory_new(sizeof(struct pair_count));
}

void pair_count_free(struct pair_count *pairs)
{
    if (!pairs)
        return;
    for (size_t i = 0; i < pairs->block_count; i++)
        free(pairs->blocks[i].bytes);
    free(pairs->blocks);
    free(pairs->pairs);
    free(pairs->spare);
    free(pairs);
}

/* -- a block ----------------------------------------------------------------------------------- */

static void sort_by_byte(struct pair_count *pairs, unsigned shift)
{
    size_t starts[DIGIT_VALUES] = {0}, sum = 0;
    for (size_t i = 0; i < pairs->size; i++)
        starts[pairs->pairs[i] >> shift & 0xFF]++;
    for (size_t value = 0; value < DIGIT_VALUES; value++) {
        size_t count = starts[value];
        starts[value] = sum;
        sum += count;
    }
    for (size_t i = 0; i < pairs->size; i++)
        pairs->spare[starts[pairs->pairs[i] >> shift & 0xFF]++] = pairs->pairs[i];
    uint64_t *sorted = pairs->spare;
    pairs->spare = pairs->pairs;
    pairs->pairs = sorted;
}

static void sort(struct pair_count *pairs)
{
    uint64_t some = 0, all = UINT64_MAX;
    for (size_t i = 0; i < pairs->size; i++) {
        some |= pairs->pairs[i];
        all &= pairs->pairs[i];
    }
    for (unsigned shift = 0; shift < 64; shift += 8)
        if ((some ^ all) >> shift & 0xFF)
            sort_by_byte(pairs, shift);
}

static uint64_t code_of(uint64_t pair, unsigned bits)
{
    return pair >> 32 << bits | (uint32_t)pair;
}

static unsigned char *write_number(uint64_t number, unsigned char *at)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (unsigned char)(number | 0x80);
    *at++ = (unsigned char)number;
    return at;
}

/* Writes the different pairs of a sorted list to `at`. Returns the end. */
static unsigned char *encode(const uint64_t *pairs, size_t count, unsigned bits, unsigned char *at)
{
    uint64_t last = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t code = code_of(pairs[i], bits);
        if (i == 0 || code != last)
            at = write_number(code - last, at);
        last = code;
    }
    return at;
}

static unsigned bits_of_second(const struct pair_count *pairs)
{
    uint32_t second = 0;
    unsigned bits = 1;
    for (size_t i = 0; i < pairs->size; i++)
        second |= (uint32_t)pairs->pairs[i];
    while (bits < 32 && second >> bits)
        bits++;
    return bits;
}

/* Ends the open block, which has pairs. */
static bool close_block(struct pair_count *pairs, struct error *error)
{
    struct sorted_block block = {.bits = bits_of_second(pairs)};
    unsigned char *bytes = malloc(NUMBER_MOST * pairs->size);
    if (!bytes)
        return refuse(pairs, error);
    sort(pairs);
    size_t size = (size_t)(encode(pairs->pairs, pairs->size, block.bits, bytes) - bytes);
    block.bytes = realloc(bytes, size);
    block.bytes = block.bytes ? block.bytes : bytes;
    block.end = block.bytes + size;
    pairs->blocks = memory_grow(pairs->blocks, pairs->block_count, sizeof block);
    pairs->blocks[pairs->block_count++] = block;
    pairs->size = 0;
    return true;
}

static bool grow(struct pair_count *pairs, struct error *error)
{
    size_t capacity = pairs->capacity ? 2 * pairs->capacity : BLOCK_FIRST;
    uint64_t *grown = reallocarray(pairs->pairs, capacity, sizeof *grown);
    pairs->pairs = grown ? grown : pairs->pairs;
    uint64_t *spare = grown ? reallocarray(pairs->spare, capacity, sizeof *spare) : NULL;
    pairs->spare = spare ? spare : pairs->spare;
    if (!spare)
        return refuse(pairs, error);
    pairs->capacity = capacity;
    return true;
}

bool pair_count_add(struct pair_count *pairs, uint32_t first, uint32_t second, struct error *error)
{
    if (pairs->size == pairs->capacity &&
        !(pairs->size == BLOCK_MOST ? close_block(pairs, error) : grow(pairs, error)))
        return false;
    pairs->pairs[pairs->size++] = (uint64_t)first << 32 | second;
    pairs->total++;
    return true;
}

/* -- all blocks -------------------------------------------------------------------------------- */

/* False at the end of the block. */
static bool advance(struct sorted_block *block)
{
    uint64_t number = 0;
    if (block->at == block->end)
        return false;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = *block->at++;
        number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            break;
    }
    block->code += number;
    uint64_t second = block->code & ((UINT64_C(1) << block->bits) - 1);
    block->pair = block->code >> block->bits << 32 | second;
    return true;
}

/* Lets a block sink to its place in the heap, which has the least pair on top. */
static void sink(struct sorted_block *heap, size_t count, size_t place)
{
    struct sorted_block moved = heap[place];
    for (size_t child; (child = 2 * place + 1) < count; place = child) {
        child += child + 1 < count && heap[child + 1].pair < heap[child].pair;
        if (heap[child].pair >= moved.pair)
            break;
        heap[place] = heap[child];
    }
    heap[place] = moved;
}

/* How many pairs are different. Uses up the blocks. */
static uint64_t merge(struct pair_count *pairs)
{
    struct sorted_block *heap = pairs->blocks;
    size_t open = pairs->block_count;
    uint64_t different = 0, last = 0;
    for (size_t i = open; i-- > 0;) {
        heap[i].at = heap[i].bytes;
        advance(&heap[i]); /* no block is empty */
        sink(heap, open, i);
    }
    while (open > 0) {
        different += different == 0 || heap->pair != last;
        last = heap->pair;
        if (!advance(heap)) {
            struct sorted_block done = *heap;
            *heap = heap[--open];
            heap[open] = done;
        }
        sink(heap, open, 0);
    }
    return different;
}

bool pair_count_repeats(struct pair_count *pairs, uint64_t *repeats, struct error *error)
{
    *repeats = 0;
    if (pairs->size > 0 && !close_block(pairs, error))
        return false;
    *repeats = pairs->total - merge(pairs);
    return true;
}
