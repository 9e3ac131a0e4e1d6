/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "derivation_ask.h"

#include <stdlib.h>

#include "base/memory.h"
#include "dataset_tables.h"
#include "demands.h"
#include "query_wall.h"
#include "store/query_store.h"
#include "store_private.h"
#include "time_limit.h"

static const double SECONDS = 600;

bool derivation_is_expression(const char *text)
{
    return !demands_nothing(text) && demands_one_expression(text);
}

static bool step(struct store *store, sqlite3_stmt *select, const char *what, bool *row,
                 struct error *error)
{
    int result = sqlite3_step(select);
    *row = result == SQLITE_ROW;
    if (*row || result == SQLITE_DONE)
        return true;
    if (result == SQLITE_INTERRUPT && !store->given_up)
        return error_set(error, ERROR_CANCELLED, "cancelled");
    if (result == SQLITE_INTERRUPT)
        return error_set(error, ERROR_USAGE, "%s was given up after %.0f seconds", what, SECONDS);
    return store_failed(store, "read rows of", error);
}

static bool run(struct store *store, sqlite3_stmt *select, const char *what,
                bool (*take)(void *context, sqlite3_stmt *row, struct error *error), void *context,
                struct error *error)
{
    struct time_limit limit;
    bool row = true, good = true;
    time_limit_begin(store, &limit);
    limit.most = SECONDS;
    while (good && row)
        good = step(store, select, what, &row, error) && (!row || take(context, select, error));
    time_limit_of(store, NULL);
    return good;
}

bool derivation_ask(struct store *store, const struct expression_query *query,
                    bool (*take)(void *context, sqlite3_stmt *row, struct error *error),
                    void *context, struct error *error)
{
    struct query_names names;
    char *own[DATASET_TABLES];
    if (!query_names_read(store, &names, error))
        return false;
    for (int part = 0; part < DATASET_TABLES; part++)
        own[part] = memory_format("%s_%s", query->dataset, dataset_parts[part]);
    struct query_wall wall = {.tables = (const char *const *)own,
                              .table_count = DATASET_TABLES,
                              .others = (const char *const *)names.names,
                              .other_count = names.tables,
                              .repeatable = true};
    query_wall_raise(&wall, store);
    sqlite3_stmt *select =
        query_wall_prepare(&wall, query->sql, query->skip, query->length, query->what, error);
    bool good = select && run(store, select, query->what, take, context, error);
    sqlite3_finalize(select);
    query_wall_lower(&wall);
    for (int part = 0; part < DATASET_TABLES; part++)
        free(own[part]);
    query_names_release(&names);
    return good;
}
