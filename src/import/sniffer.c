/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sniffer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "row_reader.h"
#include "scan.h"
#include "source_path.h"

static const double AS_REGULAR = 0.9, HARDLY_REGULAR = 0.5;

/* What the rows of the sample are by one dialect. */
struct sniffed {
    struct dialect dialect;
    size_t columns;
    double regularity; /* 0 if there is one column */
    size_t before;     /* rows before the first that fits */
    size_t filled;     /* columns with a value in some row; the others are gaps */
};

struct sniffed_row {
    size_t columns;
    uint64_t line;
    size_t cut;   /* of a broken row: its columns if quotes meant nothing; else 0 */
    bool marked;  /* like a comment */
    long long id; /* the number in its first cell, or -1 */
};

struct sniffed_rows {
    struct sniffed_row rows[SAMPLE_LINES];
    size_t count, broken;     /* the most cells that a broken row has before it breaks */
    bool filled[MOST_FIELDS]; /* columns with a value, in rows that are not marked */
};

static const char *first_character(const struct sample *sample, uint64_t number)
{
    static const char none[] = "";
    for (size_t i = 0; i < sample->count; i++)
        if (sample->lines[i].number == number && sample->lines[i].length > 0)
            return sample->lines[i].text;
    return none;
}

/* The whole number in the first cell of a row, also in quotes, or -1. */
static long long first_number(const struct record *record)
{
    if (record->count == 0 || record->lengths[0] == 0)
        return -1;
    size_t length = record->lengths[0];
    bool quoted = length > 2 && record->fields[0][0] == '"' && record->fields[0][length - 1] == '"';
    long long number;
    return text_integer(record->fields[0] + quoted, length - 2 * quoted, &number) ? number : -1;
}

/* The columns of a line if quotes mean nothing. */
static size_t columns_without_quotes(const struct sample *sample, const struct dialect *dialect,
                                     uint64_t number)
{
    struct dialect plain = *dialect;
    struct row_splitter *splitter = memory_new(sizeof *splitter);
    size_t columns = 0;
    plain.quoted = plain.strict = false;
    row_splitter_begin(splitter, false);
    for (size_t i = 0; i < sample->count; i++)
        if (sample->lines[i].number == number &&
            row_splitter_take(splitter, &plain, sample->lines[i].text, sample->lines[i].length) ==
                SPLIT_DONE)
            columns = splitter->count;
    row_splitter_release(splitter);
    free(splitter);
    return columns;
}

/* Splits the sample. A row at its end may be cut off, and is left out if it is broken. */
static void split_sample(const struct sample *sample, const struct dialect *dialect,
                         struct sniffed_rows *rows)
{
    struct row_reader *reader = memory_new(sizeof *reader);
    struct record record;
    struct error ignored;
    bool more;
    *reader = (struct row_reader){.dialect = *dialect, .sample = sample};
    *rows = (struct sniffed_rows){.count = 0};
    while (row_reader_next(reader, &record, &more, &ignored) && more &&
           rows->count < SAMPLE_LINES) {
        if (record.fault && reader->splitter.count > rows->broken)
            rows->broken = reader->splitter.count;
        if (record.fault && !sample->whole && reader->sampled == sample->count)
            break;
        char mark = *first_character(sample, record.line);
        bool marked = !dialect->comment && (mark == '#' || mark == '%');
        size_t cut = record.fault ? columns_without_quotes(sample, dialect, record.line) : 0;
        rows->rows[rows->count++] =
            (struct sniffed_row){record.count, record.line, cut, marked, first_number(&record)};

        for (size_t i = 0; i < record.count && !marked; i++)
            rows->filled[i] = rows->filled[i] || record.lengths[i] > 0;
    }
    row_reader_release(reader);
    free(reader);
}

/* How many rows have a number of columns. */
static size_t rows_with(const struct sniffed_rows *rows, size_t columns, bool marked)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += rows->rows[i].columns == columns && rows->rows[i].marked == marked;
    return count;
}

/* The number of columns that most rows have; the larger one if two are equally frequent. */
static size_t usual_columns(const struct sniffed_rows *rows, bool marked)
{
    size_t best = 0, most = 0;
    for (size_t i = 0; i < rows->count; i++) {
        size_t columns = rows->rows[i].columns;
        if (rows->rows[i].marked != marked || columns == 0) /* broken */
            continue;
        size_t count = rows_with(rows, columns, marked);
        if (count > most || (count == most && columns > best)) {
            most = count;
            best = columns;
        }
    }
    return best;
}

/* The first row that has more than half of the columns and is no comment. One that quotes break and
 * that would have all columns is no line before the rows: reading refuses it. */
