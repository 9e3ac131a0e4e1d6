/* SPDX-License-Identifier: MIT
 *
 * A table as a file for other programs: JSON if the file's name ends in .json, else values
 * separated by commas. Rows may come a listing at a time. A file that cannot be written to its end
 * is taken away again.
 */
#ifndef SCREEN_EXPORT_FILE_H
#define SCREEN_EXPORT_FILE_H

#include "base/error.h"
#include "report/listing.h"

struct export_file {
    char *path; /* owned */
    struct output output;
    struct json *json; /* NULL: values separated by commas */
    bool begun;
};

/* What stands behind ":export": "FILE", or with `replace` "! FILE". False with an error if the file
 * cannot be made; it is replaced only when asked for. */
bool export_open(struct export_file *file, const char *words, struct error *error);
/* False when it cannot be written. */
bool export_rows(struct export_file *file, const struct listing *listing);
/* Ends the file; `good` says whether all rows came. False with an error if it was given up. */
bool export_close(struct export_file *file, bool good, struct error *error);

#endif
