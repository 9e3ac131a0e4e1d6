/* SPDX-License-Identifier: MIT
 *
 * What the first pass through a file has found about its columns, as decisions: types and the cells
 * that made them, ids that were cut, times in other units, and columns that say little.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "decimal_choice.h"
#include "source_path.h"
#include "source_table.h"

/* A column of texts is nearly one of numbers if it has so many numbers for each other cell. */
enum { NEARLY = 9 };

static struct decision *decide(const struct source_table *table, struct import_plan *plan,
                               const struct source_column *column, const char *what,
                               const char *choice)
{
    char subject[160];
    snprintf(subject, sizeof subject, "%s %.120s", what, column->name);
    return source_table_decide(table, plan, subject, choice, NULL, NULL);
}

static char *odd_line(const struct source_table *table, const struct odd_cell *odd,
                      char line[SOURCE_LINE])
{
    return source_line_of(table->path, odd->path, odd->line, line);
}

/* Why a cell that looks like a number or a date is no number; NULL if it does not look so. */
static const char *odd_reason(const char *text)
{
    static const struct time_form any = {.kind = TIME_ANY};
    enum { MOST_DIGITS = 18 };
    struct time_reading time;
    size_t length = strlen(text), sign = *text == '-' || *text == '+';
    size_t digits = strspn(text + sign, "0123456789");
    if (digits == 0)
        return NULL;
    if (time_form_read(&any, text, length, &time) && time.date)
        return "is a date and no number";
    if (sign + digits == length)
        return digits > MOST_DIGITS ? "has more digits than a number keeps"
                                    : "begins with 0, which a number does not keep";
    char plain[CELL_PLAIN];
    double number;
    if (cell_ungroup(text, length, '.', plain) > 0)
        return cell_number(text, length, ',', &number)
                   ? "has thousands apart, which --decimal . reads, or three decimals, which "
                     "--decimal , reads"
                   : "has thousands apart, which --decimal . reads";
    if (cell_ungroup(text, length, ',', plain) > 0)
        return "has thousands apart, which --decimal , reads";
    return strspn(text, "+-0123456789.,' /:%") == length ? "is no number that thaw reads" : NULL;
}

/* A type is a decision only if some cells do not fit. */
static void tell_type(const struct source_table *table, struct import_plan *plan,
                      const struct source_column *column)
{
    bool text = column->type == COLUMN_TEXT && column->odd.line > 0;
    const char *reason = text ? odd_reason(column->odd.text) : NULL;
    bool mixed = text && column->numbers > 0 && column->numbers * 2 >= column->given;
    if (column->unread == 0 && !mixed && !reason)
        return;
    char line[SOURCE_LINE];
    struct decision *decision =
        decide(table, plan, column, "type of", column_type_names[column->type]);
    odd_line(table, &column->odd, line);
    if (column->unread > 0) {
        decision_because(decision,
                         "as the header says; %" PRIu64 " other cells count as missing, the first "
                         "is \"%s\" in %s",
                         column->unread, column->odd.text, line);
        decision->told = true;
        return;
    }
    decision->told = (column->given - column->numbers) * NEARLY <= column->numbers;
    decision_because(decision, "\"%s\" in %s %s%s", column->odd.text, line,
                     reason ? reason : "is no number",
                     decision->told ? "; with --missing it counts as missing" : "");
}

static void tell_blanks(const struct source_table *table, struct import_plan *plan,
                        const struct source_column *column)
{
    char line[SOURCE_LINE];
    struct decision *decision =
        decide(table, plan, column, "ids of", "without the blanks around them");
    decision_because(decision, "%" PRIu64 " of %" PRIu64 " %s some, the first is \"%s\" in %s",
                     column->ids.blanked, column->ids.given,
                     column->ids.blanked == 1 ? "has" : "have", column->blank.text,
                     odd_line(table, &column->blank, line));
    decision->told = true;
}

static void tell_bars(const struct source_table *table, struct import_plan *plan,
                      const struct source_column *column)
{
    char line[SOURCE_LINE];
    if (column->barred.line == 0)
        return;
    struct decision *decision =
        decide(table, plan, column, "lists of", "\"|\" in a value is written \"\\|\"");
    decision_because(decision, "\"|\" stands between values; the first is \"%s\" in %s",
                     column->barred.text, odd_line(table, &column->barred, line));
    decision->told = true;
}

static void tell_ids(const struct source_table *table, struct import_plan *plan,
                     const struct source_column *column)
{
    const struct id_form *ids = &column->ids;
    if (ids->blanked > 0)
        tell_blanks(table, plan, column);
    bool few = ids->keeps_points && ids->pointed * 2 < ids->given;
    if (ids->pointed == 0 || few || (ids->keeps_points && column->odd.line == 0))
        return;
    char line[SOURCE_LINE];
    odd_line(table, &column->odd, line);
    struct decision *decision =
        decide(table, plan, column, "ids of", ids->keeps_points ? "with \".0\"" : "without \".0\"");
    if (ids->keeps_points)
        decision_because(
            decision,
            "%" PRIu64 " of %" PRIu64
            " end with it, but \"%s\" in %s is no such number or another id without it",
            ids->pointed, ids->given, column->odd.text, line);
    else if (ids->pointed < ids->given)
        decision_because(decision,
                         "%" PRIu64 " of %" PRIu64 " end with it, and all are whole numbers",
                         ids->pointed, ids->given);
    else
        decision_because(decision, "all end with it");
    decision->told = true;
}

