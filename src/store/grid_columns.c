/* SPDX-License-Identifier: MIT
 *
 * Grids: making them, and their columns, also from the tables beside them.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "dataset_tables.h"
#include "grid_private.h"
#include "store/expression.h"
#include "store/grid_store.h"
#include "store/row_file.h"

/* -- making ------------------------------------------------------------------------------------ */

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

static char *sql_of(const char *table, const char *name)
{
    char *sql = sqlite3_mprintf("%s.\"%w\"", table, name), *copy = memory_string(sql);
    sqlite3_free(sql);
    return copy;
}

/* Adds a column and takes over its name and SQL. */
static void add_column(struct grid *grid, struct grid_column column)
{
    grid->columns = memory_resize(grid->columns, grid->column_count + 1, sizeof *grid->columns);
    grid->columns[grid->column_count++] = column;
}

static void take_columns(struct grid *grid, const struct stored_columns *stored)
{
    for (size_t i = 0; i < stored->count; i++)
        add_column(grid, (struct grid_column){
                             .name = memory_string(stored->columns[i].name),
                             .type = stored->columns[i].type,
                             .role = stored->columns[i].role,
                             .sql = sql_of("r", stored->columns[i].name),
                         });
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
        grid->dataset = memory_string(exact);
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

struct grid *grid_of_rows(struct store *store, const char *dataset, struct row_file *file,
                          const struct grid_column *columns, size_t count)
{
    struct grid *grid = memory_new(sizeof *grid);
    grid->store = store;
    grid->dataset = memory_string(dataset);
    grid->file = row_file_hold(file);
    grid->rows = row_file_rows(file);
    for (size_t i = 0; i < count; i++) {
        struct grid_column column = columns[i];
        column.name = memory_string(column.name);
        column.place = column.sql ? GRID_ADDED : GRID_OWN;
        column.sql = column.sql ? memory_string(column.sql) : memory_format("r.c%zu", i);
        add_column(grid, column);
    }
    return grid;
}

struct grid *grid_copy(const struct grid *grid, struct store *store)
{
    struct grid *copy = memory_new(sizeof *copy);
    *copy = (struct grid){.store = store,
                          .dataset = memory_string(grid->dataset),
                          .table = memory_string(grid->table),
                          .file = row_file_hold(grid->file),
                          .rows = grid->rows};
    for (size_t i = 0; i < grid->column_count; i++) {
        struct grid_column column = grid->columns[i];
        column.name = memory_string(column.name);
        column.sql = memory_string(column.sql);
        add_column(copy, column);
    }
    return copy;
}

void grid_free(struct grid *grid)
{
    if (!grid)
        return;
    for (size_t i = 0; i < grid->column_count; i++) {
        free(grid->columns[i].name);
        free(grid->columns[i].sql);
    }
    row_file_drop(grid->file);
    free(grid->columns);
    free(grid->dataset);
    free(grid->table);
    free(grid);
}

/* -- columns ----------------------------------------------------------------------------------- */

static const struct beside {
    enum dataset_table table;
    enum column_role role;
    const char *prefix;
} besides[] = {{DATASET_USERS, ROLE_USER, "user"}, {DATASET_ITEMS, ROLE_ITEM, "item"}};

/* The column of the ids by which the table is joined; NULL if there is none. */
static const struct grid_column *ids_of(const struct grid *grid, const struct beside *beside)
{
    char *own = memory_format("%s_%s", grid->dataset, dataset_parts[beside->table]);
    bool itself = grid->table && strcmp(own, grid->table) == 0;
    free(own);
    for (size_t i = 0; i < grid->column_count && !itself; i++)
        if (grid->columns[i].place == GRID_OWN && grid->columns[i].role == beside->role)
            return &grid->columns[i];
    return NULL;
}

static void join(struct grid *grid, const struct beside *beside, const char *ids,
                 const struct stored_columns *stored)
{
    const char *key = stored_columns_role(stored, beside->role);
    char *table = memory_format("%s_%s", grid->dataset, dataset_parts[beside->table]);
    for (size_t i = 0; key && i < stored->count; i++) {
        const struct stored_column *column = &stored->columns[i];
        if (column->role == beside->role)
            continue;
        char *sql = sqlite3_mprintf("thaw_beside(%s, %Q, %Q, %Q)", ids, table, key, column->name);
        add_column(grid, (struct grid_column){
                             .name = memory_format("%s.%s", beside->prefix, column->name),
                             .type = column->type,
                             .role = column->role == ROLE_TITLE ? ROLE_TITLE : ROLE_OTHER,
                             .place = GRID_JOINED,
                             .sql = memory_string(sql),
                         });
        sqlite3_free(sql);
    }
    free(table);
}

bool grid_join(struct grid *grid, struct error *error)
{
    bool good = true;
    for (size_t i = 0; good && i < sizeof besides / sizeof *besides; i++) {
        struct stored_columns stored;
        const struct grid_column *ids = ids_of(grid, &besides[i]);
        if (!ids)
            continue;
        good = stored_columns_read(grid->store, grid->dataset, besides[i].table, &stored, error);
        if (good && stored.count > 0) {
            char *sql = memory_string(ids->sql);
            join(grid, &besides[i], sql, &stored);
            free(sql);
        }
        if (good)
            stored_columns_release(&stored);
    }
    return good;
}

size_t grid_column_place(const struct grid *grid, const char *name)
{
    size_t place = 0;
    while (place < grid->column_count && strcasecmp(grid->columns[place].name, name) != 0)
        place++;
    return place;
}

bool grid_compile(const struct grid *grid, const char *text, bool condition,
                  struct expression *expression, struct error *error)
{
    struct expression_column *columns = memory_array(grid->column_count, sizeof *columns);
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct grid_column *column = &grid->columns[i];
        bool time = column->role == ROLE_TIME && column->type == COLUMN_INTEGER;
        columns[i] = (struct expression_column){column->name, column->sql,
                                                time                          ? EXPRESSION_TIME
                                                : column->type == COLUMN_TEXT ? EXPRESSION_TEXT
                                                                              : EXPRESSION_NUMBER};
    }
    bool good = expression_compile(text, &(struct expression_scope){columns, grid->column_count},
                                   condition, expression, error);
    free(columns);
    return good;
}

