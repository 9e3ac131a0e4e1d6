/* SPDX-License-Identifier: MIT
 *
 * The interface of a file format: the functions that read its rows. To add a format, write one file
 * and one row of the table in records.c.
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
    uint64_t line;     /* where the record begins */
    const char *fault; /* what is wrong with this record alone, else NULL; if set, `count` is 0 */
};

struct file_format {
    const char *words;     /* for the user, such as "JSON lines" */
    const char *separator; /* between two fields; NULL if the format has none */

    /* How many separators a line has. The chosen format has the same number, not 0, in each of the
     * first lines. A format with `names` gets the first line only. */
    size_t (*sniff)(const struct file_format *format, const struct line *line, const char *path);
    /* Allocates the state of the other functions; NULL on failure. May read all lines, because they
     * start again from the beginning afterwards. */
    void *(*open)(const struct file_format *format, struct lines *lines, struct error *error);
    /* The names of the columns. NULL if the first record may be a header. */
    void (*names)(void *state, struct record *record);
    /* What the user should know about how the file is read, or NULL. The function may be NULL
     * too. */
    const char *(*note)(void *state);
    /* `more` is false after the last record. A failure is final. */
    bool (*next)(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error);
    void (*rewind)(void *state); /* called after the lines were rewound; may be NULL */
    void (*free)(void *state);
};

extern const struct file_format format_json_lines, format_movielens_items, format_colons,
    format_tabs, format_bars, format_commas, format_semicolons;

#endif
