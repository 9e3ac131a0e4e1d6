/* SPDX-License-Identifier: MIT
 *
 * Another file where the database was: the log that is left beside it does not harm it.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "left_log.h"

/* -- other files ------------------------------------------------------------------------------- */

static void another_database_copied_over_it_is_not_harmed(void **state)
{
    (void)state;
    write_and_die((struct history){path, "mine", 10, 20, false});
    write_and_close(other, "theirs", 15);
    shell("cp other.db bench.db");
    assert_found("theirs", 15, true);
    struct store *store = store_open_reader(path, &error);
    assert_int_equal(count_rows(store, "mine"), 0);
    store_close(store);
}

static void another_database_moved_to_its_place_is_not_harmed(void **state)
{
    (void)state;
    write_and_die((struct history){path, "mine", 0, 20, true});
    write_and_close(other, "theirs", 15);
    shell("mv other.db bench.db");
    assert_found("theirs", 15, true);
}

/* As like each other as two databases can be. */
static void a_twin_is_not_harmed(void **state)
{
    (void)state;
    write_and_die((struct history){path, "mine", 10, 20, false});
    write_and_die((struct history){other, "ours", 10, 20, false});
    write_and_close(other, "none", 0);
    shell("cp other.db bench.db");
    assert_found("ours", 20, true);
}

static void an_older_state_of_itself_is_not_harmed(void **state)
{
    (void)state;
    write_and_close(path, "old", 25);
    shell("cp -p bench.db yesterday.db");
    write_and_close(path, "new", 25);
    write_and_die((struct history){path, "newest", 0, 20, false});
    shell("cp -p yesterday.db bench.db");
    assert_found("old", 25, true);
    struct store *store = store_open_reader(path, &error);
    assert_int_equal(count_rows(store, "new"), 0);
    assert_int_equal(count_rows(store, "newest"), 0);
    store_close(store);
}

/* It is what the log was written for: using it gives what was committed. */
static void the_very_state_that_the_log_was_written_for_takes_it(void **state)
{
    (void)state;
    write_and_close(path, "old", 25);
    shell("cp -p bench.db before.db");
    write_and_die((struct history){path, "new", 0, 20, false});
    shell("cp -p before.db bench.db");
    assert_found("new", 20, false);
}

static void an_older_state_is_not_harmed_where_the_lock_is_gone(void **state)
{
    (void)state;
    write_and_close(path, "old", 25);
    shell("cp -p bench.db yesterday.db");
    write_and_die((struct history){path, "new", 0, 1500, true});
    shell("cp -p yesterday.db bench.db; rm bench.db.lock");
    assert_found("old", 25, true);
}

static void a_database_that_is_no_log_keepers_is_not_harmed(void **state)
{
    (void)state;
    write_and_die((struct history){path, "mine", 0, 20, false});
    write_and_close(other, "theirs", 15);
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(other, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(handle);
    shell("rm bench.db.lock; mv other.db bench.db");
    assert_found("theirs", 15, true);
}

static void what_is_no_database_is_not_harmed(void **state)
{
    (void)state;
    write_and_die((struct history){path, "mine", 0, 20, false});
    shell("yes 'user,item,rating' | head -n 2000 > notes; cp notes bench.db");
    assert_null(store_open_writer(path, &error));
    assert_non_null(strstr(error.text, "no SQLite database"));
    shell("cmp notes bench.db && test -e bench.db-wal.aside-1");
}

/* SQLite would roll its pages "back" into the file. */
static void a_journal_of_another_database_is_not_used(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *handle;
        sqlite3_open(other, &handle);
        sqlite3_exec(handle,
                     "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 10; CREATE TABLE t (a);"
                     "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                     " INSERT INTO t SELECT randomblob(500) FROM n; BEGIN; DELETE FROM t",
                     NULL, NULL, NULL);
        sqlite3_exec(handle, "INSERT INTO t VALUES (zeroblob(4000000))", NULL, NULL, NULL);
        raise(SIGKILL);
    }
    waitpid(child, NULL, 0);
    write_and_close(path, "mine", 20);
    shell(
        "test -s other.db-journal && mv other.db-journal bench.db-journal && cp bench.db kept.db");
    struct store *store = store_open_reader(path, &error);
    assert_non_null(store);
    assert_non_null(store_notice(store));
    assert_non_null(strstr(store_notice(store), "rollback journal"));
    assert_int_equal(count_rows(store, "mine"), 20);
    store_close(store);
    shell("cmp bench.db kept.db && test -s bench.db-journal.aside-1");
}

