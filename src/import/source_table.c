/* SPDX-License-Identifier: MIT
 *
 * The two walks through a file: check and learn, then hand over. Both judge rows by the same
 * function, so a row that the first left out is left out by the second.
 */
#include "config.h"

#include "source_table.h"

#include <ctype.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cells.h"

enum { ROWS_BETWEEN_QUESTIONS = 4096 };

/* Seconds of the years 1 and 9999; and from where on all times of a file must be in smaller units.
 */
#define FIRST_SECOND INT64_C(-62135596800)
#define LAST_SECOND  INT64_C(253402300799)
#define MILLISECONDS INT64_C(100000000000)
/* 1973: the hours and weekdays that a column "time" may also hold are smaller. */
#define PLAUSIBLE_SECOND INT64_C(100000000)

static const char *const id_words[] = {[ROLE_USER] = "user", [ROLE_ITEM] = "item"};

static bool check_id(const struct source_table *table, const struct record *record,
                     const struct source_column *column, struct error *error)
{
    size_t length = record->lengths[column->field];
    const char *what = id_words[column->role];
    if (length == 0)
        return file_error(error, table->path, record->line, "the id of the %s is empty", what);
    if (length > ID_MAP_LONGEST)
        return file_error(error, table->path, record->line,
                          "the id of the %s has %zu bytes, at most %d are allowed", what, length,
                          ID_MAP_LONGEST);
    return true;
}

static bool check_rating(const struct source_table *table, const struct record *record,
                         const struct source_column *column, struct error *error)
{
    const char *cell = record->fields[column->field];
    size_t length = record->lengths[column->field];
    double rating;
    char shown[CELL_EXCERPT];
    if (length == 0)
        return file_error(error, table->path, record->line, "the rating is empty");
    if (!text_number(cell, length, &rating) || fabs(rating) > FLT_MAX)
        return file_error(error, table->path, record->line,
                          "the rating \"%s\" is not a finite decimal number",
                          cell_excerpt(cell, length, shown));
    return true;
}

static void make_attribute(struct source_column *column)
{
    column->role = ROLE_OTHER;
    column->kind = CELL_FIELD;
}

/* Also learns how early and late times get. A time that is none makes the column an attribute where
 * its name left that open. */
static bool check_time(const struct source_table *table, const struct record *record,
                       struct source_column *column, struct error *error)
{
    const char *cell = record->fields[column->field];
    size_t length = record->lengths[column->field];
    int64_t time;
    bool date;
    if (length == 0)
        return true;
    if (cell_time(cell, length, &time, &date)) {
        column->dated = column->dated || date;
        if (time < column->least || column->least_line == 0) {
            column->least = time;
            column->least_line = record->line;
        }
        if (time > column->most || column->most_line == 0) {
            column->most = time;
            column->most_line = record->line;
        }
        return true;
    }
    if (!column->sure) {
        make_attribute(column);
        return true;
    }
    char shown[CELL_EXCERPT];
    return file_error(error, table->path, record->line,
                      "the time \"%s\" is neither whole seconds since 1970 nor a date such as "
                      "2015-03-29 10:22:33",
                      cell_excerpt(cell, length, shown));
}

static bool check_new(struct source_table *table, const struct record *record,
                      const struct source_column *key, struct error *error)
{
    const char *cell = record->fields[key->field];
    size_t length = record->lengths[key->field], known = id_map_size(table->seen);
    uint32_t number;
    if (!id_map_add(table->seen, cell, length, &number, error))
        return file_error_within(error, table->path, record->line);
    char shown[CELL_EXCERPT];
    return id_map_size(table->seen) > known ||
           file_error(error, table->path, record->line, "the %s \"%s\" is described a second time",
                      id_words[key->role], cell_excerpt(cell, length, shown));
}

