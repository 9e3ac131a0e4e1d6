/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "table_layout.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

static int type_of(const char *name)
{
    return strcmp(name, "INTEGER") == 0 ? SQLITE_INTEGER
           : strcmp(name, "REAL") == 0  ? SQLITE_FLOAT
           : strcmp(name, "TEXT") == 0  ? SQLITE_TEXT
                                        : SQLITE_BLOB;
}

static const char *type_name(int type)
{
    return type == SQLITE_INTEGER ? "a whole number"
           : type == SQLITE_FLOAT ? "a number"
           : type == SQLITE_TEXT  ? "a text"
                                  : "a block of bytes";
}

void table_layout_add(struct table_layout *layout, const char *name, const char *type, bool needed)
{
    layout->columns = memory_resize(layout->columns, layout->count + 1, sizeof *layout->columns);
    layout->columns[layout->count++] = (struct table_layout_column){
        .name = memory_string(name),
        .type = type_of(type),
        .needed = needed,
        .least = -DBL_MAX,
        .most = DBL_MAX,
    };
}

int table_layout_place(const struct table_layout *layout, const char *column)
{
    for (size_t i = 0; i < layout->count; i++)
        if (strcmp(layout->columns[i].name, column) == 0)
            return (int)i + 1;
    return 0;
}

void table_layout_bound(struct table_layout *layout, const char *name, double least, double most)
{
    int place = table_layout_place(layout, name);
    if (place > 0) {
        layout->columns[place - 1].least = least;
        layout->columns[place - 1].most = most;
    }
}

void table_layout_release(struct table_layout *layout)
{
    for (size_t i = 0; i < layout->count; i++)
        free(layout->columns[i].name);
    free(layout->columns);
    free(layout->table);
    *layout = (struct table_layout){0};
}

/* Whether the table has rowids, as SQLite parsed it; `there` is false if there is no table. */
static bool find_table(struct store *store, const char *table, bool *there, bool *rowids,
                       struct error *error)
{
    struct statement *find = store_query(
        store, error,
        "SELECT l.wr = 0 FROM pragma_table_list(?1) l JOIN sqlite_schema s ON s.name = l.name"
        " WHERE l.schema = 'main' AND l.type = 'table' AND s.type = 'table' AND s.rootpage > 0",
        "t", table);
    bool good = true;
    *there = statement_next(find, &good, error);
    if (*there)
        statement_read(find, "o", rowids);
    statement_reset(find);
    return good;
}

static struct statement *list_columns(struct store *store, const char *table, struct error *error)
{
    return store_query(store, error,
                       "SELECT name, type, \"notnull\" OR pk, hidden FROM pragma_table_xinfo(?1)",
                       "t", table);
}

bool is_rowid(const char *name)
{
    return strcasecmp(name, "rowid") == 0 || strcasecmp(name, "oid") == 0 ||
           strcasecmp(name, "_rowid_") == 0;
}

bool table_layout_of(struct store *model, const char *table, struct table_layout *layout,
                     struct error *error)
{
    bool there, good = true, needed;
    const char *name, *type;
    *layout = (struct table_layout){.table = memory_string(table)};
    if (!find_table(model, table, &there, &layout->rowids, error))
        return false;
    struct statement *list = list_columns(model, table, error);
    while (statement_next(list, &good, error)) {
        statement_read(list, "tto", &name, &type, &needed);
        table_layout_add(layout, name, type, needed);
    }
    return there;
}

/* Counts all columns, and the ordinary ones that the layout names. A column called "rowid" would
 * hide the real rowid. */
static bool count_columns(struct store *store, const struct table_layout *layout, size_t *all,
                          size_t *found, struct error *error)
{
    struct statement *list = list_columns(store, layout->table, error);
    bool good = true, hidden;
    const char *name;
    *all = *found = 0;
    while (statement_next(list, &good, error)) {
        statement_read(list, "t--o", &name, &hidden);
        ++*all;
        if (is_rowid(name))
            good = error_set(error, ERROR_STORE, "it has a column \"%s\"", name);
        *found += table_layout_place(layout, name) > 0 && !hidden;
    }
    return good;
}

