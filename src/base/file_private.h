/* SPDX-License-Identifier: MIT
 *
 * What file.c and file_output.c share.
 */
#ifndef BASE_FILE_PRIVATE_H
#define BASE_FILE_PRIVATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* Closes `file` unless it is -1, sets `error` to the path and why, and returns -1. */
int file_refuse(int file, enum error_kind kind, struct error *error, const char *path,
                const char *why);
/* What a file that is not regular is, in words. */
const char *file_kind(mode_t mode);
/* Renames a file, never over another one; sets errno on failure. */
bool file_give_name(const char *path, const char *name);

#endif
