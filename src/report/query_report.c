/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/query_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figures.h"

static const int64_t EXACT_MOST = INT64_C(1) << 53; /* of whole numbers as reals */

static bool is_number(const struct query_value *value)
{
    return value->kind == QUERY_INTEGER || value->kind == QUERY_REAL;
}

static bool is_exact(int64_t integer)
{
    return integer >= -EXACT_MOST && integer <= EXACT_MOST;
}

/* -- for people -------------------------------------------------------------------------------- */

/* Six digits are enough to look at; an export has all of them. */
static char *real_text(double value, char text[FIGURE_TEXT])
{
    bool whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(text, FIGURE_TEXT, whole ? "%.1f" : "%.6g", value);
    return text;
}

enum { CELL_BYTES = 64 }; /* that a cell takes beside its text */

static void add_cell(struct listing *listing, const struct query_value *value)
{
    char text[FIGURE_TEXT];
    if (value->kind == QUERY_INTEGER && is_exact(value->integer)) {
        snprintf(text, sizeof text, "%" PRId64, value->integer);
        listing_number(listing, (double)value->integer, text);
    } else if (value->kind == QUERY_INTEGER) {
        listing_cell(listing, "%" PRId64, value->integer);
    } else if (value->kind == QUERY_REAL) {
        listing_number(listing, value->real, real_text(value->real, text));
    } else if (value->kind == QUERY_BYTES) {
        listing_cell(listing, "%zu bytes", value->length);
    } else {
        listing_foreign(listing, value->kind == QUERY_TEXT ? value->text : NULL);
    }
}

/* The first row decides on which side a column is aligned, so columns are added when it has come.
 */
static struct listing *new_listing(const struct query *query, bool row)
{
    struct listing *listing = listing_new(NULL);
    size_t count = query_column_count(query);
    for (size_t i = 0; i < count; i++) {
        struct query_value value = {.kind = QUERY_MISSING};
        if (row)
            value = query_value_at(query, i);
        const char *name = query_column_name(query, i);
        size_t size = 10 * strlen(name) + 1;
        char *safe = text_safe(name, memory_new(size), size);
        listing_add_column(listing, (struct listing_column){
                                        .title = *safe ? safe : "?",
                                        .side = is_number(&value) ? LISTING_RIGHT : LISTING_LEFT,
                                        .missed = (int)i,
                                        .fit = LISTING_CUT});
        free(safe);
    }
    return listing;
}

struct listing *query_listing(struct query *query, size_t most, bool *more, struct error *error)
{
    bool good = true, row = query_next(query, &good, error);
    struct listing *listing = new_listing(query, row);
    size_t count = query_column_count(query), bytes = 0, rows = 0;
    while (row && rows < most && bytes < QUERY_BYTES_MOST) {
        for (size_t i = 0; i < count; i++) {
            const struct query_value value = query_value_at(query, i);
            bytes += CELL_BYTES + (value.kind == QUERY_TEXT ? value.length : 0);
            add_cell(listing, &value);
        }
        rows++;
        row = query_next(query, &good, error);
    }
    *more = row;
    if (good)
        return listing;
    listing_free(listing);
    return NULL;
}

/* -- for programs ------------------------------------------------------------------------------ */

static void write_text(struct table_writer *writer, const struct query_value *value, bool safe)
{
    size_t length = strlen(value->text), size = 10 * length + 1; /* up to a NUL */
    if (!safe && text_is_utf8(value->text, length)) {
        table_writer_text(writer, value->text, length);
        return;
    }
    char *text = text_safe(value->text, memory_new(size), size);
    table_writer_text(writer, text, strlen(text));
    free(text);
}

static void write_value(struct table_writer *writer, const struct query_value *value, bool safe)
{
    char digits[FIGURE_TEXT];
    if (value->kind == QUERY_TEXT) {
        write_text(writer, value, safe);
    } else if (value->kind == QUERY_REAL) {
        table_writer_number(writer, value->real);
    } else if (value->kind == QUERY_INTEGER) {
        snprintf(digits, sizeof digits, "%" PRId64, value->integer);
        table_writer_digits(writer, digits);
    } else if (value->kind == QUERY_BYTES) {
        snprintf(digits, sizeof digits, "%zu bytes", value->length);
        table_writer_text(writer, digits, strlen(digits));
    } else {
        table_writer_missing(writer);
    }
}

static void add_columns(struct table_writer *writer, const struct query *query, bool row, bool safe)
{
    for (size_t i = 0; i < query_column_count(query); i++) {
        struct query_value value = {.kind = QUERY_MISSING};
        if (row)
            value = query_value_at(query, i);
        const char *name = query_column_name(query, i);
        size_t size = 10 * strlen(name) + 1;
        bool whole = !safe && text_is_utf8(name, strlen(name));
        char *title = whole ? memory_string(name) : text_safe(name, memory_new(size), size);
        table_writer_column(writer, title, is_number(&value));
        free(title);
    }
}

bool query_write(struct query *query, enum table_format format, struct output *output,
                 int64_t *rows, struct error *error)
{
    bool safe = output->descriptor < 0 || isatty(output->descriptor);
    bool good = true, row = query_next(query, &good, error);
    struct table_writer *writer = table_writer_new(format, output);
    size_t count = query_column_count(query);
    if (good)
        add_columns(writer, query, row, safe);
    for (*rows = 0; row && !output->failed; ++*rows) {
        for (size_t i = 0; i < count; i++) {
            const struct query_value value = query_value_at(query, i);
            write_value(writer, &value, safe);
        }
        row = query_next(query, &good, error);
    }
    table_writer_finish(writer);
    return good;
}
