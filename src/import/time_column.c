/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_column.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "file_error.h"
#include "source_path.h"

/* A column holds times if so many sampled cells are times for each that is not. */
enum { TIMES_EACH = 2 };

/* -- how they are written ---------------------------------------------------------------------- */

/* Whether the text is a time of one of the forms, and no number that is too small for one. */
static bool fits(const struct time_form *forms, size_t count, struct sample_cell cell)
{
    struct time_reading time;
    cell_trim(&cell.text, &cell.length);
    for (size_t i = 0; i < count; i++)
        if (time_form_read(&forms[i], cell.text, cell.length, &time) &&
            (time.date || time.seconds >= PLAUSIBLE_SECOND))
            return true;
    return false;
}

static size_t count_fitting(const struct source_table *table, size_t field,
                            const struct time_form *forms, size_t count)
{
    size_t fitting = 0;
    for (size_t row = source_table_first(table); row < table->sample.rows; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        fitting += !cell_is_missing(cell.text, cell.length, table->options->missing) &&
                   fits(forms, count, cell);
    }
    return fitting;
}

size_t time_column_fitting(const struct source_table *table, size_t field,
                           const struct time_form *form)
{
    return count_fitting(table, field, form, 1);
}

/* The patterns of a date such as "3/21/2023 10:22", with its day first and with its month first. */
static bool find_patterns(struct sample_cell cell, struct time_form forms[2])
{
    static const char *const clocks[] = {
        "", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", ", %H:%M:%S", ", %I:%M:%S %p"};
    size_t digits = 0;
    cell_trim(&cell.text, &cell.length);
    while (digits < cell.length && isdigit((unsigned char)cell.text[digits]))
        digits++;
    if (digits < 1 || digits > 2 || digits == cell.length || !strchr("/.-", cell.text[digits]))
        return false;
    char mark = cell.text[digits], pattern[sizeof forms->pattern];
    struct error ignored;
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        for (size_t month = 0; month < 2; month++) {
            snprintf(pattern, sizeof pattern, "%%%c%c%%%c%c%%Y%s", "dm"[month], mark, "md"[month],
                     mark, clocks[i]);
            time_form_parse(pattern, &forms[month], &ignored);
        }
        if (fits(forms, 2, cell))
            return true;
    }
    return false;
}

/* The patterns of the first cell that is such a date. */
static bool find_first_patterns(const struct source_table *table, size_t field,
                                struct time_form forms[2])
{
    for (size_t row = source_table_first(table); row < table->sample.rows; row++)
        if (find_patterns(row_sample_cell(&table->sample, row, field), forms))
            return true;
    return false;
}

struct time_guess time_column_guess(const struct source_table *table, size_t field)
{
    static const struct time_form compact = {.kind = TIME_COMPACT};
    struct time_form forms[2];
    struct column_facts facts =
        column_facts(&table->sample, field, source_table_first(table), table->options->missing);
    struct time_guess guess = {.given = facts.given, .fitting = facts.times};
    size_t days = count_fitting(table, field, &compact, 1);
    if (days > guess.fitting) {
        guess.form = compact;
        guess.fitting = days;
    }
    size_t dates = find_first_patterns(table, field, forms) ? count_fitting(table, field, forms, 2)
                                                            : 0;
    if (dates > guess.fitting) {
        bool day_first = forms[0].pattern[2] == '.';
        guess.form = forms[!day_first];
        guess.rival = forms[day_first];
        guess.fitting = dates;
    }
    return guess;
}

bool time_guess_holds(const struct time_guess *guess)
{
    return guess->fitting > 0 && guess->fitting >= TIMES_EACH * (guess->given - guess->fitting);
}

/* -- reading ----------------------------------------------------------------------------------- */

/* What a person can do about a cell that is no time, where bad rows are not left out. */
static const char *advice(const struct source_field *field)
{
    return field->table->lenient
               ? ""
               : "; --keep-going leaves its row out, --missing names such cells, --time - makes an "
                 "attribute of the column";
}

static bool refuse_time(const struct source_field *field, const struct source_column *column,
                        const char *wrong, struct error *error)
{
    char shown[CELL_EXCERPT];
    cell_excerpt(field->text, field->length, shown);
    if (wrong)
        return file_error(error, field->path, field->line, "the time \"%.60s\" %s%s", shown, wrong,
                          advice(field));
    bool open = column->rival.kind == TIME_PATTERN && column->proof.line == 0;
    return file_error(error, field->path, field->line,
                      "the time \"%.60s\" is not written as %s%s%s%s", shown,
                      time_form_option(&column->form), open ? " or " : "",
                      open ? column->rival.pattern : "", advice(field));
}

static bool refuse_order(const struct source_field *field, const struct source_column *column,
                         const char *shown, struct error *error)
{
    char path[200];
    bool day_first = column->form.pattern[1] == 'd';
    return error_set(error, ERROR_USAGE,
                     "\"%s\": \"%s\" in line %" PRIu64 " has its %s first, and \"%s\" in line "
                     "%" PRIu64 " its %s; --time-format '%s' or '%s' says how times are written, "
                     "and with --keep-going the other rows are left out",
                     text_safe(source_path_words(field->path), path, sizeof path),
                     column->proof.text, column->proof.line, day_first ? "day" : "month", shown,
                     field->line, day_first ? "month" : "day", column->form.pattern,
                     column->rival.pattern);
}

/* Learns the order of day and month from a cell that can be read in one order alone. */
static bool learn_order(const struct source_field *field, struct source_column *column,
                        const char *text, size_t length, struct error *error)
{
    struct time_reading time;
    char shown[CELL_EXCERPT];
    bool chosen = time_form_read(&column->form, text, length, &time);
    if (chosen == time_form_read(&column->rival, text, length, &time))
        return true;
    cell_excerpt(text, length, shown);
    if (column->proof.line > 0)
        return chosen || refuse_order(field, column, shown, error);
    column->proof.line = field->line;
    snprintf(column->proof.text, sizeof column->proof.text, "%s", shown);
    if (!chosen) {
        struct time_form form = column->form;
        column->form = column->rival;
        column->rival = form;
    }
    return true;
}

bool time_column_read(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error)
{
    static const char neither[] = "is neither seconds since 1970 nor a date such as 2015-03-29 "
                                  "10:22:33, in the years 1 to 9999";
    struct time_reading time;
    const char *text = field->text;
    size_t length = field->length;
    if (cell_is_missing(text, length, field->table->options->missing)) {
        column->missing++;
        return true;
    }
    cell_trim(&text, &length);
    if (column->rival.kind == TIME_PATTERN && !field->table->settled &&
        !learn_order(field, column, text, length, error))
        return false;
    if (!time_form_read(&column->form, text, length, &time))
        return refuse_time(field, column, column->form.kind == TIME_ANY ? neither : NULL, error);
    if (!column->sure && !time.date && time.seconds < PLAUSIBLE_SECOND)
        return refuse_time(field, column, "is before 1973, which is not plausible", error);
    cell->given = true;
    cell->integer = time.seconds;
    column->given++;
    column->rescaled += time.per_second > 1;
    return true;
}
