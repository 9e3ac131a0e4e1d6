/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "stored_runs.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

struct error error;
char folder[64], path[96];
struct store *store;

int runs_store_set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-runs-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    store = store_open_writer(path, &error);
    return store && store_begin(store, &error) ? 0 : -1;
}

int runs_store_tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

int64_t count_outside(const char *sql)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return count;
}

int64_t add_execution_of(const char *script, uint32_t levels)
{
    struct execution execution = {.levels = {0.5F, 1, 2.7F, 5},
                                  .level_count = levels,
                                  .smallest = 0.5F,
                                  .largest = 5,
                                  .answer = "median",
                                  .matters = 0.005,
                                  .experiment = (char *)"cold",
                                  .script_path = (char *)"/home/ana/cold.lua",
                                  .script = (char *)script,
                                  .modules = (char *)"mine\0return {}",
                                  .modules_size = 15,
                                  .data = (char *)"ml_100k",
                                  .baseline = (char *)"bias",
                                  .settings = (char *)"epochs=3\n",
                                  .binary = (char *)"thaw 0.1.0",
                                  .data_digest = "dd",
                                  .seed = UINT64_MAX - 4,
                                  .threads = 2,
                                  .created_at = 1700000000};
    snprintf(execution.script_digest, sizeof execution.script_digest, "digest of %s", script);
    assert_true(store_execution_add(store, &execution, &error));
    return execution.number;
}

int64_t add_execution(const char *script)
{
    return add_execution_of(script, 0);
}

struct run add_run(int64_t execution, const char *arm, uint64_t seed)
{
    struct run run = {.execution = execution,
                      .seed = seed,
                      .state = RUN_QUEUED,
                      .learns = true,
                      .eta = (double)NAN,
                      .loss = (double)NAN};
    snprintf(run.arm, sizeof run.arm, "%s", arm);
    assert_true(store_run_add(store, &run, &error));
    return run;
}

const uint32_t support[] = {4, 5}, query[] = {6, 7, 8};
const float truth[] = {1, 2.5f, 5};