static void tell_time_format(const struct source_table *table, struct import_plan *plan,
                             const struct source_column *column)
{
    const char *form = time_form_option(&column->times.form);
    bool asked = table->options->time_format != NULL;
    char line[SOURCE_LINE];
    if (*form == '\0')
        return;
    struct decision *decision =
        source_table_decide(table, plan, "time format", form, "time-format", form);
    decision->told = !asked;
    if (asked)
        decision_because(decision, "as --time-format says");
    else if (column->times.proof.line > 0)
        decision_because(decision, "\"%s\" in %s tells day and month apart",
                         column->times.proof.text, odd_line(table, &column->times.proof, line));
    else if (column->times.rival.kind == TIME_PATTERN)
        decision_because(decision,
                         "day and month cannot be told apart; --time-format %s reads them "
                         "the other way round",
                         column->times.rival.pattern);
    else
        decision_because(decision, "its cells are written so");
}

static void tell_time(const struct source_table *table, struct import_plan *plan,
                      const struct source_column *column)
{
    tell_time_format(table, plan, column);
    if (column->rescaled > 0) {
        char count[64] = "all were";
        if (column->rescaled < column->given)
            snprintf(count, sizeof count, "%" PRIu64 " %s", column->rescaled,
                     column->rescaled == 1 ? "was" : "were");
        struct decision *decision = decide(table, plan, column, "times of", "in seconds");
        decision_because(decision, "%s in smaller units and divided", count);
        decision->told = true;
    }
    if (column->unlikely > 0) {
        char line[SOURCE_LINE];
        struct decision *decision = decide(table, plan, column, "times of", "IMPLAUSIBLE");
        decision_because(
            decision,
            "%" PRIu64 " of %" PRIu64
            ", the first is \"%s\" in %s, lie before 1973 or after 2100; --time - takes no times",
            column->unlikely, column->given, column->odd.text, odd_line(table, &column->odd, line));
        decision->told = true;
    }
}

static void tell_variety(const struct source_table *table, struct import_plan *plan,
                         const struct source_column *column)
{
    uint64_t cells = column->given + column->missing;
    if (!column->varies && column->given > 1 && column->missing == 0) {
        struct decision *decision = decide(table, plan, column, "column", "constant");
        decision_because(decision, "every row has \"%.*s\"",
                         column->first.size > 40 ? 40 : (int)column->first.size,
                         (const char *)column->first.data);
    } else if (cells > 0 && column->missing * 2 > cells) {
        struct decision *decision = decide(table, plan, column, "column", "mostly missing");
        decision_because(decision, "%.0f %% of the cells have no value",
                         100 * (double)column->missing / (double)cells);
    }
}

/* Ratings that may say that there is none. False if there are no such. */
static bool tell_codes(const struct source_table *table, struct import_plan *plan,
                       const struct source_column *column)
{
    struct rating_code codes[2];
    double range[2];
    char choice[64];
    size_t count =
        column->kind == CELL_FIELD ? rating_levels_codes(column->levels, codes, range) : 0;
    for (size_t i = 0; i < count; i++) {
        snprintf(choice, sizeof choice, "%.15g is taken as one", codes[i].code);
        struct decision *decision = source_table_decide(table, plan, "ratings", choice, NULL, NULL);
        decision_because(decision,
                         "but %" PRIu64 " rows have it, and the others are %.15g to %.15g; if it "
                         "says \"no rating\", --missing %.15g leaves these rows out",
                         codes[i].rows, range[0], range[1], codes[i].code);
        decision->told = true;
    }
    return count > 0;
}

static void tell_ratings(const struct source_table *table, struct import_plan *plan,
                         const struct source_column *column)
{
    enum { LARGE = 100, LONG_TAIL = 20 };
    struct decision *decision;
    double mean = column->sum / (double)column->given;
    if (column->kind == CELL_FIELD && column->least == column->most && table->rows > 1) {
        decision = source_table_decide(table, plan, "ratings", "all equal", NULL, NULL);
        decision_because(decision, "so there is nothing to predict");
        decision->told = true;
    } else if (!tell_codes(table, plan, column) && column->kind == CELL_FIELD &&
               column->type == COLUMN_INTEGER && column->least >= 0 && column->most >= LARGE &&
               column->most > LONG_TAIL * mean) {
        decision = source_table_decide(table, plan, "ratings", "counts", NULL, NULL);
        decision_because(
            decision,
            "they look like it: whole numbers up to %.0f with the mean %.4g; log(1 + n) "
            "is easier to learn",
            column->most, mean);
        decision->told = true;
    }
}

/* These rows are not among those rejected. */
static void tell_left_out(const struct source_table *table, struct import_plan *plan,
                          const char *subject, uint64_t count, const char *whose)
{
    char rows[64];
    bool one = count == 1;
    if (count == 0)
        return;
    snprintf(rows, sizeof rows, "%" PRIu64 " row%s left out", count, one ? "" : "s");
    struct decision *decision = source_table_decide(table, plan, subject, rows, NULL, NULL);
    decision_because(decision, "--missing names %s %s, so %s not rejected but empty",
                     one ? "its" : "their", whose, one ? "it is" : "they are");
    decision->told = true;
}

void source_table_tell(const struct source_table *table, struct import_plan *plan)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct source_column *column = &table->columns[i];
        if (column->role == ROLE_USER || column->role == ROLE_ITEM)
            tell_ids(table, plan, column);
        else if (column->role == ROLE_RATING)
            tell_ratings(table, plan, column);
        else if (column->role == ROLE_TIME)
            tell_time(table, plan, column);
        else if (column->kind == CELL_FIELD)
            tell_type(table, plan, column);
        decimal_tell_doubt(table, column, plan);
        tell_bars(table, plan, column);
        if (column->role == ROLE_OTHER && column->kind == CELL_FIELD)
            tell_variety(table, plan, column);
    }
    tell_left_out(table, plan, "ratings", table->unrated, "rating");
    tell_left_out(table, plan, "ids", table->nameless, "id");
}
