/* SPDX-License-Identifier: MIT
 *
 * The columns and rows of a table: adding, sorting and searching. listing_layout.c decides widths,
 * listing_print.c prints and exports.
 */
#include "config.h"

#include "report/listing.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/matcher.h"
#include "base/memory.h"
#include "base/text.h"

/* A row of cells; or, if it has none, a line whose text is `line.text`. */
struct listing_row {
    struct listing_cell *cells, line;
    size_t origin;
};

struct listing {
    struct listing_column *columns; /* titles are owned */
    size_t column_count;
    struct listing_row *rows;
    size_t row_count, filled; /* filled: complete cells of the last row */
    bool summed;              /* the last row is the summary */
};

struct listing *listing_new(const struct listing_column *columns)
{
    struct listing *listing = memory_new(sizeof *listing);
    if (columns)
        listing_add_columns(listing, columns);
    return listing;
}

void listing_free(struct listing *listing)
{
    if (!listing)
        return;
    listing_clear(listing);
    for (size_t column = 0; column < listing->column_count; column++)
        free((char *)listing->columns[column].title);
    free(listing->rows);
    free(listing->columns);
    free(listing);
}

void listing_add_column(struct listing *listing, struct listing_column column)
{
    assert(listing->row_count == 0);
    listing->columns =
        memory_resize(listing->columns, listing->column_count + 1, sizeof *listing->columns);
    column.title = memory_string(column.title);
    listing->columns[listing->column_count++] = column;
}

void listing_add_numbers(struct listing *listing, const char *title, int missed)
{
    listing_add_column(
        listing, (struct listing_column){.title = title, .side = LISTING_RIGHT, .missed = missed});
}

void listing_add_columns(struct listing *listing, const struct listing_column *columns)
{
    for (; columns->title; columns++)
        listing_add_column(listing, *columns);
}

void listing_clear(struct listing *listing)
{
    for (size_t row = 0; row < listing->row_count; row++) {
        struct listing_row *old = &listing->rows[row];
        for (size_t column = 0; old->cells && column < listing->column_count; column++)
            free(old->cells[column].text);
        free(old->cells);
        free(old->line.text);
    }
    listing->row_count = listing->filled = 0;
    listing->summed = false;
}

static struct listing_row *add_row(struct listing *listing)
{
    listing->rows = memory_grow(listing->rows, listing->row_count, sizeof *listing->rows);
    struct listing_row *row = &listing->rows[listing->row_count];
    *row = (struct listing_row){.origin = listing->row_count++};
    return row;
}

/* Adds a cell that owns `text`. */
static void add_cell(struct listing *listing, char *text)
{
    if (listing->filled == 0) {
        struct listing_row *row = add_row(listing);
        row->cells = memory_array(listing->column_count, sizeof *row->cells);
    }
    listing->rows[listing->row_count - 1].cells[listing->filled] =
        (struct listing_cell){text, NAN, INK_PLAIN};
    listing->filled = (listing->filled + 1) % listing->column_count;
}

static char *formatted(const char *format, va_list arguments)
{
    char text[512];
    vsnprintf(text, sizeof text, format, arguments);
    return memory_string(text);
}

void listing_cell(struct listing *listing, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_cell(listing, formatted(format, arguments));
    va_end(arguments);
}

void listing_foreign(struct listing *listing, const char *text)
{
    size_t size = text ? 10 * strlen(text) + 1 : 0;
    add_cell(listing, text ? text_safe(text, memory_new(size), size) : NULL);
}

static struct listing_cell *last_cell(struct listing *listing)
{
    size_t last = (listing->filled + listing->column_count - 1) % listing->column_count;
    return &listing->rows[listing->row_count - 1].cells[last];
}

void listing_number(struct listing *listing, double value, const char *text)
{
    add_cell(listing, memory_string(text));
    last_cell(listing)->value = value;
}

void listing_style(struct listing *listing, enum ink style)
{
    last_cell(listing)->style = style;
}

void listing_line(struct listing *listing, enum ink style, const char *format, ...)
{
    assert(listing->filled == 0);
    va_list arguments;
    va_start(arguments, format);
    add_row(listing)->line = (struct listing_cell){formatted(format, arguments), NAN, style};
    va_end(arguments);
}

void listing_end(struct listing *listing)
{
    assert(listing->filled == 0 && listing->row_count > 0);
    listing->summed = true;
}

