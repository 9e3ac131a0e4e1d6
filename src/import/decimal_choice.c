/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "decimal_choice.h"

#include <stdio.h>
#include <string.h>

#include "source_path.h"

/* The numbers of a column, by their marks. Open ones are those such as "1.234" and "1,234". */
struct marks {
    size_t points, commas, open_points, open_commas;
    bool numeric; /* all cells are such numbers, or whole ones */
};

/* Whether the mark may as well stand between thousands. */
static bool is_open(const char *text, size_t length, char mark)
{
    char plain[CELL_PLAIN];
    return cell_ungroup(text, length, mark == '.' ? ',' : '.', plain) > 0;
}

static void learn_cell(struct marks *marks, const char *text, size_t length)
{
    bool point = memchr(text, '.', length) != NULL, comma = memchr(text, ',', length) != NULL;
    char mark = comma ? ',' : '.';
    double number;
    marks->numeric = marks->numeric && cell_real(text, length, mark, &number);
    if (!marks->numeric || (!point && !comma))
        return;
    bool open = is_open(text, length, mark);
    *(comma  ? open ? &marks->open_commas : &marks->commas
      : open ? &marks->open_points
             : &marks->points) += 1;
}

static struct marks marks_of(const struct source_table *table, size_t field)
{
    struct marks marks = {.numeric = true};
    size_t given = 0;
    for (size_t row = source_table_first(table); row < table->sample.rows && marks.numeric; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        cell_trim(&cell.text, &cell.length);
        if (cell_is_missing(cell.text, cell.length, table->options->missing))
            continue;
        given++;
        learn_cell(&marks, cell.text, cell.length);
    }
    marks.numeric = marks.numeric && given > 0;
    return marks;
}

/* Whether a column may be read otherwise: only cells that a person or a program for persons wrote
 * have commas in their numbers. */
static bool is_in_question(const struct source_table *table, const struct source_column *column)
{
    const struct records *records = table->records;
    return (column->role == ROLE_RATING || column->role == ROLE_OTHER) && !column->must_number &&
           !table->exact && *records->choice.separator && !records->input.reader &&
           !source_stream_of(table->path).what;
}

/* Which mark is the decimal one in the columns that leave no doubt; NUL if none or both. */
static char proved_mark(const struct source_table *table)
{
    bool point = false, comma = false;
    for (size_t field = 0; field < table->names.count; field++) {
        struct marks marks = marks_of(table, field);
        point = point || (marks.numeric && marks.points > 0 && marks.commas == 0);
        comma = comma || (marks.numeric && marks.commas > 0 && marks.points == 0);
    }
    return point == comma ? '\0' : point ? '.' : ',';
}

/* The decimal mark of a column in which thousands stand apart; NUL if that is not sure. */
static char grouped_mark(const struct source_table *table, const struct source_column *column)
{
    const struct marks marks = marks_of(table, column->field);
    bool open = marks.open_points > 0 || marks.open_commas > 0;
    if (!marks.numeric || !open || (marks.points > 0 && marks.commas > 0))
        return '\0';
    char mark = marks.points > 0 ? '.' : marks.commas > 0 ? ',' : proved_mark(table);
    bool apart = mark == ',' ? marks.open_points > 0 : mark == '.' && marks.open_commas > 0;
    return apart ? mark : '\0';
}

/* Whether all numbers of the column can have decimal commas, and one leaves no doubt. */
static bool has_commas(const struct source_table *table, size_t field)
{
    const struct marks marks = marks_of(table, field);
    return marks.numeric && marks.commas > 0 && marks.points == 0 && marks.open_points == 0;
}

/* Whether numbers of another column have decimal points, so that no option says the same as what is
 * found of each column. */
static bool has_points(const struct source_table *table)
{
    for (size_t field = 0; field < table->names.count; field++) {
        const struct column_facts facts =
            column_facts(&table->sample, field, source_table_first(table), table->options->missing);
        if (facts.given > 0 && facts.numbers == facts.given && facts.comma_numbers < facts.given)
            return true;
    }
    return false;
}

static void tell_decimal(const struct source_table *table, const struct source_column *column,
                         struct import_plan *plan)
{
    bool asked = table->options->decimal != NULL, comma = column->decimal == ',';
    for (size_t i = 0; asked && i + 1 < table->count; i++)
        if (table->columns[i].grouped)
            return;
    bool points = !asked && has_points(table);
    struct decision *decision =
        source_table_decide(table, plan, "decimal point", comma ? "comma" : "point",
                            points ? NULL : "decimal", comma ? "," : ".");
    decision_because(decision,
                     asked ? "as --decimal says; thousands may stand apart"
                     : column->grouped
                         ? "in the column %s, as other numbers are written; thousands "
                           "stand apart in it, and --decimal %s reads it otherwise"
                         : "in the column %s",
                     column->name, comma ? "." : ",");
    decision->told = !asked;
}

bool decimal_choose(struct source_table *table, struct source_column *column,
                    struct import_plan *plan, struct error *error)
{
    const char *option = table->options->decimal;
    if (option && strcmp(option, ".") != 0 && strcmp(option, ",") != 0)
        return error_set(error, ERROR_USAGE, "--decimal is \".\" or \",\"");
    char grouped = option                          ? *option
                   : is_in_question(table, column) ? grouped_mark(table, column)
                                                   : '\0';
    column->grouped = grouped != '\0';
    if (column->grouped ? grouped == ',' : has_commas(table, column->field))
        column->decimal = ',';
    if (column->grouped || column->decimal == ',')
        tell_decimal(table, column, plan);
    return true;
}

/* Whether the numbers of the file leave no doubt that they have decimal points. */
static bool are_pointed(const struct source_table *table)
{
    bool pointed = false;
    for (size_t i = 0; i < table->count; i++) {
        if (table->columns[i].decimal == ',')
            return false;
        pointed = pointed || table->columns[i].pointed;
    }
    return pointed;
}

void decimal_tell_doubt(const struct source_table *table, const struct source_column *column,
                        struct import_plan *plan)
{
    char line[SOURCE_LINE], plain[CELL_PLAIN];
    const struct odd_cell *cell = &column->open;
    if (cell->line == 0 || column->type != COLUMN_REAL || !is_in_question(table, column) ||
        column->pointed || are_pointed(table) || proved_mark(table) == '.')
        return;
    size_t length = cell_ungroup(cell->text, strlen(cell->text), ',', plain);
    struct decision *decision =
        source_table_decide(table, plan, "decimal point", "point", NULL, NULL);
    decision_because(decision,
                     "but \"%s\" in %s has three digits behind it, as all numbers of %s with one; "
                     "if thousands stand apart there, --decimal , reads %.*s",
                     cell->text, source_line_of(table->path, cell->path, cell->line, line),
                     column->name, (int)length, plain);
    decision->told = true;
}
