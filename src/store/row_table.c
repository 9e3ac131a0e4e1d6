/* SPDX-License-Identifier: MIT
 *
 * The virtual table over row files. Its last column is hidden and takes the file as a pointer that
 * only C can make. A constraint on the rowid makes a lookup or begins a scan in the middle.
 */
#include "config.h"

#include "row_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char POINTER[] = "thaw_row_file";
enum { BY_EQUAL = 1, BY_ABOVE = 2, BY_FROM = 4, COST = 1000000 };

struct row_table_cursor {
    sqlite3_vtab_cursor base;
    struct row_file_reader *reader;
    int64_t row, end;
};

static int attach(sqlite3 *handle, void *data, int count, const char *const *arguments,
                  sqlite3_vtab **table, char **message)
{
    char sql[ROW_FILE_COLUMNS * 6 + 64] = "CREATE TABLE x(";
    (void)data, (void)count, (void)arguments, (void)message;
    for (int i = 0; i < ROW_FILE_COLUMNS; i++)
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "c%d, ", i);
    snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "file HIDDEN)");
    int result = sqlite3_declare_vtab(handle, sql);
    *table = result == SQLITE_OK ? memory_new(sizeof **table) : NULL;
    return result;
}

static int detach(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

/* The arguments of `start` are the file, then the rowids in the order of the bits. */
static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    int file = -1, rowid[3] = {-1, -1, -1}, next = 1;
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        int column = info->aConstraint[i].iColumn, sign = info->aConstraint[i].op;
        if (!info->aConstraint[i].usable)
            continue;
        if (column == ROW_FILE_COLUMNS && sign == SQLITE_INDEX_CONSTRAINT_EQ)
            file = i;
        else if (column < 0 && sign == SQLITE_INDEX_CONSTRAINT_EQ)
            rowid[0] = i;
        else if (column < 0 && sign == SQLITE_INDEX_CONSTRAINT_GT)
            rowid[1] = i;
        else if (column < 0 && sign == SQLITE_INDEX_CONSTRAINT_GE)
            rowid[2] = i;
    }
    if (file < 0)
        return SQLITE_CONSTRAINT;
    info->aConstraintUsage[file].argvIndex = next++;
    info->aConstraintUsage[file].omit = 1;
    for (int i = 0; i < 3; i++)
        if (rowid[i] >= 0) {
            info->aConstraintUsage[rowid[i]].argvIndex = next++;
            info->idxNum |= 1 << i;
        }
    info->estimatedCost = info->idxNum & BY_EQUAL ? 10 : info->idxNum ? COST / 4 : COST;
    info->estimatedRows = info->idxNum & BY_EQUAL ? 1 : COST;
    info->orderByConsumed =
        info->nOrderBy == 1 && info->aOrderBy[0].iColumn < 0 && !info->aOrderBy[0].desc;
    return SQLITE_OK;
}

static int open_walk(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    struct row_table_cursor *walk = memory_new(sizeof *walk);
    (void)table;
    *cursor = &walk->base;
    return SQLITE_OK;
}

static int close_walk(sqlite3_vtab_cursor *cursor)
{
    struct row_table_cursor *walk = (struct row_table_cursor *)cursor;
    row_file_reader_free(walk->reader);
    free(walk);
    return SQLITE_OK;
}

static int start(sqlite3_vtab_cursor *cursor, int bits, const char *text, int count,
                 sqlite3_value **values)
{
    struct row_table_cursor *walk = (struct row_table_cursor *)cursor;
    struct row_file *file = count > 0 ? sqlite3_value_pointer(values[0], POINTER) : NULL;
    (void)text;
    row_file_reader_free(walk->reader);
    walk->reader = file ? row_file_reader_new(file) : NULL;
    walk->row = 0;
    walk->end = file ? row_file_rows(file) : 0;
    for (int i = 0, next = 1; i < 3; i++) {
        if (!(bits & 1 << i))
            continue;
        int64_t rowid = sqlite3_value_int64(values[next++]);
        int64_t from = rowid - 1 + (i == 1);
        walk->row = from > walk->row ? from : walk->row;
        if (i == 0 && rowid < walk->end)
            walk->end = rowid;
    }
    return SQLITE_OK;
}

static int go_on(sqlite3_vtab_cursor *cursor)
{
    ((struct row_table_cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int is_over(sqlite3_vtab_cursor *cursor)
{
    const struct row_table_cursor *walk = (const struct row_table_cursor *)cursor;
    return walk->row >= walk->end;
}

static int give(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    struct row_table_cursor *walk = (struct row_table_cursor *)cursor;
    if (column >= ROW_FILE_COLUMNS)
        return SQLITE_OK;
    struct row_cell cell = row_file_reader_cell(walk->reader, walk->row, (size_t)column);
    if (cell.kind == ROW_INTEGER)
        sqlite3_result_int64(context, cell.integer);
    else if (cell.kind == ROW_REAL)
        sqlite3_result_double(context, cell.real);
    else if (cell.kind == ROW_TEXT)
        sqlite3_result_text(context, cell.text, (int)cell.length, SQLITE_TRANSIENT);
    return SQLITE_OK;
}

static int give_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    *rowid = ((struct row_table_cursor *)cursor)->row + 1;
    return SQLITE_OK;
}

bool row_table_add(sqlite3 *handle)
{
    static const sqlite3_module MODULE = {
        .xConnect = attach,
        .xDisconnect = detach,
        .xBestIndex = plan,
        .xOpen = open_walk,
        .xClose = close_walk,
        .xFilter = start,
        .xNext = go_on,
        .xEof = is_over,
        .xColumn = give,
        .xRowid = give_rowid,
    };
    return sqlite3_create_module_v2(handle, "thaw_rows", &MODULE, NULL, NULL) == SQLITE_OK;
}

int row_table_bind(sqlite3_stmt *statement, int parameter, struct row_file *file)
{
    return sqlite3_bind_pointer(statement, parameter, file, POINTER, NULL);
}
