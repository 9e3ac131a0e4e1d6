/* SPDX-License-Identifier: MIT
 *
 * The rows of a file of columns, whatever separates them.
 */
#ifndef IMPORT_RECORDS_H
#define IMPORT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "scan.h"

enum { LONGEST_FIELD = 1 << 20, MOST_FIELDS = 1000 };

/* Between commas and semicolons a field may be quoted (RFC 4180); the others know no quotes. */
#define SEPARATORS(X)                                                                              \
    X(COMMA, ",", "commas")                                                                        \
    X(SEMICOLON, ";", "semicolons")                                                                \
    X(TAB, "\t", "tabs")                                                                           \
    X(BAR, "|", "\"|\"")                                                                           \
    X(COLONS, "::", "\"::\"")

enum separator {
#define X(name, text, words) SEPARATOR_##name,
    SEPARATORS(X)
#undef X
};

struct record {
    size_t count;
    const char **fields; /* not NUL-terminated; valid until the next record */
    size_t *lengths;
    uint64_t line; /* where it begins */
};

struct records;

/* Opens and scans the file; its first lines tell the separator. `path` is borrowed. */
struct records *records_open(const char *path, struct error *error);
void records_free(struct records *records); /* accepts NULL */

const struct scan *records_scan(const struct records *records);
enum separator records_separator(const struct records *records);
const char *separator_words(enum separator separator);

/* `more` is false after the last; lines without anything are skipped. A failure is final. */
bool records_next(struct records *records, struct record *record, bool *more, struct error *error);
/* Back to the first one. */
bool records_rewind(struct records *records, struct error *error);

#endif
