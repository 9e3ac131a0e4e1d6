/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { LARGE = 1 << 17 }; /* bytes of a block that the system lends on its own */

void memory_give_up(const char *what)
{
    fprintf(stderr, "thaw: %s\n", what);
    abort();
}

void memory_exhausted(size_t size)
{
    fprintf(stderr, "thaw: out of memory: there are no further %zu bytes\n", size);
    fflush(stderr);
    _exit(MEMORY_EXHAUSTED);
}

static void *checked(void *block, size_t count, size_t size)
{
    size_t whole;
    if (!block)
        memory_exhausted(__builtin_mul_overflow(count, size, &whole) ? SIZE_MAX : whole);
    return block;
}

void *memory_new(size_t size)
{
    return checked(calloc(1, size ? size : 1), 1, size);
}

void *memory_array(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1), count, size);
}

void *memory_aligned(size_t count, size_t size)
{
    enum { LINE = 64 };
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole) || whole > SIZE_MAX - LINE)
        memory_exhausted(SIZE_MAX);
    whole = whole == 0 ? LINE : (whole + LINE - 1) / LINE * LINE;
    return memset(checked(aligned_alloc(LINE, whole), 1, whole), 0, whole);
}

void *memory_resize(void *block, size_t count, size_t size)
{
    if (count == 0 || size == 0)
        count = size = 1;
    return checked(reallocarray(block, count, size), count, size);
}

void *memory_grow(void *array, size_t count, size_t size)
{
    return (count & (count - 1)) == 0 ? memory_resize(array, count ? 2 * count : 1, size) : array;
}

void memory_return_large(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, LARGE); /* else it grows to the largest block that was ever freed */
#endif
}

void memory_return(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

char *memory_string(const char *text)
{
    return text ? checked(strdup(text), 1, strlen(text) + 1) : NULL;
}

char *memory_format(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return checked(length < 0 ? NULL : text, 1, 1);
}
