/* SPDX-License-Identifier: MIT
 *
 * Databases that are replaced by others, or by older states of themselves, beside an existing
 * write-ahead log. Also databases that own their log, whatever happened to names, times and locks.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../src/store/statement.h"
#include "base/clock.h"
#include "base/memory.h"
#include "store/store.h"

static struct error error;
static char folder[64], path[96], other[96];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-swap-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    snprintf(other, sizeof other, "%s/other.db", folder);
    return 0;
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
    char command[1024];
    int used = snprintf(command, sizeof command, "cd %s && ", folder);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command + used, sizeof command - (size_t)used, format, arguments);
    va_end(arguments);
    if (system(command) != 0)
        fail_msg("%s", command);
}

static int tear_down(void **state)
{
    (void)state;
    shell("chmod -R u+w . && rm -rf %s", folder);
    return 0;
}

/* -- writing ----------------------------------------------------------------------------------- */

static bool add(struct store *store, const char *name, int number, const char *source)
{
    char digest[64];
    snprintf(digest, sizeof digest, "%s %06d", name, number);
    return store_change(store, &error, "INSERT INTO thaw_scripts VALUES (?, ?, x'')", "tt", digest,
                        source);
}

/* Every row of its own commit; `long_ones` fill pages. */
static void add_rows(struct store *store, const char *name, int count, bool long_ones)
{
    static char source[3000];
    memset(source, 'x', sizeof source - 1);
    for (int i = 0; i < count; i++) {
        store_set_durable(store, false); /* kills are no power cuts */
        if (!store_begin(store, &error) || !add(store, name, i, long_ones ? source : "short") ||
            !store_commit(store, &error)) {
            fprintf(stderr, "%s\n", error.text);
            _exit(1);
        }
    }
}

struct history {
    const char *file, *name;
    int before, after; /* rows that are copied into the file, and rows that are in the log */
    bool long_ones;
};

