/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dataset_pour.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/dataset_store.h"

bool pour_table(const struct stored_columns *columns, enum dataset_table part,
                const struct dataset_sink *sink, struct error *error)
{
    struct dataset_column *declared = memory_array(columns->count, sizeof *declared);
    for (size_t i = 0; i < columns->count; i++)
        declared[i] = (struct dataset_column){columns->columns[i].source_name,
                                              columns->columns[i].type, columns->columns[i].role};
    bool good = sink->table(sink->context, part, declared, columns->count, error);
    free(declared);
    return good;
}

static void read_cell(struct statement *query, int place, enum column_type type,
                      struct dataset_cell *cell)
{
    size_t length;
    *cell = (struct dataset_cell){.given = false};
    if (statement_is_null(query, place))
        return;
    if (type == COLUMN_TEXT) {
        const char *text = statement_bytes(query, place, &length);
        *cell = dataset_text(text, length);
    } else if (type == COLUMN_INTEGER) {
        *cell = (struct dataset_cell){.given = true, .integer = statement_integer(query, place)};
    } else {
        *cell = (struct dataset_cell){.given = true, .real = statement_real(query, place)};
    }
}

bool pour_rows(struct statement *query, const struct stored_columns *columns,
               enum dataset_table part, const struct dataset_sink *sink, pour_choice *choice,
               void *context, struct error *error)
{
    struct dataset_cell *cells = memory_array(columns->count, sizeof *cells);
    bool good = true, declared = !choice;
    for (int64_t row = 0; statement_next(query, &good, error); row++) {
        for (size_t i = 0; i < columns->count; i++)
            read_cell(query, (int)i, columns->columns[i].type, &cells[i]);
        if (choice && !choice(context, row, cells))
            continue;
        good = (declared || pour_table(columns, part, sink, error)) &&
               sink->row(sink->context, part, cells, error);
        declared = true;
    }
    free(cells);
    statement_free(query);
    return good;
}

bool pour_part(struct store *store, const char *dataset, enum dataset_table part,
               const struct stored_columns *columns, const struct dataset_sink *sink,
               pour_choice *choice, void *context, struct error *error)
{
    if (!choice && !pour_table(columns, part, sink, error))
        return false;
    char *sql = stored_columns_select(dataset, part, columns, "ORDER BY rowid");
    struct statement *query = statement_new(store, sql, error);
    sqlite3_free(sql);
    return pour_rows(query, columns, part, sink, choice, context, error);
}

static bool pour_all(struct store *store, const char *name, const struct dataset_sink *sink,
                     struct error *error)
{
    static const enum dataset_table order[] = {DATASET_USERS, DATASET_ITEMS, DATASET_RATINGS};
    char exact[64];
    bool good = dataset_known(store, name, exact, error);
    for (size_t i = 0; good && i < DATASET_TABLES; i++) {
        struct stored_columns columns;
        if (!stored_columns_read(store, exact, order[i], &columns, error))
            return false;
        if (columns.count > 0)
            good = pour_part(store, exact, order[i], &columns, sink, NULL, NULL, error);
        stored_columns_release(&columns);
    }
    return good;
}

bool store_dataset_pour(struct store *store, const char *name, const struct dataset_sink *sink,
                        struct error *error)
{
    bool view = !store_in_transaction(store);
    if (view && !store_execute(store, "BEGIN", error))
        return false;
    bool good = pour_all(store, name, sink, error);
    if (view)
        store_rollback(store);
    return good;
}

bool store_dataset_digest(struct store *store, const char *name, char digest[DIGEST_TEXT],
                          struct error *error)
{
    struct dataset *dataset = store_dataset_load(store, name, error);
    if (dataset)
        dataset_digest(dataset, digest);
    dataset_free(dataset);
    return dataset != NULL;
}
