/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "records.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "lines.h"

enum { SAMPLE_LINES = 20, FIELD_STEP = 1 << 16 };

static const char *const texts[] = {
#define X(name, text, words) text,
    SEPARATORS(X)
#undef X
};
static const char *const words_of[] = {
#define X(name, text, words) words,
    SEPARATORS(X)
#undef X
};

struct records {
    const char *path;
    struct scan scan;
    enum separator separator;
    struct lines *lines;
    const char *fields[MOST_FIELDS];
    size_t lengths[MOST_FIELDS];
    size_t count;
    bool too_many;

    /* Between commas and semicolons: libcsv hands over field by field, their texts gather here. */
    struct csv_parser parser;
    char *text;
    size_t text_size, text_capacity;
    size_t starts[MOST_FIELDS];
    bool row_ended;
    uint64_t line, first_line, field_line; /* being read; where the row, the open field began */
};

static bool is_quoting(enum separator separator)
{
    return separator == SEPARATOR_COMMA || separator == SEPARATOR_SEMICOLON;
}

const char *separator_words(enum separator separator)
{
    return words_of[separator];
}

const struct scan *records_scan(const struct records *records)
{
    return &records->scan;
}

enum separator records_separator(const struct records *records)
{
    return records->separator;
}

/* How often a separator stands in a line, outside of quotes where it knows them. */
static size_t count_in(const struct line *line, enum separator separator)
{
    const char *text = texts[separator];
    size_t length = strlen(text), count = 0;
    bool quoted = false;
    for (size_t i = 0; i + length <= line->length; i++) {
        if (is_quoting(separator) && line->text[i] == '"')
            quoted = !quoted;
        if (!quoted && memcmp(line->text + i, text, length) == 0) {
            count++;
            i += length - 1;
        }
    }
    return count;
}

/* The one that stands equally often in each of the first lines; of several the first in this order,
 * as a title has a comma more easily than a tab. Failing that, the one of the first line. */
static bool sniff(struct records *records, struct error *error)
{
    static const enum separator order[] = {SEPARATOR_COLONS, SEPARATOR_TAB, SEPARATOR_COMMA,
                                           SEPARATOR_SEMICOLON, SEPARATOR_BAR};
    enum { ORDERED = sizeof order / sizeof *order };
    size_t first[ORDERED] = {0};
    bool same[ORDERED] = {true, true, true, true, true}, more = true, any = false;
    for (int sample = 0; sample < SAMPLE_LINES && more; sample++) {
        struct line line;
        if (!lines_next(records->lines, &line, &more, error))
            return false;
        if (!more || line.length == 0)
            continue;
        for (size_t i = 0; i < ORDERED; i++) {
            size_t count = count_in(&line, order[i]);
            if (!any)
                first[i] = count;
            same[i] = same[i] && count == first[i];
        }
        any = true;
    }
    for (int strict = 1; strict >= 0; strict--)
        for (size_t i = 0; i < ORDERED; i++)
            if (first[i] > 0 && (same[i] || !strict)) {
                records->separator = order[i];
                return true;
            }
    return file_error(error, records->path, 1,
                      "no columns: commas, semicolons, tabs, \"|\" or \"::\" separate them");
}

