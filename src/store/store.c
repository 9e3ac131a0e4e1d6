/* SPDX-License-Identifier: MIT
 *
 * Opening: first a look at what the file is, over a read-only connection that cannot change it;
 * then the connection that stays, with everything off that a workbench does not need.
 */
#include "config.h"

#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "before_copy.h"
#include "checked.h"
#include "displaced.h"
#include "guard.h"
#include "merged.h"
#include "time_limit.h"
#include "reason.h"
#include "schema.h"
#include "sealing.h"
#include "statement.h"
#include "store_private.h"
#include "stranger.h"
#include "unfinished.h"

enum {
    BUSY_MILLISECONDS = 5000,
    AUTO_VACUUM_INCREMENTAL = 2,
    LONGEST_VALUE = 300 << 20, /* bytes: more than the largest checkpoint */
    LONGEST_SQL = 1 << 20,
    DEEPEST_EXPRESSION = 100
};
static const sqlite3_int64 HEAP_MOST = (sqlite3_int64)2 << 30; /* bytes, of all connections */

/* What a database file says of itself. */
struct identity {
    int64_t application, version, schema;
};

bool store_failed(struct store *store, const char *doing, struct error *error)
{
    if (sqlite3_errcode(store->handle) == SQLITE_INTERRUPT)
        return store->given_up ? time_limit_failed(store, NULL, error)
                               : error_set(error, ERROR_CANCELLED, "cancelled");
    char path[256], text[300], why[300];
    text_safe(reason_of(store->handle, store->path, text, sizeof text), why, sizeof why);
    return error_set(error, ERROR_STORE, "cannot %s \"%s\": %s", doing,
                     text_safe(store->path, path, sizeof path), why);
}

sqlite3 *store_handle(struct store *store)
{
    return store->handle;
}

static bool pragma_integer(struct store *store, const char *sql, int64_t *value,
                           struct error *error)
{
    struct statement *statement = statement_new(store, sql, error);
    bool row = false, good = statement && statement_step(statement, &row, error);
    *value = good && row ? statement_integer(statement, 0) : 0;
    statement_free(statement);
    return good;
}

static bool identify(struct store *store, struct identity *identity, struct error *error)
{
    return pragma_integer(store, "PRAGMA application_id", &identity->application, error) &&
           pragma_integer(store, "PRAGMA user_version", &identity->version, error) &&
           pragma_integer(store, "PRAGMA schema_version", &identity->schema, error);
}

/* Whether a workbench may be made in it: a database without any table. */
static bool is_empty(const struct identity *identity)
{
    return identity->application == 0 && identity->version == 0 && identity->schema == 0;
}

static bool check_identity(const struct store *store, const struct identity *identity,
                           struct error *error)
{
    char path[256];
    text_safe(store->path, path, sizeof path);
    if (identity->application != SCHEMA_APPLICATION)
        return error_set(error, ERROR_STORE,
                         "\"%s\" is an SQLite database, but no thaw workbench; name another file",
                         path);
    if (identity->version > (int64_t)schema_step_count)
        return error_set(error, ERROR_STORE,
                         "\"%s\" has version %lld, this thaw knows %zu; use a newer thaw", path,
                         (long long)identity->version, schema_step_count);
    return true;
}

static bool check_regular(const char *path, bool *exists, struct error *error)
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
    return true;
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
    sqlite3_busy_timeout(handle, BUSY_MILLISECONDS);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 1); /* VACUUM takes one */
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, DEEPEST_EXPRESSION);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_hard_heap_limit64(HEAP_MOST);
}

static struct store *store_new(const char *path)
{
    struct store *store = memory_new(sizeof *store);
    *store = (struct store){.path = memory_string(path), .lock = -1};
    return store;
}

static bool connect_file(struct store *store, int flags, struct error *error)
{
    char shown[256];
    if (store->merged) {
        store->handle = merged_open(store->path);
        if (store->handle) {
            store_harden(store->handle);
            time_limit_watch(store);
        }
        return store->handle || error_set(error, ERROR_STORE, "cannot read \"%s\" with its log",
                                          text_safe(store->path, shown, sizeof shown));
    }
    char *name = store->alone ? guard_alone(store->path) : memory_string(store->path);
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

/* Whether thaw has written it here before: it has a PATH.lock. */
static bool is_known(const char *path)
{
    char *lock = memory_format("%s.lock", path);
    bool known = access(lock, F_OK) == 0;
    free(lock);
    return known;
}

uint64_t store_unchecked_bytes(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
        is_known(path) || checked_before(path))
        return 0;
    return (uint64_t)status.st_size;
}

