/* SPDX-License-Identifier: MIT
 *
 * Examines a workbench file for store/doctor.h: opens it for reading only, checks its header and
 * pages, and then has examination.c read its tables.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "beside.h"
#include "displaced.h"
#include "examination.h"
#include "foreign.h"
#include "guard.h"
#include "judging.h"
#include "opening.h"
#include "schema.h"
#include "store/doctor.h"
#include "store_private.h"
#include "time_limit.h"

enum { HEADER = 100, PAGE_SIZE_AT = 16, CHANGES_AT = 24, PAGES_AT = 28, VALID_FOR_AT = 92 };

/* -- opening ----------------------------------------------------------------------------------- */

/* Allows reading only, whatever the file contains. SQLite registers the tables of pragmas by an
 * update of its own list in memory, so that is allowed too. */
static int allow(void *context, int action, const char *first, const char *second,
                 const char *database, const char *inner)
{
    (void)context, (void)database, (void)inner;
    bool good = action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_PRAGMA ||
                action == SQLITE_TRANSACTION ||
                (action == SQLITE_FUNCTION && strcmp(second, "like") == 0) ||
                (action == SQLITE_UPDATE && strcmp(first, "sqlite_master") == 0);
    return good ? SQLITE_OK : SQLITE_DENY;
}

static bool connect_to(struct store *store, bool is_unchanging, struct error *error)
{
    char *uri = is_unchanging ? beside_alone(store->path) : NULL;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | (uri ? SQLITE_OPEN_URI : 0);
    sqlite3_close(store->handle);
    store->handle = NULL;
    if (!opening_check_beside(store->path, error)) {
        free(uri);
        return false;
    }
    int result = sqlite3_open_v2(uri ? uri : store->path, &store->handle, flags, NULL);
    free(uri);
    if (result != SQLITE_OK)
        return store_failed(store, "open", error);
    store_harden(store->handle);
    /* A writable schema lets a file be read that is shorter than its header says. The connection is
     * read-only, so nothing can change. */
    sqlite3_db_config(store->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, (int *)NULL);
    sqlite3_db_config(store->handle, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, (int *)NULL);
    sqlite3_set_authorizer(store->handle, allow, NULL);
    time_limit_watch(store);
    return store_execute(
        store,
        "PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
        "PRAGMA ignore_check_constraints = ON; PRAGMA cache_size = -16384; BEGIN",
        error);
}

static bool read_schema(struct store *store, struct error *error)
{
    struct statement *list = statement_new(store, "SELECT name FROM sqlite_schema", error);
    bool good = list && statement_run(list, error);
    statement_free(list);
    return good;
}

