/* SPDX-License-Identifier: MIT
 *
 * Statements of SQLite with remembered failures and time limits. Parameters and columns are bound
 * and read by the letters that statement.h lists.
 */
#include "config.h"

#include "statement.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "row_table.h"
#include "store_private.h"
#include "time_limit.h"

struct statement {
    struct store *store;
    sqlite3_stmt *handle;
    int failure;           /* the first result of a bind other than SQLITE_OK */
    bool begun;            /* stepped since the last reset */
    struct row_file *rows; /* borrowed; bound to parameter `rows_at`; NULL: none */
    int rows_at;
    struct time_limit limit;
};

/* thaw's SQL is correct, so the file has other tables than it expects. */
static bool misfits(struct store *store, const char *sql, struct error *error)
{
    char name[80], shown[100];
    time_limit_name_table(sql, name, sizeof name);
    return error_set(error, ERROR_STORE,
                     "`thaw doctor` says what can be saved of \"%s\": its table%s%s %s not as "
                     "made by thaw",
                     store->shown, *name ? " " : "s", text_safe(name, shown, sizeof shown),
                     *name ? "is" : "are");
}

struct statement *statement_new(struct store *store, const char *sql, struct error *error)
{
    sqlite3_stmt *handle;
    struct time_limit limit; /* preparing may read the schema */
    time_limit_begin(store, &limit);
    int result =
        sqlite3_prepare_v3(store->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    time_limit_of(store, NULL);
    if (result == SQLITE_ERROR)
        misfits(store, sql, error);
    else if (result != SQLITE_OK)
        store_failed(store, "prepare a query", error);
    if (result != SQLITE_OK)
        return NULL;
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

void statement_bind_text(struct statement *statement, int parameter, const char *text,
                         size_t length)
{
    note(statement, sqlite3_bind_text64(statement->handle, parameter, text, length, SQLITE_STATIC,
                                        SQLITE_UTF8));
}

void statement_bind_from(struct statement *statement, int parameter, struct statement *row,
                         int column)
{
    note(statement, sqlite3_bind_value(statement->handle, parameter,
                                       sqlite3_column_value(row->handle, column)));
}

static void bind_rows(struct statement *statement)
{
    if (statement->rows)
        note(statement, row_table_bind(statement->handle, statement->rows_at, statement->rows));
}

void statement_bind_rows(struct statement *statement, int parameter, struct row_file *file)
{
    statement->rows = file;
    statement->rows_at = parameter;
    bind_rows(statement);
}

static bool bind_number(struct statement *statement, int parameter, char letter, va_list *arguments)
{
    int64_t value;
    if (letter == 'd')
        statement_bind_real(statement, parameter, va_arg(*arguments, double));
    else if (letter == 'u')
        statement_bind_integer(statement, parameter, va_arg(*arguments, uint32_t));
    else if (!strchr("iIm", letter))
        return false;
    else if ((value = va_arg(*arguments, int64_t)) != (letter == 'I' ? 0 : INT64_MIN) ||
             letter == 'i')
        statement_bind_integer(statement, parameter, value);
    return true;
}

static void bind_all(struct statement *statement, const char *format, va_list *arguments)
{
    assert((int)strlen(format) == sqlite3_bind_parameter_count(statement->handle));
    for (int parameter = 1; *format; format++, parameter++) {
        if (*format == 'n' || bind_number(statement, parameter, *format, arguments))
            continue;
        const void *data = va_arg(*arguments, const void *);
        if (*format == 't') {
            if (data)
                statement_bind_text(statement, parameter, data, strlen(data));
            continue;
        }
        assert(*format == 'b');
        size_t size = va_arg(*arguments, size_t);
        note(statement,
             sqlite3_bind_blob64(statement->handle, parameter, size > 0 ? data : (const void *)"",
                                 size, SQLITE_STATIC));
    }
}

void statement_bind(struct statement *statement, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    bind_all(statement, format, &arguments);
    va_end(arguments);
}

struct statement *store_query(struct store *store, struct error *error, const char *sql,
                              const char *format, ...)
{
    va_list arguments;
    struct statement *statement = store_statement(store, sql, error);
    va_start(arguments, format);
    if (statement)
        bind_all(statement, format, &arguments);
    va_end(arguments);
    return statement;
}

bool store_change(struct store *store, struct error *error, const char *sql, const char *format,
                  ...)
{
    va_list arguments;
    struct statement *statement = store_statement(store, sql, error);
    va_start(arguments, format);
    if (statement)
        bind_all(statement, format, &arguments);
    va_end(arguments);
    return statement && statement_run(statement, error);
}

struct statement *statement_make(struct store *store, struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    struct statement *statement = statement_new(store, sql, error);
    sqlite3_free(sql);
    return statement;
}

bool store_number(struct store *store, const char *sql, int64_t *number, struct error *error)
{
    struct statement *statement = statement_new(store, sql, error);
    bool row = false, good = statement && statement_step(statement, &row, error);
    *number = good && row ? statement_integer(statement, 0) : 0;
    statement_free(statement);
    return good;
}

bool statement_step(struct statement *statement, bool *row, struct error *error)
{
    struct store *store = statement->store;
    int result = statement->failure;
    if (!statement->begun)
        time_limit_begin(store, &statement->limit);
    statement->begun = true;
    time_limit_of(store, &statement->limit);
    store->running = statement->handle;
    if (result == SQLITE_OK)
        result = sqlite3_step(statement->handle);
    store->running = NULL;
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

bool statement_next(struct statement *statement, bool *good, struct error *error)
{
    bool row = false;
    *good = *good && statement && statement_step(statement, &row, error);
    if (!*good || !row)
        statement_reset(statement);
    return *good && row;
}

void *statement_collect(struct statement *statement, size_t size,
                        bool (*read)(struct statement *row, void *element, struct error *error),
                        void (*release)(void *element), size_t *count, struct error *error)
{
    char *list = memory_new(0);
    bool good = true;
    for (*count = 0; statement_next(statement, &good, error); *count += good) {
        list = memory_grow(list, *count, size);
        good = read(statement, list + *count * size, error);
    }
    if (good)
        return list;
    for (size_t i = 0; release && i < *count; i++)
        release(list + i * size);
    free(list);
    *count = 0;
    return NULL;
}

void statement_reset(struct statement *statement)
{
    if (!statement)
        return;
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    statement->failure = SQLITE_OK;
    statement->begun = false;
    bind_rows(statement);
}

bool statement_is_null(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int statement_type(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column);
}

const char *statement_column(struct statement *statement, int column)
{
    return sqlite3_column_name(statement->handle, column);
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

static void copy_text(const char *text, char *output, size_t size)
{
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    memcpy(output, text, length);
    output[length] = '\0';
}

/* Reads the letters of numbers; false for another letter. Infinity, which only other programs
 * store, counts as NULL. */
static bool read_number(struct statement *row, int column, char letter, void *into)
{
    double real = statement_real(row, column);
    bool known = !statement_is_null(row, column) && isfinite(real);
    if (letter == 'i')
        *(int64_t *)into = statement_integer(row, column);
    else if (letter == 'm')
        *(int64_t *)into = known ? statement_integer(row, column) : INT64_MIN;
    else if (letter == 'u')
        *(uint32_t *)into = (uint32_t)statement_integer(row, column);
    else if (letter == 'o')
        *(bool *)into = statement_integer(row, column) != 0;
    else if (letter == 'd')
        *(double *)into = known ? real : 0;
    else if (letter == 'r')
        *(double *)into = known ? real : (double)NAN;
    else if (letter == 'f')
        *(float *)into = known ? (float)real : 0;
    else
        return false;
    return true;
}

void statement_read(struct statement *statement, const char *format, ...)
{
    va_list arguments;
    assert((int)strlen(format) <= sqlite3_column_count(statement->handle));
    va_start(arguments, format);
    for (int column = 0; format[column]; column++) {
        if (format[column] == '-')
            continue;
        void *into = va_arg(arguments, void *);
        if (read_number(statement, column, format[column], into))
            continue;
        if (format[column] == 'b') {
            *(const void **)into = statement_blob(statement, column, va_arg(arguments, size_t *));
            continue;
        }
        const char *text = statement_text(statement, column);
        if (format[column] == 't')
            *(const char **)into = text;
        else if (format[column] == 's')
            *(char **)into = memory_string(text);
        else if (format[column] == 'x')
            copy_text(text, into, va_arg(arguments, size_t));
        else
            assert(!"a letter of statement.h");
    }
    va_end(arguments);
}
