/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "json_stream.h"

#include <string.h>

static const char CUT_OFF[] = "the file ends within the object that begins here",
                  LIST_CUT_OFF[] = "the file ends before the \"]\" of its list",
                  TOO_LONG[] = "an object of more than 16 MiB";

void json_stream_begin(struct json_stream *stream, const struct json_shape *shape)
{
    struct bytes text = stream->text;
    *stream =
        (struct json_stream){.level = shape->level, .list = shape->list, .line = 1, .text = text};
}

void json_stream_release(struct json_stream *stream)
{
    if (stream)
        bytes_release(&stream->text);
}

/* What a byte is to the stream. */
enum stream_step { STEP_ON, STEP_ELEMENT, STEP_BEFORE };

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
}

/* Whether elements stand where the stream is. */
static bool is_place(const struct json_stream *stream)
{
    return stream->depth == stream->level &&
           (stream->level < 2 || stream->lists == stream->list + 1);
}

static void begin_element(struct json_stream *stream, bool scalar)
{
    stream->inside = true;
    stream->scalar = scalar;
    stream->first_line = stream->line;
    bytes_clear(&stream->text);
}

static enum stream_step take_in_text(struct json_stream *stream, char c)
{
    if (stream->escaped)
        stream->escaped = false;
    else if (c == '\\')
        stream->escaped = true;
    else if (c == stream->quote)
        stream->quote = '\0';
    return !stream->quote && stream->inside && stream->depth == stream->level ? STEP_ELEMENT
                                                                              : STEP_ON;
}

static enum stream_step take_closer(struct json_stream *stream)
{
    if (stream->inside && stream->scalar)
        return STEP_BEFORE;
    if (stream->depth == 0) { /* it closes nothing: an element that is refused */
        begin_element(stream, false);
        return STEP_ELEMENT;
    }
    stream->depth--;
    return stream->inside && stream->depth == stream->level ? STEP_ELEMENT : STEP_ON;
}

/* STEP_ELEMENT: the byte ends an element. STEP_BEFORE: the element ended before the byte, which
 * comes again. */
static enum stream_step take(struct json_stream *stream, char c)
{
    if (stream->quote)
        return take_in_text(stream, c);
    bool opens = c == '{' || c == '[' || c == '(', quotes = c == '"' || c == '\'';
    if (stream->inside && stream->scalar && (is_separator(c) || opens))
        return STEP_BEFORE;
    if (c == '}' || c == ']' || c == ')')
        return take_closer(stream);
    if (!stream->inside && !is_separator(c) && is_place(stream))
        begin_element(stream, !opens && !quotes);
    if (quotes)
        stream->quote = c;
    if (opens) {
        stream->lists += stream->depth == 1;
        stream->depth++;
    }
    return STEP_ON;
}

static void keep(struct json_stream *stream, const char *from)
{
    if (stream->inside && stream->text.size <= LONGEST_ELEMENT)
        bytes_add(&stream->text, from, (size_t)(stream->at - from));
}

/* Takes bytes until an element is complete. */
static bool find_element(struct json_stream *stream)
{
    const char *from = stream->at;
    for (; stream->at < stream->end; stream->at++) {
        bool inside = stream->inside;
        enum stream_step step = take(stream, *stream->at);
        if (!inside)
            from = stream->at;
        stream->line += *stream->at == '\n' && step != STEP_BEFORE;
        if (step == STEP_ON)
            continue;
        stream->at += step == STEP_ELEMENT;
        keep(stream, from);
        return true;
    }
    keep(stream, from);
    return false;
}

static void put_element(struct json_stream *stream, struct json_element *element)
{
    *element = (struct json_element){(char *)stream->text.data, stream->text.size,
                                     stream->first_line, NULL};
    if (stream->text.size > LONGEST_ELEMENT)
        element->fault = TOO_LONG;
    stream->inside = false;
}

/* What is left at the end of the file. */
static void put_rest(struct json_stream *stream, struct json_element *element, bool *more)
{
    *more = stream->inside || (stream->depth > 0 && !stream->ended);
    if (stream->inside && stream->scalar && stream->depth == 0) {
        put_element(stream, element);
    } else if (stream->inside) {
        put_element(stream, element);
        element->fault = CUT_OFF;
    } else if (*more) {
        *element = (struct json_element){.line = stream->line, .fault = LIST_CUT_OFF};
    }
    stream->ended = true;
}

bool json_stream_next(struct json_stream *stream, struct lines *lines, struct json_element *element,
                      bool *more, struct error *error)
{
    struct line piece;
    while (!find_element(stream)) {
        bool any = false;
        if (!stream->ended && !lines_piece(lines, &piece, &any, error))
            return false;
        if (!any) {
            put_rest(stream, element, more);
            return true;
        }
        stream->at = piece.text;
        stream->end = piece.text + piece.length;
    }
    put_element(stream, element);
    *more = true;
    return true;
}