/* Reads the file through SQLite's own descriptor. Opening it a second time would lose locks. */
static bool read_header(struct store *store, unsigned char header[HEADER], int64_t *size,
                        struct error *error)
{
    static const char magic[] = "SQLite format 3";
    sqlite3_file *file = NULL;
    sqlite3_file_control(store->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    sqlite3_int64 length = 0;
    if (!file || !file->pMethods || file->pMethods->xFileSize(file, &length) != SQLITE_OK)
        return error_set(error, ERROR_STORE, "cannot read \"%s\"", store->shown);
    *size = length;
    if (length == 0)
        return error_set(error, ERROR_STORE, "\"%s\" is empty", store->shown);
    if (length < HEADER || file->pMethods->xRead(file, header, HEADER, 0) != SQLITE_OK ||
        memcmp(header, magic, sizeof magic) != 0)
        return error_set(error, ERROR_STORE,
                         "\"%s\" is no SQLite database, or its first page is destroyed, and "
                         "nothing can be found without that page",
                         store->shown);
    return true;
}

/* If there is no log and no writer, nothing needs to be created beside the file. A damaged log is
 * not used either if the file is newer than its good part. */
static bool connect_first(struct examination *examination, struct error *error)
{
    struct store *store = examination->store;
    struct write_ahead log = {0};
    bool held = guard_is_held(store->path);
    char *name = beside_name(store->path, "-wal");
    bool past = !held && write_ahead_read(name, &log) && judging_is_past(store->path, &log);
    store->alone = !held && (past || !guard_finds_log(store->path));
    displaced_note(store);
    if (past)
        examination_say(
            examination, "the log", "",
            "it is damaged in its middle, and not used: the file already holds more than its "
            "good part");
    else if (log.lost > 0)
        examination_say(examination, "the log", "what was written after the damage",
                        "it is damaged in its middle: at least %u changes follow the damage",
                        log.lost);
    write_ahead_release(&log);
    free(name);
    return connect_to(store, store->alone, error);
}

bool examination_is_unchanged(const struct examination *examination, struct error *error)
{
    struct store *store = examination->store;
    return !store->alone || !store_is_displaced(store) ||
           error_set(error, ERROR_STORE, "\"%s\" was changed while it was looked at: ask again",
                     store->shown);
}

static bool open_file(struct examination *examination, unsigned char header[HEADER], int64_t *size,
                      struct error *error)
{
    struct store *store = examination->store;
    struct stat status;
    if (stat(store->path, &status) != 0)
        return error_set(error, ERROR_STORE, "cannot open \"%s\": %s", store->shown,
                         strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_STORE, "\"%s\" is not a file", store->shown);
    if (!connect_first(examination, error) || !read_header(store, header, size, error))
        return false;
    bool known = read_schema(store, error);
    /* damage in the schema is reported later */
    return known ||
           (error->kind != ERROR_CANCELLED && sqlite3_errcode(store->handle) != SQLITE_BUSY &&
            sqlite3_errcode(store->handle) != SQLITE_CANTOPEN);
}

/* -- header and pages -------------------------------------------------------------------------- */

static void check_length(struct examination *examination, const unsigned char *header, int64_t size)
{
    int64_t page = header[PAGE_SIZE_AT] << 8 | header[PAGE_SIZE_AT + 1];
    int64_t pages = write_ahead_number(header + PAGES_AT);
    page = page == 1 ? 65536 : page;
    if (guard_finds_log(examination->store->path) ||
        write_ahead_number(header + CHANGES_AT) != write_ahead_number(header + VALID_FOR_AT))
        return;
    if (page * pages > size || size % page)
        examination_say(examination, "the file", "what was beyond its end",
                        "it has %lld bytes instead of %lld: it was cut off", (long long)size,
                        (long long)(page * pages));
}

/* Whose file it is, and which version. */
static bool identify(struct examination *examination, struct error *error)
{
    int64_t application = 0, version = 0, tables = 0;
    struct error why = {0};
    struct store *store = examination->store;
    bool readable = store_number(store, "SELECT 1 FROM sqlite_schema WHERE name = 'thaw_datasets'",
                                 &tables, &why) &&
                    store_number(store, "PRAGMA application_id", &application, &why) &&
                    store_number(store, "PRAGMA user_version", &version, &why);
    if (!readable && why.kind == ERROR_CANCELLED)
        return error_set(error, ERROR_CANCELLED, "%s", why.text);
    if (!readable)
        return error_set(error, ERROR_STORE,
                         "the list of tables in \"%s\" is destroyed (%s), and nothing can be "
                         "found without it",
                         store->shown, why.text);
    if (application != SCHEMA_APPLICATION && tables == 0)
        return error_set(error, ERROR_STORE, "\"%s\" is an SQLite database, but no thaw workbench",
                         store->shown);
    if (application == SCHEMA_APPLICATION && version > (int64_t)schema_step_count)
        return error_set(error, ERROR_STORE,
                         "\"%s\" has version %lld, this thaw knows %zu; use a newer thaw",
                         store->shown, (long long)version, schema_step_count);
    bool known = version >= 1 && version <= (int64_t)schema_step_count;
    examination->version = known ? version : (int64_t)schema_step_count;
    if (application != SCHEMA_APPLICATION)
        examination_say(examination, "the file", "", "its header says that it is no workbench");
    else if (!known)
        examination_say(examination, "the file", "",
                        "its header says that it is of version %lld, which this thaw does not know",
                        (long long)version);
    return true;
}

/* One line of an integrity check. */
static void say_page(struct examination *examination, const char *line)
{
    char shown[400];
    bool harmless = strstr(line, "missing from index") || strstr(line, "entries in index") ||
                    strstr(line, "is never used");
    if (strncmp(line, "***", 3) == 0 || strcmp(line, "ok") == 0)
        return;
    examination_say(examination, "pages", harmless ? "" : "what they held", "%s",
                    text_safe(line, shown, sizeof shown));
}

static bool check_pages(struct examination *examination, struct error *error)
{
    struct error why;
    bool good = true;
    examination_begin(examination, "pages");
    struct statement *check =
        statement_new(examination->store, "PRAGMA integrity_check(100)", &why);
    while (statement_next(check, &good, &why)) {
        char *text = memory_string(statement_text(check, 0)), *rest = text, *line;
        while ((line = strsep(&rest, "\n")))
            say_page(examination, line);
        free(text);
    }
    statement_free(check);
    if (!good && why.kind == ERROR_CANCELLED)
        return error_set(error, ERROR_CANCELLED, "%s", why.text);
    if (!good)
        examination_say(examination, "pages", "", "they cannot all be checked (%s)",
                        examination_why(&why));
    examination_enough(examination, "pages");
    return true;
}

/* -- tables ------------------------------------------------------------------------------------ */

static bool check_tables(struct examination *examination, struct error *error)
{
    struct error why;
    examination_begin(examination, "tables");
    if (!foreign_check(examination->store, examination->version, &why)) {
        if (why.kind == ERROR_CANCELLED)
            return error_set(error, ERROR_CANCELLED, "%s", why.text);
        examination_say(examination, "tables", "nothing that thaw made", "%s", why.text);
    }
    for (int subject = 0; subject < SUBJECT_COUNT; subject++) {
        struct table_layout *layout = &examination->layouts[subject];
        if (!table_layout_of(examination->model, subjects[subject].table, layout, &why))
            continue;
        row_check_bound((enum subject)subject, layout);
        examination->missing[subject] =
            !table_layout_agrees(examination->store, layout, false, &why);
        if (examination->missing[subject])
            examination_say(examination, layout->table, "all of it", "%s", why.text);
    }
    examination_enough(examination, "tables");
    return true;
}

static bool examine(struct examination *examination, struct error *error)
{
    unsigned char header[HEADER];
    int64_t size = 0;
    if (!open_file(examination, header, &size, error))
        return false;
    examination->report->bytes = (uint64_t)size;
    if (!identify(examination, error))
        return false;
    check_length(examination, header, size);
    examination->report->version = examination->version;
    examination->model = foreign_model(examination->version, error);
    return examination->model && check_pages(examination, error) &&
           check_tables(examination, error) && examination_rows(examination, error) &&
           examination_is_unchanged(examination, error);
}

/* -- the whole --------------------------------------------------------------------------------- */

static void begin(struct examination *examination, const char *path,
                  const struct doctor_listener *listener, struct doctor_report *report)
{
    struct store *store = store_new(path);
    store_stop_when(store, listener->stop, listener->context);
    *report = (struct doctor_report){0};
    *examination = (struct examination){.store = store, .listener = listener, .report = report};
}

static void end(struct examination *examination)
{
    for (int subject = 0; subject < SUBJECT_COUNT; subject++)
        table_layout_release(&examination->layouts[subject]);
    for (size_t i = 0; i < examination->dataset_count; i++) {
        struct known_dataset *dataset = &examination->datasets[i];
        for (size_t part = 0; part < DATASET_TABLES; part++)
            stored_columns_release(&dataset->columns[part]);
        free(dataset->decisions);
        free(dataset->rejected_rows);
    }
    free(examination->scripts);
    free(examination->executions);
    free(examination->runs);
    free(examination->tasks);
    free(examination->datasets);
    store_close(examination->store);
    store_close(examination->model);
}

bool doctor_examine(const char *path, const struct doctor_listener *listener,
                    struct doctor_report *report, struct error *error)
{
    struct examination examination;
    begin(&examination, path, listener, report);
    bool good = examine(&examination, error);
    end(&examination);
    return good;
}

bool doctor_save(const char *path, const char *target, const struct doctor_listener *listener,
                 struct doctor_report *report, struct error *error)
{
    struct examination examination;
    begin(&examination, path, listener, report);
    bool good = examine(&examination, error) && rescue_write(&examination, target, error);
    end(&examination);
    return good;
}
