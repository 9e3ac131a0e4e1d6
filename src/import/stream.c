/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "import/import.h"

static bool copy_all(int from, int to)
{
    static const size_t SIZE = 1 << 16;
    char *block = memory_new(SIZE);
    ssize_t got = 1, done = 0;
    while (got > 0 && done >= 0) {
        do
            got = read(from, block, SIZE);
        while (got < 0 && errno == EINTR);
        for (ssize_t at = 0; at < got && done >= 0; at += done)
            done = write(to, block + at, (size_t)(got - at));
    }
    free(block);
    return got >= 0 && done >= 0;
}

char *import_take_stream(int from, int *file, struct error *error)
{
    *file = file_open_nameless(error);
    if (*file < 0)
        return NULL;
    if (copy_all(from, *file) && lseek(*file, 0, SEEK_SET) == 0)
        return memory_format("/proc/%ld/fd/%d", (long)getpid(), *file);
    error_set(error, ERROR_INPUT, "the stream cannot be copied into a temporary file: %s",
              strerror(errno));
    close(*file);
    *file = -1;
    return NULL;
}
