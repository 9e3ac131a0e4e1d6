/* SPDX-License-Identifier: MIT
 *
 * Columns grow together, by doubling. The reader of a table trusts none of the bytes it gets.
 */
#include "config.h"

#include "data/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"

const char *const column_type_names[COLUMN_TYPE_KINDS] = {COLUMN_TYPES(LIST_TEXT)};

enum { FIRST_ROWS = 64, LONGEST_NAME = 1024, MOST_COLUMNS = 100000 };

static size_t cell_size(const struct column *column)
{
    switch (column->type) {
    case COLUMN_TEXT:
        return sizeof *column->text;
    case COLUMN_INTEGER:
        return sizeof *column->integer;
    case COLUMN_REAL:
        return sizeof *column->real;
    }
    abort();
}

static void set_missing(struct column *column, size_t row)
{
    switch (column->type) {
    case COLUMN_TEXT:
        column->text[row] = COLUMN_NO_TEXT;
        break;
    case COLUMN_INTEGER:
        column->integer[row] = COLUMN_NO_INTEGER;
        break;
    case COLUMN_REAL:
        column->real[row] = NAN;
        break;
    }
}

static void column_release(struct column *column)
{
    free(column->name);
    id_map_free(column->texts);
    free(column->text); /* every member of the union is a pointer */
}

void table_init(struct table *table)
{
    *table = (struct table){0};
}

void table_release(struct table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->column_count; i++)
        column_release(&table->columns[i]);
    free(table->columns);
    table_init(table);
}

struct column *table_add_column(struct table *table, const char *name, enum column_type type)
{
    table->columns = memory_resize(table->columns, table->column_count + 1, sizeof *table->columns);
    struct column *column = &table->columns[table->column_count++];
    *column = (struct column){
        .name = memory_string(name),
        .type = type,
        .texts = type == COLUMN_TEXT ? id_map_new() : NULL,
    };
    column->text = memory_array(table->capacity, cell_size(column));
    for (size_t row = 0; row < table->rows; row++)
        set_missing(column, row);
    return column;
}

struct column *table_column(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

bool table_reserve(struct table *table, size_t rows, struct error *error)
{
    if (rows <= table->capacity)
        return true;
    for (size_t i = 0; i < table->column_count; i++) {
        struct column *column = &table->columns[i];
        void *cells = reallocarray(column->text, rows, cell_size(column));
        if (!cells)
            return error_set(error, ERROR_INPUT, "there is not enough memory for %zu rows", rows);
        column->text = cells;
    }
    table->capacity = rows;
    return true;
}

size_t table_add_row(struct table *table)
{
    struct error error;
    if (table->rows == table->capacity &&
        !table_reserve(table, table->capacity ? 2 * table->capacity : FIRST_ROWS, &error))
        memory_give_up("out of memory"); /* callers with many rows reserve them */
    for (size_t i = 0; i < table->column_count; i++)
        set_missing(&table->columns[i], table->rows);
    return table->rows++;
}

size_t table_repeat_row(struct table *table, size_t row)
{
    size_t added = table_add_row(table);
    for (size_t i = 0; i < table->column_count; i++) {
        struct column *column = &table->columns[i];
        size_t size = cell_size(column);
        memcpy((char *)column->text + added * size, (char *)column->text + row * size, size);
    }
    return added;
}

bool column_set_text(struct column *column, size_t row, const char *text, size_t length,
                     struct error *error)
{
    return id_map_add_text(column->texts, text, length, &column->text[row], error);
}

bool column_is_missing(const struct column *column, size_t row)
{
    switch (column->type) {
    case COLUMN_TEXT:
        return column->text[row] == COLUMN_NO_TEXT;
    case COLUMN_INTEGER:
        return column->integer[row] == COLUMN_NO_INTEGER;
    case COLUMN_REAL:
        return isnan(column->real[row]);
    }
    abort();
}

const char *column_text(const struct column *column, size_t row)
{
    uint32_t number = column->text[row];
    return number == COLUMN_NO_TEXT ? NULL : id_map_text(column->texts, number);
}

double column_number(const struct column *column, size_t row)
{
    if (column->type == COLUMN_REAL)
        return column->real[row];
    return column->integer[row] == COLUMN_NO_INTEGER ? NAN : (double)column->integer[row];
}

void table_write(const struct table *table, struct bytes *bytes)
{
    bytes_add_u64(bytes, table->rows);
    bytes_add_u32(bytes, (uint32_t)table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        bytes_add_string(bytes, column->name);
        bytes_add_u8(bytes, (uint8_t)column->type);
        if (column->type == COLUMN_TEXT)
            id_map_write(column->texts, bytes);
        bytes_add_block(bytes, column->text, table->rows, cell_size(column));
    }
}

static bool cells_are_good(const struct column *column, size_t rows)
{
    size_t texts = column->type == COLUMN_TEXT ? id_map_size(column->texts) : 0;
    for (size_t row = 0; row < rows; row++) {
        if (column->type == COLUMN_TEXT && column->text[row] != COLUMN_NO_TEXT &&
            column->text[row] >= texts)
            return false;
        if (column->type == COLUMN_REAL && isinf(column->real[row]))
            return false;
    }
    return true;
}

/* The table gets its rows after all columns are read. */
static bool read_column(struct table *table, size_t rows, struct reader *reader,
                        struct error *error)
{
    char *name = reader_string(reader, LONGEST_NAME);
    uint8_t type = reader_u8(reader);
    bool good =
        !reader->failed && *name != '\0' && !table_column(table, name) && type <= COLUMN_REAL;
    struct column *column = good ? table_add_column(table, name, type) : NULL;
    free(name);
    if (!good)
        return error_set(error, ERROR_INPUT, "the columns of a table are damaged");
    if (type == COLUMN_TEXT) {
        struct id_map *texts = id_map_read(reader, error);
        if (!texts)
            return false;
        id_map_free(column->texts);
        column->texts = texts;
    }
    size_t count = 0;
    const void *cells = reader_block(reader, cell_size(column), rows, &count);
    if (reader->failed || count != rows)
        return error_set(error, ERROR_INPUT, "the rows of a table are damaged");
    free(column->text);
    column->text = memory_array(count, cell_size(column));
    if (count > 0)
        memcpy(column->text, cells, count * cell_size(column));
    if (!cells_are_good(column, count))
        return error_set(error, ERROR_INPUT, "a cell of a table is out of range");
    return true;
}

bool table_read(struct table *table, struct reader *reader, struct error *error)
{
    table_init(table);
    uint64_t rows = reader_u64(reader);
    uint32_t columns = reader_u32(reader);
    bool good = !reader->failed && rows < UINT32_MAX && columns <= MOST_COLUMNS;
    if (!good)
        error_set(error, ERROR_INPUT, "the size of a table is damaged");
    for (uint32_t i = 0; good && i < columns; i++)
        good = read_column(table, (size_t)rows, reader, error);
    if (!good)
        table_release(table);
    else
        table->rows = table->capacity = (size_t)rows;
    return good;
}
