/* SPDX-License-Identifier: MIT
 *
 * Fields between tabs, "|" or "::": a line is a row, and quotes mean nothing.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file_format.h"
#include "scan.h"

struct split {
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

static void *open_split(const struct file_format *format, struct lines *lines, struct error *error)
{
    (void)lines;
    (void)error;
    struct split *split = memory_new(sizeof *split);
    split->separator = format->separator;
    return split;
}

static bool split_line(struct split *split, const struct line *line, size_t *count,
                       const char *path, struct error *error)
{
    const char *at = line->text, *end = line->text + line->length;
    size_t width = strlen(split->separator);
    *count = 0;
    while (at) {
        const char *next = width == 1 ? memchr(at, *split->separator, (size_t)(end - at))
                                      : memmem(at, (size_t)(end - at), split->separator, width);
        if (*count == MOST_FIELDS)
            return file_error(error, path, line->number, "more than %d columns", MOST_FIELDS);
        split->fields[*count] = at;
        split->lengths[*count] = (size_t)((next ? next : end) - at);
        if (split->lengths[(*count)++] > LONGEST_FIELD)
            return file_error(error, path, line->number, "a field of more than %d MiB",
                              LONGEST_FIELD >> 20);
        at = next ? next + width : NULL;
    }
    return true;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct split *split = state;
    struct line line;
    size_t count;
    do
        if (!lines_next(lines, &line, more, error))
            return false;
    while (*more && line.length == 0);
    if (!*more)
        return true;
    if (!split_line(split, &line, &count, lines_path(lines), error))
        return false;
    *record = (struct record){count, split->fields, split->lengths, line.number, NULL};
    return true;
}

#define SPLIT(words, separator)                                                                    \
    {                                                                                              \
        words, separator, sniff, open_split, NULL, NULL, next, NULL, free                          \
    }
const struct file_format format_tabs = SPLIT("columns between tabs", "\t");
const struct file_format format_bars = SPLIT("columns between \"|\"", "|");
const struct file_format format_colons = SPLIT("columns between \"::\"", "::");
