/* SPDX-License-Identifier: MIT
 *
 * A growing byte buffer and a bounds-checked reader, for frames, checkpoints and stored arrays.
 * Numbers are little-endian. A reader that runs out of bytes remembers the failure and returns
 * zeros from then on, so a caller reads a whole record and checks reader_complete once.
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

/* {0} is an empty buffer. */
void bytes_release(struct bytes *bytes);              /* accepts NULL; leaves {0} */
void bytes_clear(struct bytes *bytes);                /* keeps the memory */
void bytes_reserve(struct bytes *bytes, size_t size); /* makes room for so many more */
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_u8(struct bytes *bytes, uint8_t value);
void bytes_add_u32(struct bytes *bytes, uint32_t value);
void bytes_add_u64(struct bytes *bytes, uint64_t value);
void bytes_add_double(struct bytes *bytes, double value);
/* Writes the length, then the text; NULL is written as "". */
void bytes_add_string(struct bytes *bytes, const char *text);
/* Appends formatted text, without a length. */
void bytes_add_format(struct bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Appends a text as a word of a shell's command line, in quotes if it needs them. All bytes of it
 * are printable. */
void bytes_add_word(struct bytes *bytes, const char *word);
/* Writes the count, then the elements as they are in memory. */
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
/* A NUL-terminated copy, freed by the caller. "" if the reader has failed. A text that contains a
 * NUL or exceeds `longest` bytes fails the reader. */
char *reader_string(struct reader *reader, size_t longest);
/* A pointer into the bytes to `count` elements of size `element`. Fails and returns NULL if there
 * are more than `most`. The pointer may be unaligned, so copy from it. */
const void *reader_block(struct reader *reader, size_t element, size_t most, size_t *count);
const void *reader_raw(struct reader *reader, size_t size);
/* Whether everything was there and nothing is left over. */
bool reader_complete(const struct reader *reader);

#endif
