/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void add_line(struct sample *sample, const struct line *line)
{
    sample->lines = memory_resize(sample->lines, sample->count + 1, sizeof *sample->lines);
    sample->lines[sample->count++] = (struct line){NULL, line->length, line->whole, line->number};
    bytes_add(&sample->text, line->text, line->whole);
}

/* Takes the lines of a piece of text, of which the last may be cut off. */
static void take_piece(struct sample *sample, const struct line *piece)
{
    const char *at = piece->text, *end = at + piece->length, *next;
    for (; at < end && sample->count < SAMPLE_LINES; at = next) {
        const char *mark = memchr(at, '\n', (size_t)(end - at));
        next = mark ? mark + 1 : end;
        size_t whole = (size_t)(next - at), length = whole - (mark != NULL);
        length -= mark && length > 0 && at[length - 1] == '\r';
        add_line(sample, &(struct line){at, length, whole, sample->count + 1});
    }
    sample->whole = false;
}

/* Whether a text begins with a bracket, so that it may be JSON, whose lines may be endless. */
static bool begins_with_bracket(const struct line *piece)
{
    size_t blanks = 0;
    while (blanks < piece->length && strchr(" \t\r\n", piece->text[blanks]))
        blanks++;
    return blanks < piece->length && strchr("{[(", piece->text[blanks]);
}

static bool read_lines(struct sample *sample, struct lines *lines, struct error *error)
{
    struct line line;
    bool more = true;
    while (sample->count < SAMPLE_LINES && sample->text.size < SAMPLE_BYTES) {
        if (!lines_next(lines, &line, &more, error))
            return false;
        if (!more)
            break;
        add_line(sample, &line);
    }
    sample->whole = !more;
    return true;
}

bool sample_read(struct sample *sample, struct lines *lines, struct error *error)
{
    struct line piece;
    bool more;
    *sample = (struct sample){.count = 0};
    if (!lines_piece(lines, &piece, &more, error))
        return false;
    if (more && begins_with_bracket(&piece))
        take_piece(sample, &piece);
    else if (!lines_rewind(lines, error) || !read_lines(sample, lines, error))
        return false;
    const char *text = (char *)sample->text.data;
    for (size_t i = 0; i < sample->count; i++) {
        sample->lines[i].text = text;
        text += sample->lines[i].whole;
    }
    return true;
}

void sample_release(struct sample *sample)
{
    if (!sample)
        return;
    free(sample->lines);
    bytes_release(&sample->text);
    *sample = (struct sample){.count = 0};
}

const struct line *sample_first(const struct sample *sample)
{
    for (size_t i = 0; i < sample->count; i++)
        for (size_t at = 0; at < sample->lines[i].length; at++)
            if (sample->lines[i].text[at] != ' ' && sample->lines[i].text[at] != '\t')
                return &sample->lines[i];
    return NULL;
}
