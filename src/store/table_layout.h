/* SPDX-License-Identifier: MIT
 *
 * What a table should be, and rows of it that are read by the names of columns and trusted in
 * nothing: a file may say STRICT and hold something else.
 */
#ifndef STORE_TABLE_LAYOUT_H
#define STORE_TABLE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statement.h"

struct table_layout {
    char *table;
    bool rowids; /* false: WITHOUT ROWID */
    struct table_layout_column {
        char *name;
        int type;    /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB */
        bool needed; /* cannot be NULL */
    } * columns;
    size_t count;
};

/* As a table of thaw's is in `model`, a database that is known to be good. False where it has no
 * such table; release it in either case. */
bool table_layout_of(struct store *model, const char *table, struct table_layout *layout,
                     struct error *error);
void table_layout_add(struct table_layout *layout, const char *name, const char *type, bool needed);
void table_layout_release(struct table_layout *layout);

/* Whether the store has such a table, with no further column where `exact`. `error` says what it
 * has instead. */
bool table_layout_agrees(struct store *store, const struct table_layout *layout, bool exact,
                         struct error *error);

/* The columns as SQL: "a", "b". Freed with sqlite3_free. */
char *table_layout_columns(const struct table_layout *layout);

/* A row of a walk over these columns. */
struct record {
    const struct table_layout *layout;
    struct statement *row;
    int64_t key;
};

/* Whether every value is of its column's type, texts are UTF-8 and, unless `any_text`, without NUL,
 * reals finite. `error` names the first that is not. */
bool record_fits(const struct record *record, bool any_text, struct error *error);

/* 0, "" and nothing where an older layout lacks the column. */
bool record_has(const struct record *record, const char *column);
bool record_is_null(const struct record *record, const char *column);
int64_t record_integer(const struct record *record, const char *column);
double record_real(const struct record *record, const char *column);
const char *record_text(const struct record *record, const char *column);
const void *record_blob(const struct record *record, const char *column, size_t *size);

#endif
