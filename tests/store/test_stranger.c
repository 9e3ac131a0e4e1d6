/* SPDX-License-Identifier: MIT
 *
 * Workbenches that came from somebody else.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/run_store.h"

static struct error error;
static char folder[64], path[96];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-stranger-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    alarm(60); /* nothing here may go on for ever */
    struct store *store = store_open_writer(path, &error);
    store_close(store);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    alarm(0);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void outside(const char *sql)
{
    sqlite3 *handle;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 0, (int *)NULL);
    sqlite3_exec(handle, sql, NULL, NULL, &message);
    if (message)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(handle);
}

/* Neither reader nor writer opens it. */
static void assert_refused(const char *text)
{
    for (int writes = 0; writes <= 1; writes++) {
        struct store *store =
            writes ? store_open_writer(path, &error) : store_open_reader(path, &error);
        if (store)
            fail_msg("it is opened, though \"%s\"", text);
        assert_int_equal(error.kind, ERROR_STORE);
        if (!strstr(error.text, text))
            fail_msg("\"%s\" does not hold \"%s\"", error.text, text);
    }
}

static void what_runs_by_itself_is_refused(void **state)
{
    static const struct {
        const char *sql, *text, *undo;
    } cases[] = {
        {"CREATE VIEW nice AS SELECT 1", "has a view, \"nice\"", "DROP VIEW nice"},
        {"CREATE TRIGGER t AFTER INSERT ON thaw_log BEGIN DELETE FROM thaw_runs; END",
         "has a trigger, \"t\"", "DROP TRIGGER t"},
        {"CREATE TABLE films_ratings (a, b AS (zeroblob(1000000000)))",
         "has a generated column, \"films_ratings.b\"", "DROP TABLE films_ratings"},
        {"CREATE INDEX slow ON thaw_log (hex(zeroblob(length(text) * 100000)))",
         "has an index of an expression, \"slow\"", "DROP INDEX slow"},
        {"CREATE INDEX some ON thaw_log (text) WHERE text LIKE '%a%a%a%'",
         "has an index of some rows, \"some\"", "DROP INDEX some"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        outside(cases[i].sql);
        assert_refused(cases[i].text);
        outside(cases[i].undo);
    }
    struct store *store = store_open_reader(path, &error);
    assert_non_null(store);
    store_close(store);
}

/* An endless view in the place of each of thaw's tables. */
static void endless_views_under_our_names_are_refused(void **state)
{
    static const char *const tables[] = {"thaw_runs", "thaw_datasets", "thaw_log", "thaw_tasks"};
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[512];
        snprintf(sql, sizeof sql,
                 "PRAGMA foreign_keys = OFF; ALTER TABLE %s RENAME TO kept; CREATE VIEW %s AS WITH"
                 " RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n",
                 tables[i], tables[i]);
        outside(sql);
        assert_refused("has a view");
        snprintf(sql, sizeof sql, "DROP VIEW %s; ALTER TABLE kept RENAME TO %s", tables[i],
                 tables[i]);
        outside(sql);
    }
}

static void virtual_tables_are_refused(void **state)
{
    (void)state;
    if (!sqlite3_compileoption_used("ENABLE_FTS5"))
        skip();
    outside("CREATE VIRTUAL TABLE words USING fts5(text)");
    assert_refused("has a virtual table, \"words\"");
}

static void other_columns_are_refused(void **state)
{
    static const struct {
        const char *sql, *text;
    } cases[] = {
        {"ALTER TABLE thaw_runs ADD COLUMN more TEXT", "it has \"thaw_runs.more TEXT 0 0\""},
        {"ALTER TABLE thaw_runs DROP COLUMN more; ALTER TABLE thaw_log RENAME COLUMN text TO words",
         "it has \"thaw_log.words TEXT 1 0\" in place of \"thaw_log.text TEXT 1 0\""},
        {"DROP TABLE thaw_trials; ALTER TABLE thaw_log RENAME COLUMN words TO text",
         "in place of \"thaw_trials.execution INTEGER 1 1\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        outside(cases[i].sql);
        assert_refused(cases[i].text);
    }
}

static void damage(long offset)
{
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, offset, SEEK_SET);
    for (int i = 0; i < 2000; i++)
        fputc(0x5a, file);
    fclose(file);
}

/* A file that nobody has written here before is read whole before anything is written to it. */
static void a_damaged_file_from_elsewhere_is_refused(void **state)
{
    (void)state;
    char lock[128];
    outside("CREATE TABLE films_items (item TEXT);"
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000)"
            " INSERT INTO films_items SELECT 'a film with a long name ' || x FROM n");
    outside("PRAGMA journal_mode = DELETE");
    FILE *file = fopen(path, "r");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    damage(size - 3 * 4096);
    snprintf(lock, sizeof lock, "%s.lock", path);
    unlink(lock);
    assert_null(store_open_writer(path, &error));
    assert_non_null(strstr(error.text, "is damaged"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_runs_by_itself_is_refused),
        TEST(endless_views_under_our_names_are_refused),
        TEST(virtual_tables_are_refused),
        TEST(other_columns_are_refused),
        TEST(a_damaged_file_from_elsewhere_is_refused),
    };
    return cmocka_run_group_tests_name("stranger", tests, NULL, NULL);
}
