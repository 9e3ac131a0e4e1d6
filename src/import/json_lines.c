/* SPDX-License-Identifier: MIT
 *
 * JSON lines: one object a line, as in Amazon's reviews and Steam's data. The columns are the keys
 * of all lines, so all lines are read before the first record, which holds the names.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file_format.h"
#include "json_row.h"
#include "scan.h"

enum { LONGEST_OBJECT = 16 << 20 };

struct json_lines {
    struct json_row *row;
    size_t count; /* of columns */
    const char *fields[MOST_FIELDS];
    size_t lengths[MOST_FIELDS];
};

static size_t skip_blanks(const struct line *line, size_t at)
{
    while (at < line->length && strchr(" \t", line->text[at]))
        at++;
    return at;
}

/* Whether the first line begins with a "{" or "[" that JSON can follow. */
static bool fits(const struct format_input *input)
{
    const struct line *line = sample_first(input->sample);
    size_t begin = line ? skip_blanks(line, 0) : 0;
    if (!line || !strchr("{[", line->text[begin]))
        return false;
    size_t next = skip_blanks(line, begin + 1);
    return next >= line->length ||
           strchr(line->text[begin] == '{' ? "\"'u}" : "{]", line->text[next]) != NULL;
}

/* The next line that is not blank. */
static bool next_line(struct lines *lines, struct line *line, bool *more, struct error *error)
{
    do
        if (!lines_next(lines, line, more, error))
            return false;
    while (*more && skip_blanks(line, 0) == line->length);
    return true;
}

static const char *read_line(struct json_lines *json, const struct line *line)
{
    if (line->length > LONGEST_OBJECT)
        return "an object of more than 16 MiB";
    return json_row_read(json->row, line->text, line->length);
}

static bool learn_keys(struct json_lines *json, struct lines *lines, struct error *error)
{
    struct line line;
    struct error first = {0};
    bool more;
    while (next_line(lines, &line, &more, error)) {
        const char *fault = more ? read_line(json, &line) : NULL;
        if (fault && !*first.text)
            file_error(&first, lines_path(lines), line.number, "%s", fault);
        if (more)
            continue;
        json->count = json_row_count(json->row);
        if (json->count == 0)
            *error = first;
        return json->count > 0;
    }
    return false;
}

static void free_json(void *state)
{
    struct json_lines *json = state;
    json_row_free(json->row);
    free(json);
}

static bool refuse_array(struct lines *lines, struct error *error)
{
    struct line line;
    bool more;
    if (!next_line(lines, &line, &more, error))
        return false;
    if (line.text[skip_blanks(&line, 0)] == '[')
        return file_error(error, lines_path(lines), line.number,
                          "the file is one JSON list; thaw reads files with one object on each "
                          "line, without \"[\" and \",\" around them");
    return lines_rewind(lines, error);
}

static void *open_json(struct format_input *input, struct error *error)
{
    struct json_lines *json = memory_new(sizeof *json);
    json->row = json_row_new();
    if (refuse_array(input->lines, error) && learn_keys(json, input->lines, error))
        return json;
    free_json(json);
    return NULL;
}

static void names(void *state, struct record *record)
{
    struct json_lines *json = state;
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
    const struct json_lines *json = state;
    return json_row_leaves_out(json->row)
               ? "has more than 900 different keys within objects; the later ones were left out"
               : NULL;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct json_lines *json = state;
    struct line line;
    if (!next_line(lines, &line, more, error))
        return false;
    const char *fault = *more ? read_line(json, &line) : NULL;
    if (*more && !fault)
        json_row_fields(json->row, json->count, json->fields, json->lengths);
    *record =
        (struct record){fault ? 0 : json->count, json->fields, json->lengths, line.number, fault};
    return true;
}

const struct file_format format_json_lines = {
    .name = "json",
    .words = "JSON lines",
    .fits = fits,
    .open = open_json,
    .names = names,
    .note = note,
    .next = next,
    .free = free_json,
};
