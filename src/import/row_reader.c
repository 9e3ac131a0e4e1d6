/* SPDX-License-Identifier: MIT
 *
 * Lines become rows. Most rows are one line, which is cut where it lies. A row whose quotes are
 * open goes on in a copy of its lines; if it breaks, all of them but the first are read again.
 */
#include "config.h"

#include "row_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scan.h"

/* -- lines ------------------------------------------------------------------------------------- */

static void hold(struct row_reader *reader, const struct line *line)
{
    if (reader->held_count == reader->held_capacity) {
        reader->held_capacity = reader->held_capacity ? 2 * reader->held_capacity : 16;
        reader->held_lines =
            memory_resize(reader->held_lines, reader->held_capacity, sizeof *reader->held_lines);
    }
    reader->held_lines[reader->held_count++] =
        (struct held_line){reader->held.size, line->length, line->whole, line->number};
    bytes_add(&reader->held, line->text, line->whole);
}

static bool take_sampled(struct row_reader *reader, struct line *line, bool *more)
{
    *more = reader->sampled < reader->sample->count;
    if (*more)
        *line = reader->sample->lines[reader->sampled++];
    return true;
}

/* The next line: one that is held, or a new one. */
static bool pull(struct row_reader *reader, struct line *line, bool *more, struct error *error)
{
    if (reader->held_next < reader->held_count) {
        const struct held_line *held = &reader->held_lines[reader->held_next++];
        *line = (struct line){(char *)reader->held.data + held->start, held->length, held->whole,
                              held->number};
        *more = true;
        return true;
    }
    return reader->sample ? take_sampled(reader, line, more)
                          : lines_next(reader->lines, line, more, error);
}

/* -- what is no row ---------------------------------------------------------------------------- */

static void count_comment(struct row_reader *reader, uint64_t number)
{
    if (reader->choice && reader->choice->comments++ == 0)
        reader->choice->first_comment = number;
}

static inline bool is_marked(const struct dialect *dialect, const struct line *line)
{
    const char *mark = dialect->comment;
    if (!mark)
        return line->length > 0 && (*line->text == '#' || *line->text == '%');
    return *mark != '\0' && line->length >= strlen(mark) &&
           memcmp(line->text, mark, strlen(mark)) == 0;
}

/* Whether a line is no row; counts it then. */
static bool is_skipped(struct row_reader *reader, const struct line *line)
{
    const struct dialect *dialect = &reader->dialect;
    char first = line->length > 0 ? *line->text : ' ';
    bool suspect = first == ' ' || first == '\t' || first == *dialect->separator;
    if (suspect && dialect_is_empty(dialect, line->text, line->length) &&
        !(reader->keeps_empty &&
          dialect_find_separator(dialect, line->text, line->length, 0) < line->length)) {
        if (reader->choice && line->length > 0)
            reader->choice->empty++;
        return true;
    }
    bool before = line->number < dialect->first_line;
    if ((dialect->comment || before) && is_marked(dialect, line)) {
        count_comment(reader, line->number);
        return true;
    }
    if (before && reader->choice)
        reader->choice->preamble++;
    return before;
}

/* -- rows -------------------------------------------------------------------------------------- */

/* The text of the row so far. */
static const char *text_of(const struct row_reader *reader, const struct line *line)
{
    return reader->holds ? (char *)reader->held.data + reader->held_lines[reader->first].start
                         : line->text;
}

/* Makes a copy of the row's first line, unless it is one already. */
static void hold_first(struct row_reader *reader, const struct line *line)
{
    if (reader->holds)
        return;
    if (reader->held_next == 0) {
        hold(reader, line);
        reader->held_next = 1;
    }
    reader->first = reader->held_next - 1;
    reader->holds = true;
}

/* Reads on while quotes are open. `outcome` stays SPLIT_OPEN if the lines end. */
static bool split_rest(struct row_reader *reader, const struct line *first, size_t *length,
                       enum split_outcome *outcome, struct error *error)
{
    while (*outcome == SPLIT_OPEN) {
        struct line line;
        bool more;
        hold_first(reader, first);
        bool is_held = reader->held_next < reader->held_count;
        if (!pull(reader, &line, &more, error))
            return false;
        if (!more)
            return true;
        if (!is_held) {
            hold(reader, &line);
            reader->held_next++;
        }
        const struct held_line *begin = &reader->held_lines[reader->first],
                               *last = &reader->held_lines[reader->held_next - 1];
        *length = last->start + last->length - begin->start;
        *outcome =
            row_splitter_take(&reader->splitter, &reader->dialect, text_of(reader, &line), *length);
    }
    return true;
}

