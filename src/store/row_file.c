/* SPDX-License-Identifier: MIT
 *
 * Every cell takes CELL bytes, so that any row is found by its number: a kind and a number, or the
 * place of a text in a second file and its length.
 */
#include "config.h"

#include "store/row_file.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scratch.h"

enum { CELL = 13, LONGEST = 1 << 20 };

struct row_file {
    struct scratch cells, texts;
    size_t columns;
    int64_t rows;
    atomic_int holders;
};

struct row_file *row_file_new(size_t columns, struct error *error)
{
    assert(columns > 0 && columns <= ROW_FILE_COLUMNS);
    struct row_file *file = memory_new(sizeof *file);
    file->columns = columns;
    atomic_init(&file->holders, 1);
    file->texts.descriptor = -1;
    if (scratch_open(&file->cells, error) && scratch_open(&file->texts, error))
        return file;
    row_file_drop(file);
    return NULL;
}

struct row_file *row_file_hold(struct row_file *file)
{
    if (file)
        atomic_fetch_add(&file->holders, 1);
    return file;
}

void row_file_drop(struct row_file *file)
{
    if (!file || atomic_fetch_sub(&file->holders, 1) > 1)
        return;
    scratch_close(&file->cells);
    scratch_close(&file->texts);
    free(file);
}

bool row_file_add(struct row_file *file, const struct row_cell *cells, struct error *error)
{
    unsigned char row[CELL * ROW_FILE_COLUMNS];
    bool good = true;
    for (size_t i = 0; good && i < file->columns; i++) {
        unsigned char *at = row + CELL * i;
        uint32_t length = 0;
        memset(at, 0, CELL);
        at[0] = (unsigned char)cells[i].kind;
        if (cells[i].kind == ROW_TEXT) {
            int64_t place = file->texts.size;
            length = (uint32_t)(cells[i].length < LONGEST ? cells[i].length : LONGEST);
            memcpy(at + 1, &place, sizeof place);
            memcpy(at + 9, &length, sizeof length);
            good = scratch_add(&file->texts, cells[i].text, length, error);
        } else if (cells[i].kind == ROW_INTEGER) {
            memcpy(at + 1, &cells[i].integer, sizeof cells[i].integer);
        } else {
            memcpy(at + 1, &cells[i].real, sizeof cells[i].real);
        }
    }
    file->rows += good;
    return good && scratch_add(&file->cells, row, CELL * file->columns, error);
}

bool row_file_finish(struct row_file *file, struct error *error)
{
    return scratch_flush(&file->cells, error) && scratch_flush(&file->texts, error);
}

size_t row_file_columns(const struct row_file *file)
{
    return file->columns;
}

int64_t row_file_rows(const struct row_file *file)
{
    return file->rows;
}

/* -- reading ----------------------------------------------------------------------------------- */

struct row_file_reader {
    struct row_file *file;
    unsigned char block[SCRATCH_BLOCK];
    int64_t first; /* row at the beginning of the block */
    size_t count;  /* whole rows in it */
    char *text;
    size_t room;
};

struct row_file_reader *row_file_reader_new(struct row_file *file)
{
    struct row_file_reader *reader = memory_new(sizeof *reader);
    reader->file = row_file_hold(file);
    return reader;
}

void row_file_reader_free(struct row_file_reader *reader)
{
    if (!reader)
        return;
    row_file_drop(reader->file);
    free(reader->text);
    free(reader);
}

/* The bytes of a row; NULL if it does not exist. */
static const unsigned char *row_at(struct row_file_reader *reader, int64_t row)
{
    size_t width = CELL * reader->file->columns, most = SCRATCH_BLOCK / width;
    if (row < 0 || row >= reader->file->rows)
        return NULL;
    if (row < reader->first || row >= reader->first + (int64_t)reader->count) {
        reader->first = row;
        reader->count =
            scratch_read(&reader->file->cells, row * (int64_t)width, reader->block, most * width) /
            width;
        if (reader->count == 0)
            return NULL;
    }
    return reader->block + (size_t)(row - reader->first) * width;
}

struct row_cell row_file_reader_cell(struct row_file_reader *reader, int64_t row, size_t column)
{
    const unsigned char *at = row_at(reader, row);
    struct row_cell cell = {ROW_MISSING};
    if (!at || column >= reader->file->columns)
        return cell;
    at += CELL * column;
    cell.kind = (enum row_cell_kind)at[0];
    if (cell.kind == ROW_INTEGER)
        memcpy(&cell.integer, at + 1, sizeof cell.integer);
    else if (cell.kind == ROW_REAL)
        memcpy(&cell.real, at + 1, sizeof cell.real);
    if (cell.kind != ROW_TEXT)
        return cell;
    int64_t place;
    uint32_t length;
    memcpy(&place, at + 1, sizeof place);
    memcpy(&length, at + 9, sizeof length);
    if (length >= reader->room) {
        reader->room = length + 64;
        reader->text = memory_resize(reader->text, reader->room, 1);
    }
    cell.length = scratch_read(&reader->file->texts, place, reader->text, length);
    reader->text[cell.length] = '\0';
    cell.text = reader->text;
    return cell;
}
