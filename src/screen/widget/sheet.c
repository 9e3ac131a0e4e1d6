/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/sheet.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

enum { WIDEST = 44, GAP = 2 };

struct sheet {
    struct sheet_source source;
    struct scroll scroll;
    int column, first_column;
    int *widths;   /* seen so far */
    char **cells;  /* rows fetched.first .. + fetched.count */
    int64_t first; /* row of the first fetched one */
    int fetched;   /* rows in `cells` */
    bool failed;
    struct error error;
};

struct sheet *sheet_new(const struct sheet_source *source, int64_t count)
{
    struct sheet *sheet = memory_new(sizeof *sheet);
    sheet->source = *source;
    sheet->scroll.count = count;
    sheet->widths = memory_array((size_t)source->column_count, sizeof *sheet->widths);
    return sheet;
}

static void forget(struct sheet *sheet)
{
    for (int i = 0; i < sheet->fetched * sheet->source.column_count; i++)
        free(sheet->cells[i]);
    free(sheet->cells);
    sheet->cells = NULL;
    sheet->fetched = 0;
    sheet->failed = false;
}

void sheet_free(struct sheet *sheet)
{
    if (!sheet)
        return;
    forget(sheet);
    free(sheet->widths);
    free(sheet);
}

void sheet_refresh(struct sheet *sheet, int64_t count)
{
    forget(sheet);
    sheet->scroll.count = count;
}

int64_t sheet_row(const struct sheet *sheet)
{
    return sheet->scroll.cursor;
}

int64_t sheet_row_count(const struct sheet *sheet)
{
    return sheet->scroll.count;
}

void sheet_go(struct sheet *sheet, int64_t row)
{
    scroll_to(&sheet->scroll, row);
}

int sheet_column(const struct sheet *sheet)
{
    return sheet->column;
}

const char *sheet_text(const struct sheet *sheet, int64_t row, int column)
{
    if (row < sheet->first || row >= sheet->first + sheet->fetched)
        return NULL;
    return sheet->cells[(row - sheet->first) * sheet->source.column_count + column];
}

static void widen(struct sheet *sheet, int column, const char *text)
{
    int width = text ? (int)text_width(text) : 1;
    width = width > WIDEST ? WIDEST : width;
    if (width > sheet->widths[column])
        sheet->widths[column] = width;
}

/* Has the visible rows in `cells`. */
static void fetch(struct sheet *sheet)
{
    struct scroll *scroll = &sheet->scroll;
    int64_t end = scroll->top + scroll->height;
    end = end > scroll->count ? scroll->count : end;
    bool there = scroll->top >= sheet->first && end <= sheet->first + sheet->fetched;
    if (there || sheet->failed || scroll->count == 0)
        return;
    int64_t first = scroll->top > scroll->height ? scroll->top - scroll->height : 0;
    int count = 3 * scroll->height, columns = sheet->source.column_count;
    forget(sheet);
    sheet->cells = memory_array((size_t)count * (size_t)columns, sizeof *sheet->cells);
    sheet->first = first;
    sheet->failed = !sheet->source.fetch(sheet->source.context, first, count, sheet->cells,
                                         &sheet->fetched, &sheet->error);
    if (sheet->failed)
        sheet->fetched = 0;
    for (int i = 0; i < sheet->fetched * columns; i++)
        widen(sheet, i % columns, sheet->cells[i]);
}

static void measure_names(struct sheet *sheet)
{
    for (int column = 0; column < sheet->source.column_count; column++)
        widen(sheet, column, sheet->source.name(sheet->source.context, column));
}

/* Chooses the first column such that the cursor's is whole. */
static void fit_columns(struct sheet *sheet, int width)
{
    if (sheet->column < sheet->first_column)
        sheet->first_column = sheet->column;
    for (;;) {
        int needed = 0;
        for (int column = sheet->first_column; column <= sheet->column; column++)
            needed += sheet->widths[column] + (column > sheet->first_column ? GAP : 0);
        if (needed <= width || sheet->first_column == sheet->column)
            return;
        sheet->first_column++;
    }
}

static void draw_cell(const struct sheet *sheet, struct surface *surface, int x, int y, int width,
                      int column, enum ink ink, const char *text)
{
    if (sheet->source.is_number(sheet->source.context, column))
        surface_text_right(surface, x, y, width, ink, text);
    else
        surface_text(surface, x, y, width, ink, text);
}

static enum ink ink_of(const struct sheet *sheet, int64_t row, int column, const char *text)
{
    if (!text)
        return INK_DIM;
    return sheet->source.ink ? sheet->source.ink(sheet->source.context, row, column, text)
                             : INK_PLAIN;
}

static void draw_column(const struct sheet *sheet, struct surface *surface, struct box box, int x,
                        int column, bool active)
{
    int width = sheet->widths[column];
    if (x + width > box.x + box.width)
        width = box.x + box.width - x;
    bool chosen = active && column == sheet->column;
    draw_cell(sheet, surface, x, box.y, width, column, chosen ? INK_TAB : INK_TITLE,
              sheet->source.name(sheet->source.context, column));
    for (int row = 0; row < sheet->scroll.height; row++) {
        int64_t index = sheet->scroll.top + row;
        if (index >= sheet->first + sheet->fetched || index >= sheet->scroll.count)
            break;
        const char *text = sheet_text(sheet, index, column);
        enum ink ink = ink_of(sheet, index, column, text);
        if (active && index == sheet->scroll.cursor && column == sheet->column)
            ink = INK_STRONG;
        draw_cell(sheet, surface, x, box.y + 1 + row, width, column, ink, text ? text : "–");
    }
}

void sheet_draw(struct surface *surface, struct box box, struct sheet *sheet, bool active)
{
    if (box.width < 1 || box.height < 2)
        return;
    scroll_fit(&sheet->scroll, sheet->scroll.count, box.height - 1);
    fetch(sheet);
    measure_names(sheet);
    fit_columns(sheet, box.width);
    int x = box.x;
    for (int column = sheet->first_column;
         column < sheet->source.column_count && x < box.x + box.width; column++) {
        draw_column(sheet, surface, box, x, column, active);
        x += sheet->widths[column] + GAP;
    }
    if (sheet->failed)
        surface_text(surface, box.x, box.y + 1, box.width, INK_BAD, sheet->error.text);
    else if (sheet->scroll.count == 0)
        surface_text(surface, box.x, box.y + 1, box.width, INK_DIM, "no rows");
    else if (active)
        surface_select(surface,
                       (struct box){box.x,
                                    box.y + 1 + (int)(sheet->scroll.cursor - sheet->scroll.top),
                                    box.width, 1});
}

void sheet_move(struct sheet *sheet, enum action action)
{
    switch (action) {
    case ACTION_LEFT:
        sheet->column -= sheet->column > 0;
        break;
    case ACTION_RIGHT:
        sheet->column += sheet->column + 1 < sheet->source.column_count;
        break;
    default:
        scroll_move(&sheet->scroll, action);
    }
}
