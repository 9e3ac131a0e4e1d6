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
    void *state; /* of the format; from the first record on */
    bool named;  /* the names that the format knows were the first record */
};

/* Opens and scans the file; its first lines tell the format. `path` is borrowed. `plain`: a person
 * names the columns, so formats that know theirs are passed over where others can read the file. */
struct records *records_open(const char *path, bool plain, struct error *error);
void records_free(struct records *records); /* accepts NULL */

/* `more` is false after the last; lines without anything are skipped. A failure is final. */
bool records_next(struct records *records, struct record *record, bool *more, struct error *error);
/* Back to the first one. */
bool records_rewind(struct records *records, struct error *error);

#endif