static bool check_row(struct source_table *table, const struct record *record, struct error *error)
{
    if (record->fault)
        return file_error(error, table->path, record->line, "%s", record->fault);
    if (record->count != table->fields)
        return file_error(error, table->path, record->line, "%zu column%s where %zu are expected",
                          record->count, record->count == 1 ? "" : "s", table->fields);
    const struct source_column *key = NULL;
    for (size_t i = 0; i < table->count; i++) {
        struct source_column *column = &table->columns[i];
        bool good = true;
        if (column->role == ROLE_USER || column->role == ROLE_ITEM) {
            good = check_id(table, record, column, error);
            key = column;
        } else if (column->role == ROLE_RATING && column->kind == CELL_FIELD) {
            good = check_rating(table, record, column, error);
        } else if (column->kind == CELL_TIME) {
            good = check_time(table, record, column, error);
        }
        if (!good)
            return false;
    }
    return table->part == DATASET_RATINGS || check_new(table, record, key, error);
}

/* Lines end where something ends the walk: a failure, the last row, or the user. */
typedef bool take_row(struct source_table *table, const struct record *record, void *target,
                      struct error *error);

static void reject(struct import_report *report, const struct error *error)
{
    size_t used = strlen(report->rejected_text), room = sizeof report->rejected_text - used;
    report->rejected++;
    if (strlen(error->text) + 2 <= room)
        snprintf(report->rejected_text + used, room, "%s%s", used > 0 ? "\n" : "", error->text);
}

static bool walk(struct source_table *table, const struct walk_context *context,
                 struct import_report *report, take_row *take, void *target, struct error *error)
{
    struct record record;
    bool more, skip = table->header;
    id_map_free(table->seen);
    table->seen = id_map_new();
    table->rows = 0;
    if (!records_rewind(table->records, error))
        return false;
    for (uint64_t row = 0;; row++) {
        if (row % ROWS_BETWEEN_QUESTIONS == 0 && context->cancelled &&
            context->cancelled(context->context))
            return error_set(error, ERROR_CANCELLED, "the import was cancelled");
        if (!records_next(table->records, &record, &more, error))
            return false;
        if (!more)
            return true;
        if (skip) {
            skip = false;
            continue;
        }
        if (!check_row(table, &record, error)) {
            if (!context->keep_going)
                return false;
            if (report)
                reject(report, error);
            continue;
        }
        table->rows++;
        if (!take(table, &record, target, error))
            return false;
    }
}

static bool learn_types(struct source_table *table, const struct record *record, void *target,
                        struct error *error)
{
    (void)target;
    (void)error;
    for (size_t i = 0; i < table->count; i++) {
        struct source_column *column = &table->columns[i];
        if (!column->real || column->kind > CELL_TIME || column->role == ROLE_USER ||
            column->role == ROLE_ITEM || column->role == ROLE_TITLE)
            continue;
        const char *cell = record->fields[column->field];
        size_t length = record->lengths[column->field];
        if (cell_is_missing(cell, length))
            continue;
        column->any = true;
        column->whole = column->whole && cell_is_integer(cell, length);
        column->real = column->whole || column->role == ROLE_RATING || cell_is_real(cell, length);
    }
    return true;
}

/* Whole files of milliseconds, microseconds or nanoseconds are recognised by their size. */
static bool settle_time(struct source_table *table, struct source_column *column,
                        struct import_report *report, struct error *error)
{
    static const char *const units[] = {"milliseconds", "microseconds", "nanoseconds"};
    column->type = COLUMN_INTEGER;
    size_t unit = 0;
    int64_t least = column->least;
    while (unit < 3 && least >= MILLISECONDS) {
        least /= 1000;
        column->divisor *= 1000;
        unit++;
    }
    if (unit > 0)
        report_note(report, "the column %s holds %s and was divided", column->name,
                    units[unit - 1]);
    bool late = column->most / column->divisor > LAST_SECOND;
    if (late || column->least < FIRST_SECOND)
        return file_error(error, table->path, late ? column->most_line : column->least_line,
                          "the time %" PRId64 " is outside of the years 1 to 9999",
                          late ? column->most : column->least);
    return true;
}

