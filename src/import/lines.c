/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { FIRST_BUFFER = 1 << 16, LINES_BETWEEN_QUESTIONS = 4096 };

struct lines {
    int file;
    const char *path;
    struct scan scan;
    char *buffer;
    size_t capacity, start, end; /* unread bytes are buffer[start .. end) */
    bool at_end;                 /* the whole rest of the file is in the buffer */
    uint64_t number;
    uint64_t read; /* bytes since the beginning */
    char *converted;
    bool (*cancelled)(void *context);
    void *context;
};

struct lines *lines_open(const char *path, struct error *error)
{
    int file = file_open_input(path, ERROR_INPUT, error);
    if (file < 0)
        return NULL;
    struct lines *lines = memory_new(sizeof *lines);
    *lines = (struct lines){.file = file, .path = path, .capacity = FIRST_BUFFER};
    lines->buffer = memory_new(lines->capacity);
    if (scan_file(file, path, &lines->scan, error))
        return lines;
    lines_free(lines);
    return NULL;
}

void lines_ask(struct lines *lines, bool (*cancelled)(void *context), void *context)
{
    lines->cancelled = cancelled;
    lines->context = context;
}

const char *lines_path(const struct lines *lines)
{
    return lines->path;
}

const struct scan *lines_scan(const struct lines *lines)
{
    return &lines->scan;
}

double lines_share(const struct lines *lines)
{
    double read = (double)lines->read - (double)(lines->end - lines->start);
    return lines->scan.size > 0 ? read / (double)lines->scan.size : 1;
}

bool lines_rewind(struct lines *lines, struct error *error)
{
    lines->start = lines->end = 0;
    lines->at_end = false;
    lines->number = lines->read = 0;
    return lseek(lines->file, 0, SEEK_SET) == 0 ||
           file_error(error, lines->path, 0, "%s", strerror(errno));
}

void lines_free(struct lines *lines)
{
    if (!lines)
        return;
    close(lines->file);
    free(lines->buffer);
    free(lines->converted);
    free(lines);
}

/* Reads more bytes after those in the buffer. */
static bool fill(struct lines *lines, struct error *error)
{
    if (lines->start > 0) {
        memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    if (lines->end == lines->capacity) {
        if (lines->capacity >= LONGEST_LINE)
            return file_error(error, lines->path, lines->number + 1, "a line of more than %d MiB",
                              LONGEST_LINE >> 20);
        lines->capacity *= 2;
        lines->buffer = memory_resize(lines->buffer, lines->capacity, 1);
    }
    ssize_t size;
    do
        size = read(lines->file, lines->buffer + lines->end, lines->capacity - lines->end);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return file_error(error, lines->path, 0, "%s", strerror(errno));
    lines->at_end = size == 0;
    lines->end += (size_t)size;
    lines->read += (size_t)size;
    return true;
}

/* The first byte of the line's end at or after `from`, or NULL if it is not in the buffer. */
static char *find_end(const struct lines *lines, size_t from)
{
    char *text = lines->buffer + from;
    size_t size = lines->end - from;
    char *lf = memchr(text, '\n', size);
    if (lines->scan.lone_cr) {
        char *cr = memchr(text, '\r', lf ? (size_t)(lf - text) : size);
        if (cr && (cr + 1 < lines->buffer + lines->end || lines->at_end))
            return cr;
        return cr ? NULL : lf; /* whether an LF follows the CR is not known yet */
    }
    if (lf && lf > lines->buffer + lines->start && lf[-1] == '\r')
        return lf - 1;
    return lf;
}

static void convert(struct lines *lines, struct line *line)
{
    size_t end = line->whole - line->length;
    free(lines->converted);
    lines->converted = text_from_latin1(line->text, line->whole);
    size_t whole = strlen(lines->converted);
    *line = (struct line){lines->converted, whole - end, whole, line->number};
}

bool lines_next(struct lines *lines, struct line *line, bool *more, struct error *error)
{
    size_t searched = 0;
    char *end;
    if (lines->number % LINES_BETWEEN_QUESTIONS == 0 && lines->cancelled &&
        lines->cancelled(lines->context))
        return error_set(error, ERROR_CANCELLED, "the import was cancelled");
    while (!(end = find_end(lines, lines->start + searched)) && !lines->at_end) {
        searched = lines->end - lines->start;
        searched -= searched > 0; /* the last byte may be a CR whose next byte was unknown */
        if (!fill(lines, error))
            return false;
    }
    char *text = lines->buffer + lines->start;
    size_t size = lines->end - lines->start, length = end ? (size_t)(end - text) : size;
    *more = size > 0;
    if (!*more)
        return true;
    size_t mark = length < size ? 1 : 0;
    if (mark == 1 && text[length] == '\r' && length + 1 < size && text[length + 1] == '\n')
        mark = 2;
    lines->start += length + mark;
    *line = (struct line){text, length, length + mark, ++lines->number};
    if (lines->number == 1 && lines->scan.bom) {
        line->text += 3;
        line->length -= 3;
        line->whole -= 3;
    }
    if (lines->scan.latin1)
        convert(lines, line);
    return true;
}
