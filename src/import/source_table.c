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

#include "base/file.h"
#include "base/text.h"
#include "file_error.h"
#include "source_path.h"

enum { ROWS_BETWEEN_LOOKS = 1024 }; /* at how far the pass is */

static const char CHANGED[] = "the file changed while it was read; try again";

static const char *const id_words[] = {[ROLE_USER] = "user", [ROLE_ITEM] = "item"};

/* One field of a row, and where it is, for messages. */
struct source_field {
    const struct source_table *table;
    const char *path; /* of the file */
    uint64_t line;
    const char *text;
    size_t length;
    bool list;
};

/* What a row is. */
enum row_kind { ROW_BAD, ROW_GOOD, ROW_UNRATED, ROW_NAMELESS };

static bool refuse(const struct source_field *field, struct error *error, const char *what,
                   const char *wrong)
{
    char shown[CELL_EXCERPT];
    if (field->length == 0)
        return file_error(error, field->path, field->line, "%s is empty", what);
    return file_error(error, field->path, field->line, "%s \"%s\" %s", what,
                      cell_excerpt(field->text, field->length, shown), wrong);
}

static bool changed(const struct source_field *field, struct error *error)
{
    return file_error(error, field->path, field->line, CHANGED);
}

/* -- cells ------------------------------------------------------------------------------------- */

static void note_odd(struct source_column *column, const struct source_field *field)
{
    if (column->odd.line > 0)
        return;
    column->odd.line = field->line;
    cell_excerpt(field->text, field->length, column->odd.text);
}

/* A value of a list holds what separates values. */
static void note_bar(struct source_column *column, const struct source_field *field)
{
    if (column->barred.line > 0)
        return;
    column->barred.line = field->line;
    cell_excerpt(field->text, field->length, column->barred.text);
}

static bool refuse_id(const struct source_field *field, const char *what, struct error *error)
{
    const char *text = field->text;
    char shown[CELL_EXCERPT];
    size_t length = field->length;
    cell_trim(&text, &length);
    if (length == 0)
        return file_error(error, field->path, field->line, "the id of the %s is empty", what);
    cell_excerpt(text, length, shown);
    return file_error(error, field->path, field->line,
                      "the id of the %s is missing: \"%s\"; --missing '!%s' takes it for an id, "
                      "--missing '%s' leaves such rows out",
                      what, shown, shown, shown);
}

static bool refuse_list(const struct source_field *field, const char *what, struct error *error)
{
    char shown[CELL_EXCERPT];
    cell_excerpt(field->text, field->length, shown);
    return file_error(error, field->path, field->line,
                      "the id of the %s is a list, \"%s\", but must be one value", what, shown);
}

static bool read_id(const struct source_field *field, struct source_column *column,
                    struct dataset_cell *cell, struct error *error)
{
    const char *what = id_words[column->role], *text = field->text;
    size_t length = field->length;
    bool exact = field->table->exact;
    if (field->list)
        return refuse_list(field, what, error);
    if (id_cell_is_missing(&column->ids, text, length, exact, field->table->options->missing))
        return refuse_id(field, what, error);
    if (field->table->settled)
        id_cell_cut(&column->ids, &text, &length);
    else if (!id_cell_learn(&column->ids, text, length, exact))
        note_odd(column, field);
    *cell = dataset_text(text, length);
    if (length > ID_MAP_LONGEST)
        return file_error(error, field->path, field->line,
                          "the id of the %s has %zu bytes, at most %d are allowed", what, length,
                          ID_MAP_LONGEST);
    return true;
}

static void learn_rating(struct source_column *column, double rating)
{
    column->given++;
    column->least = column->given == 1 ? rating : fmin(column->least, rating);
    column->most = column->given == 1 ? rating : fmax(column->most, rating);
    column->sum += rating;
}

