/* SPDX-License-Identifier: MIT
 *
 * Reads rating data from files: MovieLens folders (100k, 1M, latest and 25M), and any CSV, TSV or
 * "::" file. A bad row ends it with one sentence naming file and line; the caller then rolls back
 * what the sink took.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dataset_sink.h"

struct import_options {
    const char *path; /* a folder or a file; NULL where `ratings` is given */
    const char *name; /* of the data set; NULL takes it from the path */
    const char *ratings, *users,
        *items; /* files that do not lie in a known folder; NULL for none */
    const char *ratings_columns, *users_columns,
        *items_columns; /* "user,item,rating,-": names of the columns of a file
         without a header (or to rename those of one that has it); "-" skips
         a column; NULL reads the header */
    bool keep_going;    /* leave bad rows out and count them, instead of refusing the file */
};

struct import_report {
    char name[64]; /* of the data set: the option, or made from the path */
    char format[64];
    uint32_t rejected;
    char rejected_text[512]; /* the first rejected rows with file and line; "" where there are none
                              */
};

/* Finds out what lies at the path and which name it would get, without reading rows. */
bool import_recognise(const struct import_options *options, struct import_report *report,
                      struct error *error);

/* Reads everything into the sink. `cancelled` is asked now and then and may be NULL. */
bool import_read(const struct import_options *options, const struct dataset_sink *sink,
                 struct import_report *report, bool (*cancelled)(void *context), void *context,
                 struct error *error);

#endif
