/* SPDX-License-Identifier: MIT
 *
 * Copies the good parts of an examined file into a new one. Thaw's own tables are created in the
 * version of the file, filled row by row, and then upgraded like any older database.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "beside.h"
#include "examination.h"
#include "schema.h"
#include "store/dataset_store.h"
#include "store_private.h"

/* Replaces a lost script. Its digest is computed as in the keeper's digest_script. */
static const char LOST_SCRIPT[] = "-- This script was lost when the workbench was damaged.\n";

struct rescue {
    struct examination *examination;
    struct store *copy;
    struct statement *insert;
    enum subject subject;
    char lost_script[DIGEST_TEXT];
};

/* -- thaw's own tables ------------------------------------------------------------------------- */

static struct statement *prepare_insert(struct rescue *rescue, struct error *error)
{
    const struct table_layout *layout = &rescue->examination->layouts[rescue->subject];
    char *columns = table_layout_columns(layout);
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "INSERT INTO \"%w\" (%s) VALUES (", layout->table, columns);
    for (size_t i = 0; i < layout->count; i++)
        sqlite3_str_appendall(sql, i > 0 ? ", ?" : "?");
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    struct statement *insert = statement_new(rescue->copy, text, error);
    sqlite3_free(text);
    sqlite3_free(columns);
    return insert;
}

/* Tasks of an incomplete draw are left out. They have been reported. */
static bool is_wanted(const struct rescue *rescue, const struct stored_row *record)
{
    size_t count;
    if (rescue->subject != SUBJECT_TASKS)
        return true;
    const struct known_task like = known_draw(row_integer(record, "execution"), record);
    return known_tasks(rescue->examination, &like, &count) != NULL;
}

/* Whether a row violated a constraint of its table. Such a row is left out. */
static bool was_twice(const struct rescue *rescue, const struct stored_row *record,
                      const char *or_else, const struct error *why, struct error *error)
{
    if ((sqlite3_errcode(rescue->copy->handle) & 0xff) != SQLITE_CONSTRAINT) {
        *error = *why;
        return false;
    }
    examination_say(rescue->examination, record->layout->table, "the row",
                    "row %lld is there twice%s", (long long)record->key, or_else);
    return true;
}

static bool copy_row(void *context, const struct stored_row *record, struct error *error)
{
    struct rescue *rescue = context;
    struct complaint complaint;
    struct error why;
    if (!row_check(rescue->examination, rescue->subject, record, &complaint) ||
        !is_wanted(rescue, record))
        return true;
    for (size_t i = 0; i < record->layout->count; i++)
        statement_bind_from(rescue->insert, (int)i + 1, record->row, (int)i + 1);
    if (rescue->subject == SUBJECT_EXECUTIONS &&
        known_execution(rescue->examination, record->key)->script_lost)
        statement_bind_text(rescue->insert, table_layout_place(record->layout, "script"),
                            rescue->lost_script, DIGEST_TEXT - 1);
    return statement_run(rescue->insert, &why) ||
           was_twice(rescue, record, ", or belongs to nothing", &why, error);
}

static bool copy_subject(struct rescue *rescue, enum subject subject, struct error *error)
{
    if (rescue->examination->layouts[subject].count == 0)
        return true;
    const struct table_visit visit = {
        .examination = rescue->examination, .subject = subject, .row = copy_row, .context = rescue};
    rescue->subject = subject;
    rescue->insert = prepare_insert(rescue, error);
    bool good = rescue->insert && visit_rows(&visit, error);
    statement_free(rescue->insert);
    rescue->examination->said = 0;
    return good;
}

static bool add_lost_script(struct rescue *rescue, struct error *error)
{
    bool needed = false;
    digest_of(LOST_SCRIPT, sizeof LOST_SCRIPT, rescue->lost_script);
    for (size_t i = 0; i < rescue->examination->execution_count; i++)
        needed = needed || rescue->examination->executions[i].script_lost;
    if (!needed)
        return true;
    return store_change(rescue->copy, error,
                        "INSERT OR IGNORE INTO thaw_scripts VALUES (?, ?, x'')", "tt",
                        rescue->lost_script, LOST_SCRIPT);
}