size_t listing_column_count(const struct listing *listing)
{
    return listing->column_count;
}

const struct listing_column *listing_column_at(const struct listing *listing, size_t column)
{
    return &listing->columns[column];
}

size_t listing_row_count(const struct listing *listing)
{
    return listing->row_count - listing->summed;
}

const struct listing_cell *listing_at(const struct listing *listing, size_t row, size_t column)
{
    bool there = row < listing->row_count && listing->rows[row].cells;
    return there ? &listing->rows[row].cells[column] : NULL;
}

const struct listing_cell *listing_line_at(const struct listing *listing, size_t row)
{
    bool there = row < listing->row_count && !listing->rows[row].cells;
    return there ? &listing->rows[row].line : NULL;
}

size_t listing_origin(const struct listing *listing, size_t row)
{
    return row < listing->row_count ? listing->rows[row].origin : row;
}

size_t listing_place(const struct listing *listing, size_t origin)
{
    for (size_t row = 0; row < listing->row_count; row++)
        if (listing->rows[row].origin == origin)
            return row;
    return origin;
}

/* -- order ------------------------------------------------------------------------------------- */

static double number_of(const struct listing_cell *cell)
{
    double number = NAN;
    if (isnan(cell->value) && cell->text)
        return text_number(cell->text, strlen(cell->text), &number) ? number : NAN;
    return cell->value;
}

/* The sort key of a row. */
struct listing_key {
    const char *text;
    double number;
    size_t row;
    bool missing, descending;
};

static int compare_keys(const void *a, const void *b)
{
    const struct listing_key *first = a, *second = b;
    int order = 0;
    if (first->missing != second->missing)
        return first->missing ? 1 : -1;
    if (!first->missing && !isnan(first->number) && !isnan(second->number))
        order = (first->number > second->number) - (first->number < second->number);
    else if (!first->missing)
        order = strverscmp(first->text, second->text);
    if (order)
        return first->descending ? -order : order;
    return first->row < second->row ? -1 : first->row > second->row;
}

/* Whether a column holds numbers; a column of ids is aligned to the right as well. */
static bool has_numbers(const struct listing *listing, size_t column)
{
    bool found = false;
    if (column == LISTING_AS_ADDED || listing->columns[column].side != LISTING_RIGHT)
        return false;
    for (size_t row = 0; row < listing_row_count(listing) && !found; row++) {
        const struct listing_cell *cell = listing_at(listing, row, column);
        found = cell && !isnan(number_of(cell));
    }
    return found;
}

/* A cell is missing if it is empty, or if it is not a number in a column of numbers. */
static struct listing_key key_of(const struct listing *listing, size_t row, size_t column,
                                 bool numbers)
{
    if (column == LISTING_AS_ADDED)
        return (struct listing_key){.number = (double)listing->rows[row].origin};
    const struct listing_cell *cell = listing_at(listing, row, column);
    struct listing_key key = {.text = cell ? cell->text : NULL,
                              .number = cell ? number_of(cell) : NAN};
    key.missing = !key.text || !*key.text || (numbers && isnan(key.number));
    return key;
}

void listing_sort(struct listing *listing, size_t column, bool descending)
{
    size_t count = listing_row_count(listing);
    bool numbers = has_numbers(listing, column);
    struct listing_key *keys = memory_array(count + 1, sizeof *keys);
    struct listing_row *sorted = memory_array(count + 1, sizeof *sorted);
    for (size_t row = 0; row < count; row++) {
        sorted[row] = listing->rows[row];
        keys[row] = key_of(listing, row, column, numbers);
        keys[row].row = row;
        keys[row].descending = descending;
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t row = 0; row < count; row++)
        listing->rows[row] = sorted[keys[row].row];
    free(sorted);
    free(keys);
}

static bool row_has(const struct listing *listing, size_t row, struct matcher *sought)
{
    for (size_t column = 0; column < listing->column_count; column++) {
        const struct listing_cell *cell = listing_at(listing, row, column);
        if (cell && cell->text && matcher_finds(sought, cell->text))
            return true;
    }
    return false;
}

size_t listing_find(const struct listing *listing, struct matcher *sought, size_t row,
                    bool backwards)
{
    size_t count = listing_row_count(listing);
    for (size_t step = 0; step < count; step++) {
        size_t at = (row + (backwards ? count - step : step)) % count;
        if (row_has(listing, at, sought))
            return at;
    }
    return count;
}
