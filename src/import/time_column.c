/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_column.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A column holds times if so many sampled cells are times for each that is not. */
enum { TIMES_EACH = 2 };

/* Whether the cell is a time of one of the forms. */
static bool read_time(const struct time_guess *guess, struct sample_cell cell, bool *plausible)
{
    struct time_reading time;
    cell_trim(&cell.text, &cell.length);
    bool read = time_form_read(&guess->form, cell.text, cell.length, &time) ||
                (guess->rival.kind == TIME_PATTERN &&
                 time_form_read(&guess->rival, cell.text, cell.length, &time));
    *plausible = read && time_is_plausible(&time);
    return read;
}

/* The next row from `row` on whose cell is not missing, or SIZE_MAX. */
static size_t next_given(const struct source_table *table, size_t field, size_t row,
                         struct sample_cell *cell)
{
    for (; row < table->sample.rows; row++) {
        *cell = row_sample_cell(&table->sample, row, field);
        if (!cell_is_missing(cell->text, cell->length, table->options->missing))
            return row;
    }
    return SIZE_MAX;
}

static void count_times(const struct source_table *table, size_t field, struct time_guess *guess)
{
    struct sample_cell cell;
    for (size_t row = next_given(table, field, source_table_first(table), &cell); row != SIZE_MAX;
         row = next_given(table, field, row + 1, &cell)) {
        bool plausible, read = read_time(guess, cell, &plausible);
        guess->given++;
        guess->plausible += plausible;
        guess->fitting += guess->asked ? read : plausible;
    }
}

/* The patterns of a date such as "3/21/2023 10:22", with its day first or its month first. */
static bool find_patterns(struct sample_cell cell, struct time_guess *guess)
{
    static const char *const clocks[] = {"",          " %H:%M:%S",  " %H:%M",       " %I:%M:%S %p",
                                         " %I:%M %p", ", %H:%M:%S", ", %I:%M:%S %p"};
    size_t digits = 0;
    cell_trim(&cell.text, &cell.length);
    while (digits < cell.length && isdigit((unsigned char)cell.text[digits]))
        digits++;
    if (digits < 1 || digits > 2 || digits == cell.length || !strchr("/.-", cell.text[digits]))
        return false;
    char mark = cell.text[digits], pattern[sizeof guess->form.pattern];
    bool day_first = mark == '.', plausible;
    struct error ignored;
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        for (int month = 0; month < 2; month++) {
            snprintf(pattern, sizeof pattern, "%%%c%c%%%c%c%%Y%s", "dm"[month], mark, "md"[month],
                     mark, clocks[i]);
            time_form_parse(pattern, month == day_first ? &guess->rival : &guess->form, &ignored);
        }
        if (read_time(guess, cell, &plausible))
            return true;
    }
    return false;
}

/* The patterns of the first cell that is such a date. */
static bool find_first_patterns(const struct source_table *table, size_t field,
                                struct time_guess *guess)
{
    struct sample_cell cell;
    for (size_t row = next_given(table, field, source_table_first(table), &cell); row != SIZE_MAX;
         row = next_given(table, field, row + 1, &cell))
        if (find_patterns(cell, guess))
            return true;
    return false;
}

bool time_column_guess(const struct source_table *table, size_t field, struct time_guess *guess,
                       struct error *error)
{
    const char *option = table->options->time_format;
    struct time_guess days = {.form.kind = TIME_COMPACT}, dates = {0};
    *guess = (struct time_guess){.asked = option != NULL};
    if (option && !time_form_parse(option, &guess->form, error))
        return false;
    count_times(table, field, guess);
    if (option)
        return true;
    count_times(table, field, &days);
    if (find_first_patterns(table, field, &dates))
        count_times(table, field, &dates);
    if (days.fitting > guess->fitting)
        *guess = days;
    if (dates.fitting > guess->fitting)
        *guess = dates;
    return true;
}

size_t time_guess_first_odd(const struct time_guess *guess, const struct source_table *table,
                            size_t field)
{
    struct sample_cell cell;
    size_t row = source_table_first(table);
    while ((row = next_given(table, field, row, &cell)) != SIZE_MAX) {
        bool plausible, read = read_time(guess, cell, &plausible);
        if (guess->asked ? !read : !plausible)
            return row;
        row++;
    }
    return SIZE_MAX;
}

bool time_guess_holds(const struct time_guess *guess)
{
    return guess->fitting > 0 && guess->fitting >= TIMES_EACH * (guess->given - guess->fitting);
}
