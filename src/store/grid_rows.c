/* SPDX-License-Identifier: MIT
 *
 * Reads rows of a grid, in the order of its table or of an index.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "grid_private.h"
#include "store/grid_store.h"
#include "store/row_index.h"

/* -- rows -------------------------------------------------------------------------------------- */

void grid_page_release(struct grid_page *page, size_t column_count)
{
    if (!page)
        return;
    for (size_t i = 0; i < page->count * column_count; i++)
        free(page->cells[i]);
    free(page->cells);
    *page = (struct grid_page){0};
}

static char *cell_text(struct statement *query, int column)
{
    char text[TEXT_REAL];
    int type = statement_type(query, column);
    if (type == SQLITE_NULL)
        return NULL;
    if (type == SQLITE_FLOAT)
        return memory_string(text_real(statement_real(query, column), text));
    return memory_string(statement_text(query, column));
}

/* Reads the rows of a query to the end of the page. */
static bool take_rows(struct statement *query, size_t columns, struct grid_page *page,
                      struct error *error)
{
    bool good = true;
    while (statement_next(query, &good, error)) {
        char **cells = page->cells + page->count++ * columns;
        for (size_t i = 0; i < columns; i++)
            cells[i] = cell_text(query, (int)i);
    }
    return good;
}

static bool take_indexed(struct statement *query, const struct grid_selection *selection,
                         size_t count, struct grid_page *page, struct error *error)
{
    uint32_t *rowids = memory_array(count, sizeof *rowids);
    bool good = true;
    size_t got = row_index_read(selection->index, page->first, count, rowids);
    for (size_t i = 0; good && i < got; i++) {
        statement_bind_integer(query, 2, rowids[i]);
        good = take_rows(query, selection->column_count, page, error);
        if (good && page->count != i + 1)
            good = error_set(error, ERROR_STORE, "the table was changed while it was shown");
    }
    free(rowids);
    return good;
}

bool grid_read_selection(const struct grid *grid, const struct grid_selection *selection,
                         int64_t first, size_t count, struct grid_page *page, struct error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    grid_page_release(page, selection->column_count);
    sqlite3_str_appendall(sql, "SELECT ");
    for (size_t i = 0; i < selection->column_count; i++) {
        const struct grid_column *column = &grid->columns[selection->columns[i]];
        sqlite3_str_appendf(sql, "%s%s", i > 0 ? ", " : "", column->sql);
    }
    if (selection->column_count == 0)
        sqlite3_str_appendall(sql, "NULL");
    grid_append_from(grid, sql);
    sqlite3_str_appendall(sql, selection->index ? " WHERE r.rowid = ?2"
                                                : " WHERE r.rowid > ?2 ORDER BY r.rowid LIMIT ?3");
    struct statement *query = grid_statement(grid, sql, error);
    if (!query)
        return false;
    page->first = first;
    page->cells = memory_array(count * selection->column_count, sizeof *page->cells);
    if (!selection->index) {
        statement_bind_integer(query, 2, first);
        statement_bind_integer(query, 3, (int64_t)count);
    }
    bool good = selection->index ? take_indexed(query, selection, count, page, error)
                                 : take_rows(query, selection->column_count, page, error);
    statement_free(query);
    if (!good)
        grid_page_release(page, selection->column_count);
    return good;
}

bool grid_read(const struct grid *grid, int64_t first, size_t count, struct grid_page *page,
               struct error *error)
{
    size_t *columns = memory_array(grid->column_count, sizeof *columns);
    for (size_t i = 0; i < grid->column_count; i++)
        columns[i] = i;
    bool good = grid_read_selection(
        grid, &(struct grid_selection){.columns = columns, .column_count = grid->column_count},
        first, count, page, error);
    free(columns);
    return good;
}