/* All of a file that comes from elsewhere is looked at, once. */
static bool check_foreign(struct store *store, struct error *error)
{
    if (checked_before(store->path))
        return true;
    if (!stranger_check_pages(store, error))
        return false;
    checked_remember(store->path);
    return true;
}

/* Looks at an existing file without being able to change it; at all of it where that is due. */
static bool inspect(const char *path, bool whole, struct identity *identity, struct error *error)
{
    struct store *store = store_new(path);
    bool good = connect_file(store, SQLITE_OPEN_READONLY, error) &&
                identify(store, identity, error) &&
                (is_empty(identity) || (check_identity(store, identity, error) &&
                                        stranger_check(store, identity->version, error)));
    good = good && (!whole || check_foreign(store, error));
    store_close(store);
    return good;
}

bool store_check(const char *path, struct error *error)
{
    struct identity identity;
    return store_unchecked_bytes(path) == 0 || inspect(path, true, &identity, error);
}

/* Undoes what somebody began to change and did not end, as otherwise it could not be looked at. */
static bool undo_unfinished(const char *path, struct error *error)
{
    bool found;
    if (!unfinished_find(path, &found, error))
        return false;
    if (!found)
        return true;
    int64_t ignored;
    struct store *store = store_new(path);
    bool good = connect_file(store, SQLITE_OPEN_READWRITE, error) &&
                pragma_integer(store, "PRAGMA schema_version", &ignored, error);
    store_close(store);
    return good;
}

/* Writes the own process number into PATH.lock, for the sentence another process shows. The seal of
 * the log stands behind it. */
static bool take_lock(struct store *store, struct error *error)
{
    if (store->lock >= 0)
        return true;
    char *path = memory_format("%s.lock", store->path), shown[256], holder[32] = "";
    text_safe(store->path, shown, sizeof shown);
    store->lock = file_open_own(path, (struct file_own){.make = true}, error);
    bool good = store->lock >= 0;
    if (!good) {
        error_within(error, "cannot write beside the workbench");
    } else if (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
        ssize_t length = pread(store->lock, holder, sizeof holder - 1, 0);
        holder[length > 0 ? length : 0] = '\0';
        good = error_set(error, ERROR_STORE,
                         "the workbench \"%s\" is being written by another thaw, process %ld",
                         shown, strtol(holder, NULL, 10));
    } else {
        int length = snprintf(holder, sizeof holder, "%-*ld\n", SEAL_PLACE - 1, (long)getpid());
        if (pwrite(store->lock, holder, (size_t)length, 0) != length)
            good = error_set(error, ERROR_STORE, "cannot write \"%s.lock\": %s", shown,
                             strerror(errno));
    }
    free(path);
    return good;
}

/* A log that lies there is looked at before anything opens the file. */
static bool check_log(struct store *store, struct seal *seal, struct error *error)
{
    return !guard_is_needed(store->path) ||
           (take_lock(store, error) &&
            guard_writer(store->path, store->lock, seal, &store->notice, error));
}

static bool foreign_keys_hold(struct store *store, struct error *error)
{
    struct statement *check = statement_new(store, "PRAGMA foreign_key_check", error);
    bool row = false, good = check && statement_step(check, &row, error);
    statement_free(check);
    if (good && row)
        return error_set(error, ERROR_STORE, "rows of the workbench refer to rows that are gone");
    return good;
}

static bool take_step(struct store *store, int64_t version, struct error *error)
{
    char mark[96];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %lld",
             SCHEMA_APPLICATION, (long long)version + 1);
    bool good = store_begin(store, error) && store_execute(store, schema_steps[version], error) &&
                foreign_keys_hold(store, error) && store_execute(store, mark, error) &&
                store_commit(store, error);
    if (!good)
        store_rollback(store);
    return good;
}

/* So that store_shrink can do something. A file of before must be written anew for that; where it
 * cannot, it stays as large as it is. */
static void prepare_shrinking(struct store *store)
{
    struct error ignored;
    int64_t mode = 0;
    if (pragma_integer(store, "PRAGMA auto_vacuum", &mode, &ignored) &&
        mode != AUTO_VACUUM_INCREMENTAL)
        store_execute(store, "PRAGMA auto_vacuum = INCREMENTAL; VACUUM", &ignored);
}