static bool read_truth(const struct source_field *field, struct source_column *column,
                       const char *text, size_t length, struct dataset_cell *cell,
                       struct error *error)
{
    char wrong[64];
    size_t pair;
    bool truth;
    if (!cell_truth(text, length, &pair, &truth) || pair != column->pair) {
        snprintf(wrong, sizeof wrong, "is neither %s nor %s", cell_truth_word(column->pair, true),
                 cell_truth_word(column->pair, false));
        return refuse(field, error, "the rating", wrong);
    }
    cell->integer = truth;
    learn_rating(column, truth);
    return true;
}

/* The first pass also finds out whether all ratings of the file are whole numbers. */
static bool read_rating(const struct source_field *field, struct source_column *column,
                        struct dataset_cell *cell, struct error *error)
{
    const char *text = field->text;
    size_t length = field->length;
    cell_trim(&text, &length);
    cell->given = true;
    if (column->truths)
        return read_truth(field, column, text, length, cell, error);
    if (column->type == COLUMN_INTEGER && cell_integer(text, length, &cell->integer)) {
        learn_rating(column, (double)cell->integer);
        return true;
    }
    if (!cell_number(text, length, column->decimal, &cell->real) || fabs(cell->real) > FLT_MAX)
        return refuse(field, error, "the rating",
                      column->decimal == ',' ? "is not a finite number with a decimal comma"
                                             : "is not a finite decimal number");
    if (column->type == COLUMN_INTEGER && field->table->settled)
        return changed(field, error);
    column->type = COLUMN_REAL;
    learn_rating(column, cell->real);
    return true;
}

static bool read_time(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error)
{
    const struct source_table *table = field->table;
    const struct time_place place = {field->path, field->line, !table->settled, table->lenient};
    struct time_reading time;
    if (cell_is_missing(field->text, field->length, table->options->missing)) {
        column->missing++;
        return true;
    }
    if (!time_order_read(&column->times, &place, field->text, field->length, &time, error))
        return false;
    cell->given = true;
    cell->integer = time.seconds;
    column->given++;
    column->rescaled += time.per_second > 1;
    if (!table->settled && !time_is_plausible(&time)) {
        column->unlikely++;
        note_odd(column, field);
    }
    return true;
}

/* Whether the field is a number of the column's type; sets the cell. */
static bool read_number(const char *text, size_t length, const struct source_column *column,
                        struct dataset_cell *cell)
{
    cell->given = true;
    return column->type == COLUMN_INTEGER ? cell_integer(text, length, &cell->integer)
                                          : cell_real(text, length, column->decimal, &cell->real);
}

/* Numbers in a column of texts are counted as long as they may be most of its cells. */
static void count_number(struct source_column *column, const char *text, size_t length)
{
    enum { FIRST_ODD = 4 }; /* so many cells at the beginning may be no numbers */
    double number;
    if (column->numbers * 2 + FIRST_ODD >= column->given)
        column->numbers += cell_real(text, length, column->decimal, &number);
}

