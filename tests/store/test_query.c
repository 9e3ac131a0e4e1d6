/* SPDX-License-Identifier: MIT
 *
 * SQL that a user wrote: what it gives, what it is refused, how long it may run.
 */
#include "config.h"

#include "store/query_store.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/dataset_store.h"
#include "text_cell.h"

static struct error error;
static char folder[64], database[96];
static struct store *store;

static void fill(struct store *writer)
{
    static const struct dataset_column ratings[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                    {"item", COLUMN_TEXT, ROLE_ITEM},
                                                    {"score", COLUMN_REAL, ROLE_RATING}};
    assert_true(store_begin(writer, &error));
    struct dataset_writer *set = store_dataset_create(writer, "toy", false, &error);
    struct dataset_sink sink = dataset_writer_sink(set);
    struct dataset_summary summary = {.name = ""};
    assert_true(sink.table(sink.context, DATASET_RATINGS, ratings, 3, &error));
    for (int i = 0; i < 100; i++) {
        char user[8];
        snprintf(user, sizeof user, "u%d", i % 7);
        const struct dataset_cell row[] = {text_cell(user, COLUMN_TEXT),
                                           text_cell("ü", COLUMN_TEXT),
                                           {.given = true, .real = i / 2.0}};
        assert_true(sink.row(sink.context, DATASET_RATINGS, row, &error));
    }
    assert_true(dataset_writer_finish(set, &summary, &error));
    assert_true(store_commit(writer, &error));
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-query-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
    struct store *writer = store_open_writer(database, &error);
    fill(writer);
    store_close(writer);
    store = store_open_reader(database, &error);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* All values, "|" between columns, "\n" behind rows. */
static const char *ask(const char *sql)
{
    static char text[4096];
    size_t used = 0;
    bool good = true;
    struct query *query = query_open(store, sql, 20, &error);
    if (!query)
        fail_msg("%s: %s", sql, error.text);
    while (query_next(query, &good, &error))
        for (size_t i = 0; i < query_column_count(query); i++) {
            struct query_value value = query_value_at(query, i);
            const char *end = i + 1 < query_column_count(query) ? "|" : "\n";
            char *at = text + used;
            size_t room = sizeof text - used;
            if (value.kind == QUERY_INTEGER)
                used += (size_t)snprintf(at, room, "%lld%s", (long long)value.integer, end);
            else if (value.kind == QUERY_REAL)
                used += (size_t)snprintf(at, room, "%g%s", value.real, end);
            else if (value.kind == QUERY_TEXT)
                used += (size_t)snprintf(at, room, "'%s'%s", value.text, end);
            else
                used += (size_t)snprintf(at, room, "%s%s",
                                         value.kind == QUERY_BYTES ? "bytes" : "-", end);
        }
    query_free(query);
    if (!good)
        fail_msg("%s: %s", sql, error.text);
    return used ? text : "";
}

static void answers_are_sqlites(void **state)
{
    (void)state;
    assert_string_equal(
        ask("SELECT user, count(*), avg(score) FROM toy_ratings GROUP BY user LIMIT 2"),
        "'u0'|15|24.5\n'u1'|15|25\n");
    assert_string_equal(ask("SELECT 9007199254740993, 0.5, NULL, x'00', 'ü' ;  -- done\n ;"),
                        "9007199254740993|0.5|-|bytes|'ü'\n");
    assert_string_equal(
        ask("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 4) "
            "SELECT sum(x), (SELECT count(*) FROM n) FROM n"),
        "10|4\n");
    assert_string_equal(ask("SELECT name FROM sqlite_schema WHERE name = 'toy_ratings'"),
                        "'toy_ratings'\n");
    assert_string_equal(ask("SELECT name, ratings FROM thaw_datasets"), "'toy'|100\n");
    assert_string_equal(
        ask("SELECT score, row_number() OVER (ORDER BY score DESC) FROM toy_ratings LIMIT 1"),
        "49.5|1\n");
    assert_string_equal(ask("SELECT 1 WHERE 0"), "");
    assert_string_equal(
        ask("SELECT 'é' LIKE '_', 'abc' GLOB 'a*', strftime('%Y', 86400, 'unixepoch')"),
        "1|1|'1970'\n");
}

static void refuses(const char *sql, const char *why)
{
    struct query *query = query_open(store, sql, 5, &error);
    if (query)
        fail_msg("%s is let through", sql);
    assert_int_equal(error.kind, ERROR_USAGE);
    if (!strstr(error.text, why))
        fail_msg("%s: %s, expected %s", sql, error.text, why);
}

static void what_is_no_reading_is_refused(void **state)
{
    (void)state;
    static const char *const others[] = {"DELETE FROM toy_ratings",
                                         "UPDATE toy_ratings SET score = 1",
                                         "INSERT INTO toy_ratings VALUES (1, 2, 3)",
                                         "DROP TABLE toy_ratings",
                                         "CREATE TABLE x (y)",
                                         "CREATE TEMP TABLE x (y)",
                                         "ATTACH ':memory:' AS other",
                                         "DETACH main",
                                         "PRAGMA user_version",
                                         "PRAGMA query_only = OFF",
                                         "BEGIN",
                                         "VACUUM",
                                         "VACUUM INTO '/tmp/x'",
                                         "ANALYZE",
                                         "REINDEX",
                                         "SAVEPOINT s",
                                         "ALTER TABLE toy_ratings RENAME TO x",
                                         "CREATE VIEW v AS SELECT 1",
                                         "CREATE VIRTUAL TABLE v USING fts5(x)",
                                         "SELECT * FROM pragma_table_info('toy_ratings')",
                                         "SELECT count(*) FROM pragma_user_version",
                                         "SELECT count(*) FROM dbstat",
                                         "SELECT * FROM sqlite_dbpage",
                                         "WITH x AS (SELECT 1) DELETE FROM toy_ratings",
                                         "EXPLAIN DELETE FROM toy_ratings"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        refuses(others[i], "");
    refuses("DELETE FROM toy_ratings", "it may only read");
    static const char *const functions[] = {
        "load_extension('x')",  "fts3_tokenizer('x')", "readfile('/etc/passwd')",
        "zeroblob(1000000000)", "randomblob(9)",       "sqlite_version()",
        "writefile('x', 'y')",  "edit('x')",           "changes()",
        "sqlite_offset(score)"};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "SELECT %s FROM toy_ratings", functions[i]);
        refuses(sql, "");
    }
    refuses("SELECT load_extension('x')", "load_extension is no function that it may call");
    refuses("SELECT 1; DROP TABLE toy_ratings", "one SELECT, and nothing after it");
    refuses("SELECT 1; SELECT 2", "one SELECT, and nothing after it");
    refuses("  -- nothing\n", "the query is empty");
}

