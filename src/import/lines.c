/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "decoded.h"
#include "input.h"

enum { FIRST_BUFFER = 1 << 16, LINES_BETWEEN_QUESTIONS = 4096 };
enum { END_OF_FILE = 0x1A }; /* the last byte of texts of DOS */

struct lines {
    struct input *input;
    struct decoded *decoded; /* NULL if the file is UTF-8 */
    struct scan scan;
    char *buffer;
    size_t capacity, start, end; /* unread bytes are buffer[start .. end) */
    bool at_end;                 /* the whole rest of the file is in the buffer */
    uint64_t number;
    char note[384];
    bool (*cancelled)(void *context);
    void *context;
};

static void write_note(struct lines *lines)
{
    const struct scan *scan = &lines->scan;
    if (scan->encoding == ENCODING_UTF_8)
        return;
    snprintf(lines->note, sizeof lines->note, "is not UTF-8 and was converted from %s%s%s%s%s",
             encoding_name(scan->encoding), *scan->rivals ? "; its bytes could also be " : "",
             scan->rivals, *scan->mixed ? "; " : "", scan->mixed);
}

static bool open_lines(struct lines *lines, const char *path, const struct lines_options *options,
                       struct error *error)
{
    lines->input = input_open(path, options->cancelled, options->context, error);
    if (!lines->input || !scan_input(lines->input, options->encoding, &lines->scan, error))
        return false;
    write_note(lines);
    if (lines->scan.encoding != ENCODING_UTF_8)
        lines->decoded = decoded_new(lines->input, lines->scan.encoding, error);
    return lines->decoded || lines->scan.encoding == ENCODING_UTF_8;
}

struct lines *lines_open(const char *path, const struct lines_options *options, struct error *error)
{
    static const struct lines_options usual = {0};
    struct lines *lines = memory_new(sizeof *lines);
    lines->capacity = FIRST_BUFFER;
    lines->buffer = memory_new(lines->capacity);
    if (open_lines(lines, path, options ? options : &usual, error))
        return lines;
    lines_free(lines);
    return NULL;
}

void lines_ask(struct lines *lines, bool (*cancelled)(void *context), void *context)
{
    lines->cancelled = cancelled;
    lines->context = context;
}

void lines_ask_like(struct lines *lines, const struct lines *other)
{
    lines_ask(lines, other->cancelled, other->context);
}

bool lines_go_on(const struct lines *lines, struct error *error)
{
    return !lines->cancelled || !lines->cancelled(lines->context) ||
           error_set(error, ERROR_CANCELLED, "the import was cancelled");
}

const char *lines_path(const struct lines *lines)
{
    return input_path(lines->input);
}

const char *lines_name(const struct lines *lines)
{
    return input_name(lines->input);
}

uint64_t lines_size(const struct lines *lines)
{
    return input_size(lines->input);
}

double lines_share(const struct lines *lines)
{
    uint64_t size = input_size(lines->input), at = input_at(lines->input);
    return at < size ? (double)at / (double)size : 1; /* a file may grow */
}

bool lines_have_quotes(const struct lines *lines)
{
    return lines->scan.quotes;
}

const char *lines_packing(const struct lines *lines)
{
    return packing_words(input_packing(lines->input));
}

const char *lines_encoding(const struct lines *lines)
{
    return encoding_name(lines->scan.encoding);
}

const char *lines_encoding_reason(const struct lines *lines)
{
    static const char *const reasons[] = {
#define X(name, words) words,
        SCAN_REASONS(X)
#undef X
    };
    return reasons[lines->scan.reason];
}

const char *lines_encoding_doubt(const struct lines *lines)
{
    return lines->scan.mixed;
}

const char *lines_encoding_rivals(const struct lines *lines)
{
    return lines->scan.rivals;
}

const char *lines_encoding_note(const struct lines *lines)
{
    return lines->note;
}

bool lines_rewind(struct lines *lines, struct error *error)
{
    lines->start = lines->end = 0;
    lines->at_end = false;
    lines->number = 0;
    return lines->decoded ? decoded_rewind(lines->decoded, error)
                          : input_rewind(lines->input, error);
}

void lines_free(struct lines *lines)
{
    if (!lines)
        return;
    decoded_free(lines->decoded);
    input_free(lines->input);
    free(lines->buffer);
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
            return file_error(error, lines_path(lines), lines->number + 1,
                              "a line of more than %d MiB", LONGEST_LINE >> 20);
        lines->capacity *= 2;
        lines->buffer = memory_resize(lines->buffer, lines->capacity, 1);
    }
    size_t size, room = lines->capacity - lines->end;
    if (!(lines->decoded
              ? decoded_read(lines->decoded, lines->buffer + lines->end, room, &size, error)
              : input_read(lines->input, lines->buffer + lines->end, room, &size, error)))
        return false;
    lines->at_end = size == 0;
    lines->end += size;
    if (lines->at_end && lines->end > 0 && lines->buffer[lines->end - 1] == END_OF_FILE)
        lines->end--;
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

bool lines_next(struct lines *lines, struct line *line, bool *more, struct error *error)
{
    size_t searched = 0;
    char *end;
    if (lines->number % LINES_BETWEEN_QUESTIONS == 0 && !lines_go_on(lines, error))
        return false;
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
    return true;
}

bool lines_piece(struct lines *lines, struct line *piece, bool *more, struct error *error)
{
    if (!lines_go_on(lines, error))
        return false;
    bool first = lines->number == 0 && lines->start == 0 && lines->end == 0;
    if (lines->start == lines->end && !fill(lines, error))
        return false;
    size_t size = lines->end - lines->start, mark = first && lines->scan.bom && size >= 3 ? 3 : 0;
    *piece = (struct line){lines->buffer + lines->start + mark, size - mark, size - mark, 0};
    *more = size > 0;
    lines->start = lines->end;
    lines->number = 1;
    return true;
}
