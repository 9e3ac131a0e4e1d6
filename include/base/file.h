/* SPDX-License-Identifier: MIT
 *
 * The one door to files. What a person names may be anything, what lies beside a workbench may have
 * been put there by somebody else: only regular files are opened, nothing is waited for, and what
 * thaw keeps for itself is never reached through a link.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What stands behind the last "/" of a path, within it; what stands before it, a new string, "." if
 * there is none. */
const char *file_name(const char *path);
char *file_folder(const char *path);

/* A new absolute path, whether or not something lies there; NULL gives NULL. */
char *file_absolute(const char *path);

/* A file that a person names, for reading. Links are followed. -1 with one sentence of `kind`, that
 * names the path, if it cannot be opened or is no regular file. Close-on-exec. */
int file_open_input(const char *path, enum error_kind kind, struct error *error);

/* All of such a file, a new block of `size` bytes with a NUL behind them; NULL on failure, also
 * if it has more than `most` bytes. */
char *file_read(const char *path, size_t most, size_t *size, enum error_kind kind,
                struct error *error);

/* The same of the file `name`, a relative path, below the folder of `script`; wherever links lead,
 * it must lie in that folder. NULL without a change to `error` if there is no such file: `found`
 * says which. */
char *file_read_beside(const char *script, const char *name, size_t most, size_t *size, bool *found,
                       struct error *error);

/* A file that a person names, for writing: made anew, or emptied if there is one and `replace`.
 * Links are never followed. -1 with one sentence (ERROR_USAGE) that names the path on failure;
 * `exists` then says whether something of that name was in the way. Close-on-exec. */
int file_open_output(const char *path, bool replace, bool *exists, struct error *error);

/* A file that thaw keeps: PATH.lock, PATH.log. Made for its owner alone if it is missing (and
 * `make`), opened for reading and writing, at its end if `append`. Refused if it is a link,
 * no regular file, has another name too, or belongs to somebody else. -1 on failure (ERROR_STORE).
 */
struct file_own {
    bool make, append;
};
int file_open_own(const char *path, struct file_own how, struct error *error);

/* Writes a word into a file of the kernel's below /proc. False if it does not take it. */
bool file_tell_kernel(const char *path, const char *word);

/* Gives a file another name beside it, PATH.aside-N with the first N that is free, and returns that
 * path, a new string. Nothing is ever overwritten. NULL on failure (ERROR_STORE). */
char *file_set_aside(const char *path, struct error *error);

/* Keeps a copy of a file at the first such path that is free, for its owner alone; when the disk
 * has it, the file is cut to its first `size` bytes. The same otherwise. */
char *file_cut_aside(const char *path, int64_t size, struct error *error);

/* Takes a name away, whatever it is the name of but a folder. True if there is none afterwards.
 */
bool file_take_away(const char *path);

#endif
