/* SPDX-License-Identifier: MIT
 *
 * Scans a whole file before it is read: whether it is text, its encoding, and its line ends.
 */
#ifndef IMPORT_SCAN_H
#define IMPORT_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct scan {
    bool latin1;  /* to be converted from ISO-8859-1 */
    bool lone_cr; /* some lines end with CR alone */
    bool bom;     /* a byte order mark of UTF-8 comes first */
    bool quotes;  /* a \" may be in the text */
    uint64_t size;
};

/* Reads the file to its end and goes back to its beginning. Fails, naming the line, on an empty or
 * compressed file, on UTF-16, on a NUL byte, and on invalid bytes in a file that is otherwise
 * UTF-8. */
bool scan_file(int file, const char *path, struct scan *scan, struct error *error);

/* Fills `error` with "\"PATH\", line N: TEXT" and returns false; line 0 leaves the line out. */
bool file_error(struct error *error, const char *path, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts file and line in front of the error's text. Returns false. */
bool file_error_within(struct error *error, const char *path, uint64_t line);

#endif