/* -- data sets --------------------------------------------------------------------------------- */

struct data_rescue {
    struct rescue *rescue;
    struct dataset_sink sink;
    enum dataset_table part;
    struct dataset_cell *cells;
};

static bool copy_data_row(void *context, const struct stored_row *record, struct error *error)
{
    struct data_rescue *data = context;
    struct statement *row = record->row;
    struct error why;
    if (!row_fits(record, true, &why) || !row_in_bounds(record, &why))
        return true;
    for (size_t i = 0; i < record->layout->count; i++) {
        int place = (int)i + 1, type = statement_type(row, place);
        struct dataset_cell *cell = &data->cells[i];
        cell->given = type != SQLITE_NULL;
        if (type == SQLITE_TEXT)
            cell->text = statement_bytes(row, place, &cell->length);
        else if (record->layout->columns[i].type == SQLITE_INTEGER)
            cell->integer = statement_integer(row, place);
        else
            cell->real = statement_real(row, place);
    }
    if (data->sink.row(data->sink.context, data->part, data->cells, &why))
        return true;
    return was_twice(data->rescue, record, "", &why, error);
}

static bool copy_part(struct rescue *rescue, const struct known_dataset *dataset,
                      enum dataset_table part, struct dataset_sink sink, struct error *error)
{
    const struct stored_columns *stored = &dataset->columns[part];
    struct table_layout layout;
    struct walk_result result;
    size_t tries = WALK_TRIES;
    struct dataset_column *columns = memory_array(stored->count, sizeof *columns);
    for (size_t i = 0; i < stored->count; i++)
        columns[i] = (struct dataset_column){stored->columns[i].source_name,
                                             stored->columns[i].type, stored->columns[i].role};
    dataset_layout(dataset, part, &layout);
    struct data_rescue data = {.rescue = rescue,
                               .sink = sink,
                               .part = part,
                               .cells = memory_array(stored->count, sizeof *data.cells)};
    const struct row_walk walk = {.store = rescue->examination->store,
                                  .layout = &layout,
                                  .key = "rowid",
                                  .where = "",
                                  .tries = &tries,
                                  .row = copy_data_row,
                                  .context = &data};
    bool good = sink.table(sink.context, part, columns, stored->count, error);
    if (good) {
        good = walk_rows(&walk, &result, error);
        walk_result_release(&result);
    }
    table_layout_release(&layout);
    free(columns);
    free(data.cells);
    return good;
}

/* A data set that lost ratings gets a new name, because rows of results would point to other
 * ratings in it. */
static bool copy_dataset(struct rescue *rescue, const struct known_dataset *dataset,
                         struct error *error)
{
    enum { ROOM = 43 }; /* of the 48 bytes of a name */
    static const enum dataset_table order[] = {DATASET_USERS, DATASET_ITEMS, DATASET_RATINGS};
    char name[64];
    if (dataset->whole)
        snprintf(name, sizeof name, "%s", dataset->summary.name);
    else
        snprintf(name, sizeof name, "%.*s_rest", ROOM, dataset->summary.name);
    struct dataset_writer *writer = store_dataset_create(rescue->copy, name, false, error);
    if (!writer)
        return false;
    struct dataset_summary summary = dataset->summary;
    bool good = true;
    for (size_t i = 0; good && i < DATASET_TABLES; i++)
        if (dataset->columns[order[i]].count > 0 && dataset->rows[order[i]] > 0)
            good = copy_part(rescue, dataset, order[i], dataset_writer_sink(writer), error);
    if (!good) {
        dataset_writer_free(writer);
        return false;
    }
    struct decisions decisions;
    decisions_read(&decisions, dataset->decisions);
    good =
        dataset_writer_finish(writer, &summary, error) &&
        (!(decisions.count || decisions.command || *dataset->rejected_rows) ||
         store_origin_write(rescue->copy, name, &decisions, dataset->rejected_rows, error)) &&
        store_change(rescue->copy, error, "UPDATE thaw_datasets SET imported_at = ? WHERE name = ?",
                     "it", dataset->summary.imported_at, name);
    decisions_release(&decisions);
    return good;
}