static size_t find_first_row(const struct sniffed_rows *rows, size_t columns, bool marked)
{
    size_t first = 0;
    while (first < rows->count && rows->rows[first].cut != columns &&
           (rows->rows[first].marked != marked || 2 * rows->rows[first].columns <= columns))
        first++;
    return first;
}

/* Why the first row has one column less than the others, if that is usual: each of the others ends
 * with a separator, or begins with its number, whose name R leaves out. */
static void look_at_short_header(struct sniffed *found, const struct sniffed_rows *rows,
                                 size_t first)
{
    size_t numbered = 0;
    for (size_t i = first + 1; i < rows->count; i++)
        numbered += rows->rows[i].id == (long long)(i - first);
    found->dialect.trailing = !rows->filled[found->columns - 1];
    found->columns -= found->dialect.trailing;
    found->dialect.unnamed = !found->dialect.trailing && rows->rows[first].id < 0 &&
                             numbered + first + 1 == rows->count && numbered > 1;
}

static struct sniffed look_with(const struct sample *sample, const struct dialect *dialect)
{
    struct sniffed_rows rows;
    struct sniffed found = {.dialect = *dialect};
    split_sample(sample, dialect, &rows);
    size_t marks = 0;
    for (size_t i = 0; i < rows.count; i++)
        marks += rows.rows[i].marked;
    bool marked = marks == rows.count; /* then the mark is part of the rows */
    size_t judged = marked ? marks : rows.count - marks;
    found.columns = usual_columns(&rows, marked);
    if (found.columns == 0 && rows.broken > 1) { /* reading will say what is wrong */
        found.columns = rows.broken;
        found.regularity = HARDLY_REGULAR / (double)judged;
        return found;
    }
    if (found.columns <= 1)
        return found;
    found.regularity = (double)rows_with(&rows, found.columns, marked) / (double)judged;
    size_t first = find_first_row(&rows, found.columns, marked);
    for (size_t i = 0; i < first; i++)
        found.before += !rows.rows[i].marked;
    found.dialect.first_line = first < rows.count ? rows.rows[first].line : 0;
    if (first < rows.count && rows.rows[first].cut == 0 &&
        rows.rows[first].columns + 1 == found.columns) {
        look_at_short_header(&found, &rows, first);
        if (found.dialect.trailing || found.dialect.unnamed)
            found.regularity += 1 / (double)judged;
    }
    found.dialect.columns = found.columns;
    for (size_t i = 0; i < found.columns; i++)
        found.filled += rows.filled[i];
    return found;
}

/* -- comments that are headers ----------------------------------------------------------------- */

static bool has_number(const struct record *record)
{
    double number;
    for (size_t i = 0; i < record->count; i++)
        if (text_number(record->fields[i], record->lengths[i], &number) || record->lengths[i] == 0)
            return true;
    return false;
}

/* Whether a line, without its first bytes, is a row of as many columns as the file has, with a
 * number among them or without. */
static bool is_row(const struct dialect *dialect, const struct line *line, size_t skipped,
                   bool numbers)
{
    struct row_splitter *splitter = memory_new(sizeof *splitter);
    row_splitter_begin(splitter, false);
    bool good = row_splitter_take(splitter, dialect, line->text + skipped,
                                  line->length - skipped) == SPLIT_DONE;
    struct record record = record_of(splitter->count, splitter->fields, splitter->lengths, 0, NULL);
    good = good && record.count == dialect->columns && has_number(&record) == numbers;
    row_splitter_release(splitter);
    free(splitter);
    return good;
}

/* "# user item rating" right before a first row with numbers names its columns. */
static void look_for_header(const struct sample *sample, struct dialect *dialect)
{
    const struct line *before = NULL, *first = NULL;
    for (size_t i = 0; i < sample->count && !first; i++) {
        if (sample->lines[i].number == dialect->first_line)
            first = &sample->lines[i];
        else if (sample->lines[i].length > 0)
            before = &sample->lines[i];
    }
    if (!first || !before || dialect->comment || !strchr("#%", *before->text))
        return;
    size_t mark = 1;
    while (mark < before->length && before->text[mark] == ' ')
        mark++;
    if (is_row(dialect, before, mark, false) && is_row(dialect, first, 0, true)) {
        dialect->first_line = before->number;
        dialect->skipped = mark;
    }
}

/* -- choosing ---------------------------------------------------------------------------------- */

static const struct {
    const char *separator;
    bool quoted;
} separators[] = {{"\t", false}, {"::", false}, {",", true}, {";", true}, {"|", false}};
enum { SEPARATORS = sizeof separators / sizeof *separators };

