/* SPDX-License-Identifier: MIT
 *
 * Reads the rows of separated text. A row that is broken is one fault, and reading goes on with the
 * line after its first.
 */
#ifndef IMPORT_ROW_READER_H
#define IMPORT_ROW_READER_H

#include "dialect.h"
#include "import/format_choice.h"
#include "lines.h"
#include "row_splitter.h"
#include "sample.h"

struct held_line {
    size_t start, length, whole; /* in `held` */
    uint64_t number;
};

/* Owns what it holds; all pointers that are set from outside are borrowed. */
struct row_reader {
    struct dialect dialect;
    struct format_choice *choice; /* whose counts grow; NULL for nobody */
    struct lines *lines;          /* where lines come from, or */
    const struct sample *sample;
    size_t sampled;
    bool keeps_empty; /* rows without any value are rows too */

    struct row_splitter splitter;
    struct bytes held; /* lines of a row of several lines, and lines that are read again */
    struct held_line *held_lines;
    size_t held_count, held_next, held_capacity;
    size_t first; /* of the row, among the held lines */
    bool holds;   /* the row is held */
};

/* `more` is false after the last row. Fields are valid until the next call. */
bool row_reader_next(struct row_reader *reader, struct record *record, bool *more,
                     struct error *error);
/* Begins again. Lines are rewound by the caller. */
void row_reader_rewind(struct row_reader *reader);
void row_reader_release(struct row_reader *reader); /* accepts NULL */

#endif
