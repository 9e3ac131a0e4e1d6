/* SPDX-License-Identifier: MIT
 *
 * The lines of a file that was scanned, one after another, as UTF-8.
 */
#ifndef IMPORT_LINES_H
#define IMPORT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "scan.h"

enum { LONGEST_LINE = 64 << 20 };

struct line {
    const char *text; /* valid until the next one is read; not NUL-terminated */
    size_t length;    /* without its end */
    size_t whole;     /* with its end, "" where the file ends without one */
    uint64_t number;  /* from 1 */
};

struct lines;

/* Takes the descriptor, which stands at the beginning of the file. `path` is borrowed. */
struct lines *lines_new(int file, const char *path, const struct scan *scan);
void lines_free(struct lines *lines); /* accepts NULL; closes the file */

/* `more` is false after the last line. */
bool lines_next(struct lines *lines, struct line *line, bool *more, struct error *error);

#endif
