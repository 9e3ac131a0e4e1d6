/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "joined.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "data/id_map.h"
#include "store/row_file.h"
#include "store_private.h"

/* A value in memory. */
struct joined_value {
    unsigned char kind; /* enum row_cell_kind */
    uint32_t length;    /* of a text */
    union {
        int64_t integer;
        double real;
        size_t place; /* of a text */
    };
};

struct joined_ids {
    char *table, *key;
    struct id_map *ids;
    size_t size; /* bytes that it takes, about */
    struct joined_ids *next;
};

struct joined_column {
    char *table, *key, *name;
    sqlite3_stmt *point;            /* for one id */
    const struct joined_ids *known; /* NULL: not in memory */
    bool tried;                     /* an attempt was made to read it into memory */
    struct joined_value *values;    /* by the number of the id */
    struct bytes texts;
    struct joined_column *next;
};

struct joined {
    bool remembers;
    size_t size; /* bytes in memory */
    struct joined_ids *ids;
    struct joined_column *columns;
};

static void free_memory(struct joined *joined)
{
    for (struct joined_column *column = joined->columns; column; column = column->next) {
        free(column->values);
        bytes_release(&column->texts);
        column->values = NULL;
        column->known = NULL;
        column->tried = false;
    }
    while (joined->ids) {
        struct joined_ids *ids = joined->ids;
        joined->ids = ids->next;
        id_map_free(ids->ids);
        free(ids->table);
        free(ids->key);
        free(ids);
    }
    joined->size = 0;
}

void joined_forget(struct store *store)
{
    struct joined *joined = store->joined;
    if (!joined)
        return;
    free_memory(joined);
    while (joined->columns) {
        struct joined_column *column = joined->columns;
        joined->columns = column->next;
        sqlite3_finalize(column->point);
        free(column->table);
        free(column->key);
        free(column->name);
        free(column);
    }
}

void store_remember_beside(struct store *store, bool remember)
{
    if (!store->joined)
        return;
    store->joined->remembers = remember;
    if (!remember)
        free_memory(store->joined);
}

/* -- in memory --------------------------------------------------------------------------------- */

static sqlite3_stmt *prepare(struct store *store, const char *format, const char *first,
                             const char *table, const char *key)
{
    sqlite3_stmt *query = NULL;
    char *sql = sqlite3_mprintf(format, first, table, key);
    sqlite3_prepare_v2(store->handle, sql ? sql : "", -1, &query, NULL);
    sqlite3_free(sql);
    return query;
}

static bool read_ids(struct store *store, struct joined_ids *ids)
{
    struct error ignored;
    uint32_t number;
    int result = SQLITE_DONE;
    sqlite3_stmt *query =
        prepare(store, "SELECT \"%w\" FROM \"%w\" ORDER BY rowid", ids->key, ids->table, "");
    while (query && (result = sqlite3_step(query)) == SQLITE_ROW) {
        size_t length = (size_t)sqlite3_column_bytes(query, 0);
        const char *text = (const char *)sqlite3_column_text(query, 0);
        ids->size += length + 24;
        if (store->joined->size + ids->size > JOINED_MOST || !text ||
            !id_map_add_text(ids->ids, text, length, &number, &ignored))
            break;
    }
    sqlite3_finalize(query);
    return query && result == SQLITE_DONE;
}

static const struct joined_ids *ids_of(struct store *store, const struct joined_column *column)
{
    struct joined *joined = store->joined;
    for (const struct joined_ids *ids = joined->ids; ids; ids = ids->next)
        if (strcmp(ids->table, column->table) == 0 && strcmp(ids->key, column->key) == 0)
            return ids->ids ? ids : NULL;
    struct joined_ids *ids = memory_new(sizeof *ids);
    *ids = (struct joined_ids){memory_string(column->table), memory_string(column->key),
                               id_map_new(), 0, joined->ids};
    joined->ids = ids;
    if (read_ids(store, ids)) {
        joined->size += ids->size;
        return ids;
    }
    id_map_free(ids->ids);
    ids->ids = NULL;
    return NULL;
}

static struct joined_value value_of(sqlite3_stmt *query, struct bytes *texts)
{
    struct joined_value value = {.kind = ROW_MISSING};
    switch (sqlite3_column_type(query, 0)) {
    case SQLITE_INTEGER:
        value.kind = ROW_INTEGER;
        value.integer = sqlite3_column_int64(query, 0);
        break;
    case SQLITE_FLOAT:
        value.kind = ROW_REAL;
        value.real = sqlite3_column_double(query, 0);
        break;
    case SQLITE_TEXT:
        value.kind = ROW_TEXT;
        value.place = texts->size;
        value.length = (uint32_t)sqlite3_column_bytes(query, 0);
        bytes_add(texts, sqlite3_column_text(query, 0), value.length);
        break;
    default:
        break;
    }
    return value;
}

