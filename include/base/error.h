/* SPDX-License-Identifier: MIT
 *
 * An expected failure (a file, a script, a parameter, a query) is a value. A function that can fail
 * returns bool and fills the caller's struct error; each caller on the way up may put its own
 * context in front. Only the command line and the screen print it. A bug is not an error: it is an
 * assert.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* One row per kind: name, exit status of the command line. */
#define ERROR_KINDS(X)                                                                             \
    X(INPUT, 3)   /* a data file is malformed */                                                   \
    X(SCRIPT, 1)  /* a user's Lua failed */                                                        \
    X(USAGE, 2)   /* an argument or a setting is wrong */                                          \
    X(STORE, 3)   /* the database cannot be read or written */                                     \
    X(NUMERIC, 1) /* a computation failed: not finite, not positive definite */                    \
    X(CANCELLED, 130)

enum error_kind {
#define X(name, status) ERROR_##name,
    ERROR_KINDS(X)
#undef X
        ERROR_KIND_COUNT
};

struct error {
    enum error_kind kind;
    char text[512]; /* one clause, lower case, no full stop, already safe to show */
};

/* Sets `error` and returns false, so that a failing function can end with it. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prepends "context: " to the text and returns false. A text that gets too long loses its
 * beginning. */
bool error_within(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
