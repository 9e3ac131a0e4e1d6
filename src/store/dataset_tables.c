/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dataset_tables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "base/memory.h"
#include "base/text.h"
#include "table_layout.h"

enum { LONGEST_NAME = 60 };

/* The index of a text in a list; `count` if it is not there. */
static size_t place_of(const char *text, const char *const *list, size_t count)
{
    size_t place = 0;
    while (place < count && strcmp(text, list[place]) != 0)
        place++;
    return place;
}

enum dataset_table dataset_part_of(const char *name)
{
    return place_of(name, dataset_parts, DATASET_TABLES);
}

bool stored_column_describe(struct stored_column *column, const char *type, const char *role)
{
    size_t of_type = place_of(type, column_type_names, COLUMN_TYPE_KINDS);
    size_t of_role = place_of(role, column_role_words, ROLE_KINDS);
    *column = (struct stored_column){.type = of_type < COLUMN_TYPE_KINDS ? of_type : COLUMN_TEXT,
                                     .role = of_role < ROLE_KINDS ? of_role : ROLE_OTHER};
    return of_type < COLUMN_TYPE_KINDS && of_role < ROLE_KINDS;
}

bool stored_column_is_key(enum dataset_table part, enum column_role role)
{
    return (part == DATASET_USERS && role == ROLE_USER) ||
           (part == DATASET_ITEMS && role == ROLE_ITEM);
}

bool stored_column_is_needed(enum dataset_table part, enum column_role role)
{
    return stored_column_is_key(part, role) ||
           (part == DATASET_RATINGS &&
            (role == ROLE_USER || role == ROLE_ITEM || role == ROLE_RATING));
}

bool dataset_name_fits(const char *name)
{
    size_t length = strlen(name);
    bool good = length > 0 && length <= DATASET_NAME_MOST && isalpha((unsigned char)name[0]);
    for (size_t i = 0; good && i < length; i++)
        good = isalnum((unsigned char)name[i]) || name[i] == '_';
    return good;
}

bool dataset_name_is_taken(const char *name)
{
    return strncasecmp(name, "thaw", 4) == 0 || strncasecmp(name, "sqlite", 6) == 0;
}

static bool read_column(struct statement *row, void *element, struct error *error)
{
    struct stored_column *column = element;
    const char *type, *role;
    (void)error;
    statement_read(row, "--tt", &type, &role);
    stored_column_describe(column, type, role);
    statement_read(row, "ss", &column->name, &column->source_name);
    return true;
}

static void release_column(void *element)
{
    struct stored_column *column = element;
    free(column->name);
    free(column->source_name);
}

bool stored_columns_read(struct store *store, const char *dataset, enum dataset_table part,
                         struct stored_columns *columns, struct error *error)
{
    struct statement *query = store_query(store, error,
                                          "SELECT name, source_name, type, role FROM thaw_columns"
                                          " WHERE dataset = ? AND part = ? ORDER BY position",
                                          "tt", dataset, dataset_parts[part]);
    columns->columns = statement_collect(query, sizeof *columns->columns, read_column,
                                         release_column, &columns->count, error);
    return columns->columns != NULL;
}

bool stored_columns_write(struct store *store, const char *dataset, enum dataset_table part,
                          const struct stored_columns *columns, struct error *error)
{
    bool good = true;
    for (size_t i = 0; good && i < columns->count; i++) {
        const struct stored_column *column = &columns->columns[i];
        good = store_change(store, error,
                            "INSERT INTO thaw_columns (dataset, part, position, name, source_name,"
                            " type, role) VALUES (?, ?, ?, ?, ?, ?, ?)",
                            "ttitttt", dataset, dataset_parts[part], (int64_t)i, column->name,
                            column->source_name, column_type_names[column->type],
                            column_role_words[column->role]);
    }
    return good;
}

void stored_columns_release(struct stored_columns *columns)
{
    if (!columns)
        return;
    for (size_t i = 0; i < columns->count; i++)
        release_column(&columns->columns[i]);
    free(columns->columns);
    *columns = (struct stored_columns){0};
}

static bool is_taken(const struct stored_columns *columns, const char *name)
{
    if (is_rowid(name))
        return true;
    for (size_t i = 0; i < columns->count; i++)
        if (strcasecmp(columns->columns[i].name, name) == 0)
            return true;
    return false;
}

/* An identifier of letters of any script, digits and "_", which does not begin with a digit and is
 * not empty. */
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
        used--; /* part of a character that was cut */
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
    struct statement *query = store_query(
        store, error, "SELECT name FROM thaw_datasets WHERE name = ? COLLATE NOCASE", "t", name);
    bool good = true, found = statement_next(query, &good, error);
    char shown[128];
    if (found)
        statement_read(query, "x", exact, (size_t)64);
    statement_reset(query);
    return found || (good && error_set(error, ERROR_USAGE,
                                       "there is no data set \"%s\"; \"thaw data\" lists those "
                                       "there are",
                                       text_safe(name, shown, sizeof shown)));
}