bool store_shrink(struct store *store, struct error *error)
{
    return store_execute(store, "PRAGMA incremental_vacuum", error);
}

static bool migrate(struct store *store, struct error *error)
{
    struct identity identity;
    if (!identify(store, &identity, error))
        return false;
    bool old = identity.version > 0 && identity.version < (int64_t)schema_step_count;
    if (old && !before_copy_keep(store, identity.version, error))
        return error_within(error, "keeping a copy before the database is changed");
    for (int64_t version = identity.version; version < (int64_t)schema_step_count; version++)
        if (!take_step(store, version, error))
            return error_within(error, "version %lld of the database", (long long)version + 1);
    if (old)
        prepare_shrinking(store);
    return true;
}

static bool use_wal(struct store *store, struct error *error)
{
    struct statement *wal = statement_new(store, "PRAGMA journal_mode = WAL", error);
    bool row = false, good = wal && statement_step(wal, &row, error);
    if (good && !(row && strcmp(statement_text(wal, 0), "wal") == 0)) {
        char shown[256];
        good = error_set(error, ERROR_STORE,
                         "the file system of \"%s\" cannot share a database between programs; "
                         "choose a file on a local disk",
                         text_safe(store->path, shown, sizeof shown));
    }
    statement_free(wal);
    return good;
}

/* An empty file for its owner alone: ratings and scripts are nobody else's business. What SQLite
 * lays beside it has the same mode. */
static bool make_file(const char *path, struct error *error)
{
    int file = file_open_own(path, (struct file_own){.make = true}, error);
    if (file >= 0)
        close(file);
    return file >= 0;
}

/* From here on the log is copied into the file by thaw, which says in the lock what is in it. */
static bool begin_sealing(struct store *store, const struct seal *seal, struct error *error)
{
    int64_t version;
    struct write_ahead log;
    char *path = guard_beside(store->path, "-wal");
    bool good = pragma_integer(store, "PRAGMA user_version", &version, error);
    if (good && !write_ahead_read(path, &log))
        good = error_set(error, ERROR_STORE, "cannot read the log of the workbench: %s",
                         strerror(errno));
    if (good) {
        store->sealing = sealing_new(store->handle, store->path, store->lock, seal, &log);
        write_ahead_release(&log);
        displaced_note(store);
        store_set_trouble(store, ""); /* the disk has room for one from now on */
    }
    free(path);
    return good;
}

static bool open_writer(struct store *store, bool exists, struct error *error)
{
    struct identity identity = {0};
    struct seal seal = {0};
    bool known = is_known(store->path);
    if (!displaced_check_writable(store->path, exists, error))
        return false;
    if (exists && !(check_log(store, &seal, error) && undo_unfinished(store->path, error) &&
                    inspect(store->path, !known, &identity, error)))
        return false;
    if (!take_lock(store, error) || !(exists || make_file(store->path, error)))
        return false;
    if (!seal.known)
        seal_read(store->lock, &seal);
    return connect_file(store, SQLITE_OPEN_READWRITE, error) &&
           ((exists && !is_empty(&identity)) ||
            store_execute(store, "PRAGMA auto_vacuum = INCREMENTAL", error)) &&
           use_wal(store, error) &&
           store_execute(store,
                         "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA mmap_size = "
                         "0; PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384;"
                         "PRAGMA journal_size_limit = 8388608",
                         error) &&
           begin_sealing(store, &seal, error) && migrate(store, error);
}

struct store *store_open_writer(const char *path, struct error *error)
{
    bool exists;
    if (!check_regular(path, &exists, error))
        return NULL;
    struct store *store = store_new(path);
    bool known = is_known(path);
    if (open_writer(store, exists, error))
        return store;
    if (exists && !known && store->lock >= 0) { /* what was refused stays unknown */
        char *lock = memory_format("%s.lock", path);
        file_take_away(lock);
        free(lock);
    }
    store_close(store);
    return NULL;
}

bool store_is_old(const char *path)
{
    bool exists;
    struct identity identity;
    struct error ignored;
    return check_regular(path, &exists, &ignored) && exists &&
           inspect(path, false, &identity, &ignored) && !is_empty(&identity) &&
           identity.version < (int64_t)schema_step_count;
}