bool table_layout_agrees(struct store *store, const struct table_layout *layout, bool exact,
                         struct error *error)
{
    bool there, rowids;
    size_t all, found;
    if (!find_table(store, layout->table, &there, &rowids, error))
        return false;
    if (!there)
        return error_set(error, ERROR_STORE, "it is not there");
    if (!count_columns(store, layout, &all, &found, error))
        return false;
    return (found == layout->count && rowids == layout->rowids && (!exact || all == found)) ||
           error_set(error, ERROR_STORE, "it has other columns than thaw's");
}

char *table_layout_columns(const struct table_layout *layout)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    for (size_t i = 0; i < layout->count; i++)
        sqlite3_str_appendf(sql, "%s\"%w\"", i > 0 ? ", " : "", layout->columns[i].name);
    return sqlite3_str_finish(sql);
}

static int place_of(const struct stored_row *record, const char *column)
{
    return table_layout_place(record->layout, column);
}

static bool text_fits(struct statement *row, int place, bool any)
{
    size_t length;
    const char *text = statement_bytes(row, place, &length);
    return text_is_utf8(text, length) && (any || !memchr(text, '\0', length));
}

static bool value_fits(const struct table_layout_column *column, struct statement *row, int place,
                       bool any_text, struct error *error)
{
    int type = statement_type(row, place);
    if (type == SQLITE_NULL && !column->needed)
        return true;
    if (type != column->type && !(column->type == SQLITE_FLOAT && type == SQLITE_INTEGER))
        return error_set(error, ERROR_STORE, "%s is not %s", column->name, type_name(column->type));
    if (type == SQLITE_TEXT)
        return text_fits(row, place, any_text) ||
               error_set(error, ERROR_STORE, "%s is not a text that can be shown", column->name);
    if (type == SQLITE_BLOB)
        return true;
    return isfinite(statement_real(row, place)) ||
           error_set(error, ERROR_STORE, "%s is not finite", column->name);
}

bool row_fits(const struct stored_row *record, bool any_text, struct error *error)
{
    for (size_t i = 0; i < record->layout->count; i++)
        if (!value_fits(&record->layout->columns[i], record->row, (int)i + 1, any_text, error))
            return false;
    return true;
}

bool row_in_bounds(const struct stored_row *record, struct error *error)
{
    for (size_t i = 0; i < record->layout->count; i++) {
        const struct table_layout_column *column = &record->layout->columns[i];
        int place = (int)i + 1, type = statement_type(record->row, place);
        double value = statement_real(record->row, place);
        if ((type == SQLITE_INTEGER || type == SQLITE_FLOAT) &&
            (value < column->least || value > column->most))
            return error_set(error, ERROR_STORE, "%s %.15g is out of range", column->name, value);
    }
    return true;
}

bool row_has(const struct stored_row *record, const char *column)
{
    return place_of(record, column) > 0;
}

bool row_is_null(const struct stored_row *record, const char *column)
{
    int place = place_of(record, column);
    return place == 0 || statement_is_null(record->row, place);
}

int64_t row_integer(const struct stored_row *record, const char *column)
{
    int place = place_of(record, column);
    return place ? statement_integer(record->row, place) : 0;
}

double row_real(const struct stored_row *record, const char *column)
{
    int place = place_of(record, column);
    return place ? statement_real(record->row, place) : 0;
}

const char *row_text(const struct stored_row *record, const char *column)
{
    int place = place_of(record, column);
    return place ? statement_text(record->row, place) : "";
}

const void *row_blob(const struct stored_row *record, const char *column, size_t *size)
{
    int place = place_of(record, column);
    *size = 0;
    return place ? statement_blob(record->row, place, size) : NULL;
}