static bool split(struct row_reader *reader, const struct line *line, bool escapes, size_t *length,
                  enum split_outcome *outcome, struct error *error)
{
    if (reader->holds)
        reader->held_next = reader->first + 1;
    *length = line->length;
    row_splitter_begin(&reader->splitter, escapes);
    *outcome =
        row_splitter_take(&reader->splitter, &reader->dialect, text_of(reader, line), line->length);
    return split_rest(reader, line, length, outcome, error);
}

/* The number of the line in which a byte of the row lies. */
static uint64_t line_at(const struct row_reader *reader, const struct line *line, size_t at)
{
    uint64_t number = line->number;
    if (!reader->holds)
        return number;
    at += reader->held_lines[reader->first].start;
    for (size_t i = reader->first; i < reader->held_next; i++)
        if (reader->held_lines[i].start <= at)
            number = reader->held_lines[i].number;
    return number;
}

/* Whether the row should be tried with \" as a quote, because by the dialect of the file it does
 * not fit. */
static bool is_doubtful(const struct row_reader *reader, const char *text, size_t length,
                        enum split_outcome outcome)
{
    const struct dialect *dialect = &reader->dialect;
    bool fits = outcome == SPLIT_DONE &&
                (dialect->columns == 0 || reader->splitter.count == dialect->columns);
    return dialect->quoted && !fits && memmem(text, length, "\\\"", 2) != NULL;
}

/* Drops the cell behind a separator that ends the row, and adds the name that a header lacks. */
static void fit_row(struct row_reader *reader, uint64_t number)
{
    const struct dialect *dialect = &reader->dialect;
    struct row_splitter *splitter = &reader->splitter;
    size_t count = splitter->count;
    if (dialect->trailing && count == dialect->columns + 1 && splitter->lengths[count - 1] == 0)
        splitter->count--;
    if (!dialect->unnamed || number != dialect->first_line || count + 1 != dialect->columns)
        return;
    memmove(splitter->fields + 1, splitter->fields, count * sizeof *splitter->fields);
    memmove(splitter->lengths + 1, splitter->lengths, count * sizeof *splitter->lengths);
    splitter->fields[0] = "";
    splitter->lengths[0] = 0;
    splitter->count++;
}

/* Reads a row whose first reading did not come out well. */
static bool read_doubtful(struct row_reader *reader, const struct line *line, struct record *record,
                          struct error *error)
{
    struct row_splitter *splitter = &reader->splitter;
    size_t length, ignored;
    enum split_outcome outcome, escaped;
    if (!split(reader, line, false, &length, &outcome, error))
        return false;
    const char *fault =
        outcome == SPLIT_BROKEN ? splitter->fault : "a quote that is opened here is never closed";
    uint64_t number =
        outcome == SPLIT_DONE ? line->number : line_at(reader, line, splitter->fault_at);
    if (is_doubtful(reader, text_of(reader, line), length, outcome)) {
        if (!split(reader, line, true, &ignored, &escaped, error))
            return false;
        size_t columns = reader->dialect.columns;
        if (escaped == SPLIT_DONE && (columns == 0 || splitter->count == columns)) {
            if (reader->choice)
                reader->choice->escaped++;
            number = line->number;
            outcome = SPLIT_DONE;
        } else if (!split(reader, line, false, &length, &outcome, error)) {
            return false;
        }
    }
    bool good = outcome == SPLIT_DONE;
    if (good)
        fit_row(reader, number);
    if (!good && reader->holds)
        reader->held_next = reader->first + 1;
    *record = record_of(good ? splitter->count : 0, splitter->fields, splitter->lengths, number,
                        good ? NULL : fault);
    return true;
}

static bool read_row(struct row_reader *reader, const struct line *line, struct record *record,
                     struct error *error)
{
    struct row_splitter *splitter = &reader->splitter;
    const struct dialect *dialect = &reader->dialect;
    row_splitter_begin(splitter, false);
    enum split_outcome outcome = row_splitter_take(splitter, dialect, line->text, line->length);
    if (outcome == SPLIT_DONE)
        fit_row(reader, line->number);
    if (outcome != SPLIT_DONE ||
        (dialect->quoted && dialect->columns > 0 && splitter->count != dialect->columns))
        return read_doubtful(reader, line, record, error);
    *record = record_of(splitter->count, splitter->fields, splitter->lengths, line->number, NULL);
    return true;
}