static void an_empty_file_does_not_cost_the_log(void **state)
{
    (void)state;
    write_and_die((struct history){path, "mine", 0, 20, false});
    shell(": > bench.db");
    struct store *store = store_open_writer(path, &error);
    check_store(store, (struct expectation){"mine", 0, true});
    store_close(store);
    assert_true(exists("-wal.aside-1"));
}

static void another_programs_database_keeps_its_log(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *handle;
        sqlite3_open(path, &handle);
        sqlite3_exec(handle,
                     "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)",
                     NULL, NULL, NULL);
        raise(SIGKILL);
    }
    waitpid(child, NULL, 0);
    assert_null(store_open_writer(path, &error));
    assert_non_null(strstr(error.text, "no thaw workbench"));
    assert_true(exists("-wal"));
    assert_false(exists("-wal.aside-1"));
    assert_false(exists(".lock"));
    assert_null(store_open_reader(path, &error));
    assert_true(exists("-wal"));
    assert_false(exists(".lock"));
}

/* A log that is not used is kept under its own name however often that happens. */
static void logs_set_aside_do_not_overwrite_each_other(void **state)
{
    (void)state;
    write_and_close(other, "theirs", 15);
    for (int i = 1; i <= 3; i++) {
        char ending[32];
        write_and_die((struct history){path, "mine", 10, 20, false});
        shell("cp other.db bench.db");
        struct store *store = store_open_writer(path, &error);
        check_store(store, (struct expectation){"theirs", 15, true});
        store_close(store);
        snprintf(ending, sizeof ending, "-wal.aside-%d", i);
        assert_true(exists(ending));
    }
    shell("grep -q 'write-ahead log' bench.db.log");
}

/* -- while it is open -------------------------------------------------------------------------- */

/* SQLite takes away what does not begin as a log does; it may be all that there is of something. */
static void what_is_no_log_is_set_aside(void **state)
{
    static const int sizes[] = {1, 31, 32, 33, 4096};
    (void)state;
    write_and_close(path, "own", 5);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        shell("rm -f bench.db-* && head -c %d /dev/zero | tr '\\0' x > bench.db-wal", sizes[i]);
        struct store *store = store_open_writer(path, &error);
        assert_non_null(store);
        assert_non_null(strstr(store_notice(store), "is damaged, or no log"));
        assert_int_equal(count_rows(store, "own"), 5);
        store_close(store);
        shell("test $(wc -c < bench.db-wal.aside-1) = %d", sizes[i]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, left_log_set_up, left_log_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(another_database_copied_over_it_is_not_harmed),
        TEST(another_database_moved_to_its_place_is_not_harmed),
        TEST(a_twin_is_not_harmed),
        TEST(an_older_state_of_itself_is_not_harmed),
        TEST(the_very_state_that_the_log_was_written_for_takes_it),
        TEST(an_older_state_is_not_harmed_where_the_lock_is_gone),
        TEST(a_database_that_is_no_log_keepers_is_not_harmed),
        TEST(what_is_no_database_is_not_harmed),
        TEST(a_journal_of_another_database_is_not_used),
        TEST(an_empty_file_does_not_cost_the_log),
        TEST(another_programs_database_keeps_its_log),
        TEST(logs_set_aside_do_not_overwrite_each_other),
        TEST(what_is_no_log_is_set_aside),
    };
    return cmocka_run_group_tests_name("other_file", tests, NULL, NULL);
}
