/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "dataset_tables.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"

/* The store keeps the statement, because titles are asked for one after another. */
static struct statement *find_title(struct store *store, const char *dataset,
                                    const struct stored_columns *items, const char *item,
                                    struct error *error)
{
    char *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w_items\" WHERE \"%w\" = ?",
                                stored_columns_role(items, ROLE_TITLE), dataset,
                                stored_columns_role(items, ROLE_ITEM));
    struct statement *query = store_query(store, error, sql, "t", item);
    sqlite3_free(sql);
    return query;
}

char *store_item_title(struct store *store, const char *dataset, const char *item,
                       struct error *error)
{
    char exact[64], *title = NULL;
    struct stored_columns items;
    bool good = true;
    if (!dataset_known(store, dataset, exact, error) ||
        !stored_columns_read(store, exact, DATASET_ITEMS, &items, error))
        return NULL;
    if (stored_columns_role(&items, ROLE_TITLE)) {
        struct statement *query = find_title(store, exact, &items, item, error);
        while (statement_next(query, &good, error))
            if (!title && !statement_is_null(query, 0))
                title = memory_string(statement_text(query, 0));
    }
    stored_columns_release(&items);
    if (good && !title)
        return memory_string(item);
    return title;
}

bool store_item_titles(struct store *store, const char *dataset,
                       void (*take)(void *context, const char *item, const char *title),
                       void *context, struct error *error)
{
    char exact[64];
    struct stored_columns items;
    bool good = true;
    if (!dataset_known(store, dataset, exact, error) ||
        !stored_columns_read(store, exact, DATASET_ITEMS, &items, error))
        return false;
    const char *title = stored_columns_role(&items, ROLE_TITLE);
    if (title) {
        char *sql = sqlite3_mprintf("SELECT \"%w\", \"%w\" FROM \"%w_items\"",
                                    stored_columns_role(&items, ROLE_ITEM), title, exact);
        struct statement *query = store_query(store, error, sql, "");
        sqlite3_free(sql);
        while (statement_next(query, &good, error))
            if (!statement_is_null(query, 1))
                take(context, statement_text(query, 0), statement_text(query, 1));
    }
    stored_columns_release(&items);
    return good;
}
