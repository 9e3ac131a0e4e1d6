/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_column.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A column holds times if so many sampled cells are times for each that is not. */
enum { TIMES_EACH = 2 };
/* What stands between the parts of a date. */
static const char MARKS[] = "/.-";
/* So many clocks are told apart in one column. */
enum { MOST_CLOCKS = 4 };

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

/* What stands between the parts of a date such as "3/21/2023"; NUL if the cell begins otherwise. */
static char mark_of(struct sample_cell cell)
{
    size_t digits = 0;
    cell_trim(&cell.text, &cell.length);
    while (digits < cell.length && isdigit((unsigned char)cell.text[digits]))
        digits++;
    bool marked = digits >= 1 && digits <= 2 && digits < cell.length &&
                  memchr(MARKS, cell.text[digits], strlen(MARKS));
    return marked ? cell.text[digits] : '\0';
}

/* Patterns of dates with the same mark, with their day first or their month first, that differ in
 * the clock behind them. */
struct date_patterns {
    char mark;
    size_t count;
    const char *clocks[MOST_CLOCKS];
};

/* The patterns, "|" between them. */
static void write_patterns(const struct date_patterns *patterns, struct time_guess *guess)
{
    char text[TIME_PATTERN_SIZE];
    struct error ignored;
    bool day_first = patterns->mark == '.';
    for (int month = 0; month < 2; month++) {
        size_t used = 0;
        for (size_t i = 0; i < patterns->count; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%%%c%c%%%c%c%%Y%s",
                                     i > 0 ? "|" : "", "dm"[month], patterns -> mark, "md"[month],
                                     patterns -> mark, patterns -> clocks[i]);
        time_form_parse(text, month == day_first ? &guess->rival : &guess->form, &ignored);
    }
}

/* The most frequent clock, and those of other cells behind it. */
static void find_clocks(const struct source_table *table, size_t field,
                        struct date_patterns *patterns)
{
    static const char *const clocks[] = {"",          " %H:%M:%S",  " %H:%M",  " %I:%M:%S %p",
                                         " %I:%M %p", ", %H:%M:%S", ", %H:%M", ", %I:%M:%S %p",
                                         ", %I:%M %p"};
    uint64_t most = 0;
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        struct date_patterns one = {patterns->mark, 1, {clocks[i]}};
        struct time_guess guess = {0};
        write_patterns(&one, &guess);
        count_times(table, field, &guess);
        if (guess.fitting == 0 || patterns->count == MOST_CLOCKS)
            continue;
        size_t place = guess.fitting > most ? 0 : patterns->count;
        if (place == 0)
            patterns->clocks[patterns->count] = patterns->clocks[0];
        patterns->clocks[place] = clocks[i];
        patterns->count++;
        most = guess.fitting > most ? guess.fitting : most;
    }
}

/* The patterns of the first cell that is such a date, and of others like it. */
static bool find_patterns(const struct source_table *table, size_t field, struct time_guess *guess)
{
    struct sample_cell cell;
    char tried[sizeof MARKS] = "";
    for (size_t row = next_given(table, field, source_table_first(table), &cell); row != SIZE_MAX;
         row = next_given(table, field, row + 1, &cell)) {
        struct date_patterns patterns = {.mark = mark_of(cell)};
        if (patterns.mark == '\0' || strchr(tried, patterns.mark))
            continue;
        tried[strlen(tried)] = patterns.mark;
        find_clocks(table, field, &patterns);
        if (patterns.count == 0)
            continue;
        write_patterns(&patterns, guess);
        return true;
    }
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
    if (find_patterns(table, field, &dates))
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