static struct dialect dialect_of(const char *separator, bool quoted,
                                 const struct format_options *options)
{
    struct dialect dialect = {.width = strlen(separator), .comment = options->comment};
    snprintf(dialect.separator, sizeof dialect.separator, "%s", separator);
    dialect.quoted = dialect.strict =
        options->quote == QUOTE_YES || (options->quote == QUOTE_AUTO && quoted);
    return dialect;
}

/* Splits the sample by a separator, with quotes and without them if that is open, and takes the
 * better one. */
static struct sniffed look(const struct sample *sample, const char *separator, bool quoted,
                           const struct format_options *options)
{
    struct dialect dialect = dialect_of(separator, quoted, options);
    struct sniffed plain = look_with(sample, &dialect);
    if (dialect.quoted || options->quote == QUOTE_NO ||
        !memchr(sample->text.data, '"', sample->text.size))
        return plain;
    dialect.quoted = true;
    struct sniffed other = look_with(sample, &dialect);
    if (other.regularity <= plain.regularity)
        return plain;
    other.dialect.quoted = false; /* the whole file decides */
    return other;
}

/* What a separator has to reach in order to be as regular as the best. */
struct sniffed_least {
    double regularity;
    size_t before; /* at most */
};

static struct sniffed_least least_of(const struct sniffed found[SEPARATORS])
{
    struct sniffed_least least = {0, SIZE_MAX};
    for (size_t i = 0; i < SEPARATORS; i++)
        if (AS_REGULAR * found[i].regularity > least.regularity)
            least.regularity = AS_REGULAR * found[i].regularity;
    for (size_t i = 0; i < SEPARATORS; i++)
        if (found[i].regularity >= least.regularity && found[i].before < least.before)
            least.before = found[i].before;
    return least;
}

static bool is_rival(const struct sniffed *found, const struct sniffed_least *least)
{
    return found->regularity > 0 && found->regularity >= least->regularity &&
           found->before <= least->before;
}

/* Whether the first is to be preferred to the second, which is before it in the list. */
static bool is_better(const struct sniffed *left, const struct sniffed *right, size_t given)
{
    if (given > 0 && (left->columns == given) != (right->columns == given))
        return left->columns == given;
    if (*right->dialect.separator == '\t')
        return false;
    return left->columns > right->columns;
}

static void say_rivals(const struct sniffed found[SEPARATORS], const struct sniffed *chosen,
                       const struct sniffed_least *least, struct format_choice *choice)
{
    size_t used = 0;
    char words[32];
    for (size_t i = 0; i < SEPARATORS; i++)
        if (&found[i] != chosen && is_rival(&found[i], least) && used < sizeof choice->rivals)
            used += (size_t)snprintf(choice->rivals + used, sizeof choice->rivals - used,
                                     "%s%s (%zu columns)", used > 0 ? ", " : "",
                                     dialect_words(&found[i].dialect, words), found[i].columns);
}

/* Whether a column is empty in every row. */
static bool has_gaps(const struct sniffed *found)
{
    return found->filled < found->columns;
}

/* Tries what is rare: the chosen separator doubled, if it leaves columns empty in every row; or, if
 * none was chosen, a rare separator. */
static struct sniffed look_for_rare(const struct sample *sample,
                                    const struct format_options *options,
                                    const struct sniffed *chosen)
{
    static const char *const rare[] = {":", "^", "~", "\1"};
    char twice[3] = "";
    struct sniffed best = {.columns = 0};
    if (chosen && has_gaps(chosen) && chosen->dialect.width == 1) {
        memset(twice, *chosen->dialect.separator, 2);
        struct sniffed found = look(sample, twice, false, options);
        if (2 * found.columns == chosen->columns + 1 && !has_gaps(&found) &&
            found.regularity >= AS_REGULAR * chosen->regularity)
            return found;
    }
    for (size_t i = 0; i < sizeof rare / sizeof *rare && !chosen; i++) {
        struct sniffed found = look(sample, rare[i], false, options);
        if (found.regularity > best.regularity && found.regularity >= HARDLY_REGULAR)
            best = found;
    }
    return best;
}

