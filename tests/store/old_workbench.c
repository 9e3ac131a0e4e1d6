/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "old_workbench.h"

#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "../../src/store/schema.h"
#include "content.h"

static void run(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "%s: %s\n", sqlite3_errmsg(handle), sql);
    abort();
}

/* Rows that the versions from each number on can hold. */
static const char *const rows[] = {
    "INSERT INTO thaw_datasets VALUES ('old', '/old.csv', 'csv', 1, 40, 30, 400, 0, 0, 0, 0, NULL,"
    " NULL, 3, 1, 5);"
    "CREATE TABLE old_ratings (user TEXT NOT NULL, item TEXT NOT NULL, rating REAL NOT NULL) "
    "STRICT;"
    "INSERT INTO thaw_columns VALUES ('old', 'ratings', 0, 'user', 'user', 'TEXT', 'user'),"
    " ('old', 'ratings', 1, 'item', 'item', 'TEXT', 'item'),"
    " ('old', 'ratings', 2, 'rating', 'rating', 'REAL', 'rating');"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 399)"
    " INSERT INTO old_ratings SELECT 'u' || (i % 40), 'i' || (i % 30), 1 + i % 5 FROM n;",
    "INSERT INTO thaw_scripts VALUES ('d', 'return 1', x'');"
    "INSERT INTO thaw_executions (number, experiment, script_path, script, data, data_digest,"
    " baseline, settings, seed, threads, binary, created_at)"
    " VALUES (3, 'e', '/e.lua', 'd', 'old', 'x', 'bias', '', 1, 1, 'b', 5);"
    "INSERT INTO thaw_runs VALUES (7, 3, '3/maml/1', 'maml', 1, 'done', 1, 9, 9, 1, 0, NULL, 0.5,"
    " 3, '', 5, 6, 6, '', 'digest', 10, 100);"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)"
    " INSERT INTO thaw_points SELECT 7, 'train', i, 1.0 / (1 + i) FROM n;"
    "INSERT INTO thaw_checkpoints VALUES (7, 9, 6, 1, 20000, 'c', zeroblob(20000));"
    "INSERT INTO thaw_log (time, execution, run, text) VALUES (5, 3, '', 'started');",
};

static const char before_parts[] =
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29)"
    " INSERT INTO thaw_tasks SELECT 3, 'user-cold', 0, i, 'u' || i, zeroblob(40), zeroblob(80),"
    " zeroblob(80) FROM n;"
    "INSERT INTO thaw_predictions (run, scenario, shots, draw, predictions)"
    " VALUES (7, 'user-cold', -1, 0, zeroblob(2400)), (7, 'user-cold', 1, 0, zeroblob(2400));";

static const char since_parts[] =
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29)"
    " INSERT INTO thaw_tasks (execution, part, scenario, draw, number, user, support, query, truth)"
    " SELECT 3, 'test', 'user-cold', 0, i, 'u' || i, zeroblob(40), zeroblob(80), zeroblob(80)"
    " FROM n;"
    "INSERT INTO thaw_predictions (run, part, scenario, shots, draw, bytes, predictions)"
    " VALUES (7, 'test', 'user-cold', -1, 0, 2, zeroblob(1200)),"
    " (7, 'validation', 'user-cold', 1, 0, 4, zeroblob(2400));";

static const char since_packing[] =
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29)"
    " INSERT INTO thaw_tasks (execution, part, scenario, draw, number, user, support, query, truth)"
    " SELECT 3, 'test', 'user-cold', 0, i, 'u' || i, zeroblob(40), zeroblob(80), zeroblob(80)"
    " FROM n;"
    "INSERT INTO thaw_predictions (run, part, scenario, shots, draw, encoding, predictions)"
    " VALUES (7, 'test', 'user-cold', -1, 0, 'grid16', zeroblob(1200)),"
    " (7, 'validation', 'user-cold', 1, 0, 'real', zeroblob(2400));";

static const char trials[] =
    "INSERT INTO thaw_trials VALUES (3, 'maml', 0, 0, 0.5, '', -1.5, 2, '');";

static const char metrics[] = "INSERT INTO thaw_metrics VALUES (3, 0, 'near', '', 1, 'mean', 'd');"
                              "INSERT INTO thaw_metric_values VALUES (7, 0, 'user-cold', -1, 0, "
                              "'mean', NULL, zeroblob(240));";

void old_workbench_make(const char *path, int64_t version, char digest[DIGEST_TEXT])
{
    sqlite3 *handle;
    char mark[96];
    if (sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL))
        abort();
    run(handle, "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
    for (int64_t i = 0; i < version; i++)
        run(handle, schema_steps[i]);
    run(handle, rows[0]);
    if (version > 1)
        run(handle, rows[1]);
    if (version > 1)
        run(handle, version < 4 ? before_parts : version < 6 ? since_parts : since_packing);
    if (version > 4)
        run(handle, trials);
    if (version > 10)
        run(handle, metrics);
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %lld",
             SCHEMA_APPLICATION, (long long)version);
    run(handle, mark);
    content_digest(handle, digest);
    sqlite3_close(handle);
}
