/* SPDX-License-Identifier: MIT
 *
 * Statistics of columns, computed from groups of equal values. So quartiles are those of all rows,
 * however many distinct values there are.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "derived_private.h"

enum { SPARKS = 16, VALUE_TEXT = 64 };

struct statistics_of_column {
    struct column_extent extent;
    int64_t seen, distinct, sparks[SPARKS], top_count;
    struct row_cell least, most, quartiles[3], top; /* texts are owned */
    double mean, rest; /* of the numbers so far; `rest` is the sum of squared deviations */
    size_t text_groups;
};

static void keep(struct row_cell *kept, const struct row_cell *cell)
{
    char *text = NULL;
    if (cell->kind == ROW_TEXT) {
        text = memory_new(cell->length + 1);
        memcpy(text, cell->text, cell->length);
    }
    if (kept->kind == ROW_TEXT)
        free((char *)kept->text);
    *kept = *cell;
    if (text)
        kept->text = text;
}

static void release(struct statistics_of_column *facts)
{
    struct row_cell *const all[] = {&facts->least,        &facts->most,
                                    &facts->top,          &facts->quartiles[0],
                                    &facts->quartiles[1], &facts->quartiles[2]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->kind == ROW_TEXT)
            free((char *)all[i]->text);
}

static void take_number(struct statistics_of_column *facts, double value, int64_t count)
{
    double before = (double)facts->seen, all = before + (double)count;
    double from_mean = value - facts->mean;
    double range = facts->extent.high - facts->extent.low;
    int spark = range > 0 ? (int)((value - facts->extent.low) / range * SPARKS) : 0;
    facts->mean += from_mean * (double)count / all;
    facts->rest += from_mean * from_mean * before * (double)count / all;
    facts->sparks[spark < 0 ? 0 : spark >= SPARKS ? SPARKS - 1 : spark] += count;
}

static bool take(void *context, const struct tally_group *group, struct error *error)
{
    struct statistics_of_column *facts = context;
    const struct row_cell *value = &group->keys[0];
    (void)error;
    if (value->kind == ROW_MISSING)
        return true;
    if (facts->distinct++ == 0)
        keep(&facts->least, value);
    keep(&facts->most, value);
    if (group->count > facts->top_count) {
        keep(&facts->top, value);
        facts->top_count = group->count;
    }
    for (int64_t q = 1; q <= 3; q++) { /* by the nearest rank */
        int64_t rank = (facts->extent.values * q + 3) / 4;
        if (rank > facts->seen && rank <= facts->seen + group->count)
            keep(&facts->quartiles[q - 1], value);
    }
    if (value->kind != ROW_TEXT)
        take_number(facts, derived_number(value), group->count);
    facts->seen += group->count;
    return true;
}

/* The value as a text, a time as a date. */
static const char *value_text(const struct row_cell *cell, bool time, char text[VALUE_TEXT])
{
    if (cell->kind == ROW_TEXT)
        snprintf(text, VALUE_TEXT, "%s", cell->text);
    else if (time && fabs(derived_number(cell)) < 1e13)
        calendar_minute((int64_t)derived_number(cell), text);
    else if (cell->kind == ROW_INTEGER)
        snprintf(text, VALUE_TEXT, "%lld", (long long)cell->integer);
    else
        snprintf(text, VALUE_TEXT, "%.12g", derived_number(cell));
    return text;
}

