/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "dataset_tables.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"

static bool read_id(struct statement *query, struct id_map *ids, uint32_t *number, bool *found,
                      struct error *error)
{
    bool good = true;
    *found = false;
    while (statement_next(query, &good, error)) {
        const char *id = statement_text(query, 0);
        *found = true;
        good = id_map_add(ids, id, strlen(id), number, error);
    }
    return good;
}

bool store_ids_of_rows(struct store *store, const char *dataset, enum column_role role,
                       const uint32_t *rows, size_t count, struct id_map *ids, uint32_t *numbers,
                       struct error *error)
{
    char exact[64];
    struct stored_columns columns;
    if (!dataset_known(store, dataset, exact, error) ||
        !stored_columns_read(store, exact, DATASET_RATINGS, &columns, error))
        return false;
    bool good = true, found = true;
    char *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w_ratings\" WHERE rowid = ?",
                                stored_columns_role(&columns, role), exact);
    for (size_t i = 0; i < count && good && found; i++) {
        struct statement *query = store_query(store, error, sql, "i", (int64_t)rows[i] + 1);
        good = query && read_id(query, ids, &numbers[i], &found, error);
        if (good && !found)
            error_set(error, ERROR_STORE, "row %" PRIu32 " of %s is no longer there", rows[i] + 1,
                      exact);
    }
    sqlite3_free(sql);
    stored_columns_release(&columns);
    return good && found;
}