/* Writes in another process that ends without a word. */
static void write_and_die(struct history history)
{
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open_writer(history.file, &error);
        if (!store)
            _exit(2);
        add_rows(store, "before", history.before, history.long_ones);
        if (history.before) {
            store_close(store);
            store = store_open_writer(history.file, &error);
        }
        add_rows(store, history.name, history.after, history.long_ones);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void write_and_close(const char *file, const char *name, int count)
{
    struct store *store = store_open_writer(file, &error);
    if (!store)
        fail_msg("%s", error.text);
    add_rows(store, name, count, false);
    store_close(store);
}

/* -- looking ----------------------------------------------------------------------------------- */

static int count_rows(struct store *store, const char *name)
{
    struct statement *query = statement_new(
        store, "SELECT count(*) FROM thaw_scripts WHERE digest LIKE ? || ' %'", &error);
    bool row = false;
    assert_non_null(query);
    statement_bind(query, "t", name);
    if (!statement_step(query, &row, &error))
        fail_msg("%s", error.text);
    int count = (int)statement_integer(query, 0);
    statement_free(query);
    return count;
}

static bool is_whole(struct store *store)
{
    struct statement *check = statement_new(store, "PRAGMA integrity_check", &error);
    bool row = false;
    bool good = check && statement_step(check, &row, &error) && row &&
                strcmp(statement_text(check, 0), "ok") == 0;
    statement_free(check);
    return good;
}

struct expectation {
    const char *name;
    int count;
    bool aside; /* the log was not its own */
};

static void check_store(struct store *store, struct expectation expected)
{
    if (!store)
        fail_msg("%s", error.text);
    const char *notice = store_notice(store);
    if (expected.aside && !notice)
        fail_msg("nothing was said");
    if (!expected.aside && notice)
        fail_msg("%s", notice);
    if (expected.aside)
        assert_non_null(strstr(notice, "write-ahead log"));
    assert_int_equal(count_rows(store, expected.name), expected.count);
    assert_true(is_whole(store));
}

static bool exists(const char *ending)
{
    char *name = memory_format("%s%s", path, ending);
    bool found = access(name, F_OK) == 0;
    free(name);
    return found;
}

/* Puts everything in the folder back to how it is now, after `look`. */
static void look_again(void (*look)(struct expectation), struct expectation expected)
{
    shell("rm -rf ../kept-%d && cp -a . ../kept-%d", (int)getpid(), (int)getpid());
    look(expected);
    shell("find . -mindepth 1 -delete; cp -a ../kept-%d/. . && rm -rf ../kept-%d", (int)getpid(),
          (int)getpid());
}

static void look_as_reader(struct expectation expected)
{
    struct store *store = store_open_reader(path, &error);
    check_store(store, expected);
    assert_false(store_is_displaced(store));
    store_close(store);
    assert_int_equal(exists("-wal.aside-1"), expected.aside);
    store = store_open_reader(path, &error); /* once is enough */
    check_store(store, (struct expectation){expected.name, expected.count, false});
    store_close(store);
}

static void look_as_writer(struct expectation expected)
{
    struct store *store = store_open_writer(path, &error);
    check_store(store, expected);
    add_rows(store, "afterwards", 5, false);
    store_close(store);
    assert_int_equal(exists("-wal.aside-1"), expected.aside);
    assert_false(exists("-wal"));
    store = store_open_reader(path, &error);
    check_store(store, (struct expectation){"afterwards", 5, false});
    assert_int_equal(count_rows(store, expected.name), expected.count);
    store_close(store);
}

/* Whoever comes first. `cp -a` gives other inodes, so this is also a folder that was moved. */
static void assert_found(const char *name, int count, bool aside)
{
    struct expectation expected = {name, count, aside};
    look_again(look_as_reader, expected);
    look_as_writer(expected);
}

/* -- the same file ----------------------------------------------------------------------------- */

static void a_killed_writers_log_is_used(void **state)
{
    (void)state;
    write_and_die((struct history){path, "own", 0, 20, false});
    assert_found("own", 20, false);
}

static void so_it_is_where_much_was_copied_before(void **state)
{
    (void)state;
    write_and_die((struct history){path, "own", 50, 1500, true});
    assert_found("own", 1500, false);
}

static void so_it_is_after_kills_at_any_time(void **state)
{
    (void)state;
    int known = 0;
    for (int kills = 0; kills < 12; kills++) {
        int pipes[2];
        assert_int_equal(pipe(pipes), 0);
        pid_t child = fork();
        if (child == 0) {
            struct store *store = store_open_writer(path, &error);
            if (!store || store_notice(store))
                _exit(1);
            char name[32];
            snprintf(name, sizeof name, "own %d", kills);
            for (int i = 0; i < 100000; i++) {
                struct store *held = i % 700 == 300 ? store_open_reader(path, &error) : NULL;
                static char source[3000];
                memset(source, 'x', sizeof source - 1);
                store_set_durable(store, false);
                if (!store_begin(store, &error) || !add(store, name, i, source) ||
                    !store_commit(store, &error) || write(pipes[1], "", 1) != 1)
                    _exit(3);
                store_close(held);
            }
            _exit(4);
        }
        close(pipes[1]);
        char byte;
        assert_int_equal(read(pipes[0], &byte, 1), 1); /* its tables are there */
        known++;
        clock_sleep(0.037 * kills);
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        while (read(pipes[0], &byte, 1) == 1)
            known++;
        close(pipes[0]);
        struct store *store = store_open_reader(path, &error);
        if (!store)
            fail_msg("%s", error.text);
        assert_null(store_notice(store));
        assert_true(count_rows(store, "own") >= known);
        known = count_rows(store, "own");
        assert_true(is_whole(store));
        store_close(store);
    }
    assert_false(exists("-wal.aside-1"));
}

static void so_it_is_where_a_reader_kept_part_of_it_from_being_copied(void **state)
{
    (void)state;
    write_and_close(path, "first", 3);
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open_writer(path, &error);
        add_rows(store, "own", 300, true);
        struct store *reader = store_open_reader(path, &error);
        struct statement *query = statement_new(reader, "SELECT digest FROM thaw_scripts", &error);
        bool row;
        statement_step(query, &row, &error); /* its view stays as it is */
        for (int i = 300; i < 1300; i++) {
            static char source[3000];
            memset(source, 'x', sizeof source - 1);
            if (!store_begin(store, &error) || !add(store, "own", i, source) ||
                !store_commit(store, &error))
                _exit(1);
        }
        raise(SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_found("own", 1300, false);
}

static void a_file_that_was_only_touched_keeps_its_log(void **state)
{
    (void)state;
    write_and_die((struct history){path, "own", 10, 20, false});
    shell("touch bench.db && chmod 640 bench.db");
    assert_found("own", 20, false);
}

/* -- copies ------------------------------------------------------------------------------------ */

static void a_database_copied_with_its_log_keeps_it(void **state)
{
    (void)state;
    write_and_die((struct history){other, "own", 10, 20, false});
    shell("cp other.db bench.db; cp other.db-wal bench.db-wal; cp other.db-shm bench.db-shm");
    assert_found("own", 20, false);
}

static void so_it_does_without_its_index(void **state)
{
    (void)state;
    write_and_die((struct history){other, "own", 0, 20, true});
    shell("cp other.db bench.db; cp other.db-wal bench.db-wal");
    assert_found("own", 20, false);
}

static void so_it_does_over_another_ones_lock(void **state)
{
    (void)state;
    write_and_die((struct history){path, "mine", 10, 20, false});
    write_and_die((struct history){other, "own", 10, 30, false});
    shell("for e in '' -wal -shm; do cp other.db$e bench.db$e; done");
    assert_found("own", 30, false);
}

static void so_it_does_with_its_lock(void **state)
{
    (void)state;
    write_and_die((struct history){other, "own", 10, 1200, true});
    shell("for e in '' -wal -shm .lock; do mv other.db$e bench.db$e; done");
    assert_found("own", 1200, false);
}

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

/* `swap` replaces the file that a writer has open: it stops, its log goes, the new file is whole.
 */
static void swap_while_written(const char *swap, int rows)
{
    write_and_close(other, "theirs", 15);
    struct store *writer = store_open_writer(path, &error);
    assert_non_null(writer);
    add_rows(writer, "mine", 30, true);
    struct store *reader = store_open_reader(path, &error);
    assert_non_null(reader);
    assert_int_equal(count_rows(reader, "mine"), 30);
    assert_false(store_is_displaced(reader));
    assert_false(store_is_displaced(writer));
    shell("%s", swap);
    assert_true(store_is_displaced(writer));
    assert_false(store_begin(writer, &error));
    assert_non_null(strstr(error.text, "was replaced, removed or changed by others"));
    store_close(writer);
    assert_true(store_is_displaced(reader));
    store_close(reader);
    assert_true(exists("-wal.aside-1"));
    assert_false(exists("-wal"));
    if (rows < 0)
        return;
    struct store *store = store_open_reader(path, &error);
    check_store(store, (struct expectation){"theirs", rows, false});
    assert_int_equal(count_rows(store, "mine"), 0);
    store_close(store);
    shell("cmp bench.db kept.db");
}

static void a_file_moved_over_an_open_one_is_not_harmed(void **state)
{
    (void)state;
    swap_while_written("cp other.db kept.db; mv other.db bench.db", 15);
}

static void a_file_copied_over_an_open_one_is_not_harmed(void **state)
{
    (void)state;
    swap_while_written("cp other.db kept.db; cp other.db bench.db", 15);
}

static void a_removed_file_is_not_written_to(void **state)
{
    (void)state;
    swap_while_written("rm bench.db", -1);
    assert_false(exists(""));
}

static void a_file_put_in_the_place_of_an_open_one_waits_for_its_writer(void **state)
{
    (void)state;
    write_and_close(other, "theirs", 15);
    pid_t child = fork();
    if (child == 0) {
        struct store *writer = store_open_writer(path, &error);
        add_rows(writer, "mine", 30, true);
        shell(": > ready");
        double until = clock_monotonic() + 20;
        while (!store_is_displaced(writer) && clock_monotonic() < until)
            clock_sleep(0.5); /* as a keeper does */
        store_close(writer);
        _exit(0);
    }
    double until = clock_monotonic() + 20;
    char *ready = memory_format("%s/ready", folder);
    while (access(ready, F_OK) != 0 && clock_monotonic() < until)
        clock_sleep(0.01);
    free(ready);
    shell("cp other.db kept.db; mv other.db bench.db");
    struct store *store = store_open_reader(path, &error);
    check_store(store, (struct expectation){"theirs", 15, false});
    store_close(store);
    shell("cmp bench.db kept.db");
    waitpid(child, NULL, 0);
}

static void a_touched_file_is_written_on(void **state)
{
    (void)state;
    struct store *writer = store_open_writer(path, &error);
    add_rows(writer, "mine", 1100, true);
    shell("touch bench.db");
    assert_false(store_is_displaced(writer));
    add_rows(writer, "more", 3, true);
    store_close(writer);
    assert_found("mine", 1100, false);
}

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

/* Nothing beside the database is waited for, or written to through another name. */
static void what_is_in_the_way_is_named(void **state)
{
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    static const char *const ways[] = {"mkfifo", "mkdir", "ln -s victim", "ln victim"};
    (void)state;
    write_and_close(path, "own", 5);
    shell("echo precious > victim");
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
            shell("rm -rf bench.db-* && %s bench.db%s", ways[k], endings[i]);
            for (int writer = 0; writer < 2; writer++) {
                struct store *store =
                    writer ? store_open_writer(path, &error) : store_open_reader(path, &error);
                if (store)
                    fail_msg("%s %s", ways[k], endings[i]);
                assert_non_null(strstr(error.text, endings[i]));
                assert_non_null(strstr(error.text, "is in the way"));
            }
        }
    shell("test \"$(cat victim)\" = precious");
}

static void a_seal_costs_no_reading_where_nothing_happened(void **state)
{
    (void)state;
    write_and_close(path, "own", 20);
    shell("cp bench.db.lock first");
    struct store *store = store_open_writer(path, &error);
    store_close(store);
    /* the record behind the process number */
    shell("test \"$(tail -c +17 first | head -c 40)\" != '' && tail -c +17 first | cut -d' ' -f3- "
          "> a;"
          "tail -c +17 bench.db.lock | cut -d' ' -f3- > b; cut -d' ' -f1-10 a > c;"
          "cut -d' ' -f1-10 b | cmp - c");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_killed_writers_log_is_used),
        TEST(so_it_is_where_much_was_copied_before),
        TEST(so_it_is_after_kills_at_any_time),
        TEST(so_it_is_where_a_reader_kept_part_of_it_from_being_copied),
        TEST(a_file_that_was_only_touched_keeps_its_log),
        TEST(a_database_copied_with_its_log_keeps_it),
        TEST(so_it_does_without_its_index),
        TEST(so_it_does_over_another_ones_lock),
        TEST(so_it_does_with_its_lock),
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
        TEST(a_file_moved_over_an_open_one_is_not_harmed),
        TEST(a_file_copied_over_an_open_one_is_not_harmed),
        TEST(a_removed_file_is_not_written_to),
        TEST(a_file_put_in_the_place_of_an_open_one_waits_for_its_writer),
        TEST(a_touched_file_is_written_on),
        TEST(what_is_no_log_is_set_aside),
        TEST(what_is_in_the_way_is_named),
        TEST(a_seal_costs_no_reading_where_nothing_happened),
    };
    return cmocka_run_group_tests_name("swap", tests, NULL, NULL);
}
