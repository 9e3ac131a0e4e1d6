/* SPDX-License-Identifier: MIT
 *
 * Where data lie: a path in the file system, or one that goes on inside of an archive, as if that
 * were a folder: "ml-1m.zip/ml-1m/ratings.dat".
 */
#ifndef IMPORT_SOURCE_PATH_H
#define IMPORT_SOURCE_PATH_H

#include <stdbool.h>
#include <stddef.h>

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

/* What a person is shown: "standard input" for "/proc/PID/fd/N", else the path. */
const char *source_path_words(const char *path);

#endif
