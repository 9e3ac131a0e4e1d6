/* SPDX-License-Identifier: MIT
 *
 * The formats in which tables leave thaw. They differ in what stands before, between and after the
 * cells of a row, and in how a text is written; JSON goes through report/json.h.
 */
#include "config.h"

#include "report/table_writer.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figures.h"
#include "report/json.h"

enum { FLUSH = 1 << 16 }; /* bytes that are gathered before they are written */

#define X(name, word, ending) word,
static const char *const words[TABLE_FORMAT_COUNT] = {TABLE_FORMATS(X)};
#undef X
#define X(name, word, ending) ending,
static const char *const endings_known[TABLE_FORMAT_COUNT] = {TABLE_FORMATS(X)};
#undef X

struct table_writer {
    enum table_format format;
    struct output *output;
    struct json *json;
    struct writer_column {
        char *title;
        bool right;
    } * columns;
    size_t count, at; /* the number of the next cell in its row */
    bool begun;
    char *scratch; /* a text with a NUL behind it, or made safe */
    size_t scratch_size;
};

/* -- names of formats -------------------------------------------------------------------------- */

enum table_format table_format_of_word(const char *word)
{
    enum table_format format = 0;
    while (format < TABLE_FORMAT_COUNT && strcmp(word, words[format]) != 0)
        format++;
    return format;
}

enum table_format table_format_of_file(const char *path)
{
    const char *ending = strrchr(path, '.');
    enum table_format format = 0;
    while (format < TABLE_FORMAT_COUNT &&
           !(ending && strcasecmp(ending, endings_known[format]) == 0))
        format++;
    return format;
}

const char *table_format_words(bool endings, char text[TABLE_FORMAT_TEXT])
{
    size_t used = 0;
    for (int i = 0; i < TABLE_FORMAT_COUNT; i++)
        used += (size_t)snprintf(text + used, TABLE_FORMAT_TEXT - used, "%s%s",
                                 i == 0                        ? ""
                                 : i == TABLE_FORMAT_COUNT - 1 ? " or "
                                                               : ", ",
                                 endings ? endings_known[i] : words[i]);
    return text;
}

bool table_format_is_paper(enum table_format format)
{
    return format == TABLE_MARKDOWN || format == TABLE_LATEX;
}

/* -- life -------------------------------------------------------------------------------------- */

struct table_writer *table_writer_new(enum table_format format, struct output *output)
{
    struct table_writer *writer = memory_new(sizeof *writer);
    *writer = (struct table_writer){.format = format, .output = output};
    return writer;
}

static bool is_json(const struct table_writer *writer)
{
    return writer->format == TABLE_JSON || writer->format == TABLE_JSONL;
}

static bool has_title(const struct table_writer *writer, const char *title)
{
    for (size_t i = 0; i < writer->count; i++)
        if (strcmp(writer->columns[i].title, title) == 0)
            return true;
    return false;
}

void table_writer_column(struct table_writer *writer, const char *title, bool right)
{
    assert(!writer->begun);
    char *name = memory_string(title);
    for (unsigned copy = 2; is_json(writer) && has_title(writer, name); copy++) {
        free(name);
        name = memory_format("%s_%u", title, copy);
    }
    writer->columns = memory_grow(writer->columns, writer->count, sizeof *writer->columns);
    writer->columns[writer->count++] = (struct writer_column){name, right};
}

static void put(struct table_writer *writer, const char *text)
{
    output_raw(writer->output, text, strlen(text));
}

/* -- texts ------------------------------------------------------------------------------------- */

static char *reserve(struct table_writer *writer, size_t size)
{
    if (size > writer->scratch_size) {
        writer->scratch_size = 2 * size;
        writer->scratch = memory_resize(writer->scratch, writer->scratch_size, 1);
    }
    return writer->scratch;
}

