/* SPDX-License-Identifier: MIT
 *
 * What a kind of file must say of itself so that its rows can be read: a format is one file and one
 * row of the table in records.c.
 */
#ifndef IMPORT_FILE_FORMAT_H
#define IMPORT_FILE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "lines.h"

enum { LONGEST_FIELD = 1 << 20, MOST_FIELDS = 1000 };

struct record {
    size_t count;
    const char **fields; /* not NUL-terminated; valid until the next record; empty is missing */
    size_t *lengths;
    uint64_t line;     /* where it begins */
    const char *fault; /* what is wrong with this row alone, else NULL; `count` is 0 then */
};

struct file_format {
    const char *words;     /* what it is called */
    const char *separator; /* between two fields; NULL if the format has none */

    /* How many separators one of the first lines has. The format is taken whose number is the same
     * and not 0 in all of them; one that has `names` is asked for the first line only. */
    size_t (*sniff)(const struct file_format *format, const struct line *line, const char *path);
    /* What the other functions need to remember; NULL on failure. May read all lines: they begin
     * anew afterwards. */
    void *(*open)(const struct file_format *format, struct lines *lines, struct error *error);
    /* The names of the columns. NULL if the first record may be them. */
    void (*names)(void *state, struct record *record);
    /* What a person should know of how the file is read, or NULL; the function too may be NULL. */
    const char *(*note)(void *state);
    /* `more` is false after the last record. A failure is final. */
    bool (*next)(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error);
    void (*rewind)(void *state); /* the lines are at their beginning; may be NULL */
    void (*free)(void *state);
};

extern const struct file_format format_json_lines, format_movielens_items, format_colons,
    format_tabs, format_bars, format_commas, format_semicolons;

#endif
