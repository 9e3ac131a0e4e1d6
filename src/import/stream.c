/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "import/import.h"

char *import_table_path(int file, const char *from, const char *what)
{
    return memory_format("/proc/%ld/fd/%d:%zu:%s%s", (long)getpid(), file, strlen(from), from,
                         what);
}

char *import_take_stream(int from, int *file, struct error *error)
{
    *file = file_open_nameless(ERROR_INPUT, error);
    if (*file < 0)
        return NULL;
    if (file_copy_rest(from, *file) && lseek(*file, 0, SEEK_SET) == 0)
        return memory_format("/proc/%ld/fd/%d", (long)getpid(), *file);
    error_set(error, ERROR_INPUT, "the stream cannot be copied into a temporary file: %s",
              strerror(errno));
    close(*file);
    *file = -1;
    return NULL;
}
