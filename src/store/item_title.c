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
