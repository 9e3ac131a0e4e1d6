/* SPDX-License-Identifier: MIT
 *
 * The two passes through a file: the first checks rows and learns types, the second delivers rows.
 * Both judge rows with the same function, so both leave out the same rows.
 */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "file_error.h"
#include "source_cell.h"
#include "source_path.h"
#include "source_table.h"

enum { ROWS_BETWEEN_LOOKS = 1024 }; /* at how far the pass is */

/* What a row is. */
enum row_kind { ROW_BAD, ROW_GOOD, ROW_UNRATED, ROW_NAMELESS };

/* -- rows -------------------------------------------------------------------------------------- */

static bool check_new(struct source_table *table, const struct source_field *field,
                      struct source_column *key, const struct dataset_cell *id, struct error *error)
{
    size_t known = id_map_size(table->seen);
    uint32_t number;
    if (!table->settled && key->ids.pointed > 0 && !key->ids.keeps_points &&
        id_cell_has_twin(table->seen, id->text, id->length)) {
        key->ids.keeps_points = true;
        source_cell_note_odd(key, field);
    }
    if (!id_map_add(table->seen, id->text, id->length, &number, error))
        return file_error_within(error, field->path, field->line);
    char shown[CELL_EXCERPT];
    bool made = table->records->input.reader != NULL;
    return id_map_size(table->seen) > known ||
           file_error(error, field->path, field->line,
                      "the %s \"%s\" is described a second time; --%s", source_id_words[key->role],
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
                (!source_cell_read(&field, column, &cells[i], error) ||
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
    return table->rows == surveyed || file_error(error, table->path, 0, SOURCE_CHANGED);
}
