/* SPDX-License-Identifier: MIT
 *
 * SQLite asks the authorizer for every table, column and function while it prepares a statement.
 * What is not listed here is refused.
 */
#include "config.h"

#include "query_wall.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "demands.h"
#include "store_private.h"
#include "time_limit.h"

enum {
    LONGEST_VALUE_OF_QUERY = 16 << 20, /* bytes */
    LONGEST_PATTERN = 1000 /* of LIKE and GLOB, which take time in proportion to pattern x text */
};

static const char *const functions[] = {
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "date",
    "datetime",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_extract",
    "json_array_length",
    "json_object",
    "json_quote",
    "json_group_array",
    "json_type",
    "json_valid",
    "julianday",
    "json_group_object",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "percent_rank",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "radians",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "tan",
    "tanh",
    "time",
    "timediff",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
    "->",
    "->>",
};
/* The value of these depends on when they are called. */
static const char *const passing[] = {"random", "current_date", "current_time",
                                      "current_timestamp"};
/* Tables that may be read though they are none of the workbench's. */
static const char *const tables[] = {"sqlite_master", "sqlite_schema"};
/* What SQLite may have built in as tables. */
static const char *const of_sqlite[] = {"dbstat", "bytecode", "tables_used", "json_each",
                                        "json_tree"};

static bool lists(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(list[i], name) == 0)
            return true;
    return false;
}

#define LISTS(list, name) lists(list, sizeof list / sizeof *list, name)

static int refuse(struct query_wall *wall, const char *name, const char *why)
{
    char shown[80];
    if (!*wall->refused)
        snprintf(wall->refused, sizeof wall->refused, "%s%s%s",
                 text_safe(name ? name : "", shown, sizeof shown), name ? " " : "", why);
    return SQLITE_DENY;
}

/* Of a WITH, only the name is asked for, without a column; its own tables are asked for too. */
static bool may_read(const struct query_wall *wall, const char *table, const char *column,
                     const char *database)
{
    if (database && strcmp(database, "main") != 0)
        return false;
    if (lists(wall->tables, wall->table_count, table) ||
        (!wall->repeatable && LISTS(tables, table)))
        return true;
    return !*column && !lists(wall->others, wall->other_count, table) && !LISTS(of_sqlite, table) &&
           strncasecmp(table, "pragma_", 7) != 0 && strncasecmp(table, "sqlite_", 7) != 0;
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *within)
{
    struct query_wall *wall = context;
    (void)within;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return may_read(wall, first, second, database)
                   ? SQLITE_OK
                   : refuse(wall, first, "is no table that it may read");
    case SQLITE_FUNCTION:
        if (LISTS(functions, second) || (!wall->repeatable && LISTS(passing, second)))
            return SQLITE_OK;
        return refuse(wall, second,
                      LISTS(passing, second)
                          ? "gives another value each time, so that the result could not be made "
                            "again"
                          : "is no function that it may call");
    default:
        return refuse(wall, NULL, "it may only read: a SELECT, or WITH and a SELECT");
    }
}

bool query_wall_is_harmless(const char *function)
{
    return LISTS(functions, function);
}

void query_wall_raise(struct query_wall *wall, struct store *store)
{
    wall->store = store;
    wall->refused[0] = '\0';
    wall->length = sqlite3_limit(store->handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE_OF_QUERY);
    wall->pattern = sqlite3_limit(store->handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN);
    sqlite3_set_authorizer(store->handle, authorize, wall);
}

void query_wall_lower(struct query_wall *wall)
{
    sqlite3 *handle = wall->store->handle;
    sqlite3_set_authorizer(handle, NULL, NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, wall->length);
    sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, wall->pattern);
}

/* Counts characters, as people do. */
static size_t characters(const char *text, size_t bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static bool say_fault(struct query_wall *wall, const char *sql, size_t skip, size_t length,
                      const char *what, struct error *error)
{
    char said[240], there[60], shown[100], rest[60];
    sqlite3 *handle = wall->store->handle;
    if (*wall->refused)
        return error_set(error, ERROR_USAGE, "%s is refused: %s", what, wall->refused);
    text_safe(sqlite3_errmsg(handle), said, sizeof said);
#if SQLITE_VERSION_NUMBER >= 3038000
    int at = sqlite3_error_offset(handle);
#else
    int at = -1;
#endif
    if (at < (int)skip || at >= (int)(skip + length))
        return error_set(error, ERROR_USAGE, "%s has a mistake: %s", what, said);
    const char *place = sql + at;
    while ((*place & 0xC0) == 0x80 && place > sql + skip)
        place--;
    snprintf(rest, sizeof rest, "%.*s", (int)(skip + length - (size_t)(place - sql)), place);
    text_fit(text_safe(rest, shown, sizeof shown), 24, false, false, there, sizeof there);
    return error_set(error, ERROR_USAGE, "%s has a mistake at character %zu, \"%s\": %s", what,
                     characters(sql + skip, (size_t)(place - sql) - skip) + 1, there, said);
}

sqlite3_stmt *query_wall_prepare(struct query_wall *wall, const char *sql, size_t skip,
                                 size_t length, const char *what, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    struct time_limit limit;
    const char *tail = "";
    time_limit_begin(wall->store, &limit);
    int result = sqlite3_prepare_v2(wall->store->handle, sql, -1, &statement, &tail);
    time_limit_of(wall->store, NULL);
    if (result != SQLITE_OK) {
        say_fault(wall, sql, skip, length, what, error);
        return NULL;
    }
    if (statement && demands_nothing(tail) && sqlite3_stmt_readonly(statement) &&
        sqlite3_column_count(statement) > 0)
        return statement;
    error_set(error, ERROR_USAGE,
              statement ? "%s is refused: it may be one SELECT, and nothing after it"
                        : "%s is empty; expected a SELECT",
              what);
    sqlite3_finalize(statement);
    return NULL;
}