/* Whether no cell of a row has anything in it. */
static bool is_empty(const struct record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (record->lengths[i] > 0)
            return false;
    return record->fault == NULL;
}

/* Forgets held lines that were read. While others wait behind them, that is done only for many. */
static void forget(struct row_reader *reader)
{
    size_t kept = reader->held_count - reader->held_next;
    reader->holds = false;
    if (reader->held_next == 0 ||
        (kept > 0 && (reader->held_next < 1024 || reader->held_next < kept)))
        return;
    size_t start = kept > 0 ? reader->held_lines[reader->held_next].start : reader->held.size;
    memmove(reader->held.data, reader->held.data + start, reader->held.size - start);
    memmove(reader->held_lines, reader->held_lines + reader->held_next,
            kept * sizeof *reader->held_lines);
    for (size_t i = 0; i < kept; i++)
        reader->held_lines[i].start -= start;
    reader->held.size -= start;
    reader->held_count = kept;
    reader->held_next = 0;
}

/* Whether a row that begins with a mark is a comment, if no option says what comments are: it is
 * one unless it has as many columns as other rows. A comment with an open quote has taken further
 * lines; these are read again. */
static bool is_comment(struct row_reader *reader, const struct record *record)
{
    size_t columns = reader->dialect.columns;
    if (columns == 0 || (!record->fault && record->count == columns))
        return false;
    if (reader->holds)
        reader->held_next = reader->first + 1;
    return true;
}

/* Reads a row from its first line; a comment and an empty row are no record. */
static bool take_row(struct row_reader *reader, struct line *line, struct record *record,
                     bool *found, struct error *error)
{
    const struct dialect *dialect = &reader->dialect;
    uint64_t number = line->number;
    size_t skipped = number == dialect->first_line ? dialect->skipped : 0;
    bool marked = !dialect->comment && skipped == 0 && is_marked(dialect, line);
    line->text += skipped;
    line->length -= skipped;
    line->whole -= skipped;
    if (!read_row(reader, line, record, error))
        return false;
    bool comment = marked && is_comment(reader, record);
    if (comment)
        count_comment(reader, number);
    *found = !comment && (reader->keeps_empty || !is_empty(record));
    return true;
}

/* Takes a row of one line that begins with its first value, as nearly all do. */
static inline bool take_usual(struct row_reader *reader, const struct line *line,
                              struct record *record)
{
    const struct dialect *dialect = &reader->dialect;
    struct row_splitter *splitter = &reader->splitter;
    if (line->length == 0 || *line->text <= '%' || *line->text == *dialect->separator ||
        dialect->comment || line->number <= dialect->first_line)
        return false;
    row_splitter_begin(splitter, false);
    if (row_splitter_take(splitter, dialect, line->text, line->length) != SPLIT_DONE)
        return false;
    if (dialect->trailing)
        fit_row(reader, line->number);
    if ((dialect->quoted && dialect->columns > 0 && splitter->count != dialect->columns))
        return false;
    *record = record_of(splitter->count, splitter->fields, splitter->lengths, line->number, NULL);
    return true;
}

bool row_reader_next(struct row_reader *reader, struct record *record, bool *more,
                     struct error *error)
{
    struct line line;
    bool found = false;
    while (!found) {
        forget(reader);
        if (!pull(reader, &line, more, error))
            return false;
        if (!*more || take_usual(reader, &line, record))
            return true;
        if (!is_skipped(reader, &line) && !take_row(reader, &line, record, &found, error))
            return false;
    }
    return true;
}

void row_reader_rewind(struct row_reader *reader)
{
    reader->held_count = reader->held_next = reader->sampled = 0;
    reader->holds = false;
    bytes_clear(&reader->held);
    if (reader->choice)
        reader->choice->comments = reader->choice->first_comment = reader->choice->preamble =
            reader->choice->empty = reader->choice->escaped = 0;
}

void row_reader_release(struct row_reader *reader)
{
    if (!reader)
        return;
    row_splitter_release(&reader->splitter);
    bytes_release(&reader->held);
    free(reader->held_lines);
}
