/* SPDX-License-Identifier: MIT
 *
 * Fields between tabs, "|" or "::". Each line is a row, and quotes have no special meaning.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file_format.h"
#include "scan.h"

struct delimited {
    const char *separator;
    const char *fields[MOST_FIELDS];
    size_t lengths[MOST_FIELDS];
};

static size_t sniff(const struct file_format *format, const struct line *line, const char *path)
{
    (void)path;
    size_t width = strlen(format->separator), count = 0;
    const char *at = line->text, *end = line->text + line->length;
    while ((at = memmem(at, (size_t)(end - at), format->separator, width))) {
        at += width;
        count++;
    }
    return count;
}

static void *open_delimited(const struct file_format *format, struct lines *lines,
                            struct error *error)
{
    (void)lines;
    (void)error;
    struct delimited *delimited = memory_new(sizeof *delimited);
    delimited->separator = format->separator;
    return delimited;
}

static bool split_line(struct delimited *delimited, const struct line *line, size_t *count,
                       const char *path, struct error *error)
{
    const char *at = line->text, *end = line->text + line->length;
    size_t width = strlen(delimited->separator);
    *count = 0;
    while (at) {
        const char *next = width == 1 ? memchr(at, *delimited->separator, (size_t)(end - at))
                                      : memmem(at, (size_t)(end - at), delimited->separator, width);
        if (*count == MOST_FIELDS)
            return file_error(error, path, line->number, "more than %d columns", MOST_FIELDS);
        delimited->fields[*count] = at;
        delimited->lengths[*count] = (size_t)((next ? next : end) - at);
        if (delimited->lengths[(*count)++] > LONGEST_FIELD)
            return file_error(error, path, line->number, "a field of more than %d MiB",
                              LONGEST_FIELD >> 20);
        at = next ? next + width : NULL;
    }
    return true;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct delimited *delimited = state;
    struct line line;
    size_t count;
    do
        if (!lines_next(lines, &line, more, error))
            return false;
    while (*more && line.length == 0);
    if (!*more)
        return true;
    if (!split_line(delimited, &line, &count, lines_path(lines), error))
        return false;
    *record = (struct record){count, delimited->fields, delimited->lengths, line.number, NULL};
    return true;
}

#define SPLIT(words, separator)                                                                    \
    {                                                                                              \
        words, separator, sniff, open_delimited, NULL, NULL, next, NULL, free                      \
    }
const struct file_format format_tabs = SPLIT("columns between tabs", "\t");
const struct file_format format_bars = SPLIT("columns between \"|\"", "|");
const struct file_format format_colons = SPLIT("columns between \"::\"", "::");
