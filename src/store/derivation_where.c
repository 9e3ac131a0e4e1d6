/* SPDX-License-Identifier: MIT
 *
 * A condition of the user's on a rating. It runs on the connection that writes, so it is let into
 * one expression of a SELECT of thaw's, and sees three tables.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "dataset_tables.h"
#include "demands.h"
#include "derive_steps.h"
#include "query_wall.h"
#include "store/query_store.h"
#include "store_private.h"
#include "time_limit.h"

static const double SECONDS = 600;
static const char WHAT[] = "--where";

/* Joins what describes the user (item) of a rating. */
static bool add_join(struct store *store, const char *dataset, enum dataset_table part,
                     const struct stored_columns *ratings, sqlite3_str *with, sqlite3_str *from,
                     struct error *error)
{
    enum column_role role = part == DATASET_USERS ? ROLE_USER : ROLE_ITEM;
    struct stored_columns columns;
    if (!stored_columns_read(store, dataset, part, &columns, error))
        return false;
    const char *id = stored_columns_role(ratings, role), *key = stored_columns_role(&columns, role);
    if (key && id) {
        const char *alias = dataset_parts[part];
        sqlite3_str_appendf(with, ", %s AS NOT MATERIALIZED (SELECT * FROM \"%w_%s\")", alias,
                            dataset, alias);
        sqlite3_str_appendf(from, " LEFT JOIN \"%w_%s\" AS %s ", dataset, alias, alias);
        if (strcasecmp(id, key) == 0)
            sqlite3_str_appendf(from, "USING (\"%w\")", id);
        else
            sqlite3_str_appendf(from, "ON %s.\"%w\" = ratings.\"%w\"", alias, key, id);
    }
    stored_columns_release(&columns);
    return true;
}

/* The SELECT of the rowids for which the condition holds; `skip`: the bytes before the condition.
 */
static char *write_select(struct store *store, const char *dataset, const char *where, size_t *skip,
                          struct error *error)
{
    struct stored_columns ratings;
    if (!stored_columns_read(store, dataset, DATASET_RATINGS, &ratings, error))
        return NULL;
    sqlite3_str *with = sqlite3_str_new(NULL), *from = sqlite3_str_new(NULL);
    sqlite3_str_appendf(with, "WITH ratings AS NOT MATERIALIZED (SELECT * FROM \"%w_ratings\")",
                        dataset);
    sqlite3_str_appendf(from, " SELECT ratings.rowid FROM \"%w_ratings\" AS ratings", dataset);
    bool good = add_join(store, dataset, DATASET_USERS, &ratings, with, from, error) &&
                add_join(store, dataset, DATASET_ITEMS, &ratings, with, from, error);
    stored_columns_release(&ratings);
    char *head = sqlite3_str_finish(with), *joins = sqlite3_str_finish(from), *sql = NULL;
    if (good) {
        sql = memory_format("%s%s WHERE (%s\n)", head, joins, where);
        *skip = strlen(sql) - strlen(where) - 2;
    }
    sqlite3_free(head);
    sqlite3_free(joins);
    return sql;
}

static bool step(struct store *store, sqlite3_stmt *select, bool *row, struct error *error)
{
    int result = sqlite3_step(select);
    *row = result == SQLITE_ROW;
    if (*row || result == SQLITE_DONE)
        return true;
    if (result == SQLITE_INTERRUPT && !store->given_up)
        return error_set(error, ERROR_CANCELLED, "cancelled");
    if (result == SQLITE_INTERRUPT)
        return error_set(error, ERROR_USAGE, "%s was given up after %.0f seconds", WHAT, SECONDS);
    return store_failed(store, "choose ratings of", error);
}

/* Sets `chosen` for each rating whose rowid comes. */
static bool run_select(struct store *store, sqlite3_stmt *select, bool *chosen, size_t rows,
                       struct error *error)
{
    struct time_limit limit;
    bool row = true, good = true;
    time_limit_begin(store, &limit);
    limit.most = SECONDS;
    while (good && row) {
        good = step(store, select, &row, error);
        int64_t number = good && row ? sqlite3_column_int64(select, 0) : 0;
        if (number >= 1 && (uint64_t)number <= rows)
            chosen[number - 1] = true;
    }
    time_limit_of(store, NULL);
    return good;
}

static bool choose(struct store *store, const char *sql, size_t skip, const char *dataset,
                   const struct query_names *names, bool *chosen, size_t rows, struct error *error)
{
    char *own[DATASET_TABLES];
    for (int part = 0; part < DATASET_TABLES; part++)
        own[part] = memory_format("%s_%s", dataset, dataset_parts[part]);
    struct query_wall wall = {.tables = (const char *const *)own,
                              .table_count = DATASET_TABLES,
                              .others = (const char *const *)names->names,
                              .other_count = names->tables,
                              .repeatable = true};
    query_wall_raise(&wall, store);
    sqlite3_stmt *select =
        query_wall_prepare(&wall, sql, skip, strlen(sql) - skip - 2, WHAT, error);
    bool good = select && run_select(store, select, chosen, rows, error);
    sqlite3_finalize(select);
    query_wall_lower(&wall);
    for (int part = 0; part < DATASET_TABLES; part++)
        free(own[part]);
    return good;
}

bool derivation_where(struct store *store, const char *dataset, const char *where, bool *kept,
                      size_t rows, struct error *error)
{
    struct query_names names;
    size_t skip = 0;
    if (demands_nothing(where) || !demands_one_expression(where))
        return error_set(error, ERROR_USAGE,
                         "%s is one condition, such as 'rating >= 4 AND year > 1990'", WHAT);
    bool *chosen = calloc(rows + 1, sizeof *chosen);
    if (!chosen)
        return error_set(error, ERROR_INPUT, "there is not enough memory for %zu ratings", rows);
    char *sql = write_select(store, dataset, where, &skip, error);
    bool good = sql && query_names_read(store, &names, error);
    if (good) {
        good = choose(store, sql, skip, dataset, &names, chosen, rows, error);
        query_names_release(&names);
    }
    for (size_t row = 0; good && row < rows; row++)
        kept[row] = kept[row] && chosen[row];
    free(chosen);
    free(sql);
    return good;
}
