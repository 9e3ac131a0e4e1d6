/* SPDX-License-Identifier: MIT
 *
 * Reads a table of somebody else's SQLite file. The connection cannot write, knows no triggers,
 * virtual tables, extensions or second database, and its authorizer lets statements do nothing but
 * read. The file's own SQL, in views, calls only functions that the wall of queries allows. A
 * statement has the time that every statement has. What is found becomes comma-separated text.
 */
#include "config.h"

#include "store/foreign_table.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "beside.h"
#include "query_wall.h"
#include "store_private.h"
#include "time_limit.h"

enum { MOST_NAMED = 200, LONGEST_PATTERN = 1000 };

struct foreign_file {
    const struct foreign_request *request;
    struct store store; /* not a workbench: the connection, and its clock */
    struct time_limit limit;
    sqlite3_stmt *statement;
    char shown[200]; /* the path */
};

/* Functions that reach out of the file, or read what is no text. */
static bool is_barred(const char *function)
{
    static const char *const barred[] = {"load_extension", "fts3_tokenizer", "readfile",
                                         "writefile",      "edit",           "zeroblob"};
    for (size_t i = 0; i < sizeof barred / sizeof *barred; i++)
        if (strcasecmp(function, barred[i]) == 0)
            return true;
    return false;
}

static int allow(void *context, int action, const char *first, const char *second,
                 const char *database, const char *inner)
{
    (void)context, (void)first, (void)database;
    bool good = action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE ||
                (action == SQLITE_FUNCTION &&
                 (inner ? query_wall_is_harmless(second) : !is_barred(second)));
    return good ? SQLITE_OK : SQLITE_DENY;
}

static bool fail(const struct foreign_file *file, enum error_kind kind, struct error *error)
{
    char said[200];
    if (file->store.given_up)
        return error_set(error, ERROR_USAGE,
                         "\"%s\": what was asked for took too long and was given up", file->shown);
    if (sqlite3_errcode(file->store.handle) == SQLITE_INTERRUPT)
        return error_set(error, ERROR_CANCELLED, "the import was cancelled");
    return error_set(error, kind, "\"%s\": %s", file->shown,
                     text_safe(sqlite3_errmsg(file->store.handle), said, sizeof said));
}

/* A log or journal beside the file may hold rows that the file lacks, and SQLite would change the
 * file to read them. */
static bool check_beside(const struct foreign_file *file, struct error *error)
{
    static const char *const endings[] = {"-wal", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct stat status;
        char *path = beside_name(file->request->path, endings[i]);
        bool there = lstat(path, &status) == 0 && status.st_size > 0;
        free(path);
        if (there)
            return error_set(
                error, ERROR_INPUT,
                "\"%s\" has a log beside it, \"%s%s\", with changes that are not in the "
                "file; close the program that uses it, or copy it with sqlite3's "
                ".backup",
                file->shown, file->shown, endings[i]);
    }
    return true;
}

