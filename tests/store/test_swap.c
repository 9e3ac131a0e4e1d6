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
#include "left_log.h"

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
#define TEST(name) cmocka_unit_test_setup_teardown(name, left_log_set_up, left_log_tear_down)
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
        TEST(a_file_moved_over_an_open_one_is_not_harmed),
        TEST(a_file_copied_over_an_open_one_is_not_harmed),
        TEST(a_removed_file_is_not_written_to),
        TEST(a_file_put_in_the_place_of_an_open_one_waits_for_its_writer),
        TEST(a_touched_file_is_written_on),
        TEST(what_is_in_the_way_is_named),
        TEST(a_seal_costs_no_reading_where_nothing_happened),
    };
    return cmocka_run_group_tests_name("swap", tests, NULL, NULL);
}
