/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "store/query_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "query_wall.h"
#include "statement.h"
#include "store_private.h"
#include "time_limit.h"

struct query {
    struct store *store;
    struct query_wall wall;
    struct query_names names; /* whose tables the wall has */
    sqlite3_stmt *statement;
    struct time_limit limit;
    double seconds;
};

static bool take_name(struct statement *row, void *element, struct error *error)
{
    (void)error;
    statement_read(row, "s", element);
    return true;
}

static void free_name(void *element)
{
    free(*(char **)element);
}

bool query_names_read(struct store *store, struct query_names *names, struct error *error)
{
    size_t columns;
    *names = (struct query_names){0};
    struct statement *query = store_query(
        store, error, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", "");
    names->names =
        statement_collect(query, sizeof *names->names, take_name, free_name, &names->tables, error);
    names->count = names->tables;
    if (!names->names)
        return false;
    query = store_query(store, error, "SELECT DISTINCT name FROM thaw_columns ORDER BY name", "");
    char **more = statement_collect(query, sizeof *more, take_name, free_name, &columns, error);
    if (!more) {
        query_names_release(names);
        return false;
    }
    names->names = memory_resize(names->names, names->count + columns + 1, sizeof *names->names);
    memcpy(names->names + names->count, more, columns * sizeof *more);
    names->count += columns;
    free(more);
    return true;
}

void query_names_release(struct query_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    *names = (struct query_names){0};
}

struct query *query_open(struct store *store, const char *sql, double seconds, struct error *error)
{
    struct query *query = memory_new(sizeof *query);
    *query = (struct query){.store = store, .seconds = seconds};
    if (!query_names_read(store, &query->names, error)) {
        free(query);
        return NULL;
    }
    query->wall.tables = (const char *const *)query->names.names;
    query->wall.table_count = query->names.tables;
    query_wall_raise(&query->wall, store);
    query->statement = query_wall_prepare(&query->wall, sql, 0, strlen(sql), "the query", error);
    if (query->statement) {
        time_limit_begin(store, &query->limit);
        query->limit.most = seconds;
        time_limit_of(store, NULL);
        return query;
    }
    query_free(query);
    return NULL;
}

void query_free(struct query *query)
{
    if (!query)
        return;
    sqlite3_finalize(query->statement);
    query_wall_lower(&query->wall);
    query_names_release(&query->names);
    free(query);
}

size_t query_column_count(const struct query *query)
{
    return (size_t)sqlite3_column_count(query->statement);
}

const char *query_column_name(const struct query *query, size_t column)
{
    const char *name = sqlite3_column_name(query->statement, (int)column);
    return name ? name : "";
}

static bool fail(struct query *query, struct error *error)
{
    char said[300];
    struct store *store = query->store;
    if (sqlite3_errcode(store->handle) != SQLITE_INTERRUPT)
        return error_set(error, ERROR_USAGE, "the query failed: %s",
                         text_safe(sqlite3_errmsg(store->handle), said, sizeof said));
    if (!store->given_up)
        return error_set(error, ERROR_CANCELLED, "the query was cancelled");
    return error_set(error, ERROR_USAGE, "the query was given up after %.0f second%s",
                     query->seconds, query->seconds == 1 ? "" : "s");
}

bool query_next(struct query *query, bool *good, struct error *error)
{
    if (!*good)
        return false;
    query->store->given_up = false;
    time_limit_of(query->store, &query->limit);
    int result = sqlite3_step(query->statement);
    time_limit_of(query->store, NULL);
    *good = result == SQLITE_ROW || result == SQLITE_DONE || fail(query, error);
    if (result != SQLITE_ROW)
        sqlite3_reset(query->statement);
    return result == SQLITE_ROW;
}

struct query_value query_value_at(const struct query *query, size_t column)
{
    sqlite3_stmt *row = query->statement;
    int at = (int)column;
    switch (sqlite3_column_type(row, at)) {
    case SQLITE_INTEGER:
        return (struct query_value){QUERY_INTEGER, .integer = sqlite3_column_int64(row, at)};
    case SQLITE_FLOAT:
        return (struct query_value){QUERY_REAL, .real = sqlite3_column_double(row, at)};
    case SQLITE_TEXT: {
        struct query_value value = {QUERY_TEXT, .text = (const char *)sqlite3_column_text(row, at)};
        value.length = (size_t)sqlite3_column_bytes(row, at);
        return value.text ? value : (struct query_value){QUERY_MISSING};
    }
    case SQLITE_BLOB:
        return (struct query_value){QUERY_BYTES, .length = (size_t)sqlite3_column_bytes(row, at)};
    default:
        return (struct query_value){QUERY_MISSING};
    }
}
