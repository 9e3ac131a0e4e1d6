/* SPDX-License-Identifier: MIT
 *
 * Transactions, versions and limits of an open database. opening.c, open_reader.c and open_writer.c
 * open it.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "displaced.h"
#include "joined.h"
#include "reason.h"
#include "sealing.h"
#include "statement.h"
#include "store/store.h"
#include "store_private.h"
#include "time_limit.h"

struct store *store_new(const char *path)
{
    struct store *store = memory_new(sizeof *store);
    char shown[256];
    *store = (struct store){.path = memory_string(path),
                            .shown = memory_string(text_safe(path, shown, sizeof shown)),
                            .lock = -1};
    return store;
}

bool store_failed(struct store *store, const char *doing, struct error *error)
{
    if (sqlite3_errcode(store->handle) == SQLITE_INTERRUPT)
        return store->given_up ? time_limit_failed(store, NULL, error)
                               : error_set(error, ERROR_CANCELLED, "cancelled");
    char text[300], why[300];
    text_safe(reason_of(store->handle, store->path, text, sizeof text), why, sizeof why);
    return error_set(error, ERROR_STORE, "cannot %s \"%s\": %s", doing, store->shown, why);
}

sqlite3 *store_handle(struct store *store)
{
    return store->handle;
}

void store_trim_log(struct store *store)
{
    if (store->sealing)
        sealing_trim(store->sealing);
}

bool store_shrink(struct store *store, struct error *error)
{
    if (!store_execute(store, "PRAGMA incremental_vacuum", error))
        return false;
    store_trim_log(store);
    return true;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    store_forget_statements(store);
    joined_forget(store);
    free(store->joined);
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
    free(store->shown);
    free(store);
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
    struct error ignored; /* SQLite has already rolled back after some failures */
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

int64_t store_version_of_others(struct store *store)
{
    struct error ignored;
    struct statement *others = store_statement(store, "PRAGMA data_version", &ignored);
    bool row = false;
    if (!others || !statement_step(others, &row, &ignored) || !row)
        return -1;
    int64_t version = statement_integer(others, 0);
    statement_reset(others);
    return version;
}

uint64_t store_version(struct store *store)
{
    int64_t seen_others = store_version_of_others(store);
    if (seen_others < 0)
        return ++store->version; /* unknown, so readers look again */
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

void store_count_scanned(struct store *store, _Atomic int64_t *rows)
{
    store->scanned = rows;
}

void store_set_time_limit(struct store *store, double seconds)
{
    store->most_seconds = seconds;
}
