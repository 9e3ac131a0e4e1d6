/* SPDX-License-Identifier: MIT
 *
 * What a table should be, and access to its rows by the names of columns. Nothing in a row is
 * trusted: a file may say STRICT and hold other types.
 */
#ifndef STORE_TABLE_LAYOUT_H
#define STORE_TABLE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/calendar.h"
#include "statement.h"

#define EARLIEST_TIME ((double)CALENDAR_FIRST)
#define LATEST_TIME   ((double)CALENDAR_LAST)

struct table_layout {
    char *table;
    bool rowids; /* false: WITHOUT ROWID */
    struct table_layout_column {
        char *name;
        int type;           /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB */
        bool needed;        /* cannot be NULL */
        double least, most; /* of a number */
    } * columns;
    size_t count;
};

/* Takes the layout of a table in `model`, a database known to be good. False if there is no such
 * table; release the layout in either case. */
bool table_layout_of(struct store *model, const char *table, struct table_layout *layout,
                     struct error *error);
void table_layout_add(struct table_layout *layout, const char *name, const char *type, bool needed);
/* Sets the bounds of a column's numbers. Does nothing if the layout lacks the column. */
void table_layout_bound(struct table_layout *layout, const char *name, double least, double most);
void table_layout_release(struct table_layout *layout);

/* Whether the store has such a table; if `exact`, without further columns. `error` says what it has
 * instead. */
bool table_layout_agrees(struct store *store, const struct table_layout *layout, bool exact,
                         struct error *error);

/* The index of a column in the rows of a walk. If there is no such column, 0, which is the key's.
 */
int table_layout_place(const struct table_layout *layout, const char *column);
/* Whether SQLite knows the rowid by that name, if no column has it. */
bool is_rowid(const char *name);

/* The columns as SQL: "a", "b". Freed with sqlite3_free. */
char *table_layout_columns(const struct table_layout *layout);

/* A row of a walk with this layout. */
struct stored_row {
    const struct table_layout *layout;
    struct statement *row;
    int64_t key;
};

/* Whether every value has its column's type, reals are finite, and texts are UTF-8 and, unless
 * `any_text`, without NUL. `error` names the first value that fails. */
bool row_fits(const struct stored_row *record, bool any_text, struct error *error);
/* Whether all numbers are within the bounds of their columns. */
bool row_in_bounds(const struct stored_row *record, struct error *error);

/* 0, "" or no bytes if an older layout lacks the column. */
bool row_has(const struct stored_row *record, const char *column);
bool row_is_null(const struct stored_row *record, const char *column);
int64_t row_integer(const struct stored_row *record, const char *column);
double row_real(const struct stored_row *record, const char *column);
const char *row_text(const struct stored_row *record, const char *column);
const void *row_blob(const struct stored_row *record, const char *column, size_t *size);

#endif
