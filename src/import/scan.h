/* SPDX-License-Identifier: MIT
 *
 * Scans a whole file before it is read: whether it is text, its encoding, and its line ends.
 *
 * The encoding is, in this order: the one that is asked for; that of a byte order mark; UTF-16 if
 * the first pair of bytes and at least a tenth of those in the first block have a NUL as their
 * upper byte, and a tenth as many at most as their lower one; UTF-8 if all bytes are UTF-8; else
 * what encoding_guess.h says. A file is UTF-8 with errors, and refused, if it has more characters
 * of UTF-8 beyond ASCII than bytes that are not.
 */
#ifndef IMPORT_SCAN_H
#define IMPORT_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "encoding_guess.h"
#include "encodings.h"
#include "file_error.h"
#include "input.h"

/* How the encoding became known: constant, words for a person. */
#define SCAN_REASONS(X)                                                                            \
    X(BYTES, "by its bytes")                                                                       \
    X(MARK, "by its byte order mark")                                                              \
    X(ZEROS, "by the NUL in every second byte")                                                    \
    X(ASKED, "as asked for")

enum scan_reason {
#define X(name, words) SCAN_##name,
    SCAN_REASONS(X)
#undef X
};

struct scan {
    enum encoding encoding;
    enum scan_reason reason;
    char rivals[ENCODING_RIVALS]; /* other encodings that it could have, by its bytes */
    char mixed[96];               /* what of it looks like UTF-8 though it is not; else empty */
    bool lone_cr;                 /* some lines end with CR alone */
    bool bom;                     /* a byte order mark of UTF-8 comes first */
    bool quotes;                  /* there may be a \" in the text */
    uint64_t size;
};

/* Reads the input to its end and goes back to its beginning. `encoding` is the name of the encoding
 * that is asked for, or NULL. Fails, naming the line, on an empty file, on one that is known not to
 * be text (magic.h), on NUL characters, and, by position in the file from 0, on bytes that are no
 * text in the encoding. */
bool scan_input(struct input *input, const char *encoding, struct scan *scan, struct error *error);

#endif
