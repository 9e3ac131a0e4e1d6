/* SPDX-License-Identifier: MIT
 *
 * Parses single cells: numbers, truths, missing values; time_form.h parses times.
 */
#ifndef IMPORT_CELLS_H
#define IMPORT_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Leaves out blanks and tabs around the cell. */
void cell_trim(const char **cell, size_t *length);

/* Whether the cell is blank or one of the words for a missing value. `words` are more of them, with
 * commas between them, or NULL; a word with "!" before it is none. */
bool cell_is_missing(const char *cell, size_t length, const char *words);
/* The same for the id of somebody or something, which may well be "-", "?" or "none". */
bool cell_id_is_missing(const char *cell, size_t length, const char *words);
/* Whether the cell, without blanks around it, is one of the words. */
bool cell_is_listed(const char *cell, size_t length, const char *words);

/* The functions below want no blanks around the cell. */

/* Pairs of words such as "true" and "false", "yes" and "no", "like" and "dislike", in any case.
 * Sets the number of the pair. */
enum { CELL_TRUTHS = 18 };
bool cell_truth(const char *cell, size_t length, size_t *pair, bool *truth);
const char *cell_truth_word(size_t pair, bool truth);
/* Accepts only whole numbers that would be printed the same: no "+", no leading zero, at most 18
 * digits. */
bool cell_integer(const char *cell, size_t length, int64_t *number);
/* A finite decimal number with the decimal point "." or ",". */
bool cell_number(const char *cell, size_t length, char decimal, double *number);
/* The same, but not ids such as "00123" or those of more than 18 digits. */
bool cell_real(const char *cell, size_t length, char decimal, double *number);

/* Writes a number such as "1,234,567.5" without what stands between its thousands, "," or "." or a
 * blank or "'", and returns its length in `plain`, or 0 if it is no such number. */
enum { CELL_PLAIN = 48 };
size_t cell_ungroup(const char *cell, size_t length, char decimal, char plain[CELL_PLAIN]);

/* The four digits of the last "(1995)" in a title, or NULL. */
const char *cell_year_of_title(const char *title, size_t length);

/* The beginning of a cell, made safe to print in an error message. */
enum { CELL_EXCERPT = 120 };
/* The first cell of a column that is not what the cells before it were. */
struct odd_cell {
    uint64_t line;    /* 0: there is none */
    const char *path; /* of its file; borrowed; NULL: that of the table */
    char text[CELL_EXCERPT];
};
const char *cell_excerpt(const char *cell, size_t length, char excerpt[CELL_EXCERPT]);

#endif
