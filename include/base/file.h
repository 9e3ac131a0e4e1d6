/* SPDX-License-Identifier: MIT
 *
 * The only place that opens files. A path from the user may name anything, and another user may
 * have put the files that lie beside a workbench. So only regular files are opened, opening never
 * blocks, and thaw's own files are never reached through a link.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

/* The part of a path after its last "/", inside of the path; the part before it, a new string, "."
 * if there is none. */
const char *file_name(const char *path);
char *file_folder(const char *path);

/* A new absolute path, which need not exist; NULL gives NULL. */
char *file_absolute(const char *path);

/* Whether the kernel makes the file's content up when it is read, as in /proc and /sys. It looks
 * like a regular file, and reading it may wait for ever. */
bool file_is_made_up(const char *path);

/* Opens a file that the user names for reading. Follows links. Close-on-exec. Returns -1 and an
 * error of `kind` that names the path if the file cannot be opened or is not a regular file. */
int file_open_input(const char *path, enum error_kind kind, struct error *error);

/* The whole content of such a file: a new block of `size` bytes followed by a NUL. NULL on failure,
 * also if the file has more than `most` bytes. */
char *file_read(const char *path, size_t most, size_t *size, enum error_kind kind,
                struct error *error);

/* The same for the file `name`, a relative path from the folder of `script`. After links are
 * resolved, it must lie in that folder. If there is no such file, returns NULL, leaves `error`
 * alone and sets `found` to false. */
char *file_read_beside(const char *script, const char *name, size_t most, size_t *size, bool *found,
                       struct error *error);

/* A stream that writes to an open file, which stays open when the stream is closed. NULL, with an
 * error of ERROR_INPUT, on failure. */
FILE *file_stream(int file, struct error *error);

/* Opens a new file without a name, for reading and writing, in $TMPDIR, /var/tmp or /tmp, for its
 * owner alone. It is gone when it is closed, however the process ends. Close-on-exec. Returns -1 on
 * failure, with an error of `kind`. */
int file_open_nameless(enum error_kind kind, struct error *error);

/* Copies what is left of an open file, a pipe too, into another one. False, with errno, on failure.
 */
bool file_copy_rest(int from, int to);

/* Opens a file that thaw keeps (PATH.lock, PATH.log) for reading and writing, at its end if
 * `append`. If it is missing and `make` is set, creates it with access for its owner alone. Returns
 * -1 (ERROR_STORE) on failure, also if the file is a link or not a regular file, has another hard
 * link, or belongs to another user; root may open everybody's. */
struct file_own {
    bool make, append;
};
int file_open_own(const char *path, struct file_own how, struct error *error);

/* Writes a word into a kernel file below /proc. False if the kernel refuses it. */
bool file_tell_kernel(const char *path, const char *word);

/* Renames a file to PATH.aside-N, with the first N that is free, and returns the new path, a new
 * string. Never overwrites a file. NULL on failure (ERROR_STORE). */
char *file_set_aside(const char *path, struct error *error);

/* Copies a file to the first free PATH.aside-N, readable by its owner alone, and returns that path,
 * a new string. Once the copy is on the disk, cuts the file to its first `size` bytes. NULL on
 * failure (ERROR_STORE). */
char *file_cut_aside(const char *path, int64_t size, struct error *error);

/* Removes a name, unless it is a folder's. True if nothing has that name afterwards. */
bool file_take_away(const char *path);

#endif
