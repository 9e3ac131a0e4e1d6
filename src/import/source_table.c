/* SPDX-License-Identifier: MIT
 *
 * The two passes through a file: the first checks rows and learns types, the second delivers rows.
 * Both judge rows with the same function, so both leave out the same rows.
 */
#include "config.h"

#include "source_table.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cells.h"

static const char CHANGED[] = "the file changed while it was read; try again";

/* The seconds at the bounds of the years 1 to 9999. If all times of a file are beyond MILLISECONDS,
 * they are in smaller units than seconds. */
#define FIRST_SECOND INT64_C(-62135596800)
#define LAST_SECOND  INT64_C(253402300799)
#define MILLISECONDS INT64_C(100000000000)
/* In 1973. A column "time" with smaller numbers holds hours or weekdays. */
#define PLAUSIBLE_SECOND INT64_C(100000000)

enum { ROWS_BETWEEN_LOOKS = 1024 }; /* at how far the pass is */

static const char *const id_words[] = {[ROLE_USER] = "user", [ROLE_ITEM] = "item"};

/* One field of a row, and where it is, for messages. */
struct source_field {
    const struct source_table *table;
    uint64_t line;
    const char *text;
    size_t length;
};

static bool refuse(const struct source_field *field, struct error *error, const char *what,
                   const char *wrong)
{
    char shown[CELL_EXCERPT];
    if (field->length == 0)
        return file_error(error, field->table->path, field->line, "%s is empty", what);
    return file_error(error, field->table->path, field->line, "%s \"%s\" %s", what,
                      cell_excerpt(field->text, field->length, shown), wrong);
}

static bool read_id(const struct source_field *field, const struct source_column *column,
                    struct dataset_cell *cell, struct error *error)
{
    const char *what = id_words[column->role];
    *cell = dataset_text(field->text, field->length);
    if (field->length == 0)
        return file_error(error, field->table->path, field->line, "the id of the %s is empty",
                          what);
    if (field->length > ID_MAP_LONGEST)
        return file_error(error, field->table->path, field->line,
                          "the id of the %s has %zu bytes, at most %d are allowed", what,
                          field->length, ID_MAP_LONGEST);
    return true;
}

/* Whether the field is a number of the column's type; sets the cell. */
static bool read_number(const struct source_field *field, const struct source_column *column,
                        struct dataset_cell *cell)
{
    cell->given = true;
    return column->type == COLUMN_INTEGER ? cell_integer(field->text, field->length, &cell->integer)
                                          : cell_real(field->text, field->length, &cell->real);
}

/* The first pass also finds out whether all ratings of the file are whole numbers. */
static bool read_rating(const struct source_field *field, struct source_column *column,
                        struct dataset_cell *cell, struct error *error)
{
    cell->given = column->any = true;
    if (column->type == COLUMN_INTEGER && cell_integer(field->text, field->length, &cell->integer))
        return true;
    if (!text_number(field->text, field->length, &cell->real) || fabs(cell->real) > FLT_MAX)
        return refuse(field, error, "the rating", "is not a finite decimal number");
    if (column->type == COLUMN_INTEGER && field->table->settled)
        return file_error(error, field->table->path, field->line, CHANGED);
    column->type = COLUMN_REAL;
    return true;
}

static void make_attribute(struct source_column *column)
{
    column->role = ROLE_OTHER;
    column->kind = CELL_FIELD;
}

static void learn_time(struct source_column *column, int64_t time, uint64_t line)
{
    if (time < column->least || column->least_line == 0) {
        column->least = time;
        column->least_line = line;
    }
    if (time > column->most || column->most_line == 0) {
        column->most = time;
        column->most_line = line;
    }
}

/* Also records the earliest and latest time. If a value is not a time and the name left that open,
 * the column becomes an attribute. */
static bool read_time(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error)
{
    bool date;
    if (field->length == 0)
        return true;
    cell->given = cell_time(field->text, field->length, &cell->integer, &date);
    if (!cell->given && (column->sure || field->table->settled))
        return refuse(field, error, "the time",
                      "is neither whole seconds since 1970 nor a date such as 2015-03-29 10:22:33");
    if (!cell->given) {
        make_attribute(column);
    } else if (field->table->settled) {
        cell->integer = cell->integer / column->divisor - (cell->integer % column->divisor < 0);
    } else {
        column->dated = column->dated || date;
        learn_time(column, cell->integer, field->line);
    }
    return true;
}

/* The first pass widens the type of the column until the value fits. */
static bool read_attribute(const struct source_field *field, struct source_column *column,
                           struct dataset_cell *cell, struct error *error)
{
    if (column->role == ROLE_OTHER || column->kind == CELL_TIME
            ? cell_is_missing(field->text, field->length)
            : field->length == 0)
        return true;
    column->any = true;
    while (column->type != COLUMN_TEXT && !read_number(field, column, cell)) {
        if (field->table->settled)
            return file_error(error, field->table->path, field->line, CHANGED);
        column->type = column->type == COLUMN_INTEGER ? COLUMN_REAL : COLUMN_TEXT;
    }
    if (column->type == COLUMN_TEXT)
        *cell = dataset_text(field->text, field->length);
    return true;
}

static void read_year(const struct source_field *field, struct dataset_cell *cell)
{
    const char *year = cell_year_of_title(field->text, field->length);
    cell->given = year && cell_integer(year, 4, &cell->integer);
}

