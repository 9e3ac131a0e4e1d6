/* SPDX-License-Identifier: MIT
 *
 * Rows of JSON, or of Python literals: one on each line, as in Amazon's reviews and Steam's data;
 * the elements of a list; objects one after another. Rows are objects or lists. The columns of
 * objects are the keys of all of them, so all are read before the first record, which holds the
 * names. Lists are rows as they are, and the first may be a header.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file_error.h"
#include "file_format.h"
#include "json_row.h"
#include "json_stream.h"

struct json_records {
    struct json_shape shape;
    struct json_stream stream;
    struct json_row *row;
    bool lists;
    size_t count; /* of columns */
    const char *fields[MOST_FIELDS];
    size_t lengths[MOST_FIELDS];
    bool are_lists[MOST_FIELDS]; /* of the last row */
    char fault[320];
};

static bool is_list(const struct format_input *input)
{
    return input->shape.first == '[' || input->shape.first == '(';
}

static bool fits_objects(const struct format_input *input)
{
    return input->shape.json && !is_list(input);
}

static bool fits_lists(const struct format_input *input)
{
    return input->shape.json && is_list(input);
}

/* The next line that is not blank. */
static bool next_line(struct lines *lines, struct line *line, bool *more, struct error *error)
{
    size_t blanks;
    do {
        if (!lines_next(lines, line, more, error))
            return false;
        blanks = 0;
        while (*more && blanks < line->length && strchr(" \t", line->text[blanks]))
            blanks++;
    } while (*more && blanks == line->length);
    return true;
}

/* Says where an element is wrong: by the character of its line, or by the line if it has several.
 */
static const char *place_fault(struct json_records *json, const struct json_element *element,
                               const char *fault, uint64_t *number)
{
    size_t column = 1, at = json_row_fault_at(json->row);
    for (size_t i = 0; i < at && i < element->length; i++) {
        column += ((unsigned char)element->text[i] & 0xC0) != 0x80;
        *number += element->text[i] == '\n';
    }
    if (!json->shape.lines)
        return fault;
    snprintf(json->fault, sizeof json->fault, "column %zu: %s", column, fault);
    return json->fault;
}

/* Reads the next row. `fault` is what is wrong with it, or NULL. */
static bool read_row(struct json_records *json, struct lines *lines, uint64_t *number,
                     const char **fault, bool *more, struct error *error)
{
    struct json_element element = {0};
    struct line line;
    if (json->shape.lines) {
        if (!next_line(lines, &line, more, error))
            return false;
        if (*more)
            element = (struct json_element){line.text, line.length, line.number, NULL};
        if (*more && line.length > LONGEST_ELEMENT)
            element.fault = "an object of more than 16 MiB";
    } else if (!json_stream_next(&json->stream, lines, &element, more, error)) {
        return false;
    }
    *number = element.line;
    *fault = element.fault;
    if (*more && !*fault && (*fault = json_row_read(json->row, element.text, element.length)))
        *fault = place_fault(json, &element, *fault, number);
    return true;
}

static bool learn_keys(struct json_records *json, struct lines *lines, struct error *error)
{
    struct error first = {0};
    uint64_t number;
    const char *fault;
    bool more;
    while (read_row(json, lines, &number, &fault, &more, error)) {
        if (more && fault && !*first.text)
            file_error(&first, lines_path(lines), number, "%s", fault);
        if (more)
            continue;
        json->count = json_row_count(json->row);
        if (json->count == 0 && !*first.text)
            return file_error(error, lines_path(lines), 0, "no objects with keys and values");
        if (json->count == 0)
            *error = first;
        return json->count > 0;
    }
    return false;
}

static void free_json(void *state)
{
    struct json_records *json = state;
    json_row_free(json->row);
    json_stream_release(&json->stream);
    free(json);
}

static void *open_json(struct format_input *input, struct error *error)
{
    struct json_records *json = memory_new(sizeof *json);
    json->shape = input->shape;
    json->lists = is_list(input);
    json->row = json_row_new(json->lists);
    json_stream_begin(&json->stream, &json->shape);
    if (json->lists || learn_keys(json, input->lines, error))
        return json;
    free_json(json);
    return NULL;
}

static void names(void *state, struct record *record)
{
    struct json_records *json = state;
    record->count = json->count;
    record->fields = json->fields;
    record->lengths = json->lengths;
    for (size_t i = 0; i < json->count; i++) {
        json->fields[i] = json_row_path(json->row, i);
        json->lengths[i] = strlen(json->fields[i]);
    }
}

static const char *note(void *state)
{
    const struct json_records *json = state;
    if (json->shape.others > 0)
        return "holds further lists, which were left out";
    return json_row_leaves_out(json->row)
               ? "has more than 900 different keys within objects; the later ones were left out"
               : NULL;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct json_records *json = state;
    uint64_t number;
    const char *fault;
    if (!read_row(json, lines, &number, &fault, more, error))
        return false;
    size_t count = json->lists ? json_row_width(json->row) : json->count;
    if (*more && !fault)
        json_row_fields(json->row, count, json->fields, json->lengths, json->are_lists);
    *record = record_of(fault ? 0 : count, json->fields, json->lengths, number, fault);
    record->lists = json->are_lists;
    return true;
}

static void rewind_json(void *state)
{
    struct json_records *json = state;
    json_stream_begin(&json->stream, &json->shape);
}

const struct file_format format_json_objects = {
    .name = "json",
    .fits = fits_objects,
    .open = open_json,
    .names = names,
    .note = note,
    .next = next,
    .rewind = rewind_json,
    .free = free_json,
};

const struct file_format format_json_lists = {
    .name = "json",
    .fits = fits_lists,
    .open = open_json,
    .note = note,
    .next = next,
    .rewind = rewind_json,
    .free = free_json,
};
