/* SPDX-License-Identifier: MIT
 *
 * Compiles typed conditions and values. What is refused gives one safe sentence; what is taken is
 * SQL that SQLite prepares and runs, and that reads nothing but the columns that it may.
 */
#include "config.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "store/expression.h"
#include "store/sql_functions.h"

static const struct expression_column COLUMNS[] = {
    {"rating", "r.\"rating\"", EXPRESSION_NUMBER}, {"user.age", "r.\"age\"", EXPRESSION_NUMBER},
    {"title", "r.\"title\"", EXPRESSION_TEXT},     {"time", "r.\"time\"", EXPRESSION_TIME},
    {"a name]", "r.\"odd\"", EXPRESSION_TEXT},
};

/* Only columns of the table are read, and only its own functions and harmless ones are called. */
static int permit(void *context, int action, const char *first, const char *second,
                  const char *database, const char *trigger)
{
    (void)context, (void)database, (void)trigger;
    if (action == SQLITE_SELECT)
        return SQLITE_OK;
    if (action == SQLITE_READ)
        return strcmp(first, "ratings") == 0 ? SQLITE_OK : SQLITE_DENY;
    static const char *const CALLED[] = {"length", "lower", "upper", "abs",
                                         "round",  "min",   "max",   "coalesce"};
    bool known = action == SQLITE_FUNCTION && strncmp(second, "thaw_", 5) == 0;
    for (size_t i = 0; action == SQLITE_FUNCTION && i < sizeof CALLED / sizeof *CALLED; i++)
        known = known || strcmp(second, CALLED[i]) == 0;
    return known ? SQLITE_OK : SQLITE_DENY;
}

static sqlite3 *open_table(void)
{
    static sqlite3 *handle; /* one for all inputs of a process */
    if (handle)
        return handle;
    fuzz_require(sqlite3_open(":memory:", &handle) == SQLITE_OK && sql_functions_add(handle),
                 "a database in memory opens");
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 500);
    fuzz_require(
        sqlite3_exec(handle,
                     "CREATE TABLE ratings (rating REAL, age INTEGER, title TEXT, time INTEGER,"
                     " odd TEXT);"
                     "INSERT INTO ratings VALUES (3.5, 24, 'it''s', 990000000, NULL),"
                     " (NULL, NULL, NULL, NULL, '7'), (-1e300, -5, '100%', -1, '')",
                     NULL, NULL, NULL) == SQLITE_OK,
        "a table is made");
    sqlite3_set_authorizer(handle, permit, NULL);
    return handle;
}

static void run(const char *sql)
{
    sqlite3_stmt *statement;
    const char *rest;
    char *text = sqlite3_mprintf("SELECT %s FROM ratings r", sql);
    fuzz_require(sqlite3_prepare_v2(open_table(), text, -1, &statement, &rest) == SQLITE_OK,
                 "what is compiled is SQL over its columns");
    fuzz_require(*rest == '\0' && sqlite3_bind_parameter_count(statement) == 0,
                 "it is one expression");
    int rows = 0, result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
        rows++;
    fuzz_require(rows == 3 || result != SQLITE_DONE, "it has a value in each row");
    sqlite3_finalize(statement);
    sqlite3_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    bool condition = fuzz_byte(&input) % 2;
    char *text = fuzz_text(&input, 0);
    const struct expression_scope scope = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS};
    struct expression expression;
    struct error error = {.text = ""};
    if (expression_compile(text, &scope, condition, &expression, &error)) {
        fuzz_require(!condition || expression.kind == EXPRESSION_TRUTH,
                     "a condition is true or not");
        run(expression.sql);
    } else {
        fuzz_require(strncmp(error.text, "column ", 7) == 0 &&
                         fuzz_is_safe(error.text, strlen(error.text)),
                     "a mistake is a safe sentence that names a column");
    }
    expression_release(&expression);
    free(text);
    return 0;
}
