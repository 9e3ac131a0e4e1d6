/* SPDX-License-Identifier: MIT
 *
 * A row without quotes, or in which quotes mean nothing, is cut at its separators. Otherwise the
 * cells are taken one after another, by RFC 4180, with blanks before and after quotes allowed.
 */
#include "config.h"

#include "row_splitter.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

static const char TOO_MANY[] = "more than 1000 columns", TOO_LONG[] = "a field of more than 1 MiB";
static const char UNCLEAR[] =
    "a quote that is opened here is closed, lines later, by one within a field";
static const char INSIDE[] =
    "a quote inside a field; a field that holds quotes is put in quotes, and the quotes in it are "
    "doubled";

void row_splitter_release(struct row_splitter *splitter)
{
    if (splitter)
        bytes_release(&splitter->text);
}

static enum split_outcome break_at(struct row_splitter *splitter, const char *fault, size_t at)
{
    splitter->fault = fault;
    splitter->fault_at = at;
    return SPLIT_BROKEN;
}

/* -- without quotes ---------------------------------------------------------------------------- */

/* The first such byte, or the end. Cells are short as a rule, so that a call of memchr for each
 * costs more than it saves; eight bytes are looked at in a word, whose lowest bit of `found` is in
 * the first byte that is zero (Mycroft 1987). */
static inline const char *find_byte(const char *at, const char *end, char byte)
{
    const uint64_t ones = UINT64_MAX / 255, pattern = ones * (unsigned char)byte;
    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        word = le64toh(word) ^ pattern;
        uint64_t found = (word - ones) & ~word & (ones << 7);
        if (found)
            return at + (__builtin_ctzll(found) >> 3);
    }
    while (at < end && *at != byte)
        at++;
    return at;
}

static const char *find_separator(const struct dialect *dialect, const char *at, const char *end)
{
    if (dialect->width == 0)
        return at + dialect_find_separator(dialect, at, (size_t)(end - at), 0);
    for (; (at = find_byte(at, end, *dialect->separator)) < end; at++)
        if (dialect_separator_at(dialect, at, (size_t)(end - at), 0) > 0)
            break;
    return at;
}

/* Separators of one byte are most frequent. */
static enum split_outcome cut_at_byte(struct row_splitter *splitter, char byte, const char *text,
                                      size_t length)
{
    const char *at = text, *end = text + length, *next;
    for (size_t count = 0;; at = next + 1) {
        next = find_byte(at, end, byte);
        size_t size = (size_t)(next - at);
        splitter->fields[count] = at;
        splitter->lengths[count++] = size;
        splitter->count = count;
        if (size > LONGEST_FIELD)
            return break_at(splitter, TOO_LONG, (size_t)(at - text));
        if (next == end)
            return SPLIT_DONE;
        if (count == MOST_FIELDS)
            return break_at(splitter, TOO_MANY, 0);
    }
}

static enum split_outcome cut(struct row_splitter *splitter, const struct dialect *dialect,
                              const char *text, size_t length)
{
    const char *at = text, *end = text + length;
    size_t width = dialect->width;
    if (width == 1)
        return cut_at_byte(splitter, *dialect->separator, text, length);
    if (width == 0)
        at += dialect_separator_at(dialect, text, length, 0);
    for (;;) {
        const char *next = find_separator(dialect, at, end);
        size_t size = (size_t)(next - at);
        if (splitter->count == MOST_FIELDS)
            return break_at(splitter, TOO_MANY, 0);
        splitter->fields[splitter->count] = at;
        splitter->lengths[splitter->count++] = size;
        if (size > LONGEST_FIELD)
            return break_at(splitter, TOO_LONG, (size_t)(at - text));
        if (next == end)
            return SPLIT_DONE;
        if (dialect->width == 0)
            width = dialect_separator_at(dialect, next, (size_t)(end - next), 0);
        at = next + width;
        if (dialect->width == 0 && at == end)
            return SPLIT_DONE;
    }
}

/* -- with quotes ------------------------------------------------------------------------------- */

static size_t skip_blanks(const struct dialect *dialect, const char *text, size_t length, size_t at)
{
    while (at < length && text[at] == ' ' && dialect_separator_at(dialect, text, length, at) == 0)
        at++;
    return at;
}

static enum split_outcome add_cell(struct row_splitter *splitter, size_t start, size_t length,
                                   bool quoted)
{
    if (splitter->count == MOST_FIELDS)
        return break_at(splitter, TOO_MANY, 0);
    bool doubled = quoted && splitter->rewritten; /* at most each byte */
    if (length > (doubled ? 2 : 1) * (size_t)LONGEST_FIELD)
        return break_at(splitter, TOO_LONG, start);
    splitter->cells[splitter->count++] =
        (struct split_cell){start, length, quoted, quoted && splitter->rewritten};
    return SPLIT_DONE;
}

