/* SPDX-License-Identifier: MIT
 *
 * Files and folders that the user names for writing. They are written beside their place and take
 * their name when they are whole, so that nobody sees half of one, and what they replace stays
 * until then. Links are not followed.
 */
#ifndef BASE_FILE_OUTPUT_H
#define BASE_FILE_OUTPUT_H

#include <stdbool.h>

#include "base/error.h"

struct file_output {
    char *path, *temporary; /* owned */
    int descriptor;         /* close-on-exec */
    bool replace;
};

/* Fails (ERROR_USAGE) if the file cannot be made, or if the name belongs to something other than a
 * regular file, such as a link. Also fails if the file exists and `replace` is false, and then sets
 * `exists`. */
bool file_output_begin(struct file_output *output, const char *path, bool replace, bool *exists,
                       struct error *error);
/* Closes the file. If `good`, waits until it is on the disk and gives it its name. Otherwise, or if
 * that fails, removes it. Only such a failure sets `error`. Returns whether the file is there. */
bool file_output_finish(struct file_output *output, bool good, struct error *error);

struct file_folder {
    char *path, *temporary; /* owned */
    bool replace;
};

/* Fails (ERROR_USAGE) if the folder cannot be made or if something has that name. With `replace`,
 * that may be a folder in which all names are known to `is_known`. `exists` says whether `replace`
 * would help. */
bool file_folder_begin(struct file_folder *folder, const char *path, bool replace,
                       bool (*is_known)(const char *name), bool *exists, struct error *error);
/* A new file in the folder, for writing; -1 on failure. */
int file_folder_add(const struct file_folder *folder, const char *name, struct error *error);
/* Closes such a file once it is on the disk. */
bool file_folder_close(int descriptor);
/* As file_output_finish. */
bool file_folder_finish(struct file_folder *folder, bool good, struct error *error);

#endif
