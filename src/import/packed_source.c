/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "packed_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"

enum { PACKED_BLOCK = 1 << 16, GZIP_WINDOW = 15 + 16 };

static const char BAD_GZIP[] = "its gzip data are damaged";
static const char LONG_GZIP[] = "something that is not gzip follows its gzip data";
static const char CUT_GZIP[] = "it is cut off: its gzip data do not end";
static const char BAD_SUM[] = "its data do not have the checksum that gzip keeps of them";

struct packed_source {
    int file;
    bool gzip, within; /* within: a gzip member has begun and not ended */
    z_stream stream;
    const char *fault;
    uint64_t taken, size; /* packed bytes read, some of them perhaps twice; size of the file */
    unsigned char packed[PACKED_BLOCK], plain[PACKED_BLOCK];
};

struct packed_source *packed_source_new(int file, bool gzip)
{
    struct packed_source *source = memory_new(sizeof *source);
    source->file = file;
    source->gzip = gzip;
    if (gzip && inflateInit2(&source->stream, GZIP_WINDOW) != Z_OK)
        memory_exhausted(sizeof source->stream);
    off_t size = lseek(file, 0, SEEK_END);
    if (size < 0 || lseek(file, 0, SEEK_SET) != 0)
        source->fault = strerror(errno);
    source->size = size > 0 ? (uint64_t)size : 0;
    return source;
}

void packed_source_free(struct packed_source *source)
{
    if (!source)
        return;
    if (source->gzip)
        inflateEnd(&source->stream);
    free(source);
}

static ssize_t fail(struct packed_source *source, const char *fault)
{
    source->fault = fault;
    return -1;
}

static ssize_t read_file(struct packed_source *source)
{
    ssize_t size;
    do
        size = read(source->file, source->packed, sizeof source->packed);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return fail(source, strerror(errno));
    source->taken += (uint64_t)size;
    return size;
}

/* Reads more of the file if nothing is left. False at its end, or on failure. */
static bool supply(struct packed_source *source)
{
    if (source->stream.avail_in > 0)
        return true;
    ssize_t size = read_file(source);
    source->stream.next_in = source->packed;
    source->stream.avail_in = size > 0 ? (uInt)size : 0;
    return size > 0;
}

/* Between two members: whether another one begins. Zeros at the end fill a block of a tape. */
static bool find_member(struct packed_source *source)
{
    while (supply(source) && *source->stream.next_in == 0) {
        source->stream.next_in++;
        source->stream.avail_in--;
    }
    if (source->stream.avail_in == 0 || source->fault)
        return false;
    if (*source->stream.next_in != 0x1F) {
        fail(source, LONG_GZIP);
        return false;
    }
    source->within = true;
    return inflateReset(&source->stream) == Z_OK;
}

static bool inflate_some(struct packed_source *source)
{
    z_stream *stream = &source->stream;
    if (!source->within && !find_member(source))
        return false;
    if (!supply(source)) {
        if (!source->fault)
            fail(source, CUT_GZIP);
        return false;
    }
    int status = inflate(stream, Z_NO_FLUSH);
    source->within = status != Z_STREAM_END;
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR)
        return true;
    bool sum = stream->msg && strstr(stream->msg, "check") && !strstr(stream->msg, "header");
    fail(source, sum ? BAD_SUM : BAD_GZIP);
    return false;
}

ssize_t packed_source_read(struct packed_source *source, const void **block)
{
    *block = source->gzip ? source->plain : source->packed;
    if (source->fault)
        return -1;
    if (!source->gzip)
        return read_file(source);
    source->stream.next_out = source->plain;
    source->stream.avail_out = sizeof source->plain;
    while (source->stream.avail_out > 0 && inflate_some(source))
        ;
    return source->fault ? -1 : (ssize_t)(sizeof source->plain - source->stream.avail_out);
}

int64_t packed_source_seek(struct packed_source *source, int64_t offset, int whence)
{
    return source->gzip ? -1 : (int64_t)lseek(source->file, (off_t)offset, whence);
}

const char *packed_source_fault(const struct packed_source *source)
{
    return source->fault;
}

bool packed_source_bears(const struct packed_source *source, uint64_t produced)
{
    uint64_t read = source->taken < source->size ? source->taken : source->size;
    return produced <= UNPACK_FREE + UNPACK_RATIO * read;
}