/* Heights of the histogram; "" for texts. */
static const char *spark_text(const struct statistics_of_column *facts, char text[SPARKS * 4])
{
    static const char *const HEIGHTS[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    int64_t most = 0;
    text[0] = '\0';
    for (int i = 0; i < SPARKS; i++)
        most = facts->sparks[i] > most ? facts->sparks[i] : most;
    for (int i = 0; i < SPARKS && most > 0; i++)
        strcat(text, HEIGHTS[(facts->sparks[i] * 8 + most - 1) / most]);
    return text;
}

static struct row_cell shown(const struct row_cell *cell, bool time, char text[VALUE_TEXT])
{
    return time && cell->kind != ROW_MISSING ? derived_text(value_text(cell, true, text)) : *cell;
}

static bool write_facts(struct row_file *file, const struct grid_column *column,
                        const struct statistics_of_column *facts, struct error *error)
{
    bool time = column->role == ROLE_TIME, number = column->type != COLUMN_TEXT && facts->seen > 0;
    char texts[5][VALUE_TEXT], top[VALUE_TEXT], sparks[SPARKS * 4], mean[VALUE_TEXT];
    struct row_cell average = derived_real(number ? facts->mean : (double)NAN);
    double deviation =
        number && facts->seen > 1 ? sqrt(facts->rest / (double)(facts->seen - 1)) : (double)NAN;
    struct row_cell cells[] = {
        derived_text(column->name),
        derived_text(time                             ? "time"
                     : column->type == COLUMN_TEXT    ? "text"
                     : column->type == COLUMN_INTEGER ? "whole number"
                                                      : "number"),
        derived_integer(facts->extent.values),
        derived_integer(facts->extent.rows - facts->extent.values),
        derived_integer(facts->distinct),
        shown(&average, time, mean),
        derived_real(deviation),
        derived_text(spark_text(facts, sparks)),
        shown(&facts->least, time, texts[0]),
        shown(&facts->quartiles[0], time, texts[1]),
        shown(&facts->quartiles[1], time, texts[2]),
        shown(&facts->quartiles[2], time, texts[3]),
        shown(&facts->most, time, texts[4]),
        facts->top_count ? derived_text(value_text(&facts->top, time, top)) : (struct row_cell){0},
        derived_integer(facts->top_count),
    };
    return row_file_add(file, cells, error);
}

static bool describe(const struct grid *grid, const struct derived_request *request, size_t column,
                     struct row_file *file, struct error *error)
{
    struct statistics_of_column facts = {0};
    struct tally_request tally = {.filter = request->filter,
                                  .keys = {column},
                                  .key_count = 1,
                                  .measure = TALLY_NONE,
                                  .by_value = true,
                                  .scanned = request->scanned};
    bool good = derived_extent(grid, request, column, &facts.extent, error) &&
                tally_run(grid, &tally, take, &facts, error) &&
                write_facts(file, &grid->columns[column], &facts, error);
    release(&facts);
    return good;
}

bool derived_statistics(const struct grid *grid, const struct derived_request *request,
                        const size_t *columns, size_t count, struct derived *derived,
                        struct error *error)
{
    static const struct {
        const char *name;
        enum column_type type;
    } COLUMNS[] = {
        {"column", COLUMN_TEXT},     {"kind", COLUMN_TEXT},        {"values", COLUMN_INTEGER},
        {"missing", COLUMN_INTEGER}, {"distinct", COLUMN_INTEGER}, {"mean", COLUMN_REAL},
        {"deviation", COLUMN_REAL},  {"shape", COLUMN_TEXT},       {"least", COLUMN_REAL},
        {"quarter", COLUMN_REAL},    {"median", COLUMN_REAL},      {"three_quarters", COLUMN_REAL},
        {"most", COLUMN_REAL},       {"top", COLUMN_TEXT},         {"of_top", COLUMN_INTEGER}};
    *derived = (struct derived){0};
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++)
        derived_add(derived, COLUMNS[i].name,
                    (struct grid_column){.type = COLUMNS[i].type,
                                         .look = COLUMNS[i].type == COLUMN_INTEGER ? GRID_COUNT
                                                                                   : GRID_PLAIN});
    bool good = derived_open(derived, 0, error);
    for (size_t i = 0; good && i < count; i++)
        if (grid->columns[columns[i]].look != GRID_BAR)
            good = describe(grid, request, columns[i], derived->file, error);
    return derived_close(derived, good, error);
}
