/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/list_text.h"

#include <string.h>

/* Backslashes at the end of a text. */
static size_t count_backslashes(const char *begin, const char *end)
{
    const char *at = end;
    while (at > begin && at[-1] == '\\')
        at--;
    return (size_t)(end - at);
}

size_t list_text_size(const char *value, size_t length)
{
    const char *end = value + length, *at = value, *bar;
    size_t size = length;
    for (; (bar = memchr(at, '|', (size_t)(end - at))); at = bar + 1)
        size += 1 + count_backslashes(at, bar);
    return size;
}

size_t list_text_between(const char *value, size_t length)
{
    return 1 + count_backslashes(value, value + length);
}

static char *add_backslashes(char *at, size_t count)
{
    memset(at, '\\', count);
    return at + count;
}

char *list_text_write(char *at, const char *value, size_t length)
{
    const char *end = value + length, *bar;
    while ((bar = memchr(value, '|', (size_t)(end - value)))) {
        size_t before = (size_t)(bar - value);
        memcpy(at, value, before);
        at = add_backslashes(at + before, 1 + count_backslashes(value, bar));
        *at++ = '|';
        value = bar + 1;
    }
    memcpy(at, value, (size_t)(end - value));
    return at + (end - value);
}

char *list_text_separate(const char *begin, char *at)
{
    at = add_backslashes(at, count_backslashes(begin, at));
    *at++ = '|';
    return at;
}

void list_text_add(struct bytes *bytes, size_t start, bool first, const char *value, size_t length)
{
    size_t list = bytes->size - start;
    bytes_reserve(bytes, 1 + list + list_text_size(value, length)); /* list: its backslashes */
    char *begin = (char *)bytes->data + start, *at = begin + list;
    if (!first)
        at = list_text_separate(begin, at);
    at = list_text_write(at, value, length);
    bytes->size = start + (size_t)(at - begin);
}

const char *list_text_next(const char *text, const char *end, struct bytes *value)
{
    const char *at = text, *bar;
    bytes_clear(value);
    while ((bar = memchr(at, '|', (size_t)(end - at)))) {
        size_t backslashes = count_backslashes(at, bar);
        bytes_add(value, at, (size_t)(bar - at) - backslashes + backslashes / 2);
        if (backslashes % 2 == 0)
            return bar;
        bytes_add_u8(value, '|');
        at = bar + 1;
    }
    bytes_add(value, at, (size_t)(end - at));
    return NULL;
}
