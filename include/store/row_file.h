/* SPDX-License-Identifier: MIT
 *
 * Rows of typed cells outside of memory, in a temporary file without a name: what was counted or
 * asked of a table, of any size. One thread adds rows and finishes; from then on any number of
 * threads read any row. A file lives until its last holder has dropped it.
 */
#ifndef STORE_ROW_FILE_H
#define STORE_ROW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum row_cell_kind { ROW_MISSING, ROW_INTEGER, ROW_REAL, ROW_TEXT };

struct row_cell {
    enum row_cell_kind kind;
    union {
        int64_t integer;
        double real;
        struct {
            const char *text; /* `length` bytes; of a cell that was read, also NUL-terminated */
            size_t length;
        };
    };
};

struct row_file;

enum { ROW_FILE_COLUMNS = 48 };

/* `columns` is 1 to ROW_FILE_COLUMNS. NULL with an error if there is no temporary file. */
struct row_file *row_file_new(size_t columns, struct error *error);
struct row_file *row_file_hold(struct row_file *file); /* accepts NULL */
void row_file_drop(struct row_file *file);             /* accepts NULL */

/* Adds a row of all columns. Fails (ERROR_STORE) if the disk is full. */
bool row_file_add(struct row_file *file, const struct row_cell *cells, struct error *error);
bool row_file_finish(struct row_file *file, struct error *error);

size_t row_file_columns(const struct row_file *file);
int64_t row_file_rows(const struct row_file *file);

/* Reads rows for one thread, those near the last one without asking the system. */
struct row_file_reader;
struct row_file_reader *row_file_reader_new(struct row_file *file); /* holds the file */
void row_file_reader_free(struct row_file_reader *reader);          /* accepts NULL */
/* One cell; its text is valid until the next call. A row that cannot be read is missing. */
struct row_cell row_file_reader_cell(struct row_file_reader *reader, int64_t row, size_t column);

#endif