bool grid_condition(const struct grid *grid, const char *filter, struct expression *condition,
                    struct error *error)
{
    *condition = (struct expression){0};
    return !filter || !*filter || grid_compile(grid, filter, true, condition, error);
}

bool grid_add_column(struct grid *grid, const char *name, const char *text, struct error *error)
{
    struct expression expression;
    name = name ? name : text;
    if (grid_column_place(grid, name) < grid->column_count)
        return error_set(error, ERROR_USAGE, "there is already a column \"%.200s\"", name);
    if (!grid_compile(grid, text, false, &expression, error))
        return false;
    add_column(grid, (struct grid_column){
                         .name = memory_string(name),
                         .type = expression.kind == EXPRESSION_TEXT   ? COLUMN_TEXT
                                 : expression.kind == EXPRESSION_TIME ? COLUMN_INTEGER
                                                                      : COLUMN_REAL,
                         .role = expression.kind == EXPRESSION_TIME ? ROLE_TIME : ROLE_OTHER,
                         .place = GRID_ADDED,
                         .sql = expression.sql,
                     });
    return true;
}

/* -- queries ----------------------------------------------------------------------------------- */

void grid_append_from(const struct grid *grid, sqlite3_str *sql)
{
    if (grid->file)
        sqlite3_str_appendall(sql, " FROM thaw_rows(?1) r");
    else
        sqlite3_str_appendf(sql, " FROM \"%w\" r", grid->table);
}

struct statement *grid_statement(const struct grid *grid, sqlite3_str *sql, struct error *error)
{
    char *text = sqlite3_str_finish(sql);
    struct statement *query = text ? statement_new(grid->store, text, error) : NULL;
    if (!text)
        error_set(error, ERROR_STORE, "there is not enough memory for a query");
    sqlite3_free(text);
    if (query && grid->file)
        statement_bind_rows(query, 1, grid->file);
    return query;
}
