/* SPDX-License-Identifier: MIT
 *
 * Fields between commas or semicolons. They may be quoted (RFC 4180) and then contain line ends.
 * libcsv delivers one field at a time, and the texts of a row are gathered in one block.
 */
#include "config.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file_format.h"
#include "scan.h"

enum { FIELD_STEP = 1 << 16 };

struct quoted {
    const struct file_format *format;
    struct csv_parser parser;
    const char *fields[MOST_FIELDS];
    size_t starts[MOST_FIELDS], lengths[MOST_FIELDS], count;
    char *text;
    size_t text_size, text_capacity;
    bool too_many, row_ended;
    uint64_t line, first_line, field_line; /* now; where the row and the open field began */
};

/* Counts separators outside of quotes. */
static size_t sniff(const struct file_format *format, const struct line *line, const char *path)
{
    (void)path;
    size_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < line->length; i++) {
        if (line->text[i] == '"')
            inside = !inside;
        count += !inside && line->text[i] == *format->separator;
    }
    return count;
}

static int never(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void rewind_quoted(void *state)
{
    struct quoted *quoted = state;
    csv_free(&quoted->parser);
    csv_init(&quoted->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&quoted->parser, (unsigned char)*quoted->format->separator);
    csv_set_space_func(&quoted->parser, never); /* blanks around a field are part of it */
    csv_set_blk_size(&quoted->parser, FIELD_STEP);
    quoted->count = quoted->text_size = 0;
    quoted->too_many = quoted->row_ended = false;
    quoted->line = 0;
    quoted->first_line = quoted->field_line = 1;
}

static void *open_quoted(const struct file_format *format, struct lines *lines, struct error *error)
{
    (void)lines;
    (void)error;
    struct quoted *quoted = memory_new(sizeof *quoted);
    quoted->format = format;
    quoted->text_capacity = FIELD_STEP; /* never NULL, because all fields of a row may be empty */
    quoted->text = memory_new(quoted->text_capacity);
    return quoted;
}

static void free_quoted(void *state)
{
    struct quoted *quoted = state;
    csv_free(&quoted->parser);
    free(quoted->text);
    free(quoted);
}

static void take_field(void *data, size_t length, void *context)
{
    struct quoted *quoted = context;
    if (quoted->count == 0)
        quoted->first_line = quoted->field_line;
    quoted->field_line = quoted->line;
    if (quoted->count == MOST_FIELDS) {
        quoted->too_many = true;
        return;
    }
    if (quoted->text_size + length > quoted->text_capacity) {
        quoted->text_capacity = 2 * (quoted->text_size + length);
        quoted->text = memory_resize(quoted->text, quoted->text_capacity, 1);
    }
    if (length > 0)
        memcpy(quoted->text + quoted->text_size, data, length);
    quoted->starts[quoted->count] = quoted->text_size;
    quoted->lengths[quoted->count++] = length;
    quoted->text_size += length;
}

static void take_row(int end, void *context)
{
    (void)end;
    struct quoted *quoted = context;
    quoted->row_ended = true;
    quoted->field_line = quoted->line + 1;
}

static bool refuse_size(const struct quoted *quoted, const char *path, uint64_t line,
                        struct error *error)
{
    if (quoted->too_many)
        return file_error(error, path, quoted->first_line, "more than %d columns", MOST_FIELDS);
    return file_error(error, path, line, "a field of more than %d MiB", LONGEST_FIELD >> 20);
}

/* Ends the last row of a file that has no line end there. */
static bool parse_end(struct quoted *quoted, const char *path, struct error *error)
{
    if (csv_fini(&quoted->parser, take_field, take_row, quoted) != 0)
        return file_error(error, path, quoted->field_line,
                          "a quote that is opened here is never closed");
    return !quoted->too_many || refuse_size(quoted, path, 0, error);
}

static bool parse_line(struct quoted *quoted, const struct line *line, const char *path,
                       struct error *error)
{
    struct csv_parser *parser = &quoted->parser;
    quoted->line = line->number;
    if (parser->pstate == 0) /* between rows */
        quoted->field_line = line->number;
    if (csv_parse(parser, line->text, line->whole, take_field, take_row, quoted) != line->whole)
        return file_error(error, path, quoted->line,
                          "a quote inside a field; a field that holds quotes is put in quotes, and "
                          "the quotes in it are doubled");
    if (quoted->too_many || parser->entry_pos > LONGEST_FIELD || quoted->text_size > LONGEST_LINE)
        return refuse_size(quoted, path, quoted->field_line, error);
    return true;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct quoted *quoted = state;
    const char *path = lines_path(lines);
    struct line line;
    quoted->count = quoted->text_size = 0;
    quoted->row_ended = false;
    *more = true;
    while (!quoted->row_ended && *more)
        if (!lines_next(lines, &line, more, error) ||
            !(*more ? parse_line(quoted, &line, path, error) : parse_end(quoted, path, error)))
            return false;
    *more = quoted->row_ended;
    for (size_t i = 0; i < quoted->count; i++) {
        if (quoted->lengths[i] > LONGEST_FIELD)
            return refuse_size(quoted, path, quoted->first_line, error);
        quoted->fields[i] = quoted->text + quoted->starts[i];
    }
    *record =
        (struct record){quoted->count, quoted->fields, quoted->lengths, quoted->first_line, NULL};
    return true;
}

#define QUOTED(words, separator)                                                                   \
    {                                                                                              \
        words, separator, sniff, open_quoted, NULL, NULL, next, rewind_quoted, free_quoted         \
    }
const struct file_format format_commas = QUOTED("columns between commas", ",");
const struct file_format format_semicolons = QUOTED("columns between semicolons", ";");