/* SQLite takes the missing part of a last page for zeros, without a word. */
static int64_t page_size_of(const struct foreign_file *file)
{
    sqlite3_stmt *query;
    int64_t size = 0;
    if (sqlite3_prepare_v2(file->store.handle, "PRAGMA page_size", -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        size = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return size > 0 ? size : 1;
}

static bool open_file(struct foreign_file *file, struct error *error)
{
    struct stat status;
    const char *path = file->request->path;
    text_safe(path, file->shown, sizeof file->shown);
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(error, ERROR_INPUT, "\"%s\" is not a file that can be read", file->shown);
    if (!check_beside(file, error))
        return false;
    file->store.handle = beside_open_alone(path);
    if (!file->store.handle)
        return error_set(error, ERROR_INPUT, "\"%s\" cannot be opened as an SQLite file",
                         file->shown);
    store_harden(file->store.handle);
    sqlite3_db_config(file->store.handle, SQLITE_DBCONFIG_ENABLE_VIEW, 1, (int *)NULL);
    sqlite3_limit(file->store.handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN);
    file->store.path = (char *)(uintptr_t)path;
    file->store.stop = file->request->cancelled;
    file->store.stop_context = file->request->context;
    time_limit_watch(&file->store);
    time_limit_begin(&file->store, &file->limit);
    sqlite3_drop_modules(file->store.handle, NULL); /* no virtual tables */
    if (sqlite3_exec(file->store.handle,
                     "PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                     "PRAGMA trusted_schema = OFF; SELECT count(*) FROM sqlite_schema",
                     NULL, NULL, NULL) != SQLITE_OK)
        return fail(file, ERROR_INPUT, error);
    if (status.st_size % page_size_of(file) != 0)
        return error_set(error, ERROR_INPUT,
                         "\"%s\" is cut off: it ends within a page, so rows are missing",
                         file->shown);
    sqlite3_set_authorizer(file->store.handle, allow, NULL);
    return true;
}

/* -- what is asked ----------------------------------------------------------------------------- */

static bool is_select(const char *what)
{
    while (isspace((unsigned char)*what))
        what++;
    size_t length = 0;
    while (isalpha((unsigned char)what[length]))
        length++;
    return isspace((unsigned char)what[length]) &&
           ((length == 6 && strncasecmp(what, "select", 6) == 0) ||
            (length == 4 && strncasecmp(what, "with", 4) == 0));
}

static bool has_table(const struct foreign_file *file, const char *name)
{
    sqlite3_stmt *query;
    bool found =
        sqlite3_prepare_v2(file->store.handle,
                           "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND "
                           "lower(name) = lower(?)",
                           -1, &query, NULL) == SQLITE_OK &&
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW;
    sqlite3_finalize(query);
    return found;
}

/* "votes, films" */
static void list_tables(const struct foreign_file *file, char names[MOST_NAMED])
{
    sqlite3_stmt *query;
    char shown[64];
    size_t used = 0;
    snprintf(names, MOST_NAMED, "no tables");
    if (sqlite3_prepare_v2(file->store.handle,
                           "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND "
                           "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                           -1, &query, NULL) == SQLITE_OK)
        while (used < MOST_NAMED - 1 && sqlite3_step(query) == SQLITE_ROW)
            used += (size_t)snprintf(
                names + used, MOST_NAMED - used, "%s%s", used > 0 ? ", " : "",
                text_safe((const char *)sqlite3_column_text(query, 0), shown, sizeof shown));
    sqlite3_finalize(query);
}

static bool refuse_table(const struct foreign_file *file, struct error *error)
{
    char names[MOST_NAMED], asked[64];
    list_tables(file, names);
    return error_set(error, ERROR_USAGE, "\"%s\" has no table \"%s\"; it has: %s", file->shown,
                     text_safe(file->request->what, asked, sizeof asked), names);
}

static bool prepare(struct foreign_file *file, struct error *error)
{
    const char *what = file->request->what, *rest = "";
    bool select = is_select(what);
    if (!select && !has_table(file, what))
        return refuse_table(file, error);
    char *sql = select ? NULL : sqlite3_mprintf("SELECT * FROM \"%w\"", what);
    int result = sqlite3_prepare_v2(file->store.handle, sql ? sql : what, -1, &file->statement,
                                    sql ? NULL : &rest);
    sqlite3_free(sql);
    if (result != SQLITE_OK)
        return fail(file, ERROR_USAGE, error);
    while (isspace((unsigned char)*rest) || *rest == ';')
        rest++;
    if (*rest != '\0')
        return error_set(error, ERROR_USAGE, "one SELECT is expected, and something follows it");
    return true;
}

/* -- rows -------------------------------------------------------------------------------------- */

static void write_text(FILE *output, const char *text, size_t length)
{
    fputc('"', output);
    for (const char *quote; (quote = memchr(text, '"', length));) {
        size_t part = (size_t)(quote - text) + 1;
        fwrite(text, 1, part, output);
        fputc('"', output);
        text += part;
        length -= part;
    }
    fwrite(text, 1, length, output);
    fputc('"', output);
}

static void write_real(FILE *output, double number)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", number);
    if (strtod(text, NULL) != number)
        snprintf(text, sizeof text, "%.17g", number);
    fputs(text, output);
}

/* Writes a value. Returns what is wrong with it, or NULL. */
static const char *write_value(sqlite3_stmt *statement, int column, FILE *output)
{
    int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_BLOB)
        return "holds a BLOB, which is no text and no number";
    if (type == SQLITE_INTEGER)
        fprintf(output, "%lld", (long long)sqlite3_column_int64(statement, column));
    if (type == SQLITE_FLOAT)
        write_real(output, sqlite3_column_double(statement, column));
    if (type != SQLITE_TEXT)
        return NULL;
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t length = (size_t)sqlite3_column_bytes(statement, column);
    if (!text || !text_is_utf8(text, length) || memchr(text, '\0', length))
        return "holds a text that is not UTF-8";
    write_text(output, text, length);
    return NULL;
}

static bool write_row(struct foreign_file *file, FILE *output, uint64_t row, struct error *error)
{
    int count = sqlite3_column_count(file->statement);
    for (int i = 0; i < count; i++) {
        if (i > 0)
            fputc(',', output);
        const char *fault = write_value(file->statement, i, output);
        char shown[64];
        if (fault)
            return error_set(
                error, ERROR_INPUT,
                "\"%s\", row %llu: the column %s %s; leave it out "
                "with a SELECT",
                file->shown, (unsigned long long)row,
                text_safe(sqlite3_column_name(file->statement, i), shown, sizeof shown), fault);
    }
    fputc('\n', output);
    return true;
}

/* A name in another encoding would make texts of the rows look as if they were in it. */
static bool write_names(struct foreign_file *file, FILE *output, struct error *error)
{
    int count = sqlite3_column_count(file->statement);
    for (int i = 0; i < count; i++) {
        const char *name = sqlite3_column_name(file->statement, i);
        if (name && !text_is_utf8(name, strlen(name)))
            return error_set(
                error, ERROR_INPUT,
                "\"%s\": the name of column %d is not UTF-8; name it by AS in a SELECT",
                file->shown, i + 1);
        if (i > 0)
            fputc(',', output);
        write_text(output, name ? name : "", name ? strlen(name) : 0);
    }
    fputc('\n', output);
    return true;
}

static bool write_rows(struct foreign_file *file, FILE *output, uint64_t *rows, struct error *error)
{
    int result;
    if (!write_names(file, output, error))
        return false;
    for (*rows = 0; (result = sqlite3_step(file->statement)) == SQLITE_ROW;)
        if (!write_row(file, output, ++*rows, error))
            return false;
    if (result != SQLITE_DONE)
        return fail(file, ERROR_INPUT, error);
    return (fflush(output) == 0 && !ferror(output)) ||
           error_set(error, ERROR_INPUT, "\"%s\" cannot be copied: no room", file->shown);
}

static void close_file(struct foreign_file *file)
{
    sqlite3_finalize(file->statement);
    sqlite3_close(file->store.handle);
}

bool foreign_table_write(const struct foreign_request *request, FILE *output, uint64_t *rows,
                         struct error *error)
{
    struct foreign_file file = {.request = request};
    *rows = 0;
    bool good =
        open_file(&file, error) && prepare(&file, error) && write_rows(&file, output, rows, error);
    close_file(&file);
    return good;
}

bool foreign_table_is_file(const char *path)
{
    static const char magic[] = "SQLite format 3"; /* with its NUL */
    char head[sizeof magic] = "";
    struct error ignored;
    int file = file_open_input(path, ERROR_INPUT, &ignored);
    bool found = file >= 0 && pread(file, head, sizeof head, 0) == sizeof head &&
                 memcmp(head, magic, sizeof head) == 0;
    if (file >= 0)
        close(file);
    return found;
}

bool foreign_table_refuse(const char *path, struct error *error)
{
    const struct foreign_request request = {.path = path};
    struct foreign_file file = {.request = &request};
    char names[MOST_NAMED];
    if (open_file(&file, error)) {
        list_tables(&file, names);
        error_set(error, ERROR_USAGE,
                  "\"%s\" is an SQLite file; --table names one of its tables: %s", file.shown,
                  names);
    }
    close_file(&file);
    return false;
}
