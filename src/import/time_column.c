/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_column.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A column holds times if so many sampled cells are times for each that is not. */
enum { TIMES_EACH = 2 };

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
    static const char *const clocks[] = {"",          " %H:%M:%S",  " %H:%M",       " %I:%M:%S %p",
                                         " %I:%M %p", ", %H:%M:%S", ", %I:%M:%S %p"};
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
    size_t dates =
        find_first_patterns(table, field, forms) ? count_fitting(table, field, forms, 2) : 0;
    if (dates > guess.fitting) {
        bool day_first = forms[0].pattern[2] == '.';
        guess.form = forms[!day_first];
        guess.rival = forms[day_first];
        guess.fitting = dates;
    }
    return guess;
}

size_t time_guess_first_odd(const struct time_guess *guess, const struct source_table *table,
                            size_t field)
{
    const struct time_form forms[] = {guess->form, guess->rival};
    size_t count = guess->rival.kind == TIME_PATTERN ? 2 : 1;
    for (size_t row = source_table_first(table); row < table->sample.rows; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        if (!cell_is_missing(cell.text, cell.length, table->options->missing) &&
            !fits(forms, count, cell))
            return row;
    }
    return SIZE_MAX;
}

bool time_guess_holds(const struct time_guess *guess)
{
    return guess->fitting > 0 && guess->fitting >= TIMES_EACH * (guess->given - guess->fitting);
}
