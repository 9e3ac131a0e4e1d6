/* SPDX-License-Identifier: MIT
 *
 * A table of any SQLite file, or what a SELECT finds in it, as text that an import can read. The
 * file is somebody else's: it is opened so that nothing in it can run or write (docs/SECURITY.md),
 * and it stays as it is. The caller is the process of the command line, so that no keeper opens it.
 */
#ifndef STORE_FOREIGN_TABLE_H
#define STORE_FOREIGN_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct foreign_request {
    const char *path; /* of the SQLite file */
    const char *what; /* the name of a table or view, or one SELECT (or WITH ... SELECT) */
    bool (*cancelled)(void *context); /* asked now and then; may be NULL */
    void *context;
};

/* Writes the names of the columns and all rows to `output` as comma-separated text: texts in
 * quotes, numbers without, nothing for NULL. `rows` is set to how many there are. Fails with
 * ERROR_INPUT, having written some rows, if the file is no SQLite file, has a write-ahead log or a
 * journal, or holds a BLOB or a text that is not UTF-8 among the values; with ERROR_USAGE if `what`
 * is wrong or not allowed, or if a statement takes longer than docs/SECURITY.md allows; with
 * ERROR_CANCELLED. */
bool foreign_table_write(const struct foreign_request *request, FILE *output, uint64_t *rows,
                         struct error *error);

/* Whether a file is there that begins as an SQLite file does. */
bool foreign_table_is_file(const char *path);
/* Fails with the names of the tables and views of the file. Returns false. */
bool foreign_table_refuse(const char *path, struct error *error);

#endif
