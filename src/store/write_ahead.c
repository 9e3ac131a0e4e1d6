/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "write_ahead.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

enum {
    MAGIC = 0x377f0682, /* its last bit means that checksum words are big-endian */
    LOG_VERSION = 3007000,
    SMALLEST_PAGE = 512,
    LARGEST_PAGE = 65536
};

uint32_t write_ahead_number(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t word(const unsigned char *bytes, bool high_first)
{
    if (high_first)
        return write_ahead_number(bytes);
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static void add_up(const unsigned char *bytes, size_t size, bool high_first, uint32_t sums[2])
{
    for (size_t i = 0; i < size; i += 8) {
        sums[0] += word(bytes + i, high_first) + sums[1];
        sums[1] += word(bytes + i + 4, high_first) + sums[0];
    }
}

static bool read_header(int file, struct write_ahead *log, bool *high_first, uint32_t sums[2])
{
    unsigned char header[LOG_HEADER];
    if (pread(file, header, sizeof header, 0) != sizeof header)
        return false;
    uint32_t magic = write_ahead_number(header);
    log->page_size = write_ahead_number(header + 8);
    log->salts[0] = write_ahead_number(header + 16);
    log->salts[1] = write_ahead_number(header + 20);
    *high_first = magic & 1;
    add_up(header, LOG_HEADER - 8, *high_first, sums);
    return (magic | 1) == (MAGIC | 1) && write_ahead_number(header + 4) == LOG_VERSION &&
           log->page_size >= SMALLEST_PAGE && log->page_size <= LARGEST_PAGE &&
           (log->page_size & (log->page_size - 1)) == 0 &&
           sums[0] == write_ahead_number(header + 24) && sums[1] == write_ahead_number(header + 28);
}

static void note_counter(struct write_ahead *log, const unsigned char *frame)
{
    if (write_ahead_number(frame) != 1)
        return;
    log->counters[1] = write_ahead_number(frame + FRAME_HEADER + 24);
    if (log->counters[0] == 0)
        log->counters[0] = log->counters[1];
}

static size_t frame_size(const struct write_ahead *log)
{
    return FRAME_HEADER + (size_t)log->page_size;
}

static off_t place_of(const struct write_ahead *log, uint32_t number)
{
    return LOG_HEADER + (off_t)frame_size(log) * number;
}

/* Reads the first bytes of a frame. False if it is not of this generation. */
static bool read_frame(int file, const struct write_ahead *log, uint32_t number, size_t size,
                       unsigned char *frame)
{
    return pread(file, frame, size, place_of(log, number)) == (ssize_t)size &&
           write_ahead_number(frame) > 0 && write_ahead_number(frame + 8) == log->salts[0] &&
           write_ahead_number(frame + 12) == log->salts[1];
}

static void read_frames(int file, struct write_ahead *log, bool high_first, uint32_t sums[2])
{
    unsigned char *frame = memory_new(frame_size(log));
    for (; log->broken < log->end; log->broken++) {
        if (!read_frame(file, log, log->broken, frame_size(log), frame))
            break;
        add_up(frame, 8, high_first, sums);
        add_up(frame + FRAME_HEADER, log->page_size, high_first, sums);
        if (sums[0] != write_ahead_number(frame + 16) || sums[1] != write_ahead_number(frame + 20))
            break;
        log->numbers = memory_grow(log->numbers, log->broken, sizeof *log->numbers);
        log->numbers[log->broken] = write_ahead_number(frame);
        note_counter(log, frame);
        uint32_t pages = write_ahead_number(frame + 4);
        if (pages > 0) {
            log->frames = log->broken + 1;
            log->pages = pages;
        }
    }
    for (uint32_t i = log->broken; i + 1 < log->end; i++)
        log->lost +=
            read_frame(file, log, i + 1, FRAME_HEADER, frame) && write_ahead_number(frame + 4) > 0;
    free(frame);
}

bool write_ahead_read(const char *path, struct write_ahead *log)
{
    struct error ignored;
    uint32_t sums[2] = {0, 0};
    bool high_first;
    *log = (struct write_ahead){0};
    if (access(path, F_OK) != 0)
        return errno == ENOENT;
    int file = file_open_input(path, ERROR_STORE, &ignored);
    if (file < 0)
        return false;
    struct stat status;
    off_t size = fstat(file, &status) == 0 ? status.st_size : 0;
    if (read_header(file, log, &high_first, sums)) {
        log->end = (uint32_t)((size - LOG_HEADER) / (off_t)frame_size(log));
        read_frames(file, log, high_first, sums);
    } else {
        log->unreadable = size > 0;
    }
    close(file);
    return true;
}

bool write_ahead_apply(const char *path, const struct write_ahead *log, unsigned char *image)
{
    struct error ignored;
    size_t page = log->page_size;
    int file = file_open_input(path, ERROR_STORE, &ignored);
    bool good = file >= 0;
    for (uint32_t i = 0; good && i < log->frames; i++)
        if (log->numbers[i] <= log->pages)
            good = pread(file, image + (log->numbers[i] - 1) * page, page,
                         place_of(log, i) + FRAME_HEADER) == (ssize_t)page;
    if (file >= 0)
        close(file);
    return good;
}

bool write_ahead_frame(const char *path, const struct write_ahead *log, uint32_t number,
                       unsigned char *frame)
{
    struct error ignored;
    int file = file_open_input(path, ERROR_STORE, &ignored);
    bool good = file >= 0 && read_frame(file, log, number, frame_size(log), frame);
    if (file >= 0)
        close(file);
    return good;
}

int64_t write_ahead_size(const struct write_ahead *log)
{
    return place_of(log, log->frames);
}

void write_ahead_release(struct write_ahead *log)
{
    free(log->numbers);
    *log = (struct write_ahead){0};
}
