/* SPDX-License-Identifier: MIT
 *
 * Reads the lines of a file, one after another, as UTF-8.
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
    const char *text; /* valid until the next line is read; not NUL-terminated */
    size_t length;    /* without its end */
    size_t whole;     /* with its end; the last line may have none */
    uint64_t number;  /* from 1 */
};

struct lines;

/* Opens and scans the file. `path` is borrowed. NULL on failure. */
struct lines *lines_open(const char *path, struct error *error);
void lines_free(struct lines *lines); /* accepts NULL; closes the file */

const char *lines_path(const struct lines *lines);
const struct scan *lines_scan(const struct lines *lines);

/* Sets a function that is called from time to time while lines are read. If it returns true,
 * reading ends with ERROR_CANCELLED. May be NULL. */
void lines_ask(struct lines *lines, bool (*cancelled)(void *context), void *context);
/* `more` is false after the last line. */
bool lines_next(struct lines *lines, struct line *line, bool *more, struct error *error);
/* How much of the file has been read since its beginning: 0 .. 1. */
double lines_share(const struct lines *lines);
/* Goes back to the first line. */
bool lines_rewind(struct lines *lines, struct error *error);

#endif
