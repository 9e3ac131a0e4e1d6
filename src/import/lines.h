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

struct lines_options {
    const char *encoding;             /* the name of the file's encoding; NULL: by its bytes */
    bool (*cancelled)(void *context); /* asked while the file is unpacked; may be NULL */
    void *context;
};

/* Opens and scans the file, which may be packed or lie in an archive (input.h). `path` is borrowed;
 * `options` may be NULL. NULL on failure. */
struct lines *lines_open(const char *path, const struct lines_options *options,
                         struct error *error);
void lines_free(struct lines *lines); /* accepts NULL; closes the file */

const char *lines_path(const struct lines *lines); /* as it was given */
/* The name of the file, without its folder and without the ending of a packing. */
const char *lines_name(const struct lines *lines);
uint64_t lines_size(const struct lines *lines);       /* bytes of the file, unpacked */
bool lines_have_quotes(const struct lines *lines);    /* false: there is no \" in the file */
const char *lines_packing(const struct lines *lines); /* "gzip", "ZIP archive" ...; "" if plain */

/* The encoding, "UTF-8", "windows-1252" ...; how it became known, "by its bytes" ...; and the
 * others that the bytes allow, with ", " between them, else "". */
const char *lines_encoding(const struct lines *lines);
const char *lines_encoding_reason(const struct lines *lines);
const char *lines_encoding_rivals(const struct lines *lines);
/* A clause that says what in the file looks like UTF-8 although it is not; "" if nothing does. */
const char *lines_encoding_doubt(const struct lines *lines);
/* A clause that says of a file that is not UTF-8 what it was converted from; "" if it is UTF-8. */
const char *lines_encoding_note(const struct lines *lines);

/* Sets a function that is called from time to time while lines are read. If it returns true,
 * reading ends with ERROR_CANCELLED. May be NULL. */
void lines_ask(struct lines *lines, bool (*cancelled)(void *context), void *context);
/* Sets the same function as `other` has. */
void lines_ask_like(struct lines *lines, const struct lines *other);
/* Fails with ERROR_CANCELLED if that function says so now. */
bool lines_go_on(const struct lines *lines, struct error *error);
/* `more` is false after the last line. */
bool lines_next(struct lines *lines, struct line *line, bool *more, struct error *error);
/* The next bytes of the text, cut anywhere, for formats whose rows are no lines. Not for use
 * between two calls of lines_next. `more` is false at the end. */
bool lines_piece(struct lines *lines, struct line *piece, bool *more, struct error *error);
/* How much of the file is read since its beginning, 0 .. 1; what lies in the buffer is read. */
double lines_share(const struct lines *lines);
/* Goes back to the first line. */
bool lines_rewind(struct lines *lines, struct error *error);

#endif