static bool settle(struct source_table *table, struct import_report *report, struct error *error)
{
    for (size_t i = 0; i < table->count; i++) {
        struct source_column *column = &table->columns[i];
        if (column->kind == CELL_TIME && !column->sure && !column->dated &&
            column->least < PLAUSIBLE_SECOND)
            make_attribute(column);
        if (column->kind == CELL_TIME) {
            if (!settle_time(table, column, report, error))
                return false;
        } else if (column->kind == CELL_YEAR || column->kind == CELL_ONE) {
            column->type = COLUMN_INTEGER;
        } else if (column->role == ROLE_USER || column->role == ROLE_ITEM ||
                   column->role == ROLE_TITLE || !column->any) {
            column->type = COLUMN_TEXT;
        } else {
            column->type = column->whole  ? COLUMN_INTEGER
                           : column->real ? COLUMN_REAL
                                          : COLUMN_TEXT;
        }
    }
    return true;
}

bool source_table_survey(struct source_table *table, const struct walk_context *context,
                         struct error *error)
{
    if (!walk(table, context, context->report, learn_types, NULL, error) ||
        !settle(table, context->report, error))
        return false;
    return table->rows > 0 ||
           file_error(error, table->path, 0, "no rows%s",
                      context->report->rejected > 0 ? " but rejected ones" : " below the header");
}

static void year_cell(const struct record *record, const struct source_column *column,
                      const char **cell, size_t *length)
{
    *cell = cell_year_of_title(record->fields[column->field], record->lengths[column->field]);
    *length = 4;
}

static void time_cell(struct source_table *table, const struct record *record,
                      const struct source_column *column, const char **cell, size_t *length)
{
    int64_t time;
    bool date;
    *cell = NULL;
    if (!cell_time(record->fields[column->field], record->lengths[column->field], &time, &date))
        return;
    time = time / column->divisor - (time % column->divisor < 0);
    *length = (size_t)snprintf(table->time_text, sizeof table->time_text, "%" PRId64, time);
    *cell = table->time_text;
}

static void make_cell(struct source_table *table, const struct record *record,
                      const struct source_column *column, const char **cell, size_t *length)
{
    switch (column->kind) {
    case CELL_FIELD:
        *cell = record->fields[column->field];
        *length = record->lengths[column->field];
        if (column->role == ROLE_OTHER ? cell_is_missing(*cell, *length) : *length == 0)
            *cell = NULL;
        break;
    case CELL_TIME:
        time_cell(table, record, column, cell, length);
        break;
    case CELL_ONE:
        *cell = "1";
        *length = 1;
        break;
    case CELL_YEAR:
        year_cell(record, column, cell, length);
        break;
    }
}

static bool hand_over(struct source_table *table, const struct record *record, void *target,
                      struct error *error)
{
    const struct dataset_sink *sink = target;
    const char *cells[MOST_FIELDS + 1];
    size_t lengths[MOST_FIELDS + 1];
    for (size_t i = 0; i < table->count; i++)
        make_cell(table, record, &table->columns[i], &cells[i], &lengths[i]);
    if (sink->row(sink->context, table->part, cells, lengths, error))
        return true;
    return error->kind == ERROR_INPUT ? file_error_within(error, table->path, record->line) : false;
}

bool source_table_emit(struct source_table *table, const struct dataset_sink *sink,
                       const struct walk_context *context, struct error *error)
{
    struct dataset_column columns[MOST_FIELDS + 1];
    for (size_t i = 0; i < table->count; i++)
        columns[i] = (struct dataset_column){table->columns[i].name, table->columns[i].type,
                                             table->columns[i].role};
    struct dataset_sink target = *sink;
    uint64_t surveyed = table->rows;
    if (!sink->table(sink->context, table->part, columns, table->count, error) ||
        !walk(table, context, NULL, hand_over, &target, error))
        return false;
    return table->rows == surveyed ||
           file_error(error, table->path, 0, "the file changed while it was read; try again");
}