static bool copy_data(struct rescue *rescue, struct error *error)
{
    struct examination *examination = rescue->examination;
    for (size_t i = 0; i < examination->dataset_count; i++) {
        const struct known_dataset *dataset = &examination->datasets[i];
        if (dataset->good && !copy_dataset(rescue, dataset, error))
            return false;
    }
    return true;
}

/* -- the new file ------------------------------------------------------------------------------ */

static bool is_free(const char *target, struct error *error)
{
    struct stat status;
    char shown[256];
    text_safe(target, shown, sizeof shown);
    if (lstat(target, &status) == 0)
        return error_set(error, ERROR_USAGE, "\"%s\" is there already; name a new file", shown);
    return errno == ENOENT ||
           error_set(error, ERROR_STORE, "cannot write \"%s\": %s", shown, strerror(errno));
}

static struct store *make_copy(const char *target, int64_t version, struct error *error)
{
    int file = file_open_own(target, (struct file_own){.make = true}, error);
    if (file < 0)
        return NULL;
    close(file);
    struct store *copy = store_new(target);
    char mark[96];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %lld",
             SCHEMA_APPLICATION, (long long)version);
    bool good =
        sqlite3_open_v2(target, &copy->handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        store_execute(copy, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA foreign_keys = ON", error);
    if (good)
        store_harden(copy->handle);
    for (int64_t step = 0; good && step < version; step++)
        good = store_execute(copy, schema_steps[step], error);
    if (good && store_execute(copy, mark, error))
        return copy;
    if (copy->handle && sqlite3_errcode(copy->handle) != SQLITE_OK)
        store_failed(copy, "write", error);
    store_close(copy);
    return NULL;
}

static bool fill(struct rescue *rescue, struct error *error)
{
    static const enum subject after[] = {
        SUBJECT_EXECUTIONS,  SUBJECT_METRICS, SUBJECT_RUNS,        SUBJECT_POINTS,
        SUBJECT_TASKS,       SUBJECT_TRIALS,  SUBJECT_PREDICTIONS, SUBJECT_METRIC_VALUES,
        SUBJECT_CHECKPOINTS, SUBJECT_LOG};
    bool good = store_begin(rescue->copy, error) && copy_data(rescue, error);
    if (good && rescue->examination->layouts[SUBJECT_SCRIPTS].count > 0)
        good = copy_subject(rescue, SUBJECT_SCRIPTS, error) && add_lost_script(rescue, error);
    for (size_t i = 0; good && i < sizeof after / sizeof *after; i++) {
        examination_begin(rescue->examination, subjects[after[i]].table);
        good = copy_subject(rescue, after[i], error);
    }
    return good && examination_is_unchanged(rescue->examination, error) &&
           store_commit(rescue->copy, error);
}

static void ignore_finding(void *context, const struct doctor_finding *finding)
{
    (void)context, (void)finding;
}

/* Upgrades the new file and examines it like any other. */
static bool finish(const struct rescue *rescue, const char *target, struct error *error)
{
    const struct doctor_listener *listener = rescue->examination->listener;
    const struct doctor_listener silent = {
        .context = listener->context, .find = ignore_finding, .stop = listener->stop};
    struct doctor_report report;
    char shown[256];
    char *before = memory_format("%s.before-%" PRId64, target, rescue->examination->version);
    struct store *store = store_open_writer(target, error);
    bool good = store != NULL;
    store_close(store);
    remove(before); /* the copy that the upgrade leaves */
    free(before);
    good = good && doctor_examine(target, &silent, &report, error);
    return good && (report.findings == 0 ||
                    error_set(error, ERROR_STORE, "what was written to \"%s\" is not whole",
                              text_safe(target, shown, sizeof shown)));
}

bool rescue_write(struct examination *examination, const char *target, struct error *error)
{
    if (!is_free(target, error))
        return false;
    struct rescue rescue = {.examination = examination,
                            .copy = make_copy(target, examination->version, error)};
    bool good = rescue.copy && fill(&rescue, error);
    store_close(rescue.copy);
    good = good && finish(&rescue, target, error);
    if (!good) {
        char *lock = beside_name(target, ".lock");
        remove(target);
        remove(lock);
        free(lock);
    }
    return good;
}