/* Whether an odd number of backslashes stands before a byte of a cell. */
static bool is_escaped(const char *text, size_t begin, size_t at)
{
    size_t backslashes = 0;
    while (at - backslashes > begin && text[at - backslashes - 1] == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

/* The quote that closes a cell, or `length`. */
static size_t find_close(struct row_splitter *splitter, const char *text, size_t length)
{
    size_t at = splitter->searched;
    const char *quote;
    while (at < length && (quote = memchr(text + at, '"', length - at))) {
        at = (size_t)(quote - text);
        if (splitter->escapes && is_escaped(text, splitter->opened + 1, at))
            at++;
        else if (at + 1 < length && text[at + 1] == '"')
            at += 2;
        else
            return at;
        splitter->rewritten = true;
    }
    return length;
}

/* Takes the cell whose quote is at `opened`. Sets `at` to what follows it and the blanks behind. */
static enum split_outcome take_quoted(struct row_splitter *splitter, const struct dialect *dialect,
                                      const char *text, size_t length)
{
    size_t close = find_close(splitter, text, length), opened = splitter->opened;
    splitter->open = close == length;
    if (splitter->open) {
        splitter->searched = length;
        splitter->fault_at = opened;
        return length - opened > 2 * (size_t)LONGEST_FIELD + 1
                   ? break_at(splitter, TOO_LONG, opened)
                   : SPLIT_OPEN;
    }
    /* A backslash alone is text; before a backslash or a quote it counts only with `escapes`. */
    if (splitter->escapes && memchr(text + opened, '\\', close - opened))
        splitter->rewritten = true;
    splitter->at = skip_blanks(dialect, text, length, close + 1);
    if (splitter->at < length && dialect_separator_at(dialect, text, length, splitter->at) == 0)
        return memchr(text + opened, '\n', close - opened) ? break_at(splitter, UNCLEAR, opened)
                                                           : break_at(splitter, INSIDE, close);
    return add_cell(splitter, opened + 1, close - opened - 1, true);
}

static enum split_outcome take_plain(struct row_splitter *splitter, const struct dialect *dialect,
                                     const char *text, size_t length)
{
    size_t at = splitter->at, end = dialect_find_separator(dialect, text, length, at);
    if (dialect->strict && memchr(text + at, '"', end - at))
        return break_at(splitter, INSIDE, at);
    splitter->at = end;
    return add_cell(splitter, at, end - at, false);
}

static enum split_outcome take_cell(struct row_splitter *splitter, const struct dialect *dialect,
                                    const char *text, size_t length)
{
    if (!splitter->open) {
        size_t begin = skip_blanks(dialect, text, length, splitter->at);
        if (begin == length || text[begin] != '"')
            return take_plain(splitter, dialect, text, length);
        splitter->opened = begin;
        splitter->searched = begin + 1;
        splitter->rewritten = false;
    }
    return take_quoted(splitter, dialect, text, length);
}

static enum split_outcome take_cells(struct row_splitter *splitter, const struct dialect *dialect,
                                     const char *text, size_t length)
{
    if (splitter->at == 0 && dialect->width == 0)
        splitter->at = dialect_separator_at(dialect, text, length, 0);
    for (;;) {
        enum split_outcome outcome = take_cell(splitter, dialect, text, length);
        if (outcome != SPLIT_DONE || splitter->at == length)
            return outcome;
        splitter->at += dialect_separator_at(dialect, text, length, splitter->at);
        if (dialect->width == 0 && splitter->at == length)
            return SPLIT_DONE;
    }
}

/* Writes the value of a cell: without one of two quotes, and without the backslash of an escape. */
static void rewrite(struct row_splitter *splitter, const char *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool next = i + 1 < length;
        if ((next && from[i] == '"' && from[i + 1] == '"') ||
            (next && splitter->escapes && from[i] == '\\' && strchr("\\\"", from[i + 1])))
            i++;
        bytes_add_u8(&splitter->text, (uint8_t)from[i]);
    }
}

/* Points the fields to the values of the cells. */
static void settle(struct row_splitter *splitter, const char *text)
{
    size_t room = 0;
    for (size_t i = 0; i < splitter->count; i++)
        room += splitter->cells[i].rewritten ? splitter->cells[i].length : 0;
    bytes_clear(&splitter->text);
    bytes_add(&splitter->text, text,
              room); /* reserves it, so that the fields stay where they are */
    splitter->text.size = 0;
    for (size_t i = 0; i < splitter->count; i++) {
        const struct split_cell *cell = &splitter->cells[i];
        splitter->fields[i] = text + cell->start;
        splitter->lengths[i] = cell->length;
        if (!cell->rewritten)
            continue;
        size_t before = splitter->text.size;
        rewrite(splitter, text + cell->start, cell->length);
        splitter->fields[i] = (char *)splitter->text.data + before;
        splitter->lengths[i] = splitter->text.size - before;
    }
}

/* Takes off the quotes of columns whose cells all have them. */
static void unwrap(struct row_splitter *splitter, const struct dialect *dialect, const char *text)
{
    for (size_t i = 0; i < splitter->count; i++) {
        const char *field = splitter->fields[i];
        size_t length = splitter->lengths[i];
        bool quoted =
            dialect->wrapped[i] && length >= 2 && *field == '"' && field[length - 1] == '"';
        size_t start = (size_t)(field - text) + quoted, inner = length - 2 * quoted;
        splitter->cells[i] = (struct split_cell){start, inner, quoted,
                                                 quoted && memchr(field + 1, '"', inner) != NULL};
    }
    splitter->quoted = true;
    settle(splitter, text);
}

enum split_outcome row_splitter_take(struct row_splitter *splitter, const struct dialect *dialect,
                                     const char *text, size_t length)
{
    bool wrapped = dialect->wrapped != NULL;
    if (!splitter->open && (!(dialect->quoted || wrapped) || !memchr(text, '"', length)))
        return cut(splitter, dialect, text, length);
    if (!dialect->quoted) {
        enum split_outcome outcome = cut(splitter, dialect, text, length);
        if (outcome == SPLIT_DONE)
            unwrap(splitter, dialect, text);
        return outcome;
    }
    splitter->quoted = true;
    enum split_outcome outcome = take_cells(splitter, dialect, text, length);
    if (outcome == SPLIT_DONE)
        settle(splitter, text);
    return outcome;
}
