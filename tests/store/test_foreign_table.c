/* SPDX-License-Identifier: MIT
 *
 * Tables of somebody else's SQLite files become text; nothing in such a file runs, and it stays as
 * it is.
 */
#include "config.h"

#include "store/foreign_table.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[128];

static int enter(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-foreign-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x.sqlite", folder);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) == 0 ? 0 : -1;
}

static void make(const char *sql)
{
    sqlite3 *handle;
    char *said = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    if (sqlite3_exec(handle, sql, NULL, NULL, &said) != SQLITE_OK)
        fail_msg("%s", said);
    sqlite3_close(handle);
}

/* What is written for a request, or the error; freed by the caller. */
static char *ask_with(const char *what, bool (*cancelled)(void *context))
{
    char *text = NULL;
    size_t size;
    uint64_t rows;
    struct error error = {0};
    FILE *output = open_memstream(&text, &size);
    struct foreign_request request = {.path = path, .what = what, .cancelled = cancelled};
    bool good = foreign_table_write(&request, output, &rows, &error);
    fclose(output);
    if (good)
        return text;
    free(text);
    return strdup(error.text);
}

/* "~" stands for the path in quotes. */
static void expect(const char *what, const char *expected)
{
    char *got = ask_with(what, NULL), whole[512];
    if (*expected == '~')
        snprintf(whole, sizeof whole, "\"%s\"%s", path, expected + 1);
    else
        snprintf(whole, sizeof whole, "%s", expected);
    assert_string_equal(got, whole);
    free(got);
}

static void a_table_becomes_text(void **state)
{
    (void)state;
    make("CREATE TABLE \"my \"\"ratings\" (user TEXT, item, rating REAL, \"no,te\" TEXT);"
         "INSERT INTO \"my \"\"ratings\" VALUES ('a', 7, 3.5, 'x,\"y\"\nz'), ('', "
         "-9223372036854775808, "
         "0.1, NULL), ('é', 'b', 1e20, '#')");
    expect("my \"ratings", "\"user\",\"item\",\"rating\",\"no,te\"\n"
                           "\"a\",7,3.5,\"x,\"\"y\"\"\nz\"\n"
                           "\"\",-9223372036854775808,0.1,\n"
                           "\"é\",\"b\",1e+20,\"#\"\n");
}

static void a_select_becomes_text(void **state)
{
    (void)state;
    make("CREATE TABLE r (u, i, n); CREATE TABLE m (id, title);"
         "INSERT INTO r VALUES (1, 2, 3), (1, 3, 4); INSERT INTO m VALUES (2, 'A'), (3, 'B')");
    expect("  select u as user, title as item, n AS rating from r join m on m.id = r.i order by n "
           "desc;  ",
           "\"user\",\"item\",\"rating\"\n1,\"B\",4\n1,\"A\",3\n");
    expect("WITH x AS (SELECT max(n) AS most FROM r) SELECT * FROM x", "\"most\"\n4\n");
}

static void what_is_no_reading_is_refused(void **state)
{
    (void)state;
    make("CREATE TABLE r (u); INSERT INTO r VALUES (1); CREATE VIEW v AS SELECT * FROM r;"
         "CREATE VIRTUAL TABLE f USING fts5(x)");
    expect("nothing",
           "~ has no table \"nothing\"; it has: f, f_config, f_content, f_data, f_docsize, "
           "f_idx, r, v");
    expect("SELECT 1; DROP TABLE r", "one SELECT is expected, and something follows it");
    expect("SELECT load_extension('x')", "~: not authorized to use function: load_extension");
    expect("WITH x AS (SELECT 1) DELETE FROM r", "~: not authorized");
    expect("f", "~: no such module: fts5");
    expect("SELECT * FROM pragma_database_list", "~: not authorized");
    expect("SELECT nope FROM r", "~: no such column: nope");
    expect("r", "\"u\"\n1\n");
}

static void values_that_are_no_text_are_named(void **state)
{
    (void)state;
    make(
        "CREATE TABLE r (u, b); INSERT INTO r VALUES (1, 2), (1, x'00'), (1, CAST(x'FF' AS TEXT))");
    expect("r", "~, row 2: the column b holds a BLOB, which is no text and no number; leave it out "
                "with a SELECT");
    expect("SELECT u AS \"\xFF\" FROM r",
           "~: the name of column 1 is not UTF-8; name it by AS in a SELECT");
    expect("SELECT b FROM r WHERE rowid = 3", "~, row 1: the column b holds a text that is not "
                                              "UTF-8; leave it out with a SELECT");
}

