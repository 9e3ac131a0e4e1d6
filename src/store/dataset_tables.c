/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dataset_tables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

enum { LONGEST_NAME = 60 };

const char *const dataset_parts[DATASET_TABLES] = {
#define X(name, text) text,
    DATASET_TABLE_LIST(X)
#undef X
};
static const char *const type_names[] = {"TEXT", "INTEGER", "REAL"};
static const char *const role_names[] = {
#define X(name, text) text,
    COLUMN_ROLES(X)
#undef X
};

const char *column_type_name(enum column_type type)
{
    return type_names[type];
}

/* The place of a text in a list, or 0. */
static size_t place_of(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, list[i]) == 0)
            return i;
    return 0;
}

enum column_type column_type_of(const char *name)
{
    return place_of(name, type_names, 3);
}

enum column_role column_role_of(const char *name)
{
    return place_of(name, role_names, sizeof role_names / sizeof *role_names);
}

bool stored_columns_read(struct store *store, const char *dataset, enum dataset_table part,
                         struct stored_columns *columns, struct error *error)
{
    *columns = (struct stored_columns){0};
    struct statement *query =
        store_statement(store,
                        "SELECT name, source_name, type, role FROM thaw_columns"
                        " WHERE dataset = ? AND part = ? ORDER BY position",
                        error);
    if (!query)
        return false;
    statement_bind_text(query, 1, dataset);
    statement_bind_text(query, 2, dataset_parts[part]);
    bool row = false, good;
    while ((good = statement_step(query, &row, error)) && row) {
        columns->columns =
            memory_resize(columns->columns, columns->count + 1, sizeof *columns->columns);
        columns->columns[columns->count++] = (struct stored_column){
            .name = memory_string(statement_text(query, 0)),
            .source_name = memory_string(statement_text(query, 1)),
            .type = column_type_of(statement_text(query, 2)),
            .role = column_role_of(statement_text(query, 3)),
        };
    }
    statement_reset(query);
    if (!good)
        stored_columns_release(columns);
    return good;
}

bool stored_columns_write(struct store *store, const char *dataset, enum dataset_table part,
                          const struct stored_columns *columns, struct error *error)
{
    struct statement *insert =
        store_statement(store,
                        "INSERT INTO thaw_columns (dataset, part, position, name, source_name, "
                        "type, role) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        error);
    bool good = insert != NULL;
    for (size_t i = 0; good && i < columns->count; i++) {
        const struct stored_column *column = &columns->columns[i];
        statement_bind_text(insert, 1, dataset);
        statement_bind_text(insert, 2, dataset_parts[part]);
        statement_bind_integer(insert, 3, (int64_t)i);
        statement_bind_text(insert, 4, column->name);
        statement_bind_text(insert, 5, column->source_name);
        statement_bind_text(insert, 6, type_names[column->type]);
        statement_bind_text(insert, 7, role_names[column->role]);
        good = statement_run(insert, error);
    }
    return good;
}

void stored_columns_release(struct stored_columns *columns)
{
    if (!columns)
        return;
    for (size_t i = 0; i < columns->count; i++) {
        free(columns->columns[i].name);
        free(columns->columns[i].source_name);
    }
    free(columns->columns);
    *columns = (struct stored_columns){0};
}

static bool is_taken(const struct stored_columns *columns, const char *name)
{
    static const char *const rowids[] = {"rowid", "oid", "_rowid_"};
    for (size_t i = 0; i < sizeof rowids / sizeof *rowids; i++)
        if (strcasecmp(rowids[i], name) == 0)
            return true;
    for (size_t i = 0; i < columns->count; i++)
        if (strcasecmp(columns->columns[i].name, name) == 0)
            return true;
    return false;
}

/* Letters of any script, digits and "_"; not beginning with a digit; not empty. */
static void identifier(const char *source, size_t position, char name[LONGEST_NAME + 1])
{
    size_t used = 0;
    if (*source == '\0')
        used = (size_t)snprintf(name, LONGEST_NAME + 1, "column_%zu", position + 1);
    else if (isdigit((unsigned char)*source))
        name[used++] = '_';
    for (size_t i = 0; source[i] != '\0' && used < LONGEST_NAME; i++) {
        unsigned char byte = (unsigned char)source[i];
        name[used++] = isalnum(byte) || byte >= 0x80 ? (char)byte : '_';
    }
    while (used > 0 && ((unsigned char)name[used - 1] & 0x80) && !text_is_utf8(name, used))
        used--; /* a character that was cut */
    name[used] = '\0';
}

void stored_columns_from(const struct dataset_column *source, size_t count,
                         struct stored_columns *columns)
{
    *columns = (struct stored_columns){
        .columns = memory_array(count, sizeof *columns->columns),
    };
    for (size_t i = 0; i < count; i++) {
        char name[LONGEST_NAME + 1], unique[LONGEST_NAME + 16];
        identifier(source[i].name, i, name);
        snprintf(unique, sizeof unique, "%s", name);
        for (unsigned copy = 2; is_taken(columns, unique); copy++)
            snprintf(unique, sizeof unique, "%s_%u", name, copy);
        columns->columns[columns->count++] = (struct stored_column){
            .name = memory_string(unique),
            .source_name = memory_string(source[i].name),
            .type = source[i].type,
            .role = source[i].role,
        };
    }
}

const char *stored_columns_role(const struct stored_columns *columns, enum column_role role)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->columns[i].role == role)
            return columns->columns[i].name;
    return NULL;
}

char *stored_columns_select(const char *dataset, enum dataset_table part,
                            const struct stored_columns *columns, const char *rest)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "SELECT ");
    for (size_t i = 0; i < columns->count; i++)
        sqlite3_str_appendf(sql, "%s\"%w\"", i > 0 ? ", " : "", columns->columns[i].name);
    sqlite3_str_appendf(sql, " FROM \"%w_%s\" %s", dataset, dataset_parts[part], rest);
    return sqlite3_str_finish(sql);
}

bool dataset_known(struct store *store, const char *name, char exact[64], struct error *error)
{
    struct statement *query = store_statement(
        store, "SELECT name FROM thaw_datasets WHERE name = ? COLLATE NOCASE", error);
    if (!query)
        return false;
    bool row;
    statement_bind_text(query, 1, name);
    if (!statement_step(query, &row, error))
        return false;
    if (row)
        statement_copy_text(query, 0, exact, 64);
    statement_reset(query);
    char shown[128];
    return row || error_set(error, ERROR_USAGE,
                            "there is no data set \"%s\"; \"thaw data\" lists those there are",
                            text_safe(name, shown, sizeof shown));
}
