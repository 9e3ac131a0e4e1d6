/* SPDX-License-Identifier: MIT
 *
 * Reads rating data from files: MovieLens folders (100K, 1M, 10M, latest, 25M), RecBole's atomic
 * files, JSON lines, and any file of columns separated by commas, semicolons, tabs, "|" or "::".
 *
 * A file is read twice. The first pass finds encoding and separator, checks every row and learns
 * the types of columns; the second passes the rows to the sink. So almost every failure comes
 * before the sink gets a row. If one comes later, the caller rolls back what the sink took.
 *
 * Rules:
 * - Columns are recognised by their names in any case: user, userId, user_id ..., item, movieId,
 *   product ..., rating, score, stars ..., timestamp. "time" and "date" are times if all their
 *   values are dates or seconds after 1973. Other columns keep their names. Their type is INTEGER
 *   if all values are whole numbers without leading zeros, REAL if all are numbers, else TEXT.
 * - An empty cell is missing. In columns that are not ids, ratings, times or titles, so are NA,
 *   N/A, NaN, NULL, ?, \N and "(no genres listed)".
 * - Ids are text and are kept unchanged, with blanks and leading zeros.
 * - A rating is a finite decimal number. If a file has no such column, every row has the value 1.
 * - A time is a whole number of seconds since 1970, or "2015-03-29 10:22:33" (UTC). If all times of
 *   a file would lie after the year 5138, they are taken for milliseconds, microseconds or
 *   nanoseconds and divided. Seconds outside of the years 1 to 9999 are refused.
 * - Text is UTF-8. A file that is mostly not UTF-8 is taken for ISO-8859-1 and converted. A few
 *   invalid bytes in a UTF-8 file are refused. A byte order mark is skipped.
 * - Lines end with LF, CRLF or CR.
 * - Quotes have a meaning only if the separator is a comma or a semicolon.
 * - JSON lines have one object on each line, in JSON or as Python prints a dictionary. The columns
 *   are the keys of all lines. A key that is absent, null and "" are missing. {"a": {"b": 1}} has
 *   the column "a.b". The values of a list stand in one cell with "|" between them.
 * - A file columns.csv in a folder, with the header "table,column,type", declares types that values
 *   do not tell; an export makes it.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dataset_sink.h"

struct import_options {
    const char *path; /* a folder or a file; NULL if `ratings` is given */
    const char *name; /* of the data set; NULL takes it from the path */
    /* Files that are outside of a known folder or replace the folder's own; NULL for none. */
    const char *ratings, *users, *items;
    /* The names of the columns, "user,item,rating,-", if the file has no header or to rename those
     * of its header. "-" leaves a column out. NULL reads the header. */
    const char *ratings_columns, *users_columns, *items_columns;
    bool keep_going; /* leave out bad rows and count them, instead of refusing the file */
};

enum { IMPORT_REJECTED = 512 };

struct import_report {
    char name[64];    /* of the data set: the option, or made from the path */
    char source[512]; /* the folder or the ratings file */
    char format[64];
    uint32_t rejected;
    char
        rejected_text[IMPORT_REJECTED]; /* the first rejected rows with file and line, one a line */
    char notes[1024]; /* decisions on the way (texts converted, files left out), one a line */
};

/* Finds what kind of data lies at the path and which name the data set would get, without reading
 * rows. */
bool import_recognise(const struct import_options *options, struct import_report *report,
                      struct error *error);

/* Reads everything into the sink. `cancelled` is called from time to time and may be NULL. */
bool import_read(const struct import_options *options, const struct dataset_sink *sink,
                 struct import_report *report, bool (*cancelled)(void *context), void *context,
                 struct error *error);

/* The roles that an import gives to columns of these names. `sure[i]` is false for a time that also
 * depends on its values. */
void import_roles(enum dataset_table part, char *const *names, size_t count,
                  enum column_role *roles, bool *sure);

/* The narrowest type that a value of a column can have, for an attribute. */
enum column_type import_type(const char *text, size_t length);
/* A file in a folder that declares types where values do not tell them: "table,column,type". */
#define IMPORT_TYPES_FILE "columns.csv"

/* Reads a time as an import does; `date` says that it is written as a date, without a time of day
 * if it has 10 bytes. */
bool import_time(const char *text, int64_t *seconds, bool *date);

#endif
