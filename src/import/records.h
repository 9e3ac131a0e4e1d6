/* SPDX-License-Identifier: MIT
 *
 * The rows of a file, whatever its format.
 */
#ifndef IMPORT_RECORDS_H
#define IMPORT_RECORDS_H

#include <stdbool.h>

#include "base/error.h"
#include "file_format.h"

struct records {
    const struct file_format *format;
    struct lines *lines;
    struct format_options options; /* its texts are borrowed */
    struct format_choice choice;
    struct format_input input;
    struct sample sample; /* until the first record */
    void *state;          /* of the format; from the first record on */
    bool borrowed;        /* the lines belong to other records */
    bool unfit;           /* the reader of the options has no function for this file */
    bool named;           /* the names known to the format were delivered as the first record */
};

/* Opens and scans the file. Its first lines decide whatever the options leave open about the
 * format. `path` and the texts of the options are borrowed. If names of columns are given, formats
 * that know their names are not chosen if another format can read the file. */
struct records *records_open(const char *path, const struct format_options *options,
                             struct error *error);
/* The same, but files beside this one do not belong to it. */
struct records *records_open_alone(const char *path, const struct format_options *options,
                                   struct error *error);
/* The rows of another table that the reader of these records made; NULL if there are none. `whole`
 * is borrowed. */
struct records *records_open_made(const struct records *whole, enum dataset_table part);
void records_free(struct records *records); /* accepts NULL */

/* `more` is false after the last record. Empty lines are skipped. A failure is final. */
bool records_next(struct records *records, struct record *record, bool *more, struct error *error);
/* How much has been read since the first record, 0 .. 1. */
double records_share(const struct records *records);
/* Goes back to the first record. */
bool records_rewind(struct records *records, struct error *error);

/* When all records have been read: what was skipped or read in an unusual way, in words, or NULL.
 */
const char *records_skipped(struct records *records, char words[256]);

#endif