static const char *terminated(struct table_writer *writer, const char *text, size_t length)
{
    char *copy = reserve(writer, length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Blanks around a field are quoted too, as some readers drop them; so is what a first field might
 * be taken for: JSON, a comment, or the mark of an encoding. */
static bool needs_quotes(const char *text, size_t length)
{
    static const bool special[UCHAR_MAX + 1] = {
        [','] = true,  [';'] = true,  ['|'] = true,  ['"'] = true,
        ['\r'] = true, ['\n'] = true, ['\t'] = true, ['\''] = true};
    static const bool misleading[UCHAR_MAX + 1] = {
        ['{'] = true, ['['] = true, ['#'] = true, [0xEF] = true};
    if (length == 0 || misleading[(unsigned char)*text] || is_blank(*text) ||
        is_blank(text[length - 1]))
        return true;
    for (size_t i = 0; i < length; i++)
        if (special[(unsigned char)text[i]])
            return true;
    return false;
}

static void put_quoted(struct table_writer *writer, const char *text, size_t length)
{
    bool quoted = needs_quotes(text, length);
    const char *end = text + length, *quote;
    output_raw(writer->output, "\"", quoted);
    while (quoted && (quote = memchr(text, '"', (size_t)(end - text)))) {
        output_raw(writer->output, text, (size_t)(quote + 1 - text));
        output_raw(writer->output, "\"", 1);
        text = quote + 1;
    }
    output_raw(writer->output, text, (size_t)(end - text));
    output_raw(writer->output, "\"", quoted);
}

static void put_plain(struct table_writer *writer, const char *text, size_t length)
{
    char *copy = reserve(writer, length);
    for (size_t i = 0; i < length; i++)
        copy[i] = text[i] == '\t' || text[i] == '\r' || text[i] == '\n' ? ' ' : text[i];
    output_raw(writer->output, copy, length);
}

/* Escapes what has a meaning in Markdown or LaTeX by a "\"; some characters of LaTeX have a
 * command. */
static void put_paper(struct table_writer *writer, const char *text, size_t length)
{
    char *copy = memory_new(length + 1);
    memcpy(copy, text, length);
    char *safe = reserve(writer, 10 * length + 1);
    text_safe(copy, safe, 10 * length + 1);
    free(copy);
    bool latex = writer->format == TABLE_LATEX;
    for (; *safe; safe++) {
        if (latex && *safe == '\\')
            put(writer, "\\textbackslash{}");
        else if (latex && *safe == '~')
            put(writer, "\\textasciitilde{}");
        else if (latex && *safe == '^')
            put(writer, "\\textasciicircum{}");
        else {
            if (strchr(latex ? "&%$#_{}" : "|\\`*_<[", *safe))
                put(writer, "\\");
            output_raw(writer->output, safe, 1);
        }
    }
}

static void put_text(struct table_writer *writer, const char *text, size_t length)
{
    if (writer->format == TABLE_CSV)
        put_quoted(writer, text, length);
    else if (writer->format == TABLE_TSV)
        put_plain(writer, text, length);
    else
        put_paper(writer, text, length);
}

/* -- rows -------------------------------------------------------------------------------------- */

static void put_between(struct table_writer *writer, size_t at)
{
    static const char *const between[TABLE_FORMAT_COUNT] = {
        [TABLE_CSV] = ",", [TABLE_TSV] = "\t", [TABLE_MARKDOWN] = " | ", [TABLE_LATEX] = " & "};
    if (at > 0)
        put(writer, between[writer->format]);
    else if (writer->format == TABLE_MARKDOWN)
        put(writer, "| ");
}

static void put_row_end(struct table_writer *writer)
{
    put(writer, writer->format == TABLE_MARKDOWN ? " |\n"
                : writer->format == TABLE_LATEX  ? " \\\\\n"
                                                 : "\n");
}

static void put_titles(struct table_writer *writer)
{
    if (writer->format == TABLE_LATEX) {
        put(writer, "\\begin{tabular}{");
        for (size_t i = 0; i < writer->count; i++)
            put(writer, writer->columns[i].right ? "r" : "l");
        put(writer, "}\n\\hline\n");
    }
    for (size_t i = 0; i < writer->count; i++) {
        put_between(writer, i);
        put_text(writer, writer->columns[i].title, strlen(writer->columns[i].title));
    }
    put_row_end(writer);
    if (writer->format == TABLE_LATEX)
        put(writer, "\\hline\n");
    for (size_t i = 0; writer->format == TABLE_MARKDOWN && i < writer->count; i++)
        put(writer, writer->columns[i].right ? "| --: " : "| --- ");
    if (writer->format == TABLE_MARKDOWN)
        put(writer, "|\n");
}

static void begin(struct table_writer *writer)
{
    writer->begun = true;
    if (writer->format == TABLE_JSON) {
        writer->json = json_new(writer->output);
        json_open_array(writer->json, NULL);
    } else if (writer->format == TABLE_JSONL) {
        writer->json = json_new_lines(writer->output);
    } else {
        put_titles(writer);
    }
}

static const char *begin_cell(struct table_writer *writer)
{
    if (!writer->begun)
        begin(writer);
    if (!writer->json)
        put_between(writer, writer->at);
    else if (writer->at == 0)
        json_open_object(writer->json, NULL);
    return writer->columns[writer->at].title;
}

static void end_cell(struct table_writer *writer)
{
    if (++writer->at < writer->count)
        return;
    writer->at = 0;
    if (writer->json)
        json_close_object(writer->json);
    else
        put_row_end(writer);
    if (writer->format == TABLE_JSONL)
        json_end_line(writer->json);
    if (writer->output->text.size >= FLUSH)
        output_flush(writer->output);
}

void table_writer_text(struct table_writer *writer, const char *text, size_t length)
{
    const char *title = begin_cell(writer);
    if (writer->json)
        json_text(writer->json, title, terminated(writer, text, length));
    else
        put_text(writer, text, length);
    end_cell(writer);
}

void table_writer_digits(struct table_writer *writer, const char *digits)
{
    const char *title = begin_cell(writer);
    if (writer->json)
        json_digits(writer->json, title, digits);
    else
        put(writer, digits);
    end_cell(writer);
}

void table_writer_number(struct table_writer *writer, double value)
{
    char digits[FIGURE_TEXT];
    if (isfinite(value))
        table_writer_digits(writer, figure_exact(value, digits));
    else
        table_writer_missing(writer);
}

void table_writer_missing(struct table_writer *writer)
{
    const char *title = begin_cell(writer);
    if (writer->json)
        json_null(writer->json, title);
    end_cell(writer);
}

void table_writer_finish(struct table_writer *writer)
{
    if (!writer)
        return;
    if (!writer->begun)
        begin(writer);
    if (writer->format == TABLE_LATEX)
        put(writer, "\\hline\n\\end{tabular}\n");
    if (writer->format == TABLE_JSON)
        json_close_array(writer->json);
    if (writer->json)
        json_finish(writer->json);
    output_flush(writer->output);
    for (size_t i = 0; i < writer->count; i++)
        free(writer->columns[i].title);
    free(writer->columns);
    free(writer->scratch);
    free(writer);
}