static int never(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void begin_parsing(struct records *records)
{
    if (!is_quoting(records->separator))
        return;
    csv_free(&records->parser);
    csv_init(&records->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&records->parser, (unsigned char)*texts[records->separator]);
    csv_set_space_func(&records->parser, never); /* blanks belong to their field */
    csv_set_blk_size(&records->parser, FIELD_STEP);
    records->count = records->text_size = 0;
    records->too_many = records->row_ended = false;
    records->line = 0;
    records->first_line = records->field_line = 1;
}

bool records_rewind(struct records *records, struct error *error)
{
    lines_free(records->lines);
    records->lines = NULL;
    int file = file_open_input(records->path, ERROR_INPUT, error);
    if (file < 0)
        return false;
    records->lines = lines_new(file, records->path, &records->scan);
    begin_parsing(records);
    return true;
}

struct records *records_open(const char *path, struct error *error)
{
    int file = file_open_input(path, ERROR_INPUT, error);
    if (file < 0)
        return NULL;
    struct records *records = memory_new(sizeof *records);
    records->path = path;
    records->text_capacity = FIELD_STEP; /* never NULL: rows may consist of empty fields */
    records->text = memory_new(records->text_capacity);
    if (!scan_file(file, path, &records->scan, error)) {
        close(file);
        records_free(records);
        return NULL;
    }
    records->lines = lines_new(file, path, &records->scan);
    if (sniff(records, error) && records_rewind(records, error))
        return records;
    records_free(records);
    return NULL;
}

void records_free(struct records *records)
{
    if (!records)
        return;
    lines_free(records->lines);
    csv_free(&records->parser);
    free(records->text);
    free(records);
}

static bool refuse_size(struct records *records, uint64_t line, struct error *error)
{
    if (records->too_many)
        return file_error(error, records->path, line, "more than %d columns", MOST_FIELDS);
    return file_error(error, records->path, line, "a field of more than %d MiB",
                      LONGEST_FIELD >> 20);
}

static void split(struct records *records, const struct line *line)
{
    const char *separator = texts[records->separator], *at = line->text,
               *end = line->text + line->length;
    size_t width = strlen(separator);
    records->count = 0;
    records->too_many = false;
    while (at) {
        const char *next = width == 1 ? memchr(at, *separator, (size_t)(end - at))
                                      : memmem(at, (size_t)(end - at), separator, width);
        if (records->count == MOST_FIELDS) {
            records->too_many = true;
            return;
        }
        records->fields[records->count] = at;
        records->lengths[records->count++] = (size_t)((next ? next : end) - at);
        at = next ? next + width : NULL;
    }
}

static bool next_split(struct records *records, struct record *record, bool *more,
                       struct error *error)
{
    struct line line;
    do
        if (!lines_next(records->lines, &line, more, error))
            return false;
    while (*more && line.length == 0);
    if (!*more)
        return true;
    split(records, &line);
    bool good = !records->too_many;
    for (size_t i = 0; good && i < records->count; i++)
        good = records->lengths[i] <= LONGEST_FIELD;
    if (!good)
        return refuse_size(records, line.number, error);
    *record = (struct record){records->count, records->fields, records->lengths, line.number};
    return true;
}

static void take_field(void *data, size_t length, void *context)
{
    struct records *records = context;
    if (records->count == 0)
        records->first_line = records->field_line;
    records->field_line = records->line;
    if (records->count == MOST_FIELDS) {
        records->too_many = true;
        return;
    }
    if (records->text_size + length > records->text_capacity) {
        records->text_capacity = 2 * (records->text_size + length);
        records->text = memory_resize(records->text, records->text_capacity, 1);
    }
    if (length > 0)
        memcpy(records->text + records->text_size, data, length);
    records->starts[records->count] = records->text_size;
    records->lengths[records->count++] = length;
    records->text_size += length;
}

static void take_row(int end, void *context)
{
    (void)end;
    struct records *records = context;
    records->row_ended = true;
    records->field_line = records->line + 1;
}

static bool refuse_quote(struct records *records, bool at_end, struct error *error)
{
    if (at_end)
        return file_error(error, records->path, records->field_line,
                          "a quote that is opened here is never closed");
    return file_error(error, records->path, records->line,
                      "a quote inside a field; a field that holds quotes is put in quotes, and the "
                      "quotes in it are doubled");
}

/* Reads lines until a row is complete. */
static bool parse_row(struct records *records, bool *more, struct error *error)
{
    struct csv_parser *parser = &records->parser;
    while (!records->row_ended) {
        struct line line;
        if (!lines_next(records->lines, &line, more, error))
            return false;
        if (!*more) {
            if (csv_fini(parser, take_field, take_row, records) != 0)
                return refuse_quote(records, true, error);
            *more = records->row_ended;
            return !records->too_many || refuse_size(records, records->first_line, error);
        }
        records->line = line.number;
        if (parser->pstate == 0) /* between rows */
            records->field_line = line.number;
        if (csv_parse(parser, line.text, line.whole, take_field, take_row, records) != line.whole)
            return refuse_quote(records, false, error);
        if (records->too_many)
            return refuse_size(records, records->first_line, error);
        if (parser->entry_pos > LONGEST_FIELD || records->text_size > LONGEST_LINE)
            return refuse_size(records, records->field_line, error);
    }
    return true;
}

static bool next_parsed(struct records *records, struct record *record, bool *more,
                        struct error *error)
{
    records->count = records->text_size = 0;
    records->row_ended = false;
    *more = true;
    if (!parse_row(records, more, error))
        return false;
    if (!*more)
        return true;
    for (size_t i = 0; i < records->count; i++) {
        if (records->lengths[i] > LONGEST_FIELD)
            return refuse_size(records, records->first_line, error);
        records->fields[i] = records->text + records->starts[i];
    }
    *record =
        (struct record){records->count, records->fields, records->lengths, records->first_line};
    return true;
}

bool records_next(struct records *records, struct record *record, bool *more, struct error *error)
{
    return is_quoting(records->separator) ? next_parsed(records, record, more, error)
                                          : next_split(records, record, more, error);
}
