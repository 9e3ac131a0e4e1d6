/* SPDX-License-Identifier: MIT
 *
 * What all counted tables share: unique names of columns, the extent of a column, and the file of
 * rows.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "derived_private.h"
#include "grid_private.h"
#include "store/derived.h"
#include "store/expression.h"

void derived_release(struct derived *derived)
{
    if (!derived)
        return;
    for (size_t i = 0; i < derived->column_count; i++) {
        free(derived->columns[i].name);
        free(derived->columns[i].sql);
    }
    free(derived->columns);
    row_file_drop(derived->file);
    *derived = (struct derived){0};
}

static bool is_taken(const struct derived *derived, const char *name)
{
    for (size_t i = 0; i < derived->column_count; i++)
        if (strcasecmp(derived->columns[i].name, name) == 0)
            return true;
    return false;
}

void derived_add(struct derived *derived, const char *name, struct grid_column column)
{
    column.name = memory_string(name);
    for (unsigned copy = 2; is_taken(derived, column.name); copy++) {
        free(column.name);
        column.name = memory_format("%s_%u", name, copy);
    }
    derived->columns =
        memory_resize(derived->columns, derived->column_count + 1, sizeof *derived->columns);
    derived->columns[derived->column_count++] = column;
}

void derived_add_parts(struct derived *derived, const char *name, enum grid_look look, size_t cell,
                       int64_t whole)
{
    derived_add(derived, name,
                (struct grid_column){.type = COLUMN_REAL,
                                     .look = look,
                                     .sql = memory_format("(r.c%zu * 1.0 / %lld)", cell,
                                                          whole > 0 ? (long long)whole : 1LL)});
}

bool derived_open(struct derived *derived, size_t extra, struct error *error)
{
    size_t stored = 0;
    while (stored < derived->column_count && !derived->columns[stored].sql)
        stored++;
    derived->file = row_file_new(stored + extra, error);
    return derived->file != NULL;
}

bool derived_close(struct derived *derived, bool good, struct error *error)
{
    good = good && row_file_finish(derived->file, error);
    if (!good)
        derived_release(derived);
    return good;
}

struct row_cell derived_integer(int64_t value)
{
    struct row_cell cell = {.kind = ROW_INTEGER};
    cell.integer = value;
    return cell;
}

struct row_cell derived_real(double value)
{
    struct row_cell cell = {.kind = isnan(value) ? ROW_MISSING : ROW_REAL};
    cell.real = value;
    return cell;
}

struct row_cell derived_text(const char *text)
{
    struct row_cell cell = {.kind = ROW_TEXT};
    cell.text = text;
    cell.length = strlen(text);
    return cell;
}

double derived_number(const struct row_cell *cell)
{
    return cell->kind == ROW_INTEGER ? (double)cell->integer
           : cell->kind == ROW_REAL  ? cell->real
                                     : (double)NAN;
}

bool derived_extent(const struct grid *grid, const struct derived_request *request, size_t column,
                    struct column_extent *extent, struct error *error)
{
    struct expression condition;
    bool good = true, number = grid->columns[column].type != COLUMN_TEXT;
    const char *sql = grid->columns[column].sql;
    if (!grid_condition(grid, request->filter, &condition, error))
        return false;
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "SELECT count(*), count(%s)", sql);
    if (number)
        sqlite3_str_appendf(text, ", min(%s), max(%s)", sql, sql);
    grid_append_from(grid, text);
    if (condition.sql)
        sqlite3_str_appendf(text, " WHERE %s", condition.sql);
    expression_release(&condition);
    *extent = (struct column_extent){.low = NAN, .high = NAN};
    struct statement *query = grid_statement(grid, text, error);
    store_count_scanned(grid->store, request->scanned);
    while (statement_next(query, &good, error)) {
        statement_read(query, "ii", &extent->rows, &extent->values);
        if (number)
            statement_read(query, "--rr", &extent->low, &extent->high);
    }
    store_count_scanned(grid->store, NULL);
    statement_free(query);
    return good;
}

bool derived_needs_number(const struct grid *grid, size_t column, struct error *error)
{
    char shown[128];
    return grid->columns[column].type != COLUMN_TEXT ||
           error_set(error, ERROR_USAGE,
                     "the column \"%s\" holds texts, and a column of numbers is needed here; "
                     "number([%s]) added as a column reads them as numbers",
                     text_safe(grid->columns[column].name, shown, sizeof shown), shown);
}