static void a_log_beside_the_file_is_not_passed_over(void **state)
{
    (void)state;
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_exec(handle, "PRAGMA journal_mode = WAL; CREATE TABLE r (u); INSERT INTO r VALUES (1)",
                 NULL, NULL, NULL);
    char *got = ask_with("r", NULL);
    assert_non_null(strstr(got, "-wal\", with changes that are not in the file"));
    free(got);
    sqlite3_close(handle);
    expect("r", "\"u\"\n1\n");
}

static void what_is_no_database_is_refused(void **state)
{
    (void)state;
    expect("r", "~ is not a file that can be read");
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 5000; i++)
        fputs("user,item\n", file);
    fclose(file);
    expect("r", "~: file is not a database");
}

/* SQLite reads the missing part of a page as zeros. */
static void what_was_cut_off_is_refused(void **state)
{
    (void)state;
    make("CREATE TABLE r (u, v)");
    make("INSERT INTO r VALUES (1, 2)");
    assert_int_equal(truncate(path, 6000), 0);
    expect("r", "~ is cut off: it ends within a page, so rows are missing");
}

/* The SQL of a view is the file's, which calls no function that a query may not call. */
static void views_are_read(void **state)
{
    (void)state;
    make("CREATE TABLE r (u, n); INSERT INTO r VALUES ('a', 1), ('a', 2), ('b', 5);"
         "CREATE VIEW v AS SELECT u AS user, avg(n) AS mean FROM r GROUP BY u;"
         "CREATE VIEW w AS SELECT * FROM v WHERE mean > 2;"
         "CREATE VIEW reach AS SELECT load_extension('x') FROM r;"
         "CREATE VIEW fill AS SELECT randomblob(10) FROM r;"
         "CREATE VIEW other AS SELECT * FROM pragma_database_list");
    expect("v", "\"user\",\"mean\"\n\"a\",1.5\n\"b\",5\n");
    expect("W", "\"user\",\"mean\"\n\"b\",5\n");
    expect("SELECT * FROM v WHERE user = 'a'", "\"user\",\"mean\"\n\"a\",1.5\n");
    expect("reach", "~: unsafe use of load_extension()");
    expect("fill", "~: not authorized to use function: randomblob");
    expect("other", "~: unsafe use of virtual table \"pragma_database_list\"");
}

static void a_file_is_refused_with_its_tables(void **state)
{
    (void)state;
    struct error error = {0};
    make("CREATE TABLE votes (u); CREATE TABLE films (id); CREATE VIEW v AS SELECT * FROM votes;"
         "CREATE INDEX i ON votes (u)");
    char expected[200];
    assert_true(foreign_table_is_file(path));
    assert_false(foreign_table_refuse(path, &error));
    snprintf(expected, sizeof expected,
             "\"%s\" is an SQLite file; --table names one of its tables: films, v, votes", path);
    assert_string_equal(error.text, expected);
    FILE *file = fopen(path, "w");
    fputs("user,item\n", file);
    fclose(file);
    assert_false(foreign_table_is_file(path));
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

static void an_endless_select_is_cancelled(void **state)
{
    (void)state;
    make("CREATE TABLE r (u)");
    char *got = ask_with("WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT "
                         "count(*) FROM x",
                         at_once);
    assert_string_equal(got, "the import was cancelled");
    free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_table_becomes_text, enter, leave),
        cmocka_unit_test_setup_teardown(a_select_becomes_text, enter, leave),
        cmocka_unit_test_setup_teardown(what_is_no_reading_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(values_that_are_no_text_are_named, enter, leave),
        cmocka_unit_test_setup_teardown(a_log_beside_the_file_is_not_passed_over, enter, leave),
        cmocka_unit_test_setup_teardown(what_is_no_database_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(what_was_cut_off_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(views_are_read, enter, leave),
        cmocka_unit_test_setup_teardown(a_file_is_refused_with_its_tables, enter, leave),
        cmocka_unit_test_setup_teardown(an_endless_select_is_cancelled, enter, leave),
    };
    return cmocka_run_group_tests_name("foreign_table", tests, NULL, NULL);
}
