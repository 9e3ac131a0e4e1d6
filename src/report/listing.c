/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/listing.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { GAP = 2, NARROWEST = 6, READABLE = 16 }; /* cells; a column shrinks below READABLE last */

struct listing_column {
    char *title;
    enum listing_side side;
    int missed;
    bool shrinks, wraps, hidden;
    size_t width;
};

struct cell {
    char *text;
    enum ink style;
};

/* A row of cells, or a line of its own where `line` is set. */
struct row {
    struct cell *cells;
    char *line;
    enum ink style;
};

struct listing {
    const struct output *output;
    struct listing_column *columns;
    size_t column_count;
    struct row *rows;
    size_t row_count, filled; /* filled: cells of the last row */
};

struct listing *listing_new(const struct output *output)
{
    struct listing *listing = memory_new(sizeof *listing);
    listing->output = output;
    return listing;
}

void listing_free(struct listing *listing)
{
    if (!listing)
        return;
    for (size_t row = 0; row < listing->row_count; row++) {
        for (size_t column = 0; column < listing->column_count && listing->rows[row].cells;
             column++)
            free(listing->rows[row].cells[column].text);
        free(listing->rows[row].cells);
        free(listing->rows[row].line);
    }
    for (size_t column = 0; column < listing->column_count; column++)
        free(listing->columns[column].title);
    free(listing->rows);
    free(listing->columns);
    free(listing);
}

void listing_column(struct listing *listing, const char *title, enum listing_side side, int missed)
{
    listing->columns =
        memory_resize(listing->columns, listing->column_count + 1, sizeof *listing->columns);
    listing->columns[listing->column_count++] =
        (struct listing_column){.title = memory_string(title), .side = side, .missed = missed};
}

void listing_shrink(struct listing *listing)
{
    listing->columns[listing->column_count - 1].shrinks = true;
}

void listing_wrap(struct listing *listing)
{
    listing_shrink(listing);
    listing->columns[listing->column_count - 1].wraps = true;
}

static struct row *add_row(struct listing *listing)
{
    listing->rows = memory_resize(listing->rows, listing->row_count + 1, sizeof *listing->rows);
    listing->rows[listing->row_count] = (struct row){0};
    return &listing->rows[listing->row_count++];
}

/* Takes the text. */
static void add_cell(struct listing *listing, char *text)
{
    if (listing->filled == 0) {
        struct row *row = add_row(listing);
        row->cells = memory_array(listing->column_count, sizeof *row->cells);
    }
    listing->rows[listing->row_count - 1].cells[listing->filled].text = text;
    listing->filled = (listing->filled + 1) % listing->column_count;
}

void listing_cell(struct listing *listing, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    add_cell(listing, memory_string(text));
}

void listing_foreign(struct listing *listing, const char *text)
{
    add_cell(listing, output_safe(listing->output, text));
}

void listing_style(struct listing *listing, enum ink style)
{
    size_t last = (listing->filled + listing->column_count - 1) % listing->column_count;
    listing->rows[listing->row_count - 1].cells[last].style = style;
}

void listing_line(struct listing *listing, enum ink style, const char *format, ...)
{
    assert(listing->filled == 0);
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct row *row = add_row(listing);
    row->line = memory_string(text);
    row->style = style;
}

static void measure(struct listing_column *columns, const struct listing *listing)
{
    for (size_t column = 0; column < listing->column_count; column++) {
        columns[column].width = text_width(columns[column].title);
        for (size_t row = 0; row < listing->row_count; row++) {
            const struct cell *cells = listing->rows[row].cells;
            size_t width = cells && cells[column].text ? text_width(cells[column].text) : 0;
            if (width > columns[column].width)
                columns[column].width = width;
        }
    }
}

static size_t whole_width(const struct listing_column *columns, size_t count)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++)
        if (!columns[i].hidden)
            width += columns[i].width + (width ? GAP : 0);
    return width;
}

/* What cannot fit is at least as narrow as it can be. */
static void make_narrowest(struct listing_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (columns[i].shrinks && columns[i].width > NARROWEST)
            columns[i].width = NARROWEST;
}

/* Narrows the column that may shrink by `surplus` cells, where it keeps `least`. */
static bool narrow(struct listing_column *columns, size_t count, size_t surplus, size_t least)
{
    for (size_t i = 0; i < count; i++)
        if (columns[i].shrinks && !columns[i].hidden && columns[i].width >= surplus + least) {
            columns[i].width -= surplus;
            return true;
        }
    return false;
}

/* The column that can be missed most, the last of them; NULL where all have to stay. */
static struct listing_column *find_least_needed(struct listing_column *columns, size_t count)
{
    struct listing_column *least = NULL;
    for (size_t i = 0; i < count; i++)
        if (!columns[i].hidden && columns[i].missed > 0 &&
            (!least || columns[i].missed >= least->missed))
            least = &columns[i];
    return least;
}

