/* SPDX-License-Identifier: MIT
 *
 * Opens a workbench for reading, also if nothing can be written. Three ways are tried: as SQLite
 * does it, with the log merged in memory, and the file alone.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "displaced.h"
#include "foreign.h"
#include "guard.h"
#include "joined.h"
#include "opening.h"
#include "row_table.h"
#include "schema.h"
#include "sql_functions.h"
#include "statement.h"
#include "store/store.h"
#include "store_private.h"

enum { DEEPEST_OF_READERS = 500 }; /* of an expression, with the columns that a person has added */

static bool check_current(struct store *store, struct error *error)
{
    struct identity identity;
    if (!opening_identify(store, &identity, error))
        return false;
    if (opening_is_empty(&identity))
        return error_set(error, ERROR_STORE, "the workbench \"%s\" is empty", store->shown);
    if (!opening_check_identity(store, &identity, error))
        return false;
    if (identity.version < (int64_t)schema_step_count)
        return error_set(error, ERROR_STORE,
                         "the workbench \"%s\" was made by an older thaw and has not been brought "
                         "up to date yet: whatever writes to it will, such as an import",
                         store->shown);
    return foreign_check(store, identity.version, error);
}

/* How a file is read. */
struct way {
    bool known;         /* thaw has written it here before */
    bool alone, merged; /* read without its log; with its log, merged in memory */
    bool (*stop)(void *context);
    void *context;
};

static bool add_functions(struct store *store, struct error *error)
{
    sqlite3_limit(store->handle, SQLITE_LIMIT_EXPR_DEPTH, DEEPEST_OF_READERS);
    return (sql_functions_add(store->handle) && row_table_add(store->handle) &&
            joined_add(store)) ||
           store_failed(store, "prepare the database for queries", error);
}

/* `closed`: SQLite could not open what it needs. */
static struct store *try_reader(const char *path, const struct way *way, bool *closed,
                                struct error *error)
{
    struct store *store = store_new(path);
    store->alone = way->alone;
    store->merged = way->merged;
    store_stop_when(store, way->stop, way->context);
    *closed = false;
    if (opening_connect(store, SQLITE_OPEN_READONLY, error) &&
        store_execute(store,
                      "PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                      "PRAGMA cache_size = -8192",
                      error) &&
        check_current(store, error) && add_functions(store, error) &&
        (way->known || opening_check_foreign(store, error))) {
        displaced_note(store);
        return store;
    }
    int result = sqlite3_errcode(store->handle) & 0xff;
    int extended = sqlite3_extended_errcode(store->handle);
    *closed = extended == SQLITE_IOERR_SHMSIZE || /* the disk is full */
              (extended != SQLITE_READONLY_ROLLBACK &&
               (result == SQLITE_CANTOPEN || result == SQLITE_READONLY || result == SQLITE_PERM));
    store_close(store);
    return NULL;
}

/* SQLite writes beside a database in WAL mode even to read it. If that fails and no process writes
 * the database, the file is read with its log merged in memory, or alone. */
static struct store *try_alone(const char *path, struct way way, struct error *error)
{
    bool closed;
    char shown[256];
    if (access(path, R_OK) != 0 || guard_is_held(path))
        return NULL;
    struct error ignored;
    struct store *store = NULL;
    way.alone = way.merged = true;
    if (guard_finds_log(path))
        store = try_reader(path, &way, &closed, &ignored);
    if (store)
        return store;
    way.merged = false;
    store = try_reader(path, &way, &closed, error);
    if (!guard_finds_log(path))
        return store;
    text_safe(path, shown, sizeof shown);
    if (store)
        store->notice = memory_format(
            "the write-ahead log of \"%s\" cannot be used where nothing can be written: what was "
            "written last is missing; copy the file and \"-wal\" elsewhere to see all",
            shown);
    else
        error_set(error, ERROR_STORE,
                  "the write-ahead log of \"%s\" cannot be used where nothing can be written, and "
                  "without it there is nothing to see; copy the file and \"-wal\" elsewhere",
                  shown);
    return store;
}

struct store *store_open_reader(const char *path, struct error *error)
{
    return store_open_reader_when(path, NULL, NULL, error);
}

struct store *store_open_reader_when(const char *path, bool (*stop)(void *context), void *context,
                                     struct error *error)
{
    bool exists, closed;
    char shown[256], *notice;
    struct way way = {.known = opening_is_known(path), .stop = stop, .context = context};
    if (!opening_check_regular(path, &exists, error))
        return NULL;
    if (!exists) {
        error_set(error, ERROR_STORE, "there is no workbench \"%s\"; import something first",
                  text_safe(path, shown, sizeof shown));
        return NULL;
    }
    if (!guard_reader(path, &way.alone, &notice, error))
        return NULL;
    struct error refused;
    struct store *store = try_reader(path, &way, &closed, &refused);
    if (!store && closed && !way.alone)
        store = try_alone(path, way, &refused);
    if (!store)
        *error = refused;
    if (store && notice)
        store->notice = notice;
    else
        free(notice);
    return store;
}
