/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "table_layout.h"

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
        .name = memory_string(name), .type = type_of(type), .needed = needed};
}

void table_layout_release(struct table_layout *layout)
{
    for (size_t i = 0; i < layout->count; i++)
        free(layout->columns[i].name);
    free(layout->columns);
    free(layout->table);
    *layout = (struct table_layout){0};
}

/* Whether the table has rowids, by what SQLite understood; false where there is none. */
static bool find_table(struct store *store, const char *table, bool *there, bool *rowids,
                       struct error *error)
{
    struct statement *find =
        statement_new(store,
                      "SELECT l.wr FROM pragma_table_list(?1) l JOIN sqlite_schema s ON s.name ="
                      " l.name WHERE l.schema = 'main' AND l.type = 'table' AND s.type = 'table'"
                      " AND s.rootpage > 0",
                      error);
    *there = false;
    if (!find)
        return false;
    statement_bind_text(find, 1, table);
    bool good = statement_step(find, there, error);
    *rowids = good && *there && statement_integer(find, 0) == 0;
    statement_free(find);
    return good;
}

static struct statement *list_columns(struct store *store, const char *table, struct error *error)
{
    struct statement *list = statement_new(
        store, "SELECT name, type, \"notnull\" OR pk, hidden FROM pragma_table_xinfo(?1)", error);
    if (list)
        statement_bind_text(list, 1, table);
    return list;
}

bool table_layout_of(struct store *model, const char *table, struct table_layout *layout,
                     struct error *error)
{
    bool there, row;
    *layout = (struct table_layout){.table = memory_string(table)};
    if (!find_table(model, table, &there, &layout->rowids, error))
        return false;
    struct statement *list = list_columns(model, table, error);
    while (list && statement_step(list, &row, error) && row)
        table_layout_add(layout, statement_text(list, 0), statement_text(list, 1),
                         statement_integer(list, 2) != 0);
    statement_free(list);
    return there;
}

static bool is_rowid(const char *name)
{
    return strcasecmp(name, "rowid") == 0 || strcasecmp(name, "oid") == 0 ||
           strcasecmp(name, "_rowid_") == 0;
}

/* Counts columns, and the plain ones that the layout names. One called "rowid" would hide the real
 * one. */
static bool count_columns(struct store *store, const struct table_layout *layout, size_t *all,
                          size_t *found, struct error *error)
{
    struct statement *list = list_columns(store, layout->table, error);
    bool row = true, good = list != NULL;
    *all = *found = 0;
    while (good && (good = statement_step(list, &row, error)) && row) {
        const char *name = statement_text(list, 0);
        ++*all;
        if (is_rowid(name))
            good = error_set(error, ERROR_STORE, "it has a column \"%s\"", name);
        for (size_t i = 0; good && i < layout->count; i++)
            *found += strcmp(layout->columns[i].name, name) == 0 && statement_integer(list, 3) == 0;
    }
    statement_free(list);
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

/* The place of a column in the rows of a walk; 0, that of the key, where there is none. */
static int place_of(const struct record *record, const char *column)
{
    for (size_t i = 0; i < record->layout->count; i++)
        if (strcmp(record->layout->columns[i].name, column) == 0)
            return (int)i + 1;
    return 0;
}

static bool text_fits(struct statement *row, int place, bool any)
{
    size_t length;
    const char *text = statement_bytes(row, place, &length);
    return text_is_utf8(text, length) && (any || !memchr(text, '\0', length));
}

bool record_fits(const struct record *record, bool any_text, struct error *error)
{
    for (size_t i = 0; i < record->layout->count; i++) {
        const struct table_layout_column *column = &record->layout->columns[i];
        int place = (int)i + 1, type = statement_type(record->row, place);
        if (type == SQLITE_NULL && !column->needed)
            continue;
        bool fits =
            type == column->type || (column->type == SQLITE_FLOAT && type == SQLITE_INTEGER);
        if (!fits)
            return error_set(error, ERROR_STORE, "%s is not %s", column->name,
                             type_name(column->type));
        if (type == SQLITE_TEXT && !text_fits(record->row, place, any_text))
            return error_set(error, ERROR_STORE, "%s is not a text that can be shown",
                             column->name);
        if (type == SQLITE_FLOAT && !isfinite(statement_real(record->row, place)))
            return error_set(error, ERROR_STORE, "%s is not finite", column->name);
    }
    return true;
}

bool record_has(const struct record *record, const char *column)
{
    return place_of(record, column) > 0;
}

bool record_is_null(const struct record *record, const char *column)
{
    int place = place_of(record, column);
    return place == 0 || statement_is_null(record->row, place);
}

int64_t record_integer(const struct record *record, const char *column)
{
    int place = place_of(record, column);
    return place ? statement_integer(record->row, place) : 0;
}

double record_real(const struct record *record, const char *column)
{
    int place = place_of(record, column);
    return place ? statement_real(record->row, place) : 0;
}

const char *record_text(const struct record *record, const char *column)
{
    int place = place_of(record, column);
    return place ? statement_text(record->row, place) : "";
}

const void *record_blob(const struct record *record, const char *column, size_t *size)
{
    int place = place_of(record, column);
    *size = 0;
    return place ? statement_blob(record->row, place, size) : NULL;
}
