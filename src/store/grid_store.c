/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "store/grid_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "dataset_tables.h"

static bool count_rows(struct grid *grid, struct error *error)
{
    bool good = true;
    struct statement *query =
        statement_make(grid->store, error, "SELECT max(rowid) FROM \"%w\"", grid->table);
    while (statement_next(query, &good, error))
        grid->rows = statement_integer(query, 0);
    statement_free(query);
    return good;
}

static void take_columns(struct grid *grid, const struct stored_columns *stored)
{
    grid->columns = memory_array(stored->count, sizeof *grid->columns);
    grid->column_count = stored->count;
    for (size_t i = 0; i < stored->count; i++)
        grid->columns[i] = (struct grid_column){
            .name = memory_string(stored->columns[i].name),
            .type = stored->columns[i].type,
            .role = stored->columns[i].role,
        };
}

struct grid *grid_open(struct store *store, const char *dataset, enum dataset_table table,
                       struct error *error)
{
    char exact[64];
    struct stored_columns stored;
    if (!dataset_known(store, dataset, exact, error) ||
        !stored_columns_read(store, exact, table, &stored, error))
        return NULL;
    struct grid *grid = NULL;
    if (stored.count == 0) {
        error_set(error, ERROR_USAGE, "the data set \"%s\" has no table of %s", exact,
                  dataset_parts[table]);
    } else {
        grid = memory_new(sizeof *grid);
        grid->store = store;
        grid->table = memory_format("%s_%s", exact, dataset_parts[table]);
        take_columns(grid, &stored);
        if (!count_rows(grid, error)) {
            grid_free(grid);
            grid = NULL;
        }
    }
    stored_columns_release(&stored);
    return grid;
}

void grid_free(struct grid *grid)
{
    if (!grid)
        return;
    for (size_t i = 0; i < grid->column_count; i++)
        free(grid->columns[i].name);
    free(grid->columns);
    free(grid->table);
    free(grid);
}

void grid_page_release(struct grid_page *page, size_t column_count)
{
    if (!page)
        return;
    for (size_t i = 0; i < page->count * column_count; i++)
        free(page->cells[i]);
    free(page->cells);
    *page = (struct grid_page){0};
}

static struct statement *prepare_page(const struct grid *grid, struct error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "SELECT ");
    for (size_t i = 0; i < grid->column_count; i++)
        sqlite3_str_appendf(sql, "%s\"%w\"", i > 0 ? ", " : "", grid->columns[i].name);
    sqlite3_str_appendf(sql, " FROM \"%w\" WHERE rowid > ? ORDER BY rowid LIMIT ?", grid->table);
    char *text = sqlite3_str_finish(sql);
    struct statement *query = store_statement(grid->store, text, error);
    sqlite3_free(text);
    return query;
}

static char *cell_text(struct statement *query, int column, enum column_type type)
{
    if (statement_is_null(query, column))
        return NULL;
    char real[TEXT_REAL];
    if (type == COLUMN_REAL)
        return memory_string(text_real(statement_real(query, column), real));
    return memory_string(statement_text(query, column));
}

bool grid_read(const struct grid *grid, int64_t first, size_t count, struct grid_page *page,
               struct error *error)
{
    bool good = true;
    struct statement *query = prepare_page(grid, error);
    grid_page_release(page, grid->column_count);
    page->first = first;
    page->cells = memory_array(count * grid->column_count, sizeof *page->cells);
    if (query)
        statement_bind(query, "ii", first, (int64_t)count);
    while (statement_next(query, &good, error)) {
        char **cells = page->cells + page->count++ * grid->column_count;
        for (size_t i = 0; i < grid->column_count; i++)
            cells[i] = cell_text(query, (int)i, grid->columns[i].type);
    }
    if (!good)
        grid_page_release(page, grid->column_count);
    return good;
}
