/* SPDX-License-Identifier: MIT
 *
 * Writes a table to a file: JSON if the name ends in .json, else comma-separated values. Rows may
 * arrive in several listings. A file that cannot be written completely is removed.
 */
#ifndef SCREEN_EXPORT_FILE_H
#define SCREEN_EXPORT_FILE_H

#include "base/error.h"
#include "report/listing.h"

struct export_file {
    char *path; /* owned */
    struct output output;
    struct json *json; /* NULL: comma-separated values */
    bool begun;
};

/* Opens the file named by the words typed after ":export", "FILE" or "! FILE". An existing file is
 * replaced only with "!". Returns false with an error if the file cannot be opened. */
bool export_open(struct export_file *file, const char *words, struct error *error);
/* Returns false if the rows cannot be written. */
bool export_rows(struct export_file *file, const struct listing *listing);
/* Closes the file. `good` tells that all rows were written. Otherwise, or if writing fails, removes
 * the file and returns false. Only a failed write sets the error. */
bool export_close(struct export_file *file, bool good, struct error *error);

#endif
