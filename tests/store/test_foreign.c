/* SPDX-License-Identifier: MIT
 *
 * Workbenches from other people, which may be hostile.
 */
#include "config.h"

#include <fcntl.h>
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

#include "store/dataset_store.h"
#include "store/doctor.h"
#include "store/run_store.h"

static struct error error;
static char folder[64], path[96];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-foreign-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    setenv("XDG_CACHE_HOME", folder, 1);
    alarm(120); /* nothing here may go on for ever */
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

/* CHECK (...) of somebody else's is SQL that would run at each row that the keeper writes. */
static void other_conditions_are_refused(void **state)
{
    static const struct {
        const char *table, *sql, *undo;
    } cases[] = {
        {"films_ratings",
         "CREATE TABLE films_ratings (a TEXT /* ( */ CHECK/**/(a NOT LIKE '%a%a%a%a%a%a%b')) "
         "STRICT",
         "DROP TABLE films_ratings"},
        {"films_items", "CREATE TABLE films_items (\"a'\" TEXT, 'b' INT, cHeCk(b > 1)) ",
         "DROP TABLE films_items"},
        {"thaw_log",
         "ALTER TABLE thaw_log RENAME TO kept; CREATE TABLE thaw_log (id INTEGER PRIMARY KEY"
         " AUTOINCREMENT, time INTEGER NOT NULL, execution INTEGER REFERENCES thaw_executions"
         " (number) ON DELETE CASCADE, run TEXT NOT NULL, text TEXT NOT NULL CHECK (text NOT LIKE"
         " '%a%a%a%')) STRICT",
         "DROP TABLE thaw_log; ALTER TABLE kept RENAME TO thaw_log"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[96];
        snprintf(text, sizeof text, "condition of its own for rows of \"%s\"", cases[i].table);
        outside(cases[i].sql);
        assert_refused(text);
        outside(cases[i].undo);
    }
    outside("CREATE TABLE films_users (\"check\" TEXT, \"a CHECK (1)\" TEXT, check_in REAL)");
    struct store *store = store_open_reader(path, &error);
    if (!store)
        fail_msg("%s", error.text);
    store_close(store);
}

static int compare(void *context, int size, const void *text, int other_size, const void *other)
{
    (void)context;
    size_t shorter = (size_t)(size < other_size ? size : other_size);
    int order = memcmp(text, other, shorter);
    return order ? order : size - other_size;
}

static void outside_with_order(const char *sql)
{
    sqlite3 *handle;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_create_collation(handle, "FINE", SQLITE_UTF8, NULL, compare);
    sqlite3_exec(handle, sql, NULL, NULL, &message);
    if (message)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(handle);
}

/* Nobody else knows what the name of an order means. */
static void unknown_orders_are_refused_by_the_name_of_their_table(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "CREATE TABLE odd_users (user TEXT COLLATE FINE)",
        "CREATE TABLE odd_users (user TEXT); CREATE INDEX odd ON odd_users (user COLLATE FINE)",
        "CREATE TABLE odd_users (user TEXT /* */ collate\n-- x\n[FINE])",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        outside_with_order(cases[i]);
        assert_refused(
            "sorts texts of its table \"odd_users\" in an order that thaw does not know");
        outside_with_order("DROP TABLE odd_users");
    }
    outside("CREATE TABLE odd_users (a TEXT COLLATE NOCASE, \"COLLATE x\" TEXT COLLATE \"rtrim\")");
    struct store *store = store_open_reader(path, &error);
    if (!store)
        fail_msg("%s", error.text);
    store_close(store);
}

