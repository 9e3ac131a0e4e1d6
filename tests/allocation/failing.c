/* SPDX-License-Identifier: MIT
 *
 * A preloaded library that makes the k-th allocation of one program fail, once or from then on. A
 * file holds the count, because several processes share it.
 *
 * THAW_FAILING holds the program, k, the mode and the file of the count, as in "keeper 17 once
 * /tmp/count". The program is "client" (any thaw except the keeper), "keeper" or "worker". k is 0
 * for no failure. The mode is "once", "ever" or "list": then nothing fails, and the file has behind
 * the count a number for each allocation that says from which place the program asked.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Exported by the C library; what this file defines stands in front of the others. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/* A place is the innermost callers of one allocation. */
enum { DEPTH = 18, SKIPPED = 3 };

static _Atomic uint64_t *count;  /* in the shared file; NULL: this program is not meant */
static _Atomic uint64_t *places; /* behind it; NULL: they are not wanted */
static uint64_t fatal, place_most;
static bool ever;
static __thread bool inside; /* to find a place may ask for memory */

static bool is_meant(int argc, char **argv, const char *program)
{
    bool keeper = argc > 1 && strcmp(argv[1], "keeper") == 0;
    bool worker = argc > 0 && strstr(argv[0], "thaw-worker") != NULL;
    return strcmp(program, worker ? "worker" : keeper ? "keeper" : "client") == 0;
}

/* The C library gives a library's constructors the arguments of the program. */
__attribute__((constructor)) static void begin(int argc, char **argv)
{
    const char *order = getenv("THAW_FAILING");
    char program[16], how[16], path[256];
    unsigned long long k;
    if (!order || sscanf(order, "%15s %llu %15s %255s", program, &k, how, path) != 4 ||
        !is_meant(argc, argv, program))
        return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    struct stat about;
    void *page = MAP_FAILED;
    if (file >= 0 && fstat(file, &about) == 0 && about.st_size >= (off_t)sizeof *count)
        page = (void *)syscall(SYS_mmap, NULL, about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                               file, 0);
    if (file >= 0)
        close(file);
    if (page == MAP_FAILED)
        _exit(125);
    fatal = k;
    ever = strcmp(how, "ever") == 0;
    if (strcmp(how, "list") == 0) {
        void *first[1];
        backtrace(first, 1); /* loads what it needs, before there is a jail */
        places = (_Atomic uint64_t *)page + 1;
        place_most = (uint64_t)about.st_size / sizeof *places - 1;
    }
    count = page;
}

/* The same in every process: addresses count from the beginning of their library. */
static uint64_t find_place(void)
{
    void *callers[DEPTH];
    uint64_t hash = 14695981039346656037u;
    int number = backtrace(callers, DEPTH);
    for (int i = SKIPPED; i < number; i++) {
        Dl_info where;
        uint64_t address = (uint64_t)callers[i];
        if (dladdr(callers[i], &where) != 0)
            address -= (uint64_t)where.dli_fbase;
        hash = (hash ^ address) * 1099511628211u;
    }
    return hash;
}

static void note_place(uint64_t now)
{
    if (now > place_most || inside)
        return;
    inside = true;
    places[now - 1] = find_place();
    inside = false;
}

/* libseccomp 2.5 and the terminfo of ncurses 6.4 crash where their own memory is refused; that is
 * not ours to mend. */
static bool is_spared(const void *caller)
{
    Dl_info where;
    return dladdr(caller, &where) != 0 &&
           (strstr(where.dli_fname, "libseccomp") || strstr(where.dli_fname, "libtinfo"));
}

static bool fails(const void *caller)
{
    if (!count || inside)
        return false;
    uint64_t now = ++*count;
    if (places)
        note_place(now);
    if (fatal == 0 || (ever ? now < fatal : now != fatal) || is_spared(caller))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(number, size);
}

void *realloc(void *block, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(block, size);
}

/* Here so that its caller is known. */
char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

void *reallocarray(void *block, size_t number, size_t size)
{
    size_t whole;
    if (__builtin_mul_overflow(number, size, &whole)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, whole);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    void *made = aligned_alloc(alignment, size);
    if (made)
        *block = made;
    return made ? 0 : ENOMEM;
}

/* Pages without a file: the heaps of Lua states, and what BLAS computes in. */
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    if ((flags & MAP_ANONYMOUS) && fails(__builtin_return_address(0)))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}

/* How a heap of Lua grows; single pages are its own way of seeing what is written to. */
int mprotect(void *address, size_t size, int protection)
{
    if ((protection & PROT_WRITE) && size >= 1 << 16 && fails(__builtin_return_address(0)))
        return -1;
    return (int)syscall(SYS_mprotect, address, size, protection);
}