static bool read_cell(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error)
{
    bool learns_time = column->kind == CELL_TIME && !column->sure && !field->table->settled;
    *cell = (struct dataset_cell){.given = column->kind == CELL_ONE, .integer = 1};
    if (learns_time && !read_attribute(field, column, cell, error))
        return false;
    if (column->kind == CELL_TIME)
        return read_time(field, column, cell, error);
    if (column->kind == CELL_YEAR)
        read_year(field, cell);
    if (column->kind != CELL_FIELD)
        return true;
    if (column->role == ROLE_USER || column->role == ROLE_ITEM)
        return read_id(field, column, cell, error);
    return column->role == ROLE_RATING ? read_rating(field, column, cell, error)
                                       : read_attribute(field, column, cell, error);
}

static bool check_new(struct source_table *table, const struct source_field *field,
                      const struct source_column *key, struct error *error)
{
    size_t known = id_map_size(table->seen);
    uint32_t number;
    if (!id_map_add(table->seen, field->text, field->length, &number, error))
        return file_error_within(error, table->path, field->line);
    char shown[CELL_EXCERPT];
    return id_map_size(table->seen) > known ||
           file_error(error, table->path, field->line, "the %s \"%s\" is described a second time",
                      id_words[key->role], cell_excerpt(field->text, field->length, shown));
}

/* Whether a column can make a row bad. */
static bool is_judged(const struct source_column *column)
{
    return column->kind == CELL_TIME || column->role == ROLE_USER || column->role == ROLE_ITEM ||
           column->role == ROLE_RATING;
}

/* Columns that can make a row bad come first, so that no type is learned from a bad row. */
static bool read_row(struct source_table *table, const struct record *record,
                     struct dataset_cell *cells, struct error *error)
{
    if (record->fault)
        return file_error(error, table->path, record->line, "%s", record->fault);
    if (record->count != table->fields)
        return file_error(error, table->path, record->line, "%zu column%s where %zu are expected",
                          record->count, record->count == 1 ? "" : "s", table->fields);
    for (int judged = 1; judged >= 0; judged--)
        for (size_t i = 0; i < table->count; i++) {
            struct source_column *column = &table->columns[i];
            const struct source_field field = {table, record->line, record->fields[column->field],
                                               record->lengths[column->field]};
            bool key = table->part != DATASET_RATINGS && judged &&
                       (column->role == ROLE_USER || column->role == ROLE_ITEM);
            if (is_judged(column) == judged && (!read_cell(&field, column, &cells[i], error) ||
                                                (key && !check_new(table, &field, column, error))))
                return false;
        }
    return true;
}

static void reject(struct import_report *report, const struct error *error)
{
    size_t used = strlen(report->rejected_text), room = sizeof report->rejected_text - used;
    report->rejected++;
    if (strlen(error->text) + 2 <= room)
        snprintf(report->rejected_text + used, room, "%s%s", used > 0 ? "\n" : "", error->text);
}

/* Passes a row to the sink. Without a sink, learns from the row, or counts it as bad. */
static bool take_row(struct source_table *table, const struct record *record,
                     const struct walk_context *context, const struct dataset_sink *sink,
                     struct error *error)
{
    struct dataset_cell cells[MOST_FIELDS + 1];
    if (!read_row(table, record, cells, error)) {
        if (context->keep_going && !sink)
            reject(context->report, error);
        return context->keep_going;
    }
    table->rows++;
    if (!sink || sink->row(sink->context, table->part, cells, error))
        return true;
    return error->kind == ERROR_INPUT ? file_error_within(error, table->path, record->line) : false;
}

static bool walk(struct source_table *table, const struct walk_context *context,
                 const struct dataset_sink *sink, struct error *error)
{
    struct record record;
    bool more;
    id_map_free(table->seen);
    table->seen = id_map_new();
    table->rows = 0;
    enum import_stage stage = sink ? IMPORT_READING : IMPORT_CHECKING;
    if (!records_rewind(table->records, error))
        return false;
    for (uint64_t row = 0;; row++) {
        if (row % ROWS_BETWEEN_LOOKS == 0)
            context->report->progress = (struct import_progress){
                stage, context->share + context->span * lines_share(table->records->lines), row};
        if (!records_next(table->records, &record, &more, error))
            return false;
        if (!more)
            return true;
        if ((row > 0 || !table->header) && !take_row(table, &record, context, sink, error))
            return false;
    }
}

/* If the size of all times shows milliseconds, microseconds or nanoseconds, sets the divisor. */
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
    table->settled = true;
    for (size_t i = 0; i < table->count; i++) {
        struct source_column *column = &table->columns[i];
        if (column->kind == CELL_TIME && !column->sure && !column->dated &&
            column->least < PLAUSIBLE_SECOND)
            make_attribute(column);
        if (column->kind == CELL_TIME && !settle_time(table, column, report, error))
            return false;
        if (column->kind == CELL_FIELD && !column->any)
            column->type = COLUMN_TEXT;
    }
    return true;
}

bool source_table_survey(struct source_table *table, const struct walk_context *context,
                         struct error *error)
{
    if (!walk(table, context, NULL, error) || !settle(table, context->report, error))
        return false;
    return table->rows > 0 ||
           file_error(error, table->path, 0, "no rows%s",
                      context->report->rejected > 0 ? " but rejected ones" : " below the header");
}

bool source_table_emit(struct source_table *table, const struct dataset_sink *sink,
                       const struct walk_context *context, struct error *error)
{
    struct dataset_column columns[MOST_FIELDS + 1];
    for (size_t i = 0; i < table->count; i++)
        columns[i] = (struct dataset_column){table->columns[i].name, table->columns[i].type,
                                             table->columns[i].role};
    uint64_t surveyed = table->rows;
    if (!sink->table(sink->context, table->part, columns, table->count, error) ||
        !walk(table, context, sink, error))
        return false;
    return table->rows == surveyed || file_error(error, table->path, 0, CHANGED);
}
