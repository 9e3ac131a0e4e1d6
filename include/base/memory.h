/* SPDX-License-Identifier: MIT
 *
 * A small allocation that fails leaves nothing sensible to do. These functions report it and end
 * the process with an exit status of its own, so that a parent can say why. For sizes that follow
 * from a user's data, call `malloc` itself and report the failure as an error.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

enum { MEMORY_EXHAUSTED = 71 }; /* exit status */
/* Reports that `size` bytes are not available and ends the process. */
_Noreturn void memory_exhausted(size_t size);

/* Never NULL, not even for a size of 0. Freed by the caller with free(). */
void *memory_new(size_t size);                 /* zeroed */
void *memory_array(size_t count, size_t size); /* zeroed; an overflowing product ends the process */
/* The same, aligned to a cache line (64 bytes). */
void *memory_aligned(size_t count, size_t size);
void *memory_resize(void *block, size_t count, size_t size);
/* Room for one more element behind `count` in an array that grows by doubling, and only here. */
void *memory_grow(void *array, size_t count, size_t size);
/* For other failures that leave nothing to do, such as a thread that cannot be created: prints
 * `what` and aborts. */
_Noreturn void memory_give_up(const char *what);
/* Makes the C library return large blocks to the system as soon as they are freed, for a process that
 * lives long; once, before threads are started. The second returns whatever is free by now. */
void memory_return_large(void);
void memory_return(void);
char *memory_string(const char *text); /* a copy; NULL gives NULL */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
