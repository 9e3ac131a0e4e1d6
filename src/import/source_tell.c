/* SPDX-License-Identifier: MIT
 *
 * What the first pass through a file has found about its columns, as decisions: types and the cells
 * that made them, ids that were cut, times in other units, and columns that say little.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
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

/* A type is a decision only if some cells do not fit. */
static void tell_type(const struct source_table *table, struct import_plan *plan,
                      const struct source_column *column)
{
    bool mixed = column->type == COLUMN_TEXT && column->odd.line > 0 && column->numbers > 0;
    if (column->unread == 0 && !mixed)
        return;
    struct decision *decision =
        decide(table, plan, column, "type of", column_type_names[column->type]);
    if (column->unread > 0) {
        decision_because(decision,
                         "as the header says; %" PRIu64 " other cells count as missing, the first "
                         "is \"%s\" in line %" PRIu64,
                         column->unread, column->odd.text, column->odd.line);
        decision->told = true;
        return;
    }
    decision->told = (column->given - column->numbers) * NEARLY <= column->numbers;
    decision_because(decision, "\"%s\" in line %" PRIu64 " is no number%s", column->odd.text,
                     column->odd.line,
                     decision->told ? "; with --missing it counts as missing" : "");
}

static void tell_ids(const struct source_table *table, struct import_plan *plan,
                     const struct source_column *column)
{
    if (!column->any_plain) {
        struct decision *decision = decide(table, plan, column, "ids of", "without their blanks");
        decision_because(decision, "all begin with one");
        decision->told = true;
    }
    if (!column->any_unpointed) {
        struct decision *decision = decide(table, plan, column, "ids of", "without \".0\"");
        decision_because(decision, "all end with it");
        decision->told = true;
    }
}

static void tell_time(const struct source_table *table, struct import_plan *plan,
                      const struct source_column *column)
{
    if (column->rescaled > 0) {
        char count[64] = "all were";
        if (column->rescaled < column->given)
            snprintf(count, sizeof count, "%" PRIu64 " %s", column->rescaled,
                     column->rescaled == 1 ? "was" : "were");
        struct decision *decision = decide(table, plan, column, "times of", "in seconds");
        decision_because(decision, "%s in smaller units and divided", count);
        decision->told = true;
    }
}

static void tell_given_up(const struct source_table *table, struct import_plan *plan,
                          const struct source_column *column)
{
    struct decision *decision = source_table_decide(table, plan, "time", "none", "time", "-");
    decision_because(decision,
                     "\"%s\" in line %" PRIu64 " of the column %s is no plausible time, so it is "
                     "an attribute",
                     column->odd.text, column->odd.line, column->name);
    decision->told = true;
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
    } else if (column->kind == CELL_FIELD && column->type == COLUMN_INTEGER && column->least >= 0 &&
               column->most >= LARGE && column->most > LONG_TAIL * mean) {
        decision = source_table_decide(table, plan, "ratings", "counts", NULL, NULL);
        decision_because(
            decision,
            "they look like it: whole numbers up to %.0f with the mean %.4g; log(1 + n) "
            "is easier to learn",
            column->most, mean);
        decision->told = true;
    }
    if (table->unrated > 0) {
        char rows[64];
        snprintf(rows, sizeof rows, "%" PRIu64 " rows left out", table->unrated);
        decision = source_table_decide(table, plan, "ratings", rows, NULL, NULL);
        decision_because(decision, "--missing names their rating");
        decision->told = true;
    }
}

void source_table_tell(const struct source_table *table, struct import_plan *plan)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct source_column *column = &table->columns[i];
        bool was_time = column->role == ROLE_OTHER && !column->sure;
        if (column->role == ROLE_USER || column->role == ROLE_ITEM)
            tell_ids(table, plan, column);
        else if (column->role == ROLE_RATING)
            tell_ratings(table, plan, column);
        else if (column->role == ROLE_TIME)
            tell_time(table, plan, column);
        else if (was_time)
            tell_given_up(table, plan, column);
        else if (column->kind == CELL_FIELD)
            tell_type(table, plan, column);
        if (column->role == ROLE_OTHER && column->kind == CELL_FIELD)
            tell_variety(table, plan, column);
    }
}
