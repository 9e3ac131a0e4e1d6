/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "opening.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "beside.h"
#include "bounded_functions.h"
#include "checked.h"
#include "foreign.h"
#include "guard.h"
#include "merged.h"
#include "schema.h"
#include "statement.h"
#include "store_private.h"
#include "time_limit.h"

enum {
    LONGEST_VALUE = 300 << 20, /* bytes: more than the largest checkpoint */
    LONGEST_SQL = 1 << 20,
    DEEPEST_EXPRESSION = 100
};
static const sqlite3_int64 HEAP_MOST = (sqlite3_int64)2 << 30; /* bytes, of all connections */

bool opening_identify(struct store *store, struct identity *identity, struct error *error)
{
    return store_number(store, "PRAGMA application_id", &identity->application, error) &&
           store_number(store, "PRAGMA user_version", &identity->version, error) &&
           store_number(store, "PRAGMA schema_version", &identity->schema, error);
}

bool opening_is_empty(const struct identity *identity)
{
    return identity->application == 0 && identity->version == 0 && identity->schema == 0;
}

bool opening_check_identity(const struct store *store, const struct identity *identity,
                            struct error *error)
{
    if (identity->application != SCHEMA_APPLICATION)
        return error_set(error, ERROR_STORE,
                         "\"%s\" is an SQLite database, but no thaw workbench; name another file",
                         store->shown);
    if (identity->version > (int64_t)schema_step_count)
        return error_set(error, ERROR_STORE,
                         "\"%s\" has version %lld, this thaw knows %zu; use a newer thaw",
                         store->shown, (long long)identity->version, schema_step_count);
    return true;
}

bool opening_check_regular(const char *path, bool *exists, struct error *error)
{
    char shown[256];
    struct stat status;
    text_safe(path, shown, sizeof shown);
    *exists = stat(path, &status) == 0;
    if (*path == '\0')
        return error_set(error, ERROR_USAGE, "the name of the workbench file is empty");
    if (!*exists && errno != ENOENT)
        return error_set(error, ERROR_STORE, "cannot open the workbench \"%s\": %s", shown,
                         strerror(errno));
    if (*exists && !S_ISREG(status.st_mode))
        return error_set(error, ERROR_STORE, "the workbench \"%s\" is not a file", shown);
    if (*exists && file_is_made_up(path))
        return error_set(
            error, ERROR_STORE,
            "the workbench \"%s\" is not a file on a disk: the system makes it up when "
            "it is read",
            shown);
    return opening_check_beside(path, error);
}

bool opening_check_beside(const char *path, struct error *error)
{
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    struct stat database, status;
    bool exists = stat(path, &database) == 0, good = true;
    for (size_t i = 0; good && i < sizeof endings / sizeof *endings; i++) {
        char shown[256], *name = beside_name(path, endings[i]);
        if (lstat(name, &status) == 0 &&
            (!S_ISREG(status.st_mode) || status.st_nlink > 1 ||
             (status.st_uid != geteuid() && !(exists && status.st_uid == database.st_uid))))
            good = error_set(error, ERROR_STORE,
                             "\"%s\" is in the way: expected a regular file with no other name, of "
                             "the owner of the workbench; move it away",
                             text_safe(name, shown, sizeof shown));
        free(name);
    }
    return good;
}

void store_harden(sqlite3 *handle)
{
    static const struct {
        int what, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        sqlite3_db_config(handle, settings[i].what, settings[i].value, (int *)NULL);
    sqlite3_busy_timeout(handle, STORE_PATIENCE);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 1); /* VACUUM needs one */
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, DEEPEST_EXPRESSION);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_hard_heap_limit64(HEAP_MOST);
    bounded_functions_add(handle);
}

bool opening_connect(struct store *store, int flags, struct error *error)
{
    if (store->merged) {
        store->handle = merged_open(store->path);
        if (store->handle) {
            store_harden(store->handle);
            time_limit_watch(store);
        }
        return store->handle ||
               error_set(error, ERROR_STORE, "cannot read \"%s\" with its log", store->shown);
    }
    char *name = store->alone ? beside_alone(store->path) : memory_string(store->path);
    int result =
        sqlite3_open_v2(name, &store->handle,
                        flags | SQLITE_OPEN_NOMUTEX | (store->alone ? SQLITE_OPEN_URI : 0), NULL);
    free(name);
    if (result != SQLITE_OK)
        return store_failed(store, "open the workbench", error);
    store_harden(store->handle);
    time_limit_watch(store);
    return true;
}

bool opening_is_known(const char *path)
{
    char *lock = beside_name(path, ".lock");
    bool known = access(lock, F_OK) == 0;
    free(lock);
    return known;
}

uint64_t store_unchecked_bytes(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
        opening_is_known(path) || checked_before(path))
        return 0;
    return (uint64_t)status.st_size;
}

bool opening_check_foreign(struct store *store, struct error *error)
{
    if (checked_before(store->path))
        return true;
    if (!foreign_check_pages(store, error))
        return false;
    checked_remember(store->path);
    return true;
}

bool opening_inspect(const char *path, bool whole, struct identity *identity, struct error *error)
{
    struct store *store = store_new(path);
    bool good = opening_check_beside(path, error) &&
                opening_connect(store, SQLITE_OPEN_READONLY, error) &&
                opening_identify(store, identity, error) &&
                (opening_is_empty(identity) || (opening_check_identity(store, identity, error) &&
                                                foreign_check(store, identity->version, error)));
    good = good && (!whole || opening_check_foreign(store, error));
    store_close(store);
    return good;
}

bool store_check(const char *path, struct error *error)
{
    struct identity identity;
    return store_unchecked_bytes(path) == 0 || opening_inspect(path, true, &identity, error);
}

bool store_is_old(const char *path)
{
    bool exists;
    struct identity identity;
    struct error ignored;
    return opening_check_regular(path, &exists, &ignored) && exists &&
           opening_inspect(path, false, &identity, &ignored) && !opening_is_empty(&identity) &&
           identity.version < (int64_t)schema_step_count;
}
