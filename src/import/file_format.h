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
#include "data/dataset_sink.h"
#include "dialect.h"
#include "import/format_choice.h"
#include "json_stream.h"
#include "lines.h"
#include "sample.h"

struct reader_rows;

enum { LONGEST_FIELD = 1 << 20, MOST_FIELDS = 1000 };

struct record {
    size_t count;
    const char **fields; /* not NUL-terminated; valid until the next record; empty is missing */
    size_t *lengths;
    uint64_t line;     /* where the record begins, or what is wrong with it stands */
    const char *fault; /* what is wrong with this record alone, else NULL; if set, `count` is 0 */
    const char *path;  /* of its file; NULL: that of the records */
    /* Of each field, whether it is a list of several values, or of one with "|"; NULL: none is. */
    const bool *lists;
};

static inline struct record record_of(size_t count, const char **fields, size_t *lengths,
                                      uint64_t line, const char *fault)
{
    return (struct record){count, fields, lengths, line, fault, NULL, NULL};
}

/* What is known of a file when its format is chosen; valid as long as the format's state. */
struct format_input {
    struct lines *lines;
    const struct sample *sample; /* until `open` returns */
    const struct format_options *options;
    struct dialect dialect;  /* of formats with columns between separators */
    struct json_shape shape; /* of what begins as JSON does */
    struct format_choice *choice;
    bool alone;                 /* other files do not belong to it */
    struct reader_rows *reader; /* what a Lua reader made of the file; NULL without one */
    enum dataset_table part;    /* the rows of it that are meant */
};

struct file_format {
    const char *name;  /* by which an option chooses it, such as "json" */
    const char *words; /* for the user; NULL: those of the dialect or of the shape */

    /* Whether the sample is of this format. The shape of the input is set. If `separated`, the
     * dialect of the input is set, and what the sniffer of dialects refuses is not offered. */
    bool (*fits)(const struct format_input *input);
    bool separated;
    /* Allocates the state of the other functions; NULL on failure. May read all lines, because they
     * start again from the beginning afterwards. May set the choice. */
    void *(*open)(struct format_input *input, struct error *error);
    /* The names of the columns. NULL if the first record may be a header. */
    void (*names)(void *state, struct record *record);
    /* What the user should know about how the file is read, or NULL. The function may be NULL
     * too. */
    const char *(*note)(void *state);
    /* Whether the file NAME beside that of the lines is read along with it. May be NULL: none is.
     */
    bool (*takes)(const struct lines *lines, const char *name);
    /* `more` is false after the last record. A failure is final. */
    bool (*next)(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error);
    void (*rewind)(void *state); /* called after the lines were rewound; may be NULL */
    /* How much of the table is read, 0 .. 1. NULL if that is how much of the lines is read. */
    double (*share)(void *state);
    void (*free)(void *state);
};

extern const struct file_format format_split_files, format_json_pairs, format_json_objects,
    format_json_lists, format_netflix_blocks, format_movielens_items, format_rating_matrix,
    format_item_lists, format_separated, format_lua_reader;

#endif
