/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "time_limit.h"
#include "store_private.h"

struct statement {
    struct store *store;
    sqlite3_stmt *handle;
    int failure; /* the first result of a bind that was not SQLITE_OK */
    bool begun;  /* stepped since the last reset */
    struct time_limit limit;
};

struct statement *statement_new(struct store *store, const char *sql, struct error *error)
{
    sqlite3_stmt *handle;
    struct time_limit limit; /* the schema may be read now */
    time_limit_begin(store, &limit);
    int result =
        sqlite3_prepare_v3(store->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    time_limit_of(store, NULL);
    if (result != SQLITE_OK) {
        store_failed(store, "prepare a query", error);
        return NULL;
    }
    struct statement *statement = memory_new(sizeof *statement);
    *statement = (struct statement){.store = store, .handle = handle};
    return statement;
}

void statement_free(struct statement *statement)
{
    if (!statement)
        return;
    sqlite3_finalize(statement->handle);
    free(statement);
}

struct statement *store_statement(struct store *store, const char *sql, struct error *error)
{
    for (size_t i = 0; i < store->kept_count; i++)
        if (strcmp(sqlite3_sql(store->kept[i]->handle), sql) == 0)
            return store->kept[i];
    struct statement *statement = statement_new(store, sql, error);
    if (!statement)
        return NULL;
    store->kept = memory_resize(store->kept, store->kept_count + 1, sizeof *store->kept);
    store->kept[store->kept_count++] = statement;
    return statement;
}

void store_forget_statements(struct store *store)
{
    for (size_t i = 0; i < store->kept_count; i++)
        statement_free(store->kept[i]);
    free(store->kept);
    store->kept = NULL;
    store->kept_count = 0;
}

bool store_execute(struct store *store, const char *sql, struct error *error)
{
    struct time_limit limit;
    time_limit_begin(store, &limit);
    bool good =
        sqlite3_exec(store->handle, sql, NULL, NULL, NULL) == SQLITE_OK ||
        store_failed(store, store->lock >= 0 ? "change the database" : "read the database", error);
    time_limit_of(store, NULL);
    return good;
}

static void note(struct statement *statement, int result)
{
    if (result != SQLITE_OK && statement->failure == SQLITE_OK)
        statement->failure = result;
}

void statement_bind_integer(struct statement *statement, int parameter, int64_t value)
{
    note(statement, sqlite3_bind_int64(statement->handle, parameter, value));
}

void statement_bind_real(struct statement *statement, int parameter, double value)
{
    note(statement, sqlite3_bind_double(statement->handle, parameter, value));
}

void statement_bind_text(struct statement *statement, int parameter, const char *text)
{
    note(statement, sqlite3_bind_text(statement->handle, parameter, text, -1, SQLITE_STATIC));
}

void statement_bind_bytes(struct statement *statement, int parameter, const char *text,
                          size_t length)
{
    note(statement, sqlite3_bind_text64(statement->handle, parameter, text, length, SQLITE_STATIC,
                                        SQLITE_UTF8));
}

void statement_bind_blob(struct statement *statement, int parameter, const void *data, size_t size)
{
    note(statement, sqlite3_bind_blob64(statement->handle, parameter, data, size, SQLITE_STATIC));
}

void statement_bind_null(struct statement *statement, int parameter)
{
    note(statement, sqlite3_bind_null(statement->handle, parameter));
}

void statement_bind_from(struct statement *statement, int parameter, struct statement *row,
                         int column)
{
    note(statement, sqlite3_bind_value(statement->handle, parameter,
                                       sqlite3_column_value(row->handle, column)));
}

bool statement_step(struct statement *statement, bool *row, struct error *error)
{
    struct store *store = statement->store;
    int result = statement->failure;
    if (!statement->begun)
        time_limit_begin(store, &statement->limit);
    statement->begun = true;
    time_limit_of(store, &statement->limit);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement->handle);
    time_limit_of(store, NULL);
    *row = result == SQLITE_ROW;
    if (result == SQLITE_ROW || result == SQLITE_DONE)
        return true;
    if (store->given_up && result == SQLITE_INTERRUPT)
        time_limit_failed(store, sqlite3_sql(statement->handle), error);
    else
        store_failed(store,
                     sqlite3_stmt_readonly(statement->handle) ? "read the database"
                                                              : "write the database",
                     error);
    statement_reset(statement);
    return false;
}

bool statement_run(struct statement *statement, struct error *error)
{
    bool row = true, good = true;
    while (good && row)
        good = statement_step(statement, &row, error);
    statement_reset(statement);
    return good;
}

void statement_reset(struct statement *statement)
{
    if (!statement)
        return;
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    statement->failure = SQLITE_OK;
    statement->begun = false;
}

bool statement_is_null(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int statement_type(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column);
}

int64_t statement_integer(struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

double statement_real(struct statement *statement, int column)
{
    return sqlite3_column_double(statement->handle, column);
}

const char *statement_text(struct statement *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement->handle, column);
    return text ? text : "";
}

const char *statement_bytes(struct statement *statement, int column, size_t *length)
{
    const char *text = statement_text(statement, column);
    *length = (size_t)sqlite3_column_bytes(statement->handle, column);
    return text;
}

const void *statement_blob(struct statement *statement, int column, size_t *size)
{
    const void *data = sqlite3_column_blob(statement->handle, column);
    *size = (size_t)sqlite3_column_bytes(statement->handle, column);
    return data;
}

void statement_copy_text(struct statement *statement, int column, char *output, size_t size)
{
    assert(size > 0);
    const char *text = statement_text(statement, column);
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    memcpy(output, text, length);
    output[length] = '\0';
}
