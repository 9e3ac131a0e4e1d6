/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_column.h"

#include <stdio.h>
#include <string.h>

/* The day is the first or the second number of dates such as "03/21/2023". */
static const char *day_pattern(const struct source_table *table, size_t field, bool *sure)
{
    int most[2] = {0, 0};
    char mark = 0;
    for (size_t row = source_table_first(table); row < table->sample.rows; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        char copy[32], marks[2];
        int numbers[3];
        if (cell_is_missing(cell.text, cell.length, table->options->missing))
            continue;
        cell_trim(&cell.text, &cell.length);
        snprintf(copy, sizeof copy, "%.*s", (int)cell.length, cell.text);
        if (cell.length > 10 ||
            sscanf(copy, "%2d%c%2d%c%4d", &numbers[0], &marks[0], &numbers[1], &marks[1],
                   &numbers[2]) != 5 ||
            marks[0] != marks[1] || !strchr("/.-", marks[0]) || numbers[2] < 1000)
            return NULL;
        mark = marks[0];
        for (int i = 0; i < 2; i++)
            most[i] = numbers[i] > most[i] ? numbers[i] : most[i];
    }
    *sure = most[0] > 12 || most[1] > 12;
    bool day_first = most[0] > 12 || (most[1] <= 12 && mark == '.');
    if (mark == 0 || most[0] > 31 || most[1] > 31)
        return NULL;
    return mark == '/'   ? day_first ? "%d/%m/%Y" : "%m/%d/%Y"
           : mark == '.' ? day_first ? "%d.%m.%Y" : "%m.%d.%Y"
           : day_first   ? "%d-%m-%Y"
                         : "%m-%d-%Y";
}

struct time_facts time_column_facts(const struct source_table *table, size_t field,
                                    const struct time_form *form)
{
    struct time_facts facts = {0};
    for (size_t row = source_table_first(table); row < table->sample.rows; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        struct time_reading time;
        if (cell_is_missing(cell.text, cell.length, table->options->missing))
            continue;
        cell_trim(&cell.text, &cell.length);
        bool read = time_form_read(form, cell.text, cell.length, &time);
        facts.given++;
        facts.read += read;
        facts.plausible += read && time_is_plausible(&time);
    }
    return facts;
}

/* Whether all sampled cells are days such as "20230321". */
static bool is_compact(const struct source_table *table, size_t field)
{
    static const struct time_form compact = {.kind = TIME_COMPACT};
    const struct time_facts facts = time_column_facts(table, field, &compact);
    return facts.given > 0 && facts.read == facts.given;
}

bool time_column_form(const struct source_table *table, size_t field, struct time_form *form,
                      bool *sure)
{
    struct error ignored;
    const char *pattern = NULL;
    struct column_facts facts =
        column_facts(&table->sample, field, source_table_first(table), table->options->missing);
    *form = (struct time_form){.kind = TIME_ANY};
    *sure = true;
    if (is_compact(table, field))
        form->kind = TIME_COMPACT;
    else if ((pattern = day_pattern(table, field, sure)))
        time_form_parse(pattern, form, &ignored);
    return form->kind != TIME_ANY || (facts.given > 0 && facts.times == facts.given);
}