static bool choose_among(const struct sample *sample, const struct format_options *options,
                         struct sniffed *result, struct format_choice *choice)
{
    struct sniffed found[SEPARATORS];
    const struct sniffed *chosen = NULL;
    for (size_t i = 0; i < SEPARATORS; i++)
        found[i] = look(sample, separators[i].separator, separators[i].quoted, options);
    struct sniffed_least least = least_of(found);
    for (size_t i = 0; i < SEPARATORS; i++)
        if (is_rival(&found[i], &least) &&
            (!chosen || is_better(&found[i], chosen, options->columns_given)))
            chosen = &found[i];
    struct sniffed blanks = look(sample, "", false, options);
    bool hardly = !chosen || chosen->regularity < HARDLY_REGULAR;
    bool gaps = chosen && has_gaps(chosen) && *chosen->dialect.separator == '\t';
    if ((hardly && blanks.regularity > (chosen ? chosen->regularity : 0)) ||
        (gaps && !has_gaps(&blanks) && blanks.columns == chosen->filled &&
         blanks.regularity >= AS_REGULAR * chosen->regularity)) {
        *result = blanks;
        return true;
    }
    *result = look_for_rare(sample, options, chosen);
    if (chosen && result->columns == 0) {
        *result = *chosen;
        say_rivals(found, chosen, &least, choice);
    }
    return result->columns > 0;
}

/* -- what a person or Excel says --------------------------------------------------------------- */

/* The separator that an option names, or NULL if it is none. */
static const char *read_separator(const char *text)
{
    static const char *const names[][2] = {{"tab", "\t"}, {"\\t", "\t"},  {"blanks", ""},
                                           {" ", ""},     {"comma", ","}, {"semicolon", ";"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i][0]) == 0)
            return names[i][1];
    bool good = *text != '\0' && strlen(text) <= LONGEST_SEPARATOR && !strpbrk(text, "\"\r\n");
    return good ? text : NULL;
}

static bool take_separator(const struct sample *sample, const struct format_options *options,
                           const char *path, struct sniffed *found, struct error *error)
{
    const char *separator = read_separator(options->separator);
    char shown[64], file[SOURCE_PLACE], words[32];
    if (!separator)
        return error_set(error, ERROR_USAGE,
                         "\"%s\" is no separator: expected 1 to 8 bytes without quotes and line "
                         "ends, \"tab\" or \"blanks\"",
                         text_safe(options->separator, shown, sizeof shown));
    bool usual = *separator == ',' || *separator == ';';
    *found = look(sample, separator, usual, options);
    if (found->columns > 1)
        return true;
    source_place(path, 0, file);
    if (source_stream_of(path).what)
        return error_set(error, ERROR_USAGE,
                         "%s: it has one column, and a user, an item and more are expected", file);
    return error_set(error, ERROR_USAGE,
                     "%s has one column when %s separate them; leave the separator out to have it "
                     "found",
                     file, text_safe(dialect_words(&found->dialect, words), shown, sizeof shown));
}

/* The separator of a line "sep=;", or NULL. Quotes may stand around the line. */
static const char *excel_separator(const struct sample *sample, char text[2])
{
    const struct line *first = sample->count > 0 ? &sample->lines[0] : NULL;
    size_t quoted = first && first->length == 7 && *first->text == '"';
    if (!first || first->length != 5 + 2 * quoted ||
        strncasecmp(first->text + quoted, "sep=", 4) != 0 || first->text[4 + quoted] == '"')
        return NULL;
    text[0] = first->text[4 + quoted];
    text[1] = '\0';
    return text;
}

/* The sample without its first line. */
static struct sample without_first(const struct sample *sample)
{
    struct sample rest = *sample;
    rest.lines++;
    rest.count--;
    return rest;
}

static void describe(const struct sniffed *found, struct format_choice *choice)
{
    char words[32];
    const char *separator = found->dialect.separator;
    snprintf(choice->words, sizeof choice->words, "columns between %s",
             dialect_words(&found->dialect, words));
    snprintf(choice->separator, sizeof choice->separator, "%s",
             *separator == '\0'             ? "blanks"
             : strcmp(separator, "\t") == 0 ? "tab"
                                            : separator);
    choice->quoted = found->dialect.quoted;
    choice->columns = found->columns;
}

bool sniffer_choose(const struct sample *sample, const struct format_options *options,
                    const char *path, struct dialect *dialect, struct format_choice *choice,
                    struct error *error)
{
    char excel[2];
    struct format_options asked = *options;
    struct sniffed found = {.columns = 0};
    const char *said = excel_separator(sample, excel);
    struct sample rest = said ? without_first(sample) : *sample;
    if (!asked.separator)
        asked.separator = said;
    if (!sample_first(&rest) && rest.whole)
        return file_error(error, path, 0, "nothing but empty lines");
    if (asked.separator && !take_separator(&rest, &asked, path, &found, error))
        return false;
    if (!asked.separator && !choose_among(&rest, &asked, &found, choice))
        return file_error(error, path, 1,
                          "no columns: commas, semicolons, tabs, \"|\", \"::\" or blanks separate "
                          "them");
    *dialect = found.dialect;
    look_for_header(&rest, dialect);
    describe(&found, choice);
    choice->sep_line = said != NULL;
    return true;
}
