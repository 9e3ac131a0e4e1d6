/* SPDX-License-Identifier: MIT
 *
 * Brings rating data from files into the workbench: MovieLens folders (100k, 1M, latest and 25M), and any CSV, TSV or
 * "::" file. Everything is one transaction: a bad row gives one sentence with file and line, and nothing is changed.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>

#include "store/dataset_store.h"

struct import_options {
    const char *path;                          /* a folder or a file; NULL where `ratings` is given */
    const char *name;                          /* of the data set; NULL takes it from the path */
    const char *ratings, *users, *items;       /* files that do not lie in a known folder; NULL for none */
    const char *ratings_columns, *users_columns, *items_columns; /* "user,item,rating,-": names of the columns of a file
                                                  without a header (or to rename those of one that has it); "-" skips
                                                  a column; NULL reads the header */
    bool replace;                              /* an existing data set of that name */
    bool keep_going;                           /* leave bad rows out and count them, instead of refusing the file */
};

struct import_report {
    struct dataset_summary summary;
    char format[64];          /* "MovieLens 1M", "CSV" ... */
    char duplicates_text[512]; /* "(1267, 811) twice, ..." the first few; "" where there are none */
    char rejected_text[512];   /* the first rejected rows with file and line; "" where there are none */
};

/* Opens and commits its own transaction. `cancelled` is asked now and then and may be NULL. */
bool import_run(struct store *store, const struct import_options *options, struct import_report *report,
                bool (*cancelled)(void *context), void *context, struct error *error);

#endif
