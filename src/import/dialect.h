/* SPDX-License-Identifier: MIT
 *
 * How separated text is written: what stands between cells, what quotes mean, which lines are rows.
 */
#ifndef IMPORT_DIALECT_H
#define IMPORT_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LONGEST_SEPARATOR = 8 };

struct dialect {
    char separator[LONGEST_SEPARATOR + 1];
    size_t width; /* of the separator; 0: runs of blanks and tabs, also around the row */
    /* A cell that begins with a quote ends with one. Inside, quotes are doubled, and separators and
     * line ends are text. */
    bool quoted;
    bool strict;         /* a quote in a cell that does not begin with one is a fault */
    const bool *wrapped; /* by column: all its cells are quoted and without line ends; or NULL */
    /* What a comment begins with; "" if there are no comments. NULL: rows that begin with "#" or
     * "%" are comments, unless they have as many columns as the file. */
    const char *comment;
    size_t columns;      /* 0 if not known */
    uint64_t first_line; /* lines before it are no rows */
    bool trailing;       /* rows may end with a separator more than their header */
    bool unnamed;        /* the first row lacks the name of the first column, as R writes it */
    size_t skipped;      /* bytes of the first row that are no part of it: a mark of comments */
};

/* What is said of a separator: "commas". */
const char *dialect_words(const struct dialect *dialect, char words[32]);
/* Bytes of the separator at a place of a text, or 0. */
size_t dialect_separator_at(const struct dialect *dialect, const char *text, size_t length,
                            size_t at);
/* Where the next separator begins, at or after `at`; `length` if there is none. */
size_t dialect_find_separator(const struct dialect *dialect, const char *text, size_t length,
                              size_t at);
/* Whether a line has nothing but blanks and separators. */
bool dialect_is_empty(const struct dialect *dialect, const char *text, size_t length);

#endif
