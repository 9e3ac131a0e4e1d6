/* SPDX-License-Identifier: MIT
 *
 * Opens a workbench for writing. The log beside it, an unfinished change and the file itself are
 * judged before the lasting connection is made. Then the schema is upgraded.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "before_copy.h"
#include "beside.h"
#include "displaced.h"
#include "guard.h"
#include "opening.h"
#include "schema.h"
#include "sealing.h"
#include "statement.h"
#include "store/store.h"
#include "store_private.h"
#include "unfinished.h"

enum { AUTO_VACUUM_INCREMENTAL = 2 };

/* Undoes an unfinished change; otherwise the file could not be examined. */
static bool undo_unfinished(const char *path, struct error *error)
{
    bool found;
    if (!unfinished_find(path, &found, error))
        return false;
    if (!found)
        return true;
    int64_t ignored;
    struct store *store = store_new(path);
    bool good = opening_connect(store, SQLITE_OPEN_READWRITE, error) &&
                store_number(store, "PRAGMA schema_version", &ignored, error);
    store_close(store);
    return good;
}

/* Writes this process's number into PATH.lock, for the message that another process shows. The seal
 * of the log follows it in the file. */
static bool take_lock(struct store *store, struct error *error)
{
    if (store->lock >= 0)
        return true;
    char *path = beside_name(store->path, ".lock"), holder[32] = "";
    store->lock = file_open_own(path, (struct file_own){.make = true}, error);
    bool good = store->lock >= 0;
    if (!good) {
        error_within(error, "cannot write beside the workbench");
    } else if (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
        ssize_t length = pread(store->lock, holder, sizeof holder - 1, 0);
        holder[length > 0 ? length : 0] = '\0';
        good = error_set(error, ERROR_STORE,
                         "the workbench \"%s\" is being written by another thaw, process %ld",
                         store->shown, strtol(holder, NULL, 10));
    } else {
        int length = snprintf(holder, sizeof holder, "%-*ld\n", SEAL_PLACE - 1, (long)getpid());
        if (pwrite(store->lock, holder, (size_t)length, 0) != length)
            good = error_set(error, ERROR_STORE, "cannot write \"%s.lock\": %s", store->shown,
                             strerror(errno));
    }
    free(path);
    return good;
}

/* Judges an existing log before anything opens the file. */
static bool check_log(struct store *store, struct seal *seal, struct error *error)
{
    return !guard_is_needed(store->path) ||
           (take_lock(store, error) &&
            guard_writer(store->path, store->lock, seal, &store->notice, error));
}

static bool foreign_keys_hold(struct store *store, struct error *error)
{
    int64_t gone;
    return store_number(store, "SELECT count(*) FROM pragma_foreign_key_check", &gone, error) &&
           (gone == 0 ||
            error_set(error, ERROR_STORE, "rows of the workbench refer to rows that are gone"));
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

/* Lets store_shrink work. A file from before this option must be rewritten for it; if that fails,
 * the file keeps its size. */
static void prepare_shrinking(struct store *store)
{
    struct error ignored;
    int64_t mode = 0;
    if (store_number(store, "PRAGMA auto_vacuum", &mode, &ignored) &&
        mode != AUTO_VACUUM_INCREMENTAL)
        store_execute(store, "PRAGMA auto_vacuum = INCREMENTAL; VACUUM", &ignored);
}

static bool migrate(struct store *store, struct error *error)
{
    struct identity identity;
    if (!opening_identify(store, &identity, error))
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
        good = error_set(error, ERROR_STORE,
                         "the file system of \"%s\" cannot share a database between programs; "
                         "choose a file on a local disk",
                         store->shown);
    }
    statement_free(wal);
    return good;
}

/* Creates an empty file for its owner alone, because ratings and scripts are private. The files
 * that SQLite adds beside it get the same mode. */
static bool make_file(const char *path, struct error *error)
{
    int file = file_open_own(path, (struct file_own){.make = true}, error);
    if (file >= 0)
        close(file);
    return file >= 0;
}

/* From here on thaw itself copies the log into the file and records in the lock what the log
 * holds. */
static bool begin_sealing(struct store *store, const struct seal *seal, struct error *error)
{
    int64_t version;
    struct write_ahead log;
    char *path = beside_name(store->path, "-wal");
    bool good = store_number(store, "PRAGMA user_version", &version, error);
    if (good && !write_ahead_read(path, &log))
        good = error_set(error, ERROR_STORE, "cannot read the log of the workbench: %s",
                         strerror(errno));
    if (good) {
        store->sealing = sealing_new(store->handle, store->path, store->lock, seal, &log);
        write_ahead_release(&log);
        displaced_note(store);
        store_set_trouble(store, ""); /* reserves room on the disk for a later one */
    }
    free(path);
    return good;
}

static bool open_writer(struct store *store, bool exists, struct error *error)
{
    struct identity identity = {0};
    struct seal seal = {0};
    bool known = opening_is_known(store->path);
    if (!displaced_check_writable(store->path, exists, error))
        return false;
    if (exists && !(check_log(store, &seal, error) && undo_unfinished(store->path, error) &&
                    opening_inspect(store->path, !known, &identity, error)))
        return false;
    if (!take_lock(store, error) || !(exists || make_file(store->path, error)))
        return false;
    if (!seal.known)
        seal_read(store->lock, &seal);
    return opening_connect(store, SQLITE_OPEN_READWRITE, error) &&
           ((exists && !opening_is_empty(&identity)) ||
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
    if (!opening_check_regular(path, &exists, error))
        return NULL;
    struct store *store = store_new(path);
    bool known = opening_is_known(path);
    if (open_writer(store, exists, error)) {
        store_trim_log(store); /* a large change may have been cut off */
        return store;
    }
    if (exists && !known && store->lock >= 0) { /* a refused file stays unknown */
        char *lock = beside_name(path, ".lock");
        file_take_away(lock);
        free(lock);
    }
    store_close(store);
    return NULL;
}
