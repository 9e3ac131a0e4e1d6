/* SPDX-License-Identifier: MIT
 *
 * Where data lie: a path in the file system, or one that goes on inside of an archive, as if that
 * were a folder: "ml-1m.zip/ml-1m/ratings.dat".
 */
#ifndef IMPORT_SOURCE_PATH_H
#define IMPORT_SOURCE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source_path {
    char *file;         /* owned: a path in the file system, which need not exist */
    const char *member; /* within the path that was given; NULL if it ends with the file */
};

/* The archive is the first part of the path that is a file and not the end. */
struct source_path source_path_of(const char *path);
void source_path_release(struct source_path *place); /* accepts NULL */

/* A new string: FOLDER/NAME. */
char *source_path_join(const char *folder, const char *name);

/* Bytes of a name without the ending of its packing: those of "r.csv" for "r.csv.gz". */
size_t source_path_plain_length(const char *name);
/* Bytes of an archive's name without its ending: those of "ml" for "ml.zip", "ml.tar.gz", "ml.tgz".
 * All of them if there is none. */
size_t source_path_archive_length(const char *name);

/* A path that leads to an open file of another process: "/proc/PID/fd/N" is its standard input.
 * With
 * ":LENGTH:FILEWHAT" behind it, it holds the rows of a table of an SQLite file, or of a SELECT. */
struct source_stream {
    size_t length;    /* of the path that can be opened; 0 if the path is no such path */
    const char *file; /* of the table, with its length; NULL for standard input */
    size_t file_length;
    const char *what; /* the table or the SELECT */
};
struct source_stream source_stream_of(const char *path);
#define IMPORT_SQLITE_TABLE "table of an SQLite file"

/* What a person is shown: the path and the line, if that is not 0: "r.csv", line 3; "standard
 * input", line 3; "shop.db", table votes, row 2. */
enum { SOURCE_PLACE = 320 };
char *source_place(const char *path, uint64_t line, char text[SOURCE_PLACE]);
/* "line 3"; "row 2" of a table, whose first line is its header. */
char *source_line(const char *path, uint64_t line, char text[32]);
/* The same of a file among several that are one table, whose first is at `whole`: "line 3 of
 * b.csv", if that is another one. `path` may be NULL: it is the first. */
enum { SOURCE_LINE = 160 };
char *source_line_of(const char *whole, const char *path, uint64_t line, char text[SOURCE_LINE]);
/* The end of a path by which a person tells it from another: "r.csv", or "new/r.csv" beside
 * "old/r.csv". */
const char *source_path_end(const char *path, const char *other);
/* Whether the path is, or ends with, that many bytes of names: "new/r.csv" with "r.csv". */
bool source_path_ends(const char *path, const char *end, size_t length);

#endif
