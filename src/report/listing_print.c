/* SPDX-License-Identifier: MIT
 *
 * Prints a table on paper and exports its rows as JSON and CSV. Paper shows what the cells say;
 * exports hold the exact numbers behind them.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figures.h"
#include "report/listing.h"

enum { NARROWEST = 6 }; /* least width of a column that is cut */

/* -- paper ------------------------------------------------------------------------------------- */

static void print_cell(struct output *output, enum listing_side side, size_t width,
                       const struct listing_cell *cell, bool last)
{
    size_t size = 8 * (width + 1) + strlen(cell->text);
    char *fitted = memory_new(size);
    size_t space = width - text_fit(cell->text, width, false, output->ascii, fitted, size);
    if (side == LISTING_RIGHT)
        output_print(output, "%*s", (int)space, "");
    if (cell->style != INK_PLAIN)
        output_ink(output, cell->style);
    output_print(output, "%s", fitted);
    if (cell->style != INK_PLAIN)
        output_ink(output, INK_PLAIN);
    if (side == LISTING_LEFT && !last)
        output_print(output, "%*s", (int)space, "");
    free(fitted);
}

static void print_line(struct output *output, const char *line, enum ink style, size_t indent)
{
    size_t size = 2 * strlen(line) + 8;
    char *fitted = memory_new(size);
    size_t room = output->width > indent ? output->width - indent : 0;
    text_fit(line, output->width ? room : text_width(line), false, output->ascii, fitted, size);
    output_print(output, "%*s", *fitted ? (int)indent : 0, "");
    output_ink(output, style);
    output_print(output, "%s", fitted);
    output_ink(output, INK_PLAIN);
    output_print(output, "\n");
    free(fitted);
}

/* Prints a text broken into lines, each indented by `indent` cells except the first. */
static void print_wrapped(struct output *output, size_t width, const char *text, size_t indent)
{
    for (bool first = true; first || *text; first = false) {
        size_t length = text_break(text, width, false);
        output_print(output, "%*s%.*s%s", first ? 0 : (int)indent, "", (int)length, text,
                     text[length] ? "\n" : "");
        text += length;
        text += strspn(text, " ");
    }
}

/* Prints cells up to the last that is not empty, so that no line ends in spaces. */
static void print_cells(const struct listing *listing, struct output *output, const size_t *widths,
                        const struct listing_cell *cells, size_t indent)
{
    size_t last = 0, at = indent;
    for (size_t i = 0; i < listing_column_count(listing); i++)
        if (widths[i] != LISTING_HIDDEN && cells[i].text && *cells[i].text)
            last = i;
    output_print(output, "%*s", (int)indent, "");
    for (size_t i = 0; i <= last; i++) {
        const struct listing_column *column = listing_column_at(listing, i);
        struct listing_cell cell = cells[i];
        if (widths[i] == LISTING_HIDDEN)
            continue;
        cell.text = cell.text ? cell.text : (char[]){""};
        if (column->fit == LISTING_WRAPPED && i == last)
            print_wrapped(output, widths[i], cell.text, at);
        else
            print_cell(output, column->side, widths[i], &cell, i == last);
        output_print(output, "%*s", i == last ? 0 : LISTING_GAP, "");
        at += widths[i] + LISTING_GAP;
    }
    output_print(output, "\n");
}

static void print_titles(const struct listing *listing, struct output *output, const size_t *widths,
                         size_t indent)
{
    size_t count = listing_column_count(listing);
    struct listing_cell *titles = memory_array(count + 1, sizeof *titles);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const char *title = listing_column_at(listing, i)->title;
        titles[i] = (struct listing_cell){(char *)title, NAN, INK_DIM};
        any = any || *title;
    }
    if (any)
        print_cells(listing, output, widths, titles, indent);
    free(titles);
}

/* Replaces foreign text by ASCII if the output can show nothing else. The text never becomes
 * longer. */
static void make_shown(struct listing *listing, const struct output *output)
{
    for (size_t row = 0; row <= listing_row_count(listing); row++)
        for (size_t i = 0; i < listing_column_count(listing); i++) {
            const struct listing_cell *cell = listing_at(listing, row, i);
            char *shown = cell && cell->text ? output_safe(output, cell->text) : NULL;
            if (shown)
                strcpy(cell->text, shown);
            free(shown);
        }
}

size_t listing_print(struct listing *listing, struct output *output, size_t indent)
{
    size_t columns = listing_column_count(listing), hidden = 0;
    size_t *widths = memory_array(columns + 1, sizeof *widths);
    if (output->bare)
        make_shown(listing, output);
    listing_measure(listing, SIZE_MAX - 1, widths);
    if (output->width)
        hidden =
            listing_squeeze(listing, columns, LISTING_AS_ADDED,
                            output->width > indent ? output->width - indent : 0, NARROWEST, widths);
    print_titles(listing, output, widths, indent);
    for (size_t row = 0; row <= listing_row_count(listing); row++) {
        const struct listing_cell *line = listing_line_at(listing, row);
        if (line)
            print_line(output, line->text, line->style, indent);
        else if (listing_at(listing, row, 0))
            print_cells(listing, output, widths, listing_at(listing, row, 0), indent);
    }
    free(widths);
    return hidden;
}

/* -- other programs ---------------------------------------------------------------------------- */

/* The name in an export, such as "rate (steps/s)". A new string; NULL for a column that is not
 * exported. */
static char *export_name(const struct listing *listing, size_t column)
{
    const struct listing_column *about = listing_column_at(listing, column);
    if (!*about->title)
        return NULL;
    return about->unit ? memory_format("%s (%s)", about->title, about->unit)
                       : memory_string(about->title);
}

/* "" if the value is unknown. */
static const char *text_of(const struct listing_cell *cell)
{
    const char *text = cell->text ? cell->text : "";
    size_t dash = *text == '-' ? 1 : strncmp(text, "–", strlen("–")) == 0 ? strlen("–") : 0;
    return dash > 0 && text[dash + strspn(text + dash, " ")] == '\0' ? "" : text;
}

struct table_writer *listing_writer(const struct listing *listing, enum table_format format,
                                    struct output *output)
{
    struct table_writer *writer = table_writer_new(format, output);
    for (size_t i = 0; i < listing_column_count(listing); i++) {
        char *name = export_name(listing, i);
        if (name)
            table_writer_column(writer, name, listing_column_at(listing, i)->side == LISTING_RIGHT);
        free(name);
    }
    return writer;
}

void listing_write(const struct listing *listing, enum table_format format,
                   struct table_writer *writer)
{
    for (size_t row = 0; row < listing_row_count(listing); row++)
        for (size_t i = 0; i < listing_column_count(listing); i++) {
            const struct listing_cell *cell = listing_at(listing, row, i);
            if (!cell || !*listing_column_at(listing, i)->title)
                continue;
            const char *text = text_of(cell);
            if (isfinite(cell->value) && !(table_format_is_paper(format) && cell->text))
                table_writer_number(writer, cell->value);
            else if (*text)
                table_writer_text(writer, text, strlen(text));
            else
                table_writer_missing(writer);
        }
}
