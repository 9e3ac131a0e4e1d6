/* SPDX-License-Identifier: MIT
 *
 * Parses single cells: numbers, times, missing values.
 */
#ifndef IMPORT_CELLS_H
#define IMPORT_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the cell is empty or one of the words for a missing value. */
bool cell_is_missing(const char *cell, size_t length);

/* Accepts only whole numbers that would be printed the same: no "+", no leading zero, at most 18
 * digits. */
bool cell_integer(const char *cell, size_t length, int64_t *number);
/* Accepts decimal numbers, but not ids such as "00123" or those of more than 18 digits. */
bool cell_real(const char *cell, size_t length, double *number);

/* Seconds (or smaller units) since 1970 as a whole number, also written "978300760.0". Or a date,
 * which gives seconds and sets `date`. */
bool cell_time(const char *cell, size_t length, int64_t *time, bool *date);

/* The four digits of the last "(1995)" in a title, or NULL. */
const char *cell_year_of_title(const char *title, size_t length);

/* The beginning of a cell, made safe to print in an error message. */
enum { CELL_EXCERPT = 120 };
const char *cell_excerpt(const char *cell, size_t length, char excerpt[CELL_EXCERPT]);

#endif
