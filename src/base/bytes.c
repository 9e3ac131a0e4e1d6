/* SPDX-License-Identifier: MIT
 *
 * Numbers are converted to little-endian one by one. Arrays are copied as they are in memory, so
 * their bytes are portable between little-endian machines only.
 */
#include "config.h"

#include "base/bytes.h"

#include <ctype.h>
#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

void bytes_release(struct bytes *bytes)
{
    if (!bytes)
        return;
    free(bytes->data);
    *bytes = (struct bytes){0};
}

void bytes_clear(struct bytes *bytes)
{
    bytes->size = 0;
}

void bytes_reserve(struct bytes *bytes, size_t size)
{
    size_t capacity = bytes->capacity ? bytes->capacity : 256;
    if (size <= bytes->capacity - bytes->size)
        return;
    while (size > capacity - bytes->size)
        capacity *= 2;
    bytes->data = memory_resize(bytes->data, capacity, 1);
    bytes->capacity = capacity;
}

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    if (size == 0)
        return;
    bytes_reserve(bytes, size);
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

void bytes_add_u8(struct bytes *bytes, uint8_t value)
{
    bytes_add(bytes, &value, sizeof value);
}

void bytes_add_u32(struct bytes *bytes, uint32_t value)
{
    value = htole32(value);
    bytes_add(bytes, &value, sizeof value);
}

void bytes_add_u64(struct bytes *bytes, uint64_t value)
{
    value = htole64(value);
    bytes_add(bytes, &value, sizeof value);
}

void bytes_add_double(struct bytes *bytes, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bytes_add_u64(bytes, bits);
}

void bytes_add_string(struct bytes *bytes, const char *text)
{
    bytes_add_block(bytes, text ? text : "", text ? strlen(text) : 0, 1);
}

void bytes_add_format(struct bytes *bytes, const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        memory_exhausted(strlen(format));
    bytes_add(bytes, text, (size_t)length);
    free(text);
}

/* Whether a shell takes the word as it stands. */
static bool is_plain(const char *word)
{
    const char *at = word;
    while (isalnum((unsigned char)*at) || (*at && strchr("_./:,=@%+-", *at)))
        at++;
    return *at == '\0' && *word != '\0';
}

static bool is_printable(const char *word)
{
    size_t size = 12 * strlen(word) + 1;
    char *safe = memory_new(size);
    bool printable = strcmp(text_safe(word, safe, size), word) == 0;
    free(safe);
    return printable;
}

void bytes_add_word(struct bytes *bytes, const char *word)
{
    if (is_plain(word)) {
        bytes_add(bytes, word, strlen(word));
        return;
    }
    bool printable = is_printable(word);
    bytes_add_format(bytes, "%s", printable ? "'" : "$'");
    for (const char *at = word; *at != '\0'; at++)
        if (printable)
            bytes_add_format(bytes, *at == '\'' ? "'\\''" : "%c", *at);
        else if (*at >= ' ' && *at < 0x7F && *at != '\'' && *at != '\\')
            bytes_add(bytes, at, 1);
        else
            bytes_add_format(bytes, "\\%03o", (unsigned char)*at);
    bytes_add(bytes, "'", 1);
}

void bytes_add_block(struct bytes *bytes, const void *data, size_t count, size_t element)
{
    bytes_add_u64(bytes, count);
    bytes_add(bytes, data, count * element);
}

struct reader reader_of(const void *data, size_t size)
{
    static const unsigned char nothing[1]; /* arithmetic on NULL would be undefined */
    return (struct reader){.data = data ? data : nothing, .size = data ? size : 0};
}

const void *reader_raw(struct reader *reader, size_t size)
{
    if (reader->failed || size > reader->size - reader->at) {
        reader->failed = true;
        return NULL;
    }
    const void *data = reader->data + reader->at;
    reader->at += size;
    return data;
}

uint8_t reader_u8(struct reader *reader)
{
    const uint8_t *data = reader_raw(reader, 1);
    return data ? *data : 0;
}

uint32_t reader_u32(struct reader *reader)
{
    uint32_t value = 0;
    const void *data = reader_raw(reader, sizeof value);
    if (data)
        memcpy(&value, data, sizeof value);
    return le32toh(value);
}

uint64_t reader_u64(struct reader *reader)
{
    uint64_t value = 0;
    const void *data = reader_raw(reader, sizeof value);
    if (data)
        memcpy(&value, data, sizeof value);
    return le64toh(value);
}

double reader_double(struct reader *reader)
{
    uint64_t bits = reader_u64(reader);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

const void *reader_block(struct reader *reader, size_t element, size_t most, size_t *count)
{
    uint64_t stated = reader_u64(reader);
    *count = 0;
    if (reader->failed || stated > most || stated > (reader->size - reader->at) / element) {
        reader->failed = true;
        return NULL;
    }
    *count = (size_t)stated;
    return reader_raw(reader, (size_t)stated * element);
}

char *reader_string(struct reader *reader, size_t longest)
{
    size_t length = 0;
    const char *data = reader_block(reader, 1, longest, &length);
    if (data && memchr(data, '\0', length)) {
        reader->failed = true;
        length = 0;
    }
    char *text = memory_new(length + 1);
    if (data)
        memcpy(text, data, length);
    return text;
}

bool reader_complete(const struct reader *reader)
{
    return !reader->failed && reader->at == reader->size;
}