static bool check_current(struct store *store, struct error *error)
{
    struct identity identity;
    char shown[256];
    text_safe(store->path, shown, sizeof shown);
    if (!identify(store, &identity, error))
        return false;
    if (is_empty(&identity))
        return error_set(error, ERROR_STORE, "the workbench \"%s\" is empty", shown);
    if (!check_identity(store, &identity, error))
        return false;
    if (identity.version < (int64_t)schema_step_count)
        return error_set(error, ERROR_STORE,
                         "the workbench \"%s\" was made by an older thaw and has not been brought "
                         "up to date yet: whatever writes to it will, such as an import",
                         shown);
    return stranger_check(store, identity.version, error);
}

/* How a file is read. */
struct way {
    bool known;         /* it was written here by thaw */
    bool alone, merged; /* without its log; with it, in memory */
    bool (*stop)(void *context);
    void *context;
};

/* `closed`: SQLite could not open what it needs. */
static struct store *try_reader(const char *path, const struct way *way, bool *closed,
                                struct error *error)
{
    struct store *store = store_new(path);
    store->alone = way->alone;
    store->merged = way->merged;
    store_stop_when(store, way->stop, way->context);
    *closed = false;
    if (connect_file(store, SQLITE_OPEN_READONLY, error) &&
        store_execute(store,
                      "PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                      "PRAGMA cache_size = -8192",
                      error) &&
        check_current(store, error) && (way->known || check_foreign(store, error))) {
        displaced_note(store);
        return store;
    }
    int result = sqlite3_errcode(store->handle) & 0xff;
    *closed = result == SQLITE_CANTOPEN || result == SQLITE_READONLY || result == SQLITE_PERM;
    store_close(store);
    return NULL;
}

/* SQLite wants to write beside a database in WAL mode even to read it. Where that cannot be and
 * nobody writes it, the file is read with its log in memory, or alone. */
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
    struct way way = {.known = is_known(path), .stop = stop, .context = context};
    if (!check_regular(path, &exists, error))
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

void store_close(struct store *store)
{
    if (!store)
        return;
    store_forget_statements(store);
    if (store->handle)
        store_rollback(store);
    if (store->sealing && !sealing_holds(store->sealing))
        displaced_leave(store);
    else if (store->sealing && !sealing_copy(store->sealing))
        sqlite3_db_config(store->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    sealing_free(store->sealing);
    sqlite3_close(store->handle);
    if (store->lock >= 0)
        close(store->lock);
    free(store->notice);
    free(store->path);
    free(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

bool store_begin(struct store *store, struct error *error)
{
    if (!displaced_refuse(store, error))
        return false;
    bool loose = store->next_is_loose;
    store->next_is_loose = false;
    if (loose != store->is_loose &&
        !store_execute(store, loose ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL",
                       error))
        return false;
    store->is_loose = loose;
    return store_execute(store, "BEGIN IMMEDIATE", error);
}

bool store_commit(struct store *store, struct error *error)
{
    return displaced_refuse(store, error) && store_execute(store, "COMMIT", error);
}

void store_rollback(struct store *store)
{
    struct error ignored; /* SQLite rolls back by itself after some failures */
    if (store_in_transaction(store))
        store_execute(store, "ROLLBACK", &ignored);
}

void store_set_durable(struct store *store, bool durable)
{
    store->next_is_loose = !durable;
}

bool store_in_transaction(const struct store *store)
{
    return !sqlite3_get_autocommit(store->handle);
}

uint64_t store_version(struct store *store)
{
    struct error ignored;
    struct statement *others = store_statement(store, "PRAGMA data_version", &ignored);
    bool row = false;
    if (!others || !statement_step(others, &row, &ignored) || !row)
        return ++store->version; /* unknown: look again */
    int64_t seen_others = statement_integer(others, 0);
    statement_reset(others);
    int64_t seen_own = sqlite3_total_changes64(store->handle);
    if (seen_others != store->seen_others || seen_own != store->seen_own)
        store->version++;
    store->seen_others = seen_others;
    store->seen_own = seen_own;
    return store->version;
}

void store_stop_when(struct store *store, bool (*stop)(void *context), void *context)
{
    store->stop = stop;
    store->stop_context = context;
}

void store_set_time_limit(struct store *store, double seconds)
{
    store->most_seconds = seconds;
}
