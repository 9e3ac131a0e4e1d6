/* SPDX-License-Identifier: MIT
 *
 * Single values as files write them.
 */
#ifndef IMPORT_CELLS_H
#define IMPORT_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Empty, or one of the words that stand for a missing value. */
bool cell_is_missing(const char *cell, size_t length);

/* Whole numbers that come out as they went in: no "+", no leading zero, at most 18 digits. */
bool cell_integer(const char *cell, size_t length, int64_t *number);
/* Decimal numbers; not ids such as "00123" or of more than 18 digits. */
bool cell_real(const char *cell, size_t length, double *number);

/* Seconds (or smaller units) since 1970 as a whole number, also "978300760.0"; or a date, which
 * gives seconds and sets `date`. */
bool cell_time(const char *cell, size_t length, int64_t *time, bool *date);

/* The four digits of the last "(1995)" in a title, NULL if there is none. */
const char *cell_year_of_title(const char *title, size_t length);

/* What an error shows of a cell: its beginning, safe to print. */
enum { CELL_EXCERPT = 120 };
const char *cell_excerpt(const char *cell, size_t length, char excerpt[CELL_EXCERPT]);

#endif
