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
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
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

/* The stages of an import, with words for a person. */
#define IMPORT_STAGES(X)                                                                           \
    X(CHECKING, "checking")  /* the first pass over all files */                                   \
    X(READING, "reading in") /* the second pass, which writes */                                   \
    X(STORING, "storing")    /* what has been written becomes part of the workbench */

enum import_stage {
#define X(name, text) IMPORT_##name,
    IMPORT_STAGES(X)
#undef X
        IMPORT_STAGE_COUNT
};

/* How far an import is. */
struct import_progress {
    enum import_stage stage;
    double share;  /* 0 .. 1, of the time that the whole import is likely to take */
    uint64_t rows; /* of the file that is being read, in this stage */
};
/* The share at which storing begins. */
#define IMPORT_READ 0.9

struct import_report {
    char name[64];    /* of the data set: the option, or made from the path */
    char source[512]; /* the folder or the ratings file */
    char format[64];
    uint32_t rejected;
    char
        rejected_text[IMPORT_REJECTED]; /* the first rejected rows with file and line, one a line */
    char notes[1024]; /* decisions on the way (texts converted, files left out), one a line */
    struct import_progress progress; /* up to date whenever `cancelled` is called */
};

/* Finds what kind of data lies at the path and which name the data set would get, without reading
 * rows. */
bool import_recognise(const struct import_options *options, struct import_report *report,
                      struct error *error);

/* Reads everything into the sink. `cancelled` is called from time to time and may be NULL. */
bool import_read(const struct import_options *options, const struct dataset_sink *sink,
                 struct import_report *report, bool (*cancelled)(void *context), void *context,
                 struct error *error);

#endif