static void mistakes_have_a_place(void **state)
{
    (void)state;
    refuses("SELECT 'ü', scor FROM toy_ratings",
            "at character 13, \"scor FROM toy_ratings\": no such column: scor");
    refuses("SELECT FROM toy_ratings", "at character 8");
    refuses("SELECT * FORM toy_ratings", "near \"FORM\": syntax error");
    refuses("SELECT * FROM toy", "no such table: toy");
    refuses("SELECT 'open", "unrecognized token");
    refuses("SELECT \"score \x1b[31m\" FROM toy_ratings", "\\x1B");
    refuses("SELECT sum(score, 1) FROM toy_ratings", "wrong number of arguments");
}

static bool at_once(void *context)
{
    return ++*(int *)context > 3;
}

static void endless(double seconds, const char *why, enum error_kind kind)
{
    bool good = true;
    struct query *query = query_open(
        store,
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
        seconds, &error);
    assert_non_null(query);
    assert_false(query_next(query, &good, &error));
    assert_false(good);
    assert_int_equal(error.kind, kind);
    assert_non_null(strstr(error.text, why));
    query_free(query);
}

static void a_query_ends_in_time(void **state)
{
    (void)state;
    int asked = 0;
    double begun = clock_monotonic();
    endless(0.3, "given up after", ERROR_USAGE);
    assert_true(clock_monotonic() - begun < 3);
    store_stop_when(store, at_once, &asked);
    endless(60, "cancelled", ERROR_CANCELLED);
    store_stop_when(store, NULL, NULL);
    assert_string_equal(ask("SELECT count(*) FROM toy_ratings"), "100\n");
}

static void values_are_bounded(void **state)
{
    (void)state;
    bool good = true;
    struct query *query = query_open(store,
                                     "WITH RECURSIVE n(x) AS (SELECT 'ab' UNION ALL SELECT x || x "
                                     "FROM n) SELECT length(x) FROM n",
                                     20, &error);
    assert_non_null(query);
    while (query_next(query, &good, &error))
        ;
    assert_false(good);
    assert_non_null(strstr(error.text, "too big"));
    query_free(query);
    query = query_open(store, "SELECT 'a' LIKE replace(hex(printf('%1000d', 1)), '3', '%')", 20,
                       &error);
    good = true;
    assert_false(query_next(query, &good, &error) && good);
    query_free(query);
}

/* A query that was closed leaves the store as it was. */
static void the_store_goes_on(void **state)
{
    (void)state;
    struct query *query = query_open(store, "SELECT * FROM toy_ratings", 5, &error);
    bool good = true;
    assert_true(query_next(query, &good, &error));
    assert_string_equal(query_column_name(query, 2), "score");
    query_free(query);
    refuses("PRAGMA user_version", "");
    struct dataset_summary summary;
    assert_true(store_dataset_summary(store, "toy", &summary, &error));
    struct query_names names;
    assert_true(query_names_read(store, &names, &error));
    assert_true(names.tables >= 10 && names.count == names.tables + 3);
    assert_string_equal(names.names[names.tables], "item");
    query_names_release(&names);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(answers_are_sqlites),   TEST(what_is_no_reading_is_refused),
        TEST(mistakes_have_a_place), TEST(a_query_ends_in_time),
        TEST(values_are_bounded),    TEST(the_store_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
