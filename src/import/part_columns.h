/* SPDX-License-Identifier: MIT
 *
 * The columns of files that are one table: those of the first file, where each other file may have
 * them in another order, or lack some.
 */
#ifndef IMPORT_PART_COLUMNS_H
#define IMPORT_PART_COLUMNS_H

#include "base/bytes.h"
#include "base/error.h"
#include "file_format.h"

struct part_columns {
    char **names; /* of the first file */
    size_t count;
    size_t *places; /* of each, its field in the file that is being read; SIZE_MAX if it lacks it */
    size_t fields;  /* of that file */
    bool same;      /* it has the columns of the first in their order */
    struct bytes
        renamed; /* columns of that file with other names, "stars for rating"; a NUL behind */
    const char **cells;
    size_t *lengths;
    bool *lists;
};

/* Takes the names from the header of the first file. */
void part_columns_begin(struct part_columns *columns, const struct record *header);
void part_columns_release(struct part_columns *columns); /* accepts NULL */

/* Another file: its path, that of the first, whether it surely begins with a header, and whether a
 * person has named the columns in their order. */
struct part_place {
    const char *path, *whole;
    bool headed, ordered;
};

/* Whether users and items are among the names. */
bool part_columns_known(const struct part_columns *columns);

/* Places the columns of another file by its first record: by their names, else by their roles, as
 * these are clear from the names of both files. `headed` is false if the record is a row like any
 * other, in the order of the first file. Fails if it is a header with another column. */
bool part_columns_place(struct part_columns *columns, const struct record *first,
                        const struct part_place *place, bool *headed, struct error *error);
/* The names of columns that the file lacks, "a, b", a new string, or NULL. */
char *part_columns_lacked(const struct part_columns *columns);
/* Puts the fields of a record of that file in order. Others than it has columns stay as they are.
 */
void part_columns_order(struct part_columns *columns, struct record *record);

#endif
