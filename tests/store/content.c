/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "content.h"

#include <stdio.h>
#include <string.h>

static bool is_time(const char *name)
{
    static const char *const times[] = {"imported_at", "created_at", "started_at",
                                        "ended_at",    "heartbeat",  "time"};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (strcmp(name, times[i]) == 0)
            return true;
    return false;
}

static void add_row(struct digest *digest, sqlite3_stmt *rows, const bool *skipped, int columns)
{
    for (int i = 0; i < columns; i++) {
        const void *value = sqlite3_column_blob(rows, i);
        int size = sqlite3_column_bytes(rows, i), type = sqlite3_column_type(rows, i);
        if (skipped[i])
            continue;
        digest_add(digest, &type, sizeof type);
        digest_add(digest, &size, sizeof size);
        if (size > 0)
            digest_add(digest, value, (size_t)size);
    }
}

/* Rows come in the order of the table's own key, which is part of what it holds. */
static bool add_table(struct digest *digest, sqlite3 *handle, const char *table)
{
    enum { COLUMNS_MOST = 64 };
    bool skipped[COLUMNS_MOST] = {false};
    sqlite3_stmt *rows = NULL;
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
    int result = sqlite3_prepare_v2(handle, sql, -1, &rows, NULL);
    sqlite3_free(sql);
    if (result != SQLITE_OK)
        return false;
    int columns = sqlite3_column_count(rows);
    if (columns > COLUMNS_MOST)
        columns = COLUMNS_MOST;
    for (int i = 0; i < columns; i++)
        skipped[i] = strncmp(table, "thaw_", 5) == 0 && is_time(sqlite3_column_name(rows, i));
    while ((result = sqlite3_step(rows)) == SQLITE_ROW)
        add_row(digest, rows, skipped, columns);
    sqlite3_finalize(rows);
    return result == SQLITE_DONE;
}

void content_digest(sqlite3 *handle, char text[DIGEST_TEXT])
{
    sqlite3_stmt *tables = NULL;
    struct digest *digest = digest_new();
    bool good = sqlite3_prepare_v2(handle,
                                   "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
                                   " ORDER BY name",
                                   -1, &tables, NULL) == SQLITE_OK;
    int result = SQLITE_DONE;
    const bool none[2] = {false, false};
    while (good && (result = sqlite3_step(tables)) == SQLITE_ROW) {
        add_row(digest, tables, none, 2);
        good = add_table(digest, handle, (const char *)sqlite3_column_text(tables, 0));
    }
    good = good && result == SQLITE_DONE;
    sqlite3_finalize(tables);
    digest_finish(digest, text);
    if (!good)
        *text = '\0';
}

/* The first row of a check, where it is not what a sound database gives. */
static bool is_clean(sqlite3 *handle, const char *check, const char *sound, char *why, size_t size)
{
    sqlite3_stmt *rows = NULL;
    bool good = sqlite3_prepare_v2(handle, check, -1, &rows, NULL) == SQLITE_OK;
    int result = good ? sqlite3_step(rows) : SQLITE_ERROR;
    const char *text = result == SQLITE_ROW ? (const char *)sqlite3_column_text(rows, 0) : "";
    good = (result == SQLITE_ROW || result == SQLITE_DONE) && strcmp(text ? text : "", sound) == 0;
    if (!good)
        snprintf(why, size, "%s: %s", check, result == SQLITE_ROW ? text : sqlite3_errmsg(handle));
    sqlite3_finalize(rows);
    return good;
}

bool content_is_sound(sqlite3 *handle, char *why, size_t size)
{
    return is_clean(handle, "PRAGMA integrity_check", "ok", why, size) &&
           is_clean(handle, "PRAGMA foreign_key_check", "", why, size);
}
