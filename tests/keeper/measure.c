/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/memory.h"

static FILE *open_proc(pid_t process, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s cannot be read", path);
    return file;
}

size_t measure_memory(pid_t process)
{
    char line[256];
    size_t found = 0;
    bool exact = access("/proc/self/smaps_rollup", R_OK) == 0; /* a kernel may be without it */
    FILE *file = open_proc(process, exact ? "smaps_rollup" : "status");
    while (found == 0 && fgets(line, sizeof line, file))
        if (sscanf(line, exact ? "Anonymous: %zu kB" : "RssAnon: %zu kB", &found) != 1)
            found = 0;
    fclose(file);
    assert_true(found > 0);
    return found;
}

double measure_children(pid_t process)
{
    char line[1024];
    unsigned long user = 0, own = 0;
    FILE *file = open_proc(process, "stat");
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    char *after_name = strrchr(line, ')');
    assert_non_null(after_name);
    assert_int_equal(sscanf(after_name + 2,
                            "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lu %lu", &user,
                            &own),
                     2);
    return (double)(user + own) / (double)sysconf(_SC_CLK_TCK);
}

static void add_row(struct digest *digest, sqlite3_stmt *row)
{
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        int size = sqlite3_column_bytes(row, i), type = sqlite3_column_type(row, i);
        const void *value = sqlite3_column_blob(row, i);
        digest_add(digest, &type, sizeof type);
        digest_add(digest, &size, sizeof size);
        if (value && size > 0)
            digest_add(digest, value, (size_t)size);
    }
}

static void add_rows(struct digest *digest, sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        add_row(digest, statement);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
}

void measure_contents(const char *database, char text[DIGEST_TEXT])
{
    sqlite3 *handle;
    sqlite3_stmt *tables;
    struct digest *digest = digest_new();
    assert_int_equal(sqlite3_open_v2(database, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    add_rows(digest, handle, "SELECT type, name, sql FROM sqlite_schema ORDER BY name");
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                        " ORDER BY name",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        char *sql = memory_format("SELECT * FROM \"%s\"", sqlite3_column_text(tables, 0));
        add_rows(digest, handle, sql);
        free(sql);
    }
    sqlite3_finalize(tables);
    sqlite3_close(handle);
    digest_finish(digest, text);
}
