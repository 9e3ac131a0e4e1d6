/* SPDX-License-Identifier: MIT
 *
 * Errors in a file that is imported.
 */
#ifndef IMPORT_FILE_ERROR_H
#define IMPORT_FILE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Fills `error` with "\"PATH\", line N: TEXT" and returns false; line 0 leaves the line out. */
bool file_error(struct error *error, const char *path, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts file and line in front of the error's text. Returns false. */
bool file_error_within(struct error *error, const char *path, uint64_t line);

#endif
