/* SPDX-License-Identifier: MIT
 *
 * Reads rating data from files: MovieLens folders (100K, 1M, 10M, latest, 25M), RecBole's atomic
 * files, JSON lines, and any file of columns separated by commas, semicolons, tabs, "|" or "::".
 *
 * A file is gone through twice. The first time finds encoding and separator, checks every row and
 * learns the types of columns; the second hands the rows to the sink. So nearly every refusal comes
 * before the sink saw anything; should one come later, the caller rolls back what the sink took.
 *
 * What counts as what:
 * - Columns are recognised by their names, whatever case: user, userId, user_id ..., item, movieId,
 *   product ..., rating, score, stars ..., timestamp. "time" and "date" are times where all their
 *   values are dates or seconds after 1973. Other columns are kept with their names; their type is
 *   INTEGER where all values are whole numbers without leading zeros, REAL where all are numbers,
 *   else TEXT.
 * - Missing: an empty cell, and in columns that are neither ids, ratings, times nor titles also NA,
 *   N/A, NaN, NULL, ?, \N and "(no genres listed)".
 * - Ids are text and stay as they are, blanks and leading zeros included.
 * - A rating is a finite decimal number; a file without such a column has the value 1 in every row.
 * - A time is a whole number of seconds since 1970, or "2015-03-29 10:22:33" (UTC). Where all
 *   times of a file would lie after the year 5138, they are taken for milliseconds (micro-,
 *   nanoseconds) and divided. Seconds outside of the years 1 to 9999 are refused.
 * - Text is UTF-8. A file that mostly is not is taken for ISO-8859-1 and converted; a few wrong
 *   bytes in a file of UTF-8 are refused. A byte order mark is skipped.
 * - Lines end with LF, CRLF or CR.
 * - Quotes mean something between commas and semicolons only.
 * - JSON lines have an object on each line, also as Python prints a dictionary. The columns are the
 *   keys of all lines; a key that is not there, null and "" are missing. {"a": {"b": 1}} has the
 *   column "a.b"; the values of a list stand in one cell with "|" between them.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dataset_sink.h"

struct import_options {
    const char *path;                    /* a folder or a file; NULL if `ratings` is given */
    const char *name;                    /* of the data set; NULL takes it from the path */
    const char *ratings, *users, *items; /* files that do not lie in a known folder, or take the
                                            place of the folder's; NULL for none */
    const char *ratings_columns, *users_columns,
        *items_columns; /* "user,item,rating,-": names of the columns of a file without a header
                           (or to rename those of one that has it); "-" leaves a column out; NULL
                           reads the header */
    bool keep_going;    /* leave bad rows out and count them, instead of refusing the file */
};

enum { IMPORT_REJECTED = 512 };

struct import_report {
    char name[64];    /* of the data set: the option, or made from the path */
    char source[512]; /* the folder or the ratings file */
    char format[64];
    uint32_t rejected;
    char rejected_text[IMPORT_REJECTED]; /* the first rejected rows with file and line, a line each;
                                "" where there are none */
    char notes[1024]; /* what was decided on the way (converted texts, left out files), a
                         line each */
};

/* Finds out what lies at the path and which name it would get, without reading rows. */
bool import_recognise(const struct import_options *options, struct import_report *report,
                      struct error *error);

/* Reads everything into the sink. `cancelled` is asked now and then and may be NULL. */
bool import_read(const struct import_options *options, const struct dataset_sink *sink,
                 struct import_report *report, bool (*cancelled)(void *context), void *context,
                 struct error *error);

#endif
