/* SPDX-License-Identifier: MIT
 *
 * Databases that are replaced, removed or renamed while their keeper trains or after it was killed,
 * and a full disk.
 */
#include "config.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/store.h"
#include "workbench.h"

static bool private_mounts;

static void shell(const struct workbench *bench, const char *text)
{
    char *command = memory_format("cd '%s' && { %s; }", bench->folder, text);
    if (system(command) != 0)
        fail_msg("%s", command);
    free(command);
}

static bool exists(const struct workbench *bench, const char *ending)
{
    char *path = memory_format("%s%s", bench->database, ending);
    bool found = access(path, F_OK) == 0;
    free(path);
    return found;
}

/* Another workbench, other.db, with two executions that are done, and kept.db, the same. */
static void make_other(struct workbench *bench)
{
    char path[sizeof bench->database];
    memcpy(path, bench->database, sizeof path);
    snprintf(bench->database, sizeof bench->database, "%s/other.db", bench->folder);
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    for (int i = 0; i < 2; i++)
        workbench_await(bench, workbench_start(bench, keeper, "steps=10"), RUN_DONE);
    keeper_disconnect(keeper);
    workbench_end_keeper(bench, SIGTERM);
    memcpy(bench->database, path, sizeof path);
    shell(bench, "rm -f other.db.lock other.db.log; test ! -e other.db-wal; cp other.db kept.db");
}

/* A keeper that trains, with much in its log. */
static pid_t train(struct workbench *bench)
{
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution =
        workbench_start(bench, keeper, "steps=100000 sleep=1000 checkpoint=10 large=20000");
    workbench_await_step(bench, execution, 40);
    keeper_disconnect(keeper);
    assert_true(exists(bench, "-wal"));
    pid_t process = workbench_keeper_process(bench);
    assert_true(process > 0);
    return process;
}

static void assert_log_says(struct workbench *bench, const char *text)
{
    char *command = memory_format("grep -q '%s' '%s.log'", text, bench->database);
    if (system(command) != 0)
        fail_msg("%s", command);
    free(command);
}

/* The other workbench lies at the path now, as it was, and works. */
static void assert_other_is_whole(struct workbench *bench)
{
    size_t count;
    struct run *runs = workbench_runs(bench, 2, &count); /* waits for the keeper to end */
    for (size_t i = 0; i < count; i++)
        assert_int_equal(runs[i].state, RUN_DONE);
    run_array_free(runs, count);
    shell(bench, "cmp kept.db bench.db");
}

static void swap_while_it_trains(struct workbench *bench, const char *swap)
{
    make_other(bench);
    pid_t process = train(bench);
    shell(bench, swap);
    assert_other_is_whole(bench);
    assert_true(workbench_is_gone(process));
    assert_other_is_whole(bench);
    assert_log_says(bench, "was replaced, removed or changed by others while it was being written");
    assert_true(exists(bench, "-wal.aside-1"));
    struct keeper *keeper = workbench_connect(bench);
    int64_t execution = workbench_start(bench, keeper, "steps=10");
    assert_int_equal(execution, 3);
    workbench_await(bench, execution, RUN_DONE);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM pragma_integrity_check"
                                             " WHERE integrity_check <> 'ok'"),
                     0);
    keeper_disconnect(keeper);
}

static void a_file_moved_over_the_database_is_not_harmed(void **state)
{
    swap_while_it_trains(*state, "mv other.db bench.db");
}

static void a_file_copied_over_the_database_is_not_harmed(void **state)
{
    swap_while_it_trains(*state, "cp other.db bench.db");
}

static void a_file_put_where_one_was_removed_is_not_harmed(void **state)
{
    swap_while_it_trains(*state, "rm bench.db; cp other.db bench.db");
}

static void a_removed_database_ends_its_keeper(void **state)
{
    struct workbench *bench = *state;
    pid_t process = train(bench);
    shell(bench, "rm bench.db");
    assert_true(workbench_is_gone(process));
    assert_false(exists(bench, ""));
    assert_log_says(bench, "its keeper ends");
    struct keeper *keeper = workbench_connect(bench);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_runs"), 0);
    keeper_disconnect(keeper);
}

