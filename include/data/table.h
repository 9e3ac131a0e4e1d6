/* SPDX-License-Identifier: MIT
 *
 * A table in memory: named, typed columns of equal length. Each distinct text is stored once and a
 * cell holds its number, so a column of a million repeated words takes four megabytes.
 */
#ifndef DATA_TABLE_H
#define DATA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "data/id_map.h"

/* Types, and their names in SQL. */
#define COLUMN_TYPES(X)                                                                            \
    X(TEXT, "TEXT")                                                                                \
    X(INTEGER, "INTEGER")                                                                          \
    X(REAL, "REAL")

enum column_type {
#define X(name, text) COLUMN_##name,
    COLUMN_TYPES(X)
#undef X
};
enum { COLUMN_TYPE_KINDS = COLUMN_REAL + 1 };

extern const char *const column_type_names[COLUMN_TYPE_KINDS];

/* A missing value; a missing real is NaN. */
#define COLUMN_NO_TEXT    UINT32_MAX
#define COLUMN_NO_INTEGER INT64_MIN

struct column {
    char *name;
    enum column_type type;
    struct id_map *texts; /* COLUMN_TEXT only: the distinct texts, in order of first appearance */
    union {
        uint32_t *text; /* number in `texts`, or COLUMN_NO_TEXT */
        int64_t *integer;
        double *real;
    };
};

struct table {
    size_t rows, capacity;
    struct column *columns;
    size_t column_count;
};

void table_init(struct table *table);
void table_release(struct table *table); /* accepts NULL */

/* Adds a column of missing cells. The returned pointer is valid until the next column is added. */
struct column *table_add_column(struct table *table, const char *name, enum column_type type);
/* The column of that name, or NULL. */
struct column *table_column(const struct table *table, const char *name);
/* Adds a row of missing cells and returns its number. */
size_t table_add_row(struct table *table);
/* Adds a row with the cells of another. */
size_t table_repeat_row(struct table *table, size_t row);
/* Makes room for `rows` in total, so that a table of known size grows once. Fails if there is not
 * enough memory. */
bool table_reserve(struct table *table, size_t rows, struct error *error);

/* Sets a text cell; an empty text is a text, not a missing value. Fails on a NUL byte. */
bool column_set_text(struct column *column, size_t row, const char *text, size_t length,
                     struct error *error);
bool column_is_missing(const struct column *column, size_t row);
/* The text of a text cell, NULL if it is missing. */
const char *column_text(const struct column *column, size_t row);
/* The number in a numeric cell, NaN if it is missing. */
double column_number(const struct column *column, size_t row);

/* Writes bytes from which table_read makes the same table. Reading checks everything: lengths,
 * numbers of texts, names. */
void table_write(const struct table *table, struct bytes *bytes);
bool table_read(struct table *table, struct reader *reader, struct error *error);

#endif
