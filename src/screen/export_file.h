/* SPDX-License-Identifier: MIT
 *
 * Writes a table to a file, in the format that its name ends in (report/table_writer.h). Rows may
 * arrive in several listings. The file has its name only once it is whole.
 */
#ifndef SCREEN_EXPORT_FILE_H
#define SCREEN_EXPORT_FILE_H

#include "base/error.h"
#include "base/file_output.h"
#include "report/listing.h"

struct export_file {
    struct file_output file;
    struct output output;
    enum table_format format;
    struct table_writer *writer; /* NULL before the first rows */
};

/* Opens the file named by the words typed after ":export", "FILE" or "! FILE". An existing file is
 * replaced only with "!". Returns false with an error if the file cannot be opened, or if its name
 * ends in no known format. */
bool export_open(struct export_file *file, const char *words, struct error *error);
/* Returns false if the rows cannot be written. */
bool export_rows(struct export_file *file, const struct listing *listing);
/* Closes the file. `good` tells that all rows were written. Otherwise, or if writing fails, leaves
 * no file and returns false. Only a failed write sets the error. */
bool export_close(struct export_file *file, bool good, struct error *error);

#endif