/* What a data set's tables lack is said with the name of the table, in thaw's words. */
static void tables_of_other_columns_are_named(void **state)
{
    (void)state;
    outside(
        "INSERT INTO thaw_datasets (name, source, format, imported_at, users, items, ratings,"
        " user_rows, item_rows, duplicates, rejected, mean, smallest, largest) VALUES ('films',"
        " '', '', 0, 1, 1, 1, 0, 0, 0, 0, 3, 3, 3);"
        "INSERT INTO thaw_columns VALUES ('films', 'ratings', 0, 'user', 'user', 'TEXT', 'user'),"
        " ('films', 'ratings', 1, 'item', 'item', 'TEXT', 'item'),"
        " ('films', 'ratings', 2, 'rating', 'rating', 'REAL', 'rating');"
        "CREATE TABLE films_ratings (user TEXT, \"a\"\"b\" TEXT, \"x\ny\" REAL)");
    struct store *store = store_open_reader(path, &error);
    if (!store)
        fail_msg("%s", error.text);
    assert_null(store_dataset_load(store, "films", &error));
    if (!strstr(error.text, "its table films_ratings") || strstr(error.text, "no such column"))
        fail_msg("%s", error.text);
    store_close(store);
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

static void set_known(bool known)
{
    char lock[128];
    snprintf(lock, sizeof lock, "%s.lock", path);
    unlink(lock);
    if (known)
        close(creat(lock, 0600));
}

/* Readers, who never write, look at all of it too; what is good is looked at once. */
static void a_reader_checks_a_file_from_elsewhere(void **state)
{
    (void)state;
    outside("CREATE TABLE films_items (item TEXT);"
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000)"
            " INSERT INTO films_items SELECT 'a film with a long name ' || x FROM n");
    outside("PRAGMA journal_mode = DELETE");
    set_known(true);
    assert_int_equal(store_unchecked_bytes(path), 0);
    set_known(false);
    FILE *file = fopen(path, "r");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    assert_int_equal(store_unchecked_bytes(path), size);
    struct store *store = store_open_reader(path, &error);
    assert_non_null(store);
    assert_int_equal(store_unchecked_bytes(path), 0);
    store_close(store);
    assert_int_equal(store_unchecked_bytes(path), 0);
    damage(size - 3 * 4096);
    assert_true(store_unchecked_bytes(path) > 0);
    assert_null(store_open_reader(path, &error));
    assert_non_null(strstr(error.text, "is damaged"));
    assert_non_null(strstr(error.text, "thaw doctor"));
    assert_false(store_check(path, &error));
}

static unsigned read_two(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static unsigned read_four(const unsigned char *bytes)
{
    return read_two(bytes) << 16 | read_two(bytes + 2);
}

/* The pages of executions become one chain in which every cell of a page leads to the next one: a
 * small file with more rows than anybody can count. Returns whether it worked. */
static bool tie_a_knot(void)
{
    enum { SIZE = 512, MOST = 20, INNER = 5, HEAD = 12 };
    unsigned char pages[MOST][SIZE];
    unsigned inner[MOST], count = 0, leaf = 0;
    FILE *file = fopen(path, "r+");
    unsigned char *all = malloc(8 << 20);
    size_t size = fread(all, 1, 8 << 20, file), last = size / SIZE;
    sqlite3 *handle;
    sqlite3_stmt *query;
    sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, NULL);
    sqlite3_prepare_v2(handle, "SELECT rootpage FROM sqlite_schema WHERE name = 'thaw_executions'",
                       -1, &query, NULL);
    unsigned root = sqlite3_step(query) == SQLITE_ROW ? (unsigned)sqlite3_column_int(query, 0) : 0;
    sqlite3_finalize(query);
    sqlite3_close(handle);
    inner[count++] = root;
    const unsigned char *top = all + (root - 1) * SIZE;
    for (unsigned cell = 0; cell < read_two(top + 3) && count < 8; cell++)
        inner[count++] = read_four(top + read_two(top + HEAD + 2 * cell));
    for (unsigned i = 0; i < count; i++)
        if (inner[i] > last || all[(inner[i] - 1) * SIZE] != INNER)
            return false;
    leaf = read_four(all + (inner[1] - 1) * SIZE + 8);
    for (unsigned i = 0; i < count; i++) {
        unsigned char *page = memcpy(pages[i], all + (inner[i] - 1) * SIZE, SIZE);
        unsigned next = i + 1 < count ? inner[i + 1] : leaf;
        const unsigned char number[] = {0, 0, (unsigned char)(next >> 8), (unsigned char)next};
        for (unsigned cell = 0; cell < read_two(page + 3); cell++)
            memcpy(page + read_two(page + HEAD + 2 * cell), number, 4);
        memcpy(page + 8, number, 4);
        fseek(file, (long)(inner[i] - 1) * SIZE, SEEK_SET);
        fwrite(page, 1, SIZE, file);
    }
    fclose(file);
    free(all);
    return count > 6 && leaf <= last;
}

