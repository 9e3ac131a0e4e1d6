/* SPDX-License-Identifier: MIT
 *
 * The names of the files in a folder, or in an archive that is read like one.
 */
#ifndef IMPORT_FOLDER_NAMES_H
#define IMPORT_FOLDER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct folder_names {
    char *path;   /* of the folder; for an archive with one folder in it, of that one */
    char **names; /* sorted */
    size_t count;
    char **folders; /* the names of the folders in it, sorted; at most 100 */
    size_t folder_count;
    char *only; /* the path of the only file of data in an archive, however deep; else NULL */
    bool archive;
};

/* `is_folder` is false, without an error, if the path names neither a folder nor an archive, or
 * nothing at all. `cancelled` is asked from time to time while an archive is read; may be NULL.
 * False on failure. */
bool folder_names_read(struct folder_names *folder, const char *path, bool *is_folder,
                       bool (*cancelled)(void *context), void *context, struct error *error);
void folder_names_release(struct folder_names *folder); /* accepts NULL */

/* Finds a file by its name. If no file has exactly that name, case and the ending of a packing are
 * ignored, and the file is found if it is the only one. A "*" in `name` stands for anything. Names
 * that match `but` (may be NULL) do not count. The path is a new string, or NULL. */
char *folder_names_find(const struct folder_names *folder, const char *name, const char *but);

/* The path of the only file of data, a new string, or NULL. */
char *folder_names_only(const struct folder_names *folder);

#endif