static void a_renamed_folder_takes_everything_with_it(void **state)
{
    struct workbench *bench = *state;
    char path[sizeof bench->database];
    memcpy(path, bench->database, sizeof path);
    snprintf(bench->database, sizeof bench->database, "%s/before/bench.db", bench->folder);
    shell(bench, "mkdir before");
    pid_t process = train(bench);
    shell(bench, "mv before after");
    assert_true(workbench_is_gone(process));
    shell(bench, "test ! -e before");
    snprintf(bench->database, sizeof bench->database, "%s/after/bench.db", bench->folder);
    struct keeper *keeper = workbench_connect(bench);
    workbench_await(bench, 1, RUN_INTERRUPTED);
    assert_true(workbench_number(bench, "SELECT max(step) FROM thaw_checkpoints") >= 30);
    assert_false(exists(bench, "-wal.aside-1"));
    keeper_disconnect(keeper);
    workbench_end_keeper(bench, SIGKILL);
}

/* Who asks before the keeper has looked is told, or meets the next keeper: nobody is told that
 * something was done which nobody can find. */
static void nothing_is_acknowledged_that_is_lost(void **state)
{
    struct workbench *bench = *state;
    make_other(bench);
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    shell(bench, "mv other.db bench.db");
    assert_int_equal(workbench_start(bench, keeper, "steps=10"), 0);
    if (!strstr(bench->error.text, "was replaced, removed or changed by others") &&
        !strstr(bench->error.text, "the keeper ended before"))
        fail_msg("%s", bench->error.text);
    keeper_disconnect(keeper);
    assert_other_is_whole(bench);
}

static void a_database_replaced_after_a_kill_is_not_harmed(void **state)
{
    struct workbench *bench = *state;
    make_other(bench);
    train(bench);
    workbench_end_keeper(bench, SIGKILL);
    shell(bench, "cp other.db bench.db");
    struct keeper *keeper = workbench_connect(bench);
    workbench_await(bench, 2, RUN_DONE);
    assert_log_says(bench, "the write-ahead log beside .* is of another database");
    assert_true(exists(bench, "-wal.aside-1"));
    keeper_disconnect(keeper);
    workbench_end_keeper(bench, SIGTERM);
    assert_other_is_whole(bench);
}

/* Waits until the keeper says what troubles it, or that nothing does. */
static void await_trouble(struct workbench *bench, const char *part)
{
    char text[512] = "";
    double until = clock_monotonic() + 60;
    struct store *store = store_open_reader(bench->database, &bench->error);
    assert_non_null(store);
    do {
        store_trouble(store, text, sizeof text);
        if (clock_monotonic() > until)
            fail_msg("\"%s\" is not said, but \"%s\"", part ? part : "nothing", text);
        clock_sleep(0.02);
    } while (part ? !strstr(text, part) : *text != '\0');
    store_close(store);
}

static void a_full_disk_is_said_and_waited_for(void **state)
{
    struct workbench *bench = *state;
    char *mount_it = memory_format(
        "mkdir '%s/medium' && mount -t tmpfs -o size=8m none '%s/medium' 2> /dev/null",
        bench->folder, bench->folder);
    bool mounted = private_mounts && system(mount_it) == 0;
    free(mount_it);
    if (!mounted)
        skip();
    snprintf(bench->database, sizeof bench->database, "%s/medium/bench.db", bench->folder);
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution =
        workbench_start(bench, keeper, "steps=1500 sleep=1000 checkpoint=10 seeds=1 large=20000");
    workbench_await_step(bench, execution, 40);
    shell(bench, "head -c 9000000 /dev/zero > medium/filler 2> /dev/null || true");
    await_trouble(bench, "the disk is full");
    await_trouble(bench, bench->database);
    await_trouble(bench, "bytes wait to be written, and training waits");
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count); /* it can be looked at */
    assert_int_equal(runs[0].state, RUN_RUNNING);
    run_array_free(runs, count);
    shell(bench, "rm medium/filler");
    await_trouble(bench, NULL);
    workbench_await(bench, execution, RUN_DONE);
    keeper_disconnect(keeper);
    workbench_end_keeper(bench, SIGTERM);
    shell(bench, "umount -l medium"); /* its worker may still be leaving */
}

int main(void)
{
    /* what is mounted here is nobody else's business */
    if (geteuid() == 0 && unshare(CLONE_NEWNS) == 0)
        private_mounts = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_moved_over_the_database_is_not_harmed),
        TEST(a_file_copied_over_the_database_is_not_harmed),
        TEST(a_file_put_where_one_was_removed_is_not_harmed),
        TEST(a_removed_database_ends_its_keeper),
        TEST(a_renamed_folder_takes_everything_with_it),
        TEST(nothing_is_acknowledged_that_is_lost),
        TEST(a_database_replaced_after_a_kill_is_not_harmed),
        TEST(a_full_disk_is_said_and_waited_for),
    };
    return cmocka_run_group_tests_name("keeper_swap", tests, NULL, NULL);
}
