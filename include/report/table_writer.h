/* SPDX-License-Identifier: MIT
 *
 * Writes a table row by row in one of the formats that other programs read: what an export of a
 * page, `thaw sql` and `thaw export` write. A writer belongs to its caller and to one thread.
 *
 * All columns come before the first cell. Cells come row after row; a row ends by itself with its
 * last cell. The writer passes text on to its output now and then, so a table of any length takes
 * little memory; output->failed tells that it could not.
 */
#ifndef REPORT_TABLE_WRITER_H
#define REPORT_TABLE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/output.h"

/* Name, word of an option, ending of a file's name.
 *   CSV       fields between commas, quoted where needed (RFC 4180), after a line of titles
 *   TSV       fields between tabs; a tab or line end within a text becomes a blank
 *   JSON      one array with an object for each row
 *   JSONL     an object on each line
 *   MARKDOWN  a table with "|"; LATEX  a tabular. Both are for people: texts are made safe. */
#define TABLE_FORMATS(X)                                                                           \
    X(CSV, "csv", ".csv")                                                                          \
    X(TSV, "tsv", ".tsv")                                                                          \
    X(JSON, "json", ".json")                                                                       \
    X(JSONL, "jsonl", ".jsonl")                                                                    \
    X(MARKDOWN, "markdown", ".md")                                                                 \
    X(LATEX, "latex", ".tex")

enum table_format {
#define X(name, word, ending) TABLE_##name,
    TABLE_FORMATS(X)
#undef X
        TABLE_FORMAT_COUNT
};

/* TABLE_FORMAT_COUNT if there is no format with that word, or if the name of the file ends in none
 * of the endings. Case is ignored in endings. */
enum table_format table_format_of_word(const char *word);
enum table_format table_format_of_file(const char *path);
enum { TABLE_FORMAT_TEXT = 64 };
/* All words, or all endings: "csv, tsv or json". Returns `text`. */
const char *table_format_words(bool endings, char text[TABLE_FORMAT_TEXT]);
/* Whether numbers are written as they are shown, because people read them. */
bool table_format_is_paper(enum table_format format);

struct table_writer;

/* `output` is borrowed. */
struct table_writer *table_writer_new(enum table_format format, struct output *output);
/* Adds a column, with the side of its cells on paper. A title that another column has gets "_2" or
 * a higher number in JSON. */
void table_writer_column(struct table_writer *writer, const char *title, bool right);
/* Adds a cell: a text of UTF-8 without NUL, a number, digits of a number as JSON has them, or a
 * missing value. A number that is not finite is missing. */
void table_writer_text(struct table_writer *writer, const char *text, size_t length);
void table_writer_number(struct table_writer *writer, double value);
void table_writer_digits(struct table_writer *writer, const char *digits);
void table_writer_missing(struct table_writer *writer);
/* Writes what ends the table, flushes the output and frees the writer. Accepts NULL. */
void table_writer_finish(struct table_writer *writer);

#endif
