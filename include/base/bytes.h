/* SPDX-License-Identifier: MIT
 *
 * Bytes that grow, and a reader that never leaves them: what frames, checkpoints and stored arrays
 * are written with. Numbers are little-endian. A reader that runs out of bytes remembers it and
 * returns zeros from then on, so that a caller reads a whole record and asks once, with
 * reader_complete, whether it was there.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    unsigned char *data; /* owned */
    size_t size, capacity;
};

/* {0} is an empty one. */
void bytes_release(struct bytes *bytes); /* accepts NULL; leaves an empty one */
void bytes_clear(struct bytes *bytes);   /* empty, memory kept */
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_u8(struct bytes *bytes, uint8_t value);
void bytes_add_u32(struct bytes *bytes, uint32_t value);
void bytes_add_u64(struct bytes *bytes, uint64_t value);
void bytes_add_double(struct bytes *bytes, double value);
/* Length and text; NULL is written as "". */
void bytes_add_string(struct bytes *bytes, const char *text);
/* Characters without a length. */
void bytes_add_format(struct bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Count and elements of an array of 4-byte or 1-byte elements. */
void bytes_add_block(struct bytes *bytes, const void *data, size_t count, size_t element);

struct reader {
    const unsigned char *data; /* borrowed */
    size_t size, at;
    bool failed;
};

struct reader reader_of(const void *data, size_t size);
uint8_t reader_u8(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);
double reader_double(struct reader *reader);
/* A copy with its NUL, freed by the caller; "" if the reader failed, if the text holds a NUL
 * or exceeds `longest` bytes (the last two fail the reader too). */
char *reader_string(struct reader *reader, size_t longest);
/* A pointer into the bytes to `count` elements of size `element`, which must be at most `most`;
 * NULL if it failed. The pointer need not be aligned: copy from it. */
const void *reader_block(struct reader *reader, size_t element, size_t most, size_t *count);
const void *reader_raw(struct reader *reader, size_t size);
/* Everything was there and nothing is left over. */
bool reader_complete(const struct reader *reader);

#endif
