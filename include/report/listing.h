/* SPDX-License-Identifier: MIT
 *
 * A table as a person reads it: columns that are declared once, rows of texts. On paper it is
 * printed; on a surface a browser shows it. It is sorted, searched and exported here, whatever it
 * holds. It belongs to its caller and to one thread.
 *
 * If there is too little room, columns are left out in the order in which they can be missed,
 * then the one that may be cut is.
 */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include <stdint.h>

#include "report/json.h"
#include "report/output.h"

enum listing_side { LISTING_LEFT, LISTING_RIGHT };
/* CUT: may be narrowed. WRAPPED: the last column, broken into lines on paper, cut elsewhere. REST:
 * may be narrowed, and takes the cells that are left on a screen. */
enum listing_fit { LISTING_WHOLE, LISTING_CUT, LISTING_WRAPPED, LISTING_REST };

struct listing_column {
    const char *title; /* "" for a column that is not exported; NULL ends an array of columns */
    enum listing_side side;
    int missed; /* 0 for a column that always stays; of the others, the largest goes first */
    enum listing_fit fit;
    const char *unit; /* of its numbers in an export; NULL: none */
    const char *tip;  /* what it says, in a sentence; NULL: the title is enough */
    size_t least;     /* cells that it takes at least */
};

struct listing_cell {
    char *text;   /* safe; NULL or "" if nothing is known */
    double value; /* what it is sorted by and exported as; NaN: its text is; infinite: its text is
                     exported */
    enum ink style;
};

enum { LISTING_GAP = 2, LISTING_READABLE = 16 }; /* cells between columns, and of a readable text */
/* The width of a column that is left out; no column. */
static const size_t LISTING_HIDDEN = SIZE_MAX, LISTING_AS_ADDED = SIZE_MAX;

struct listing;

/* Columns are those up to one whose title is NULL; `columns` may be NULL. Units and tips live on.
 */
struct listing *listing_new(const struct listing_column *columns);
void listing_free(struct listing *listing); /* accepts NULL */
/* More of them, before there are rows. */
void listing_add_columns(struct listing *listing, const struct listing_column *columns);
void listing_add_column(struct listing *listing, struct listing_column column);
/* A column of numbers. */
void listing_add_numbers(struct listing *listing, const char *title, int missed);
/* Forgets its rows. */
void listing_clear(struct listing *listing);

/* The next cell, row after row. The first is for our own text, the second for foreign text (NULL is
 * a missing one). */
void listing_cell(struct listing *listing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void listing_foreign(struct listing *listing, const char *text);
/* A number as it is shown and as it is sorted and exported. */
void listing_number(struct listing *listing, double value, const char *text);
/* Styles the last cell. */
void listing_style(struct listing *listing, enum ink style);
/* A line of its own between the rows, over all columns. */
void listing_line(struct listing *listing, enum ink style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The row that is whole now sums up the others: it stays last, and is neither found nor exported.
 */
void listing_end(struct listing *listing);

size_t listing_column_count(const struct listing *listing);
const struct listing_column *listing_column_at(const struct listing *listing, size_t column);
/* Rows but for the one that sums up. */
size_t listing_row_count(const struct listing *listing);
/* NULL for a line and behind the last row; row listing_row_count() is the one that sums up. */
const struct listing_cell *listing_at(const struct listing *listing, size_t row, size_t column);
/* The text of a line between the rows; NULL for a row of cells. */
const struct listing_cell *listing_line_at(const struct listing *listing, size_t row);
/* Which row it was when rows were added, and where that row is now. */
size_t listing_origin(const struct listing *listing, size_t row);
size_t listing_place(const struct listing *listing, size_t origin);

/* Cells of every column as wide as it needs, at most `widest`. */
void listing_measure(struct listing *listing, size_t widest, size_t *widths);
/* Narrows and leaves out among the first `count` columns until the whole fits into `room` cells, or
 * nothing more can be done: a column that may be cut keeps `least` cells, and column `stays` is
 * never left out. Returns how many were left out. */
size_t listing_squeeze(const struct listing *listing, size_t count, size_t stays, size_t room,
                       size_t least, size_t *widths);

/* Rows in the order of a column, LISTING_AS_ADDED for the one they were added in: numbers by size,
 * texts with their numbers by size, what is missing last in either direction, equal ones in the
 * order in which they are. */
void listing_sort(struct listing *listing, size_t column, bool descending);
/* The first row from `row` on, forwards or backwards and once around, that has `text` in a cell,
 * capital letters or not; listing_row_count() if none has. */
size_t listing_find(const struct listing *listing, const char *text, size_t row, bool backwards);

/* Prints it, each line behind `indent` spaces. Returns how many columns had to be left out. */
size_t listing_print(struct listing *listing, struct output *output, size_t indent);

/* Rows of an array of objects, or lines of comma-separated values as RFC 4180 has them, behind a
 * line of titles. Numbers are written as they are and not as they are shown. */
void listing_write_json(const struct listing *listing, struct json *json);
void listing_write_titles(const struct listing *listing, struct output *output);
void listing_write_csv(const struct listing *listing, struct output *output);

#endif