/* Reads a whole column in the order of its ids. */
static void read_column(struct store *store, struct joined_column *column)
{
    struct joined *joined = store->joined;
    column->tried = true;
    const struct joined_ids *ids = ids_of(store, column);
    size_t size = ids ? id_map_size(ids->ids) * sizeof *column->values : 0, row = 0;
    if (!ids || joined->size + size > JOINED_MOST)
        return;
    column->values = memory_array(id_map_size(ids->ids) + 1, sizeof *column->values);
    sqlite3_stmt *query =
        prepare(store, "SELECT \"%w\" FROM \"%w\" ORDER BY rowid", column->name, column->table, "");
    int result = SQLITE_ERROR;
    while (query && row < id_map_size(ids->ids) && (result = sqlite3_step(query)) == SQLITE_ROW &&
           joined->size + size + column->texts.size <= JOINED_MOST)
        column->values[row++] = value_of(query, &column->texts);
    sqlite3_finalize(query);
    if (row == id_map_size(ids->ids) && joined->size + size + column->texts.size <= JOINED_MOST) {
        column->known = ids;
        joined->size += size + column->texts.size;
        return;
    }
    free(column->values);
    bytes_release(&column->texts);
    column->values = NULL;
}

/* -- the function ------------------------------------------------------------------------------ */

static const char *text_of(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    return text ? text : "";
}

static struct joined_column *column_of(struct store *store, sqlite3_value **values)
{
    struct joined *joined = store->joined;
    const char *table = text_of(values[1]), *key = text_of(values[2]), *name = text_of(values[3]);
    struct joined_column *column = joined->columns;
    while (column && (strcmp(column->name, name) != 0 || strcmp(column->table, table) != 0 ||
                      strcmp(column->key, key) != 0))
        column = column->next;
    if (!column) {
        column = memory_new(sizeof *column);
        *column = (struct joined_column){.table = memory_string(table),
                                         .key = memory_string(key),
                                         .name = memory_string(name),
                                         .next = joined->columns};
        column->point =
            prepare(store, "SELECT \"%w\" FROM \"%w\" WHERE \"%w\" = ?", name, table, key);
        joined->columns = column;
    }
    if (joined->remembers && !column->tried)
        read_column(store, column);
    return column;
}

static void give_known(sqlite3_context *context, const struct joined_column *column,
                       sqlite3_value *id)
{
    uint32_t number;
    const char *text = text_of(id);
    if (!id_map_find(column->known->ids, text, (size_t)sqlite3_value_bytes(id), &number))
        return;
    const struct joined_value *value = &column->values[number];
    if (value->kind == ROW_INTEGER)
        sqlite3_result_int64(context, value->integer);
    else if (value->kind == ROW_REAL)
        sqlite3_result_double(context, value->real);
    else if (value->kind == ROW_TEXT) /* it may be kept until the end of the statement, no longer */
        sqlite3_result_text(context,
                            value->length ? (const char *)column->texts.data + value->place : "",
                            (int)value->length, SQLITE_TRANSIENT);
}

static void call(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct store *store = sqlite3_user_data(context);
    struct joined_column *column = sqlite3_get_auxdata(context, 3);
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    if (!column) {
        column = column_of(store, values);
        sqlite3_set_auxdata(context, 3, column, NULL);
    }
    if (column->known) {
        give_known(context, column, values[0]);
        return;
    }
    if (!column->point || sqlite3_bind_value(column->point, 1, values[0]) != SQLITE_OK)
        return;
    int result = sqlite3_step(column->point);
    if (result == SQLITE_ROW)
        sqlite3_result_value(context, sqlite3_column_value(column->point, 0));
    else if (result != SQLITE_DONE)
        sqlite3_result_error_code(context, result);
    sqlite3_reset(column->point);
}

bool joined_add(struct store *store)
{
    store->joined = memory_new(sizeof *store->joined);
    return sqlite3_create_function_v2(store->handle, "thaw_beside", 4,
                                      SQLITE_UTF8 | SQLITE_DIRECTONLY, store, call, NULL, NULL,
                                      NULL) == SQLITE_OK;
}
