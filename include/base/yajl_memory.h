/* SPDX-License-Identifier: MIT
 *
 * Memory for yajl, which does not look whether it was given some: without memory the process ends
 * with a sentence.
 */
#ifndef BASE_YAJL_MEMORY_H
#define BASE_YAJL_MEMORY_H

#include <stdlib.h>
#include <yajl/yajl_common.h>

#include "base/memory.h"

static inline void *yajl_memory_new(void *context, size_t size)
{
    (void)context;
    return memory_new(size);
}

static inline void *yajl_memory_resize(void *context, void *block, size_t size)
{
    (void)context;
    return memory_resize(block, 1, size);
}

static inline void yajl_memory_free(void *context, void *block)
{
    (void)context;
    free(block);
}

/* Lasts as long as the caller's block; yajl keeps a copy. */
#define YAJL_MEMORY                                                                                \
    (&(yajl_alloc_funcs){yajl_memory_new, yajl_memory_resize, yajl_memory_free, NULL})

#endif
