/* SPDX-License-Identifier: MIT
 *
 * Cells are bound when their row comes. Their texts wait in one block, which never moves while a
 * statement is being filled. The rows that are left at the end go in one by one.
 */
#include "config.h"

#include "row_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CELLS_MOST = 512, TEXT_MOST = 1 << 16 };

struct row_batch {
    const struct stored_columns *columns;
    struct statement *many, *one; /* `many` is NULL if a statement has one row */
    size_t rows, waiting;
    struct dataset_cell *cells; /* of waiting rows */
    char *text;                 /* of those cells */
    size_t text_size;
};

/* OR FAIL keeps the rows before one that is refused. So SQLite need not keep a journal for each
 * statement. The caller undoes the whole import after a failure anyway. */
static struct statement *prepare(struct store *store, const char *name, enum dataset_table part,
                                 size_t columns, size_t rows, struct error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "INSERT OR FAIL INTO \"%w_%s\" VALUES ", name, dataset_parts[part]);
    for (size_t i = 0; i < rows * columns; i++)
        sqlite3_str_appendall(sql, i == 0 ? "(?" : i % columns == 0 ? "), (?" : ", ?");
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    struct statement *insert = statement_new(store, text, error);
    sqlite3_free(text);
    return insert;
}

struct row_batch *row_batch_new(struct store *store, const char *name, enum dataset_table part,
                                const struct stored_columns *columns, size_t rows,
                                struct error *error)
{
    struct row_batch *batch = memory_new(sizeof *batch);
    size_t fitting = CELLS_MOST / columns->count;
    batch->columns = columns;
    batch->rows = fitting < 1 ? 1 : fitting < rows ? fitting : rows;
    batch->one = prepare(store, name, part, columns->count, 1, error);
    if (batch->one && batch->rows > 1)
        batch->many = prepare(store, name, part, columns->count, batch->rows, error);
    if (batch->one && (batch->many || batch->rows == 1)) {
        batch->cells = memory_array(batch->rows * columns->count, sizeof *batch->cells);
        batch->text = memory_new(TEXT_MOST);
        return batch;
    }
    row_batch_free(batch);
    return NULL;
}

void row_batch_free(struct row_batch *batch)
{
    if (!batch)
        return;
    statement_free(batch->many);
    statement_free(batch->one);
    free(batch->cells);
    free(batch->text);
    free(batch);
}

/* An unbound parameter is NULL. */
static void bind_row(struct statement *insert, size_t row, const struct stored_columns *columns,
                     const struct dataset_cell *cells)
{
    for (size_t i = 0; i < columns->count; i++) {
        int parameter = (int)(row * columns->count + i) + 1;
        if (!cells[i].given)
            continue;
        if (columns->columns[i].type == COLUMN_TEXT)
            statement_bind_text(insert, parameter, cells[i].text, cells[i].length);
        else if (columns->columns[i].type == COLUMN_INTEGER)
            statement_bind_integer(insert, parameter, cells[i].integer);
        else
            statement_bind_real(insert, parameter, cells[i].real);
    }
}

static bool insert_one(struct row_batch *batch, const struct dataset_cell *cells,
                       struct error *error)
{
    bind_row(batch->one, 0, batch->columns, cells);
    return statement_run(batch->one, error);
}

bool row_batch_end(struct row_batch *batch, struct error *error)
{
    bool good = true;
    for (size_t i = 0; good && i < batch->waiting; i++)
        good = insert_one(batch, batch->cells + i * batch->columns->count, error);
    batch->waiting = batch->text_size = 0;
    return good;
}

static bool insert_many(struct row_batch *batch, struct error *error)
{
    for (size_t i = 0; i < batch->rows; i++)
        bind_row(batch->many, i, batch->columns, batch->cells + i * batch->columns->count);
    batch->waiting = batch->text_size = 0;
    return statement_run(batch->many, error);
}

static size_t text_of(const struct row_batch *batch, const struct dataset_cell *cells)
{
    size_t size = 0;
    for (size_t i = 0; i < batch->columns->count; i++)
        if (batch->columns->columns[i].type == COLUMN_TEXT && cells[i].given)
            size += cells[i].length;
    return size;
}

static void keep(struct row_batch *batch, const struct dataset_cell *cells)
{
    size_t count = batch->columns->count;
    struct dataset_cell *kept = batch->cells + batch->waiting++ * count;
    memcpy(kept, cells, count * sizeof *kept);
    for (size_t i = 0; i < count; i++) {
        if (batch->columns->columns[i].type != COLUMN_TEXT || !cells[i].given)
            continue;
        kept[i].text = batch->text + batch->text_size;
        if (cells[i].length > 0)
            memcpy(batch->text + batch->text_size, cells[i].text, cells[i].length);
        batch->text_size += cells[i].length;
    }
}

bool row_batch_add(struct row_batch *batch, const struct dataset_cell *cells, struct error *error)
{
    size_t text = text_of(batch, cells);
    if (batch->text_size + text > TEXT_MOST && !row_batch_end(batch, error))
        return false;
    if (!batch->many || text > TEXT_MOST)
        return insert_one(batch, cells, error);
    keep(batch, cells);
    return batch->waiting < batch->rows || insert_many(batch, error);
}
