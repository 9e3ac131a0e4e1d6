/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

bool scratch_open(struct scratch *scratch, struct error *error)
{
    *scratch = (struct scratch){.descriptor = file_open_nameless(ERROR_STORE, error)};
    if (scratch->descriptor >= 0)
        scratch->block = memory_new(SCRATCH_BLOCK);
    return scratch->descriptor >= 0;
}

bool scratch_flush(struct scratch *scratch, struct error *error)
{
    for (size_t done = 0; done < scratch->used;) {
        ssize_t wrote = write(scratch->descriptor, scratch->block + done, scratch->used - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return error_set(error, ERROR_STORE,
                             "a temporary file cannot be written: %s; $TMPDIR can name a folder "
                             "with more room",
                             strerror(errno));
        done += (size_t)wrote;
    }
    scratch->used = 0;
    return true;
}

bool scratch_add(struct scratch *scratch, const void *data, size_t size, struct error *error)
{
    const unsigned char *from = data;
    scratch->size += (int64_t)size;
    while (size > 0) {
        size_t room = SCRATCH_BLOCK - scratch->used, part = size < room ? size : room;
        memcpy(scratch->block + scratch->used, from, part);
        scratch->used += part;
        from += part;
        size -= part;
        if (scratch->used == SCRATCH_BLOCK && !scratch_flush(scratch, error))
            return false;
    }
    return true;
}

size_t scratch_read(const struct scratch *scratch, int64_t from, void *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(scratch->descriptor, (char *)data + done, size - done,
                            (off_t)(from + (int64_t)done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

void scratch_close(struct scratch *scratch)
{
    if (scratch->descriptor >= 0)
        close(scratch->descriptor);
    free(scratch->block);
}
