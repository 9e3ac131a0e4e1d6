/* SPDX-License-Identifier: MIT
 *
 * Columns between separators, by the dialect that the sniffer found. What quotes mean between
 * commas and semicolons is known. Elsewhere the whole file decides:
 * - They are quotes if the file can be read with them without a broken row, and if each quoted cell
 *   needs its quotes (it holds a separator, a doubled quote or a line end) or stands in a column in
 *   which all cells are quoted.
 * - Otherwise, quotes around cells are quotes in those columns in which all cells are quoted.
 * - Elsewhere they are text, as in "weird al" yankovic. The first row, which may be a header, and
 *   missing cells decide nothing.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cells.h"
#include "file_format.h"
#include "row_reader.h"
#include "scan.h"

struct separated {
    struct row_reader reader;
    bool wrapped[MOST_FIELDS];
};

/* What is known of the quotes in a column. */
struct quote_counts {
    uint64_t cells, quoted, needless;
};

static bool fits(const struct format_input *input)
{
    (void)input;
    return true;
}

/* -- quotes where they are doubtful ------------------------------------------------------------ */

static bool needs_quotes(const struct dialect *dialect, const char *field, size_t length)
{
    return length == 0 || memchr(field, '"', length) || memchr(field, '\n', length) ||
           memchr(field, '\r', length) ||
           dialect_find_separator(dialect, field, length, 0) < length;
}

/* Adds a row that was read with quotes, or without. */
static void count_quotes(const struct row_reader *reader, const struct record *record,
                         struct quote_counts counts[MOST_FIELDS])
{
    const struct row_splitter *splitter = &reader->splitter;
    for (size_t i = 0; i < record->count; i++) {
        const char *field = record->fields[i];
        size_t length = record->lengths[i];
        bool quoted = reader->dialect.quoted
                          ? splitter->quoted && splitter->cells[i].quoted
                          : length > 1 && *field == '"' && field[length - 1] == '"';
        if (!quoted && cell_is_missing(field, length, NULL))
            continue;
        counts[i].cells++;
        counts[i].quoted += quoted;
        counts[i].needless += quoted && !needs_quotes(&reader->dialect, field, length);
    }
}

/* Whether a column may still turn out to be quoted: all its cells so far are. */
static bool is_hopeful(const struct quote_counts counts[MOST_FIELDS], size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        if (counts[i].quoted == counts[i].cells)
            return true;
    return false;
}

/* Reads all rows. `open` is set to whether nothing was found that decides against quotes. */
static bool count_rows(struct separated *separated, struct lines *lines,
                       struct quote_counts counts[MOST_FIELDS], bool *open, struct error *error)
{
    struct row_reader *reader = &separated->reader;
    struct record record;
    bool more;
    memset(counts, 0, MOST_FIELDS * sizeof *counts);
    row_reader_rewind(reader);
    *open = true;
    if (!lines_rewind(lines, error))
        return false;
    for (bool first = true; *open; first = false) {
        if (!row_reader_next(reader, &record, &more, error))
            return false;
        if (!more)
            return true;
        if (!first)
            count_quotes(reader, &record, counts);
        *open = reader->dialect.quoted ? record.fault == NULL
                                       : first || is_hopeful(counts, reader->dialect.columns);
    }
    return true;
}

static bool are_quotes(const struct quote_counts counts[MOST_FIELDS])
{
    uint64_t quoted = 0;
    for (size_t i = 0; i < MOST_FIELDS; i++) {
        quoted += counts[i].quoted;
        if (counts[i].needless > 0 && counts[i].quoted < counts[i].cells)
            return false;
    }
    return quoted > 0;
}

static bool judge_quotes(struct separated *separated, struct format_input *input,
                         struct error *error)
{
    struct dialect *dialect = &separated->reader.dialect;
    struct quote_counts *counts = memory_array(MOST_FIELDS, sizeof *counts);
    bool open;
    dialect->quoted = true;
    bool good = count_rows(separated, input->lines, counts, &open, error);
    dialect->quoted = good && open && are_quotes(counts);
    if (good && !dialect->quoted) {
        good = count_rows(separated, input->lines, counts, &open, error);
        for (size_t i = 0; i < MOST_FIELDS && good && open; i++) {
            separated->wrapped[i] = counts[i].cells > 0 && counts[i].quoted == counts[i].cells;
            if (separated->wrapped[i])
                dialect->wrapped = separated->wrapped;
        }
    }
    input->choice->quoted = dialect->quoted || dialect->wrapped;
    input->choice->quotes_judged = true;
    free(counts);
    return good;
}

/* -- the format -------------------------------------------------------------------------------- */

static void free_separated(void *state)
{
    struct separated *separated = state;
    row_reader_release(&separated->reader);
    free(separated);
}

static void *open_separated(struct format_input *input, struct error *error)
{
    struct separated *separated = memory_new(sizeof *separated);
    separated->reader.lines = input->lines;
    separated->reader.dialect = input->dialect;
    bool doubtful = !input->dialect.quoted && input->options->quote == QUOTE_AUTO &&
                    lines_have_quotes(input->lines);
    if (doubtful && !judge_quotes(separated, input, error)) {
        free_separated(separated);
        return NULL;
    }
    separated->reader.choice = input->choice;
    return separated;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    (void)lines;
    struct separated *separated = state;
    return row_reader_next(&separated->reader, record, more, error);
}

static void rewind_separated(void *state)
{
    struct separated *separated = state;
    row_reader_rewind(&separated->reader);
}

const struct file_format format_separated = {
    .name = "text",
    .fits = fits,
    .separated = true,
    .open = open_separated,
    .next = next,
    .rewind = rewind_separated,
    .free = free_separated,
};
