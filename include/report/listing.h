/* SPDX-License-Identifier: MIT
 *
 * A table for people: columns, declared once, and rows of texts. It is printed on paper or shown on
 * a surface by a browser. Sorting, searching and export are here, the same for all tables. A
 * listing belongs to its caller and to one thread.
 *
 * If there is too little room, columns are left out, the least needed first. Then the column that
 * may be cut is cut.
 */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include <stdint.h>

#include "report/output.h"
#include "report/table_writer.h"

enum listing_side { LISTING_LEFT, LISTING_RIGHT };
/* CUT: may be narrowed. WRAPPED: the last column; broken into lines on paper, cut elsewhere. REST:
 * may be narrowed, and takes the remaining cells of a screen. */
enum listing_fit { LISTING_WHOLE, LISTING_CUT, LISTING_WRAPPED, LISTING_REST };

struct listing_column {
    const char *title; /* "" for a column that is not exported; NULL ends an array of columns */
    enum listing_side side;
    int missed; /* 0 for a column that always stays; otherwise, the largest is left out first */
    enum listing_fit fit;
    const char *unit; /* of its numbers in an export, or NULL */
    const char *tip;  /* a sentence that explains the column; NULL if the title is enough */
    size_t least;     /* its smallest width in cells */
};

struct listing_cell {
    char *text; /* safe; NULL or "" if unknown */
    /* For sorting and export. If NaN, the text is used for both; if infinite, the text is exported.
     */
    double value;
    enum ink style;
};

/* Cells between columns; cells that keep a text readable. */
enum { LISTING_GAP = 2, LISTING_READABLE = 16 };
/* The width of a column that is left out; the number of no column, for sorting. */
static const size_t LISTING_HIDDEN = SIZE_MAX, LISTING_AS_ADDED = SIZE_MAX;

struct listing;
struct matcher;

/* `columns` end with one whose title is NULL; `columns` may be NULL. Units and tips are
 * borrowed. */
struct listing *listing_new(const struct listing_column *columns);
void listing_free(struct listing *listing); /* accepts NULL */
/* Adds columns. All columns must be added before the first row. */
void listing_add_columns(struct listing *listing, const struct listing_column *columns);
void listing_add_column(struct listing *listing, struct listing_column column);
/* Adds a column of numbers. */
void listing_add_numbers(struct listing *listing, const char *title, int missed);
/* Removes all rows. */
void listing_clear(struct listing *listing);

/* Adds the next cell, row after row: listing_cell for our own text, listing_foreign for foreign
 * text (NULL is a missing one). */
void listing_cell(struct listing *listing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void listing_foreign(struct listing *listing, const char *text);
/* Adds a number with the text that shows it. The number is used to sort and export. */
void listing_number(struct listing *listing, double value, const char *text);
/* Sets the style of the last cell. */
void listing_style(struct listing *listing, enum ink style);
/* Adds a line of text between the rows, over all columns. */
void listing_line(struct listing *listing, enum ink style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Makes the last row, which must be complete, a summary of the others. It stays last and is neither
 * found nor exported. */
void listing_end(struct listing *listing);

size_t listing_column_count(const struct listing *listing);
const struct listing_column *listing_column_at(const struct listing *listing, size_t column);
/* The number of rows without the summary. */
size_t listing_row_count(const struct listing *listing);
/* The cell, or NULL for a line and after the last row. Row listing_row_count() is the summary. */
const struct listing_cell *listing_at(const struct listing *listing, size_t row, size_t column);
/* The text of a line between the rows, or NULL for a row of cells. */
const struct listing_cell *listing_line_at(const struct listing *listing, size_t row);
/* The first gives the original number of a row, in the order of adding. The second gives the
 * current number of that row. */
size_t listing_origin(const struct listing *listing, size_t row);
size_t listing_place(const struct listing *listing, size_t origin);

/* The width that each column needs, in cells, at most `widest`. */
void listing_measure(struct listing *listing, size_t widest, size_t *widths);
/* Leaves out and narrows some of the first `count` columns until they fit into `room` cells or
 * nothing more can be done. A column that may be cut keeps `least` cells; column `stays` is never
 * left out. Returns how many were left out. */
size_t listing_squeeze(const struct listing *listing, size_t count, size_t stays, size_t room,
                       size_t least, size_t *widths);

/* Sorts the rows by a column, or LISTING_AS_ADDED for the original order. Numbers are sorted by
 * size, and so are numbers inside texts. Missing values are last in both directions. Equal rows
 * keep their order. */
void listing_sort(struct listing *listing, size_t column, bool descending);
/* The first row with what is sought in a cell, from `row` on, forwards or backwards, wrapping around.
 * listing_row_count() if there is none. */
size_t listing_find(const struct listing *listing, struct matcher *sought, size_t row,
                    bool backwards);

/* Prints the table, each line indented by `indent` spaces. Returns how many columns were left
 * out. */
size_t listing_print(struct listing *listing, struct output *output, size_t indent);

/* Begins an export in a format with the columns of the listing, and adds all rows to one. Numbers
 * are exported in full, and as they are shown only if the format is for people. */
struct table_writer *listing_writer(const struct listing *listing, enum table_format format,
                                    struct output *output);
void listing_write(const struct listing *listing, enum table_format format,
                   struct table_writer *writer);

#endif