/* The first pass widens the type of the column until the value fits. */
static bool read_attribute(const struct source_field *field, struct source_column *column,
                           struct dataset_cell *cell, struct error *error)
{
    const char *text = field->text;
    size_t length = field->length;
    bool any_text = column->role == ROLE_TITLE || field->table->exact;
    bool missing =
        any_text ? length == 0 : cell_is_missing(text, length, field->table->options->missing);
    if (missing) {
        column->missing++;
        return true;
    }
    column->given++;
    cell_trim(&text, &length);
    while (column->type != COLUMN_TEXT && !read_number(text, length, column, cell)) {
        if (column->must_number && column->type == COLUMN_REAL) {
            note_odd(column, field);
            column->unread++;
            cell->given = false;
            return true;
        }
        if (field->table->settled)
            return changed(field, error);
        column->type = column->type == COLUMN_INTEGER ? COLUMN_REAL : COLUMN_TEXT;
        if (column->type == COLUMN_TEXT)
            note_odd(column, field);
    }
    if (column->type == COLUMN_TEXT) {
        *cell = dataset_text(field->text, field->length);
        if (field->list && memmem(field->text, field->length, "\\|", 2))
            note_bar(column, field);
        if (!field->table->settled && column->role == ROLE_OTHER)
            count_number(column, text, length);
    } else {
        column->numbers++;
    }
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
    *cell = (struct dataset_cell){.given = column->kind == CELL_ONE, .integer = 1};
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

/* -- rows -------------------------------------------------------------------------------------- */

static bool check_new(struct source_table *table, const struct source_field *field,
                      struct source_column *key, const struct dataset_cell *id, struct error *error)
{
    size_t known = id_map_size(table->seen);
    uint32_t number;
    if (!table->settled && key->ids.pointed > 0 && !key->ids.keeps_points &&
        id_cell_has_twin(table->seen, id->text, id->length)) {
        key->ids.keeps_points = true;
        note_odd(key, field);
    }
    if (!id_map_add(table->seen, id->text, id->length, &number, error))
        return file_error_within(error, field->path, field->line);
    char shown[CELL_EXCERPT];
    bool made = table->records->input.reader != NULL;
    return id_map_size(table->seen) > known ||
           file_error(error, field->path, field->line,
                      "the %s \"%s\" is described a second time; --%s", id_words[key->role],
                      cell_excerpt(field->text, field->length, shown),
                      made ? "keep-going takes the first row of each"
                           : "join FILE makes lists of such rows");
}

/* Whether a column can make a row bad. */
static bool is_judged(const struct source_column *column)
{
    return column->kind == CELL_TIME || column->role == ROLE_USER || column->role == ROLE_ITEM ||
           column->role == ROLE_RATING;
}

/* Whether --missing names the cell. */
static bool is_named(const struct source_table *table, const struct source_column *column,
                     const struct record *record)
{
    const char *text = record->fields[column->field];
    size_t length = record->lengths[column->field];
    if (length == 0 || column->kind != CELL_FIELD)
        return false;
    return column->role == ROLE_RATING ? cell_is_missing(text, length, table->options->missing)
                                       : cell_is_listed(text, length, table->options->missing);
}

/* Whether --missing names the rating or an id of the row, which is therefore left out. */
static enum row_kind left_out(const struct source_table *table, const struct record *record)
{
    enum row_kind kind = ROW_GOOD;
    for (size_t i = 0; table->options->missing && i < table->count; i++) {
        const struct source_column *column = &table->columns[i];
        bool id = column->role == ROLE_USER || column->role == ROLE_ITEM;
        if ((id || column->role == ROLE_RATING) && is_named(table, column, record))
            kind = id ? ROW_NAMELESS : kind == ROW_GOOD ? ROW_UNRATED : kind;
    }
    return kind;
}

/* Columns that can make a row bad come first, so that no type is learned from a bad row. */
static enum row_kind read_row(struct source_table *table, const struct record *record,
                              struct dataset_cell *cells, struct error *error)
{
    const char *path = record->path ? record->path : table->path;
    if (record->fault)
        return file_error(error, path, record->line, "%s", record->fault);
    if (record->count != table->sample.fields)
        return file_error(error, path, record->line, "%zu column%s where %zu are expected",
                          record->count, record->count == 1 ? "" : "s", table->sample.fields);
    enum row_kind kind = left_out(table, record);
    if (kind != ROW_GOOD)
        return kind;
    for (int judged = 1; judged >= 0; judged--)
        for (size_t i = 0; i < table->count; i++) {
            struct source_column *column = &table->columns[i];
            const struct source_field field = {table,
                                               path,
                                               record->line,
                                               record->fields[column->field],
                                               record->lengths[column->field],
                                               record->lists && record->lists[column->field]};
            bool key = table->part != DATASET_RATINGS && judged &&
                       (column->role == ROLE_USER || column->role == ROLE_ITEM);
            if (is_judged(column) == judged &&
                (!read_cell(&field, column, &cells[i], error) ||
                 (key && !check_new(table, &field, column, &cells[i], error))))
                return ROW_BAD;
        }
    return ROW_GOOD;
}

void source_table_reject(struct import_plan *plan, const struct error *error)
{
    if (plan->rejected++ >= PLAN_REJECTED)
        return;
    if (plan->rejected_rows.size > 0)
        plan->rejected_rows.data[plan->rejected_rows.size - 1] = '\n'; /* in place of the NUL */
    bytes_add(&plan->rejected_rows, error->text, strlen(error->text) + 1);
}

/* Whether a column has different values; those of ids are not of interest. */
static void learn_variety(struct source_table *table, const struct record *record)
{
    for (size_t i = 0; i < table->count; i++) {
        struct source_column *column = &table->columns[i];
        size_t length = record->lengths[column->field];
        if (column->varies || length == 0)
            continue;
        if (column->first.size == 0)
            bytes_add(&column->first, record->fields[column->field], length);
        else
            column->varies = column->first.size != length ||
                             memcmp(column->first.data, record->fields[column->field], length) != 0;
    }
}

/* Passes a row to the sink. Without a sink, learns from the row, or counts it as bad. */
static bool take_row(struct source_table *table, const struct record *record,
                     const struct walk_context *context, const struct dataset_sink *sink,
                     struct error *error)
{
    struct dataset_cell cells[MOST_FIELDS + 1];
    enum row_kind verdict = read_row(table, record, cells, error);
    if (verdict == ROW_BAD) {
        bool left_out = context->keep_going && error->kind != ERROR_USAGE;
        if (left_out && !sink)
            source_table_reject(context->plan, error);
        return left_out;
    }
    if (verdict != ROW_GOOD) {
        *(verdict == ROW_UNRATED ? &table->unrated : &table->nameless) += !sink;
        return true;
    }
    table->rows++;
    if (!sink)
        learn_variety(table, record);
    if (!sink || sink->row(sink->context, table->part, cells, error))
        return true;
    return error->kind == ERROR_INPUT
               ? file_error_within(error, record->path ? record->path : table->path, record->line)
               : false;
}

static void note_progress(const struct source_table *table, const struct walk_context *context,
                          enum import_stage stage, uint64_t row)
{
    context->plan->progress = (struct import_progress){
        stage, context->share + context->span * records_share(table->records), row};
}

static bool walk(struct source_table *table, const struct walk_context *context,
                 const struct dataset_sink *sink, struct error *error)
{
    struct record record;
    bool more, counted = source_stream_of(table->path).what != NULL; /* rows in place of lines */
    id_map_free(table->seen);
    table->seen = id_map_new();
    table->rows = 0;
    table->lenient = context->keep_going;
    if (!records_rewind(table->records, error))
        return false;
    for (uint64_t row = 0;; row++) {
        if (row % ROWS_BETWEEN_LOOKS == 0)
            note_progress(table, context, sink ? IMPORT_READING : IMPORT_CHECKING, row);
        if (!records_next(table->records, &record, &more, error))
            return false;
        if (!more)
            return true;
        if (counted)
            record.line = 1 + row + table->records->choice.empty;
        if ((row > 0 || !table->header) && !take_row(table, &record, context, sink, error))
            return false;
    }
}

static void settle(struct source_table *table)
{
    table->settled = true;
    for (size_t i = 0; i < table->count; i++) {
        struct source_column *column = &table->columns[i];
        if (column->kind == CELL_TIME)
            column->type = COLUMN_INTEGER;
        if (column->kind == CELL_FIELD && column->given == 0 && column->role != ROLE_RATING &&
            !column->must_number && !column->declared)
            column->type = COLUMN_TEXT;
    }
}

bool source_table_survey(struct source_table *table, const struct walk_context *context,
                         struct error *error)
{
    char words[256];
    if (!walk(table, context, NULL, error))
        return false;
    settle(table);
    if (records_skipped(table->records, words))
        source_table_decide(table, context->plan, "rows", words, NULL, NULL)->told = true;
    return table->rows > 0 ||
           file_error(error, table->path, 0, "no rows%s",
                      context->plan->rejected > 0 ? " but rejected ones" : " below the header");
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
