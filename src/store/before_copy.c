/* SPDX-License-Identifier: MIT
 *
 * SQLite's backup writes its target in one transaction: the target is either whole or empty, and
 * its journal brings its name to the disk. VACUUM INTO promises neither.
 */
#include "config.h"

#include "before_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "beside.h"
#include "judging.h"
#include "schema.h"
#include "statement.h"
#include "store_private.h"
#include "unfinished.h"

static bool write_copy(struct store *store, struct store *copy, struct error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy->handle, "main", store->handle, "main");
    int result = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
    if (sqlite3_backup_finish(backup) == SQLITE_OK && result == SQLITE_DONE)
        return true;
    return store_failed(copy, "write", error);
}

static bool fill_copy(struct store *store, struct store *copy, int64_t version, struct error *error)
{
    int64_t application = -1, found = -1;
    if (sqlite3_open_v2(copy->path, &copy->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW,
                        NULL) != SQLITE_OK ||
        (application = judging_ask(copy->handle, "PRAGMA application_id")) < 0 ||
        (found = judging_ask(copy->handle, "PRAGMA user_version")) < 0)
        return store_failed(copy, "read", error);
    if (application == SCHEMA_APPLICATION && found == version)
        return true;
    if (application == 0 && found == 0)
        return write_copy(store, copy, error);
    return error_set(error, ERROR_STORE, "\"%s\" is something else; give it another name",
                     copy->shown);
}

bool before_copy_keep(struct store *store, int64_t version, struct error *error)
{
    bool found; /* the journal of an interrupted attempt; SQLite undoes it */
    char ending[40];
    snprintf(ending, sizeof ending, ".before-%lld", (long long)version);
    char *path = beside_name(store->path, ending);
    struct store *copy = store_new(path);
    int file = file_open_own(path, (struct file_own){.make = true}, error);
    bool good = file >= 0;
    if (good)
        close(file);
    good = good && unfinished_find(path, &found, error) && fill_copy(store, copy, version, error);
    store_close(copy);
    free(path);
    return good;
}