/* Hides and narrows until the columns fit into `room` cells. Returns how many were hidden. */
static size_t squeeze(struct listing_column *columns, size_t count, size_t room)
{
    size_t width;
    while ((width = whole_width(columns, count)) > room) {
        struct listing_column *least = find_least_needed(columns, count);
        if (narrow(columns, count, width - room, least ? READABLE : NARROWEST))
            break;
        if (!least) {
            make_narrowest(columns, count);
            break;
        }
        least->hidden = true;
    }
    size_t hidden = 0;
    for (size_t i = 0; i < count; i++)
        hidden += columns[i].hidden;
    return hidden;
}

static void print_cell(struct output *output, const struct listing_column *column, const char *text,
                       enum ink style, bool last)
{
    size_t size = 8 * (column->width + 1) + strlen(text);
    char *fitted = memory_new(size);
    size_t used = text_fit(text, column->width, false, output->ascii, fitted, size);
    size_t space = column->width - used;
    if (column->side == LISTING_RIGHT)
        output_print(output, "%*s", (int)space, "");
    if (style != INK_PLAIN)
        output_ink(output, style);
    output_print(output, "%s", fitted);
    if (style != INK_PLAIN)
        output_ink(output, INK_PLAIN);
    if (column->side == LISTING_LEFT && !last)
        output_print(output, "%*s", (int)space, "");
    free(fitted);
}

static void print_line(struct output *output, const struct row *row, size_t indent)
{
    size_t size = 2 * strlen(row->line) + 8;
    char *fitted = memory_new(size);
    size_t room = output->width > indent ? output->width - indent : 0;
    text_fit(row->line, output->width ? room : text_width(row->line), false, output->ascii, fitted,
             size);
    output_print(output, "%*s", *fitted ? (int)indent : 0, "");
    output_ink(output, row->style);
    output_print(output, "%s", fitted);
    output_ink(output, INK_PLAIN);
    output_print(output, "\n");
    free(fitted);
}

static bool has_titles(const struct listing *listing)
{
    for (size_t i = 0; i < listing->column_count; i++)
        if (*listing->columns[i].title)
            return true;
    return false;
}

/* The last cell of a row that wraps, from the cells `indent` in. */
static void print_wrapped(struct output *output, const struct listing_column *column,
                          const struct cell *cell, size_t indent)
{
    const char *text = cell->text;
    for (bool first = true; first || *text; first = false) {
        size_t length = text_break(text, column->width, false);
        output_print(output, "%*s%.*s%s", first ? 0 : (int)indent, "", (int)length, text,
                     text[length] ? "\n" : "");
        text += length;
        text += strspn(text, " ");
    }
}

/* Up to the last cell that holds something: no line ends in spaces. */
static void print_cells(struct output *output, const struct listing_column *columns, size_t count,
                        const struct cell *cells, size_t indent)
{
    size_t last = 0;
    for (size_t i = 0; i < count; i++)
        if (!columns[i].hidden && cells[i].text && *cells[i].text)
            last = i;
    size_t at = indent;
    output_print(output, "%*s", (int)indent, "");
    for (size_t i = 0; i <= last; i++) {
        if (columns[i].hidden)
            continue;
        if (columns[i].wraps && i == last && cells[i].text)
            print_wrapped(output, &columns[i], &cells[i], at);
        else
            print_cell(output, &columns[i], cells[i].text ? cells[i].text : "", cells[i].style,
                       i == last);
        output_print(output, "%*s", i == last ? 0 : GAP, "");
        at += columns[i].width + GAP;
    }
    output_print(output, "\n");
}

size_t listing_print(const struct listing *listing, struct output *output, size_t indent)
{
    size_t count = listing->column_count;
    struct listing_column *columns = memory_array(count, sizeof *columns);
    memcpy(columns, listing->columns, count * sizeof *columns);
    measure(columns, listing);
    size_t hidden = 0;
    if (output->width)
        hidden = squeeze(columns, count, output->width > indent ? output->width - indent : 0);
    if (has_titles(listing)) {
        struct cell *titles = memory_array(count, sizeof *titles);
        for (size_t i = 0; i < count; i++)
            titles[i] = (struct cell){columns[i].title, INK_DIM};
        print_cells(output, columns, count, titles, indent);
        free(titles);
    }
    for (size_t row = 0; row < listing->row_count; row++) {
        if (listing->rows[row].line) {
            print_line(output, &listing->rows[row], indent);
            continue;
        }
        print_cells(output, columns, count, listing->rows[row].cells, indent);
    }
    free(columns);
    return hidden;
}
