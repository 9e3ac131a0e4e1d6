/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "packing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"

enum { NUMBERS_MOST = 1 << 28 };

static size_t plain_size(size_t count)
{
    return count + (count + 1) / 2;
}

/* Without memory the process ends with a sentence, since data are not damaged then. */
static voidpf new_block(voidpf context, uInt count, uInt size)
{
    (void)context;
    return memory_array(count, size);
}

static void free_block(voidpf context, voidpf block)
{
    (void)context;
    free(block);
}

/* Uses two blocks of the stream, because upper and lower bits need different codes. */
static size_t deflate_both(unsigned char *plain, size_t upper, size_t lower, unsigned char *block,
                           size_t room)
{
    z_stream stream = {
        .next_out = block, .avail_out = (uInt)room, .zalloc = new_block, .zfree = free_block};
    int begun = deflateInit(&stream, Z_DEFAULT_COMPRESSION);
    stream.next_in = plain;
    stream.avail_in = (uInt)upper;
    int first = deflate(&stream, Z_BLOCK);
    stream.next_in = plain + upper;
    stream.avail_in = (uInt)lower;
    int last = deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    assert(begun == Z_OK && (first == Z_OK || upper == 0) && last == Z_STREAM_END);
    (void)begun, (void)first, (void)last;
    return stream.total_out;
}

void packing_add(struct bytes *bytes, const uint16_t *numbers, size_t count)
{
    size_t size = plain_size(count), room = compressBound((uLong)size) + 64;
    unsigned char *plain = memory_new(size + 1), *block = memory_new(room);
    for (size_t i = 0; i < count; i++) {
        assert(numbers[i] < 4096);
        plain[i] = (unsigned char)(numbers[i] >> 4);
        plain[count + i / 2] |= (unsigned char)((numbers[i] & 15) << (i % 2 * 4));
    }
    bytes_add(bytes, block, deflate_both(plain, count, size - count, block, room));
    free(block);
    free(plain);
}

/* The whole stream, a new block of `size` bytes; NULL if it is damaged or too large. */
static unsigned char *inflate_all(const void *block, size_t block_size, size_t *size)
{
    z_stream stream = {.next_in = (void *)block,
                       .avail_in = (uInt)block_size,
                       .zalloc = new_block,
                       .zfree = free_block};
    size_t room = 4 * block_size + 64;
    unsigned char *plain = memory_new(room);
    if (block_size > NUMBERS_MOST || inflateInit(&stream) != Z_OK) {
        free(plain);
        return NULL;
    }
    int result = Z_OK;
    while (result == Z_OK && stream.total_out < plain_size(NUMBERS_MOST)) {
        if (stream.total_out == room)
            plain = memory_resize(plain, room *= 2, 1);
        stream.next_out = plain + stream.total_out;
        stream.avail_out = (uInt)(room - stream.total_out);
        result = inflate(&stream, Z_NO_FLUSH);
    }
    *size = stream.total_out;
    bool whole = result == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    if (whole)
        return plain;
    free(plain);
    return NULL;
}

uint16_t *packing_read(const void *block, size_t block_size, size_t *count)
{
    size_t size;
    unsigned char *plain = inflate_all(block, block_size, &size);
    if (!plain)
        return NULL;
    *count = size * 2 / 3;
    if (plain_size(*count) != size) {
        free(plain);
        return NULL;
    }
    uint16_t *numbers = memory_array(*count, sizeof *numbers);
    for (size_t i = 0; i < *count; i++)
        numbers[i] = (uint16_t)(plain[i] << 4 | (plain[*count + i / 2] >> (i % 2 * 4) & 15));
    free(plain);
    return numbers;
}