static void make_small_pages(void)
{
    char script[] = "PRAGMA foreign_keys = OFF;"
                    "INSERT INTO thaw_scripts VALUES ('d', 's', x'');"
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 4000)"
                    " INSERT INTO thaw_executions (experiment, script_path, script, data,"
                    " data_digest, baseline, settings, seed, threads, binary, created_at) SELECT"
                    " 'e', hex(zeroblob(60)), 'd', 'x', '', '', '', 1, 1, '', 0 FROM n";
    outside(
        "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; PRAGMA page_size = 512; VACUUM");
    outside(script);
}

/* Whoever trusts the file gets a sentence when the time is over, whoever checks it at once. */
static void endless_trees_are_given_up(void **state)
{
    size_t count;
    (void)state;
    make_small_pages();
    assert_true(tie_a_knot());
    set_known(true);
    struct store *store = store_open_reader(path, &error);
    assert_non_null(store);
    store_set_time_limit(store, 0.3);
    assert_null(store_executions(store, &count, &error));
    if (error.kind != ERROR_STORE || !strstr(error.text, "thaw_executions") ||
        !strstr(error.text, "bench.db\" took more than") || !strstr(error.text, "thaw doctor"))
        fail_msg("%s", error.text);
    size_t run_count; /* the next statement has its own time */
    struct run *runs = store_runs(store, 1, &run_count, &error);
    assert_non_null(runs);
    run_array_free(runs, run_count);
    store_close(store);
    set_known(false);
    assert_null(store_open_reader(path, &error));
    assert_non_null(strstr(error.text, "is damaged"));
}

static bool is_true(void *context)
{
    ++*(int *)context;
    return true;
}

static void endless_trees_can_be_stopped(void **state)
{
    size_t count;
    int asked = 0;
    (void)state;
    make_small_pages();
    assert_true(tie_a_knot());
    set_known(true);
    struct store *store = store_open_reader(path, &error);
    assert_non_null(store);
    store_stop_when(store, is_true, &asked);
    assert_null(store_executions(store, &count, &error));
    assert_int_equal(error.kind, ERROR_CANCELLED);
    assert_int_equal(asked, 1);
    store_close(store);
}

/* The doctor is told the same file from its rows: they are out of order. */
static void ignore(void *context, const struct doctor_finding *finding)
{
    (void)context, (void)finding;
}

static void the_doctor_gets_out_of_endless_trees(void **state)
{
    const struct doctor_listener listener = {.find = ignore};
    struct doctor_report report;
    (void)state;
    make_small_pages();
    assert_true(tie_a_knot());
    assert_true(doctor_examine(path, &listener, &report, &error));
    assert_true(report.findings > 0);
}

/* -- what is written down ---------------------------------------------------------------------- */

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_runs_by_itself_is_refused),
        TEST(endless_views_under_our_names_are_refused),
        TEST(virtual_tables_are_refused),
        TEST(other_columns_are_refused),
        TEST(other_conditions_are_refused),
        TEST(unknown_orders_are_refused_by_the_name_of_their_table),
        TEST(tables_of_other_columns_are_named),
        TEST(a_damaged_file_from_elsewhere_is_refused),
        TEST(a_reader_checks_a_file_from_elsewhere),
        TEST(endless_trees_are_given_up),
        TEST(endless_trees_can_be_stopped),
        TEST(the_doctor_gets_out_of_endless_trees),
    };
    return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
