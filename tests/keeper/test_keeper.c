/* SPDX-License-Identifier: MIT
 *
 * The real keeper with the fake worker: imports, executions, checkpoints, and requests of clients.
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/keeper/packed_data.h"
#include "base/clock.h"
#include "base/memory.h"
#include "workbench.h"

static void a_script_runs_and_its_results_are_stored(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=100");
    assert_int_equal(execution, 1);
    workbench_await(bench, execution, RUN_DONE);
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count);
    assert_int_equal(count, 3); /* two seeds of maml, one of a closed form */
    assert_string_equal(runs[0].name, "1/maml/1");
    assert_string_equal(runs[2].name, "1/bias/1");
    assert_true(runs[0].learns && !runs[2].learns);
    assert_int_equal(runs[0].step, 100);
    assert_true(runs[0].share == 1);
    assert_int_equal(runs[0].parameters, 10);
    run_array_free(runs, count);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_points"), 200);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_predictions"), 18);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_tasks"), 4);
    assert_int_equal(workbench_number(bench, "SELECT length(truth) FROM thaw_tasks"
                                             " WHERE user = 'bob' LIMIT 1"),
                     12);
    keeper_disconnect(keeper);
}

static void seeds_and_data_can_be_given(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    const char script[] = "steps=5 data=absent";
    struct start_options options = {.script_path = "dir/toy.lua",
                                    .script = script,
                                    .script_size = sizeof script - 1,
                                    .data = "toy",
                                    .settings = "seeds=3",
                                    .seeded = true,
                                    .seed = 41,
                                    .threads = 2};
    int64_t execution;
    assert_true(keeper_start(keeper, &options, &execution, &bench->error));
    workbench_await(bench, execution, RUN_DONE);
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count);
    assert_int_equal(count, 4);
    assert_string_equal(runs[2].name, "1/maml/43");
    assert_int_equal(runs[3].seed, 41);
    run_array_free(runs, count);
    struct store *store = store_open_reader(bench->database, &bench->error);
    struct execution stored;
    assert_true(store_execution(store, execution, &stored, &bench->error));
    assert_string_equal(stored.data, "toy");
    assert_string_equal(stored.settings, "seeds=3");
    assert_int_equal(stored.seed, 41);
    assert_int_equal(stored.threads, 2);
    assert_int_equal(stored.script_path[0], '/');
    execution_release(&stored);
    store_close(store);
    keeper_disconnect(keeper);
}

static void a_script_that_fails_is_not_stored(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    assert_int_equal(workbench_start(bench, keeper, "fault=load"), 0);
    assert_int_equal(bench->error.kind, ERROR_SCRIPT);
    assert_string_equal(bench->error.text, "toy.lua:3: unknown learner \"mamel\", expected maml\n"
                                           "  learn.mamel()");
    assert_int_equal(workbench_start(bench, keeper, "fault=bind"), 0);
    assert_string_equal(bench->error.text, "toy.lua:3: there is no column \"age\"");
    assert_int_equal(workbench_start(bench, keeper, "fault=die-loading"), 0);
    assert_string_equal(bench->error.text, "the script could not be started: the worker was killed "
                                           "by somebody else, most likely by the system as memory "
                                           "ran out");
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_executions"), 0);
    assert_int_equal(workbench_start(bench, keeper, "steps=3"), 1);
    workbench_await(bench, 1, RUN_DONE);
    keeper_disconnect(keeper);
}

static void a_missing_data_set_is_named_with_those_there_are(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    assert_int_equal(workbench_start(bench, keeper, "data=ml_1m"), 0);
    assert_string_equal(bench->error.text, "there is no data set \"ml_1m\" (there are none yet); "
                                           "\"thaw import PATH --name ml_1m\" brings it in");
    workbench_import(bench, keeper);
    assert_int_equal(workbench_start(bench, keeper, "data=ml_1m"), 0);
    workbench_assert_text(bench->error.text, "(there is toy)");
    keeper_disconnect(keeper);
}

static void the_users_own_modules_come_along(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    char *path = memory_format("%s/toy.lua", bench->folder),
         *folder = memory_format("%s/tastes", bench->folder),
         *module = memory_format("%s/tastes/mine.lua", bench->folder);
    mkdir(folder, 0700);
    FILE *file = fopen(module, "w");
    fputs("return 1", file);
    fclose(file);
    const char script[] = "fault=modules local mine = require \"tastes.mine\"";
    struct start_options options = {
        .script_path = path, .script = script, .script_size = sizeof script - 1};
    int64_t execution;
    assert_false(keeper_start(keeper, &options, &execution, &bench->error));
    assert_string_equal(bench->error.text, "tastes.mine"); /* the fake worker says what it got */
    const char nul[] = "steps=1\nx = '\0'";
    options.script = nul;
    options.script_size = sizeof nul - 1;
    assert_false(keeper_start(keeper, &options, &execution, &bench->error));
    workbench_assert_text(bench->error.text, "toy.lua:2: a NUL byte");
    free(path);
    free(folder);
    free(module);
    keeper_disconnect(keeper);
}

static void a_check_reports_and_stores_nothing(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    struct start_options options = {
        .script_path = "toy.lua", .script = "steps=1", .script_size = 7};
    struct check_report report;
    assert_true(keeper_check(keeper, &options, &report, &bench->error));
    assert_true(report.good);
    assert_string_equal(report.text, "toy, 2 arms\n");
    check_report_release(&report);
    options.script = "fault=bind";
    options.script_size = 10;
    assert_true(keeper_check(keeper, &options, &report, &bench->error));
    assert_false(report.good);
    assert_int_equal(report.line, 3);
    workbench_assert_text(report.text, "no column");
    check_report_release(&report);
    options.script = "data=absent";
    options.script_size = 11;
    assert_true(keeper_check(keeper, &options, &report, &bench->error));
    assert_false(report.good);
    workbench_assert_text(report.text, "there is no data set");
    check_report_release(&report);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_executions"), 0);
    keeper_disconnect(keeper);
}

static void a_check_of_gradients_asks_for_the_precise_worker(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    struct start_options options = {
        .script_path = "toy.lua", .script = "steps=1", .script_size = 7, .gradients = true};
    struct check_report report;
    assert_false(keeper_check(keeper, &options, &report, &bench->error));
    workbench_assert_text(bench->error.text, "fake_worker-double");
    keeper_disconnect(keeper);
}

static void points_are_stored_within_a_quarter_of_a_second(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    /* a step every 10 ms, so that the newest stored one tells the delay */
    int64_t execution =
        workbench_start(bench, keeper, "steps=100000 checkpoint=100000 sleep=10000 seeds=1");
    workbench_await_step(bench, execution, 5);
    int in_time = 0;
    for (int i = 0; i < 20; i++) {
        clock_sleep(0.05);
        int64_t before = workbench_number(bench, "SELECT max(step) FROM thaw_points");
        double waited = clock_monotonic();
        while (workbench_number(bench, "SELECT max(step) FROM thaw_points") == before)
            clock_sleep(0.002);
        in_time += clock_monotonic() - waited < 0.25;
    }
    assert_in_range(in_time, 15, 20); /* other programs may have kept us waiting */
    assert_true(keeper_control(keeper, CONTROL_STOP, "1", &execution, &bench->error));
    keeper_disconnect(keeper);
}

static void a_stopped_execution_is_resumed_with_the_same_digest(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    const char script[] = "steps=200 sleep=10000 checkpoint=7";
    int64_t first = workbench_start(bench, keeper, script), second, again;
    workbench_await(bench, first, RUN_DONE);
    second = workbench_start(bench, keeper, script);
    workbench_await_step(bench, second, 50);
    assert_true(keeper_control(keeper, CONTROL_STOP, "2/maml/1", &again, &bench->error));
    assert_int_equal(again, second);
    workbench_await(bench, second, RUN_STOPPED);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_checkpoints WHERE run ="
                                             " (SELECT id FROM thaw_runs WHERE name = '2/maml/1')"),
                     3);
    char note[512];
    assert_true(keeper_resume(keeper, "2", 3, 0, &again, note, &bench->error));
    assert_string_equal(note, "");
    workbench_await(bench, second, RUN_DONE);
    char *one = workbench_digests(bench, first), *two = workbench_digests(bench, second);
    assert_string_equal(one, two);
    free(one);
    free(two);
    /* Both seeds of both executions keep what predicts, and nothing else. */
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_checkpoints"), 4);
    assert_int_equal(workbench_number(bench,
                                      "SELECT count(*) FROM thaw_checkpoints WHERE step = 200"
                                      " AND CAST(data AS TEXT) LIKE 'weights%'"),
                     4);
    /* The room of all others is given back a moment later. */
    for (int i = 0; i < 100 && workbench_number(bench, "PRAGMA freelist_count") > 0; i++)
        clock_sleep(0.05);
    assert_int_equal(workbench_number(bench, "PRAGMA freelist_count"), 0);
    assert_int_equal(workbench_number(bench, "SELECT threads FROM thaw_executions"
                                             " WHERE number = 2"),
                     3);
    assert_false(keeper_resume(keeper, "2", 0, 0, &again, note, &bench->error));
    workbench_assert_text(bench->error.text, "has nothing left to do");
    assert_false(keeper_control(keeper, CONTROL_STOP, "2", &again, &bench->error));
    workbench_assert_text(bench->error.text, "does not run");
    keeper_disconnect(keeper);
}

static void a_paused_execution_stands_still(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution =
        workbench_start(bench, keeper, "steps=400 sleep=5000 checkpoint=1000 seeds=1");
    workbench_await_step(bench, execution, 20);
    assert_true(keeper_control(keeper, CONTROL_PAUSE, "1", &execution, &bench->error));
    clock_sleep(0.3);
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count);
    assert_int_equal(runs[0].state, RUN_PAUSED);
    run_array_free(runs, count);
    int64_t points = -1, before;
    double until = clock_monotonic() + 20;
    do {
        before = points;
        clock_sleep(0.3);
        points = workbench_number(bench, "SELECT count(*) FROM thaw_points");
        assert_true(clock_monotonic() < until);
    } while (points != before);
    assert_in_range(points, 20, 399);
    assert_true(keeper_control(keeper, CONTROL_CONTINUE, "1", &execution, &bench->error));
    workbench_await(bench, execution, RUN_DONE);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_points"), 400);
    keeper_disconnect(keeper);
}

static void executions_queue_behind_the_one_that_runs(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t again;
    assert_int_equal(workbench_start(bench, keeper, "steps=300 sleep=20000"), 1);
    assert_int_equal(workbench_start(bench, keeper, "steps=20"), 2);
    assert_int_equal(workbench_start(bench, keeper, "steps=30"), 3);
    assert_int_equal(workbench_start(bench, keeper, "steps=40"), 4);
    workbench_await(bench, 2, RUN_QUEUED);
    assert_false(keeper_control(keeper, CONTROL_PAUSE, "2", &again, &bench->error));
    assert_true(keeper_control(keeper, CONTROL_STOP, "3", &again, &bench->error));
    workbench_await(bench, 3, RUN_STOPPED);
    assert_false(keeper_remove_data(keeper, "toy", &bench->error));
    workbench_assert_text(bench->error.text, "is in use");
    assert_false(keeper_remove_data(keeper, "TOY", &bench->error)); /* in whatever case */
    workbench_assert_text(bench->error.text, "is in use");
    assert_false(keeper_rename_data(keeper, "Toy", "other", &bench->error));
    workbench_assert_text(bench->error.text, "is in use");
    assert_false(keeper_control(keeper, CONTROL_REMOVE, "4", NULL, &bench->error));
    workbench_await(bench, 1, RUN_DONE);
    workbench_await(bench, 2, RUN_DONE);
    workbench_await(bench, 4, RUN_DONE);
    workbench_await(bench, 3, RUN_STOPPED);
    assert_true(keeper_control(keeper, CONTROL_REMOVE, "4", NULL, &bench->error));
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_runs WHERE execution = 4"),
                     0);
    assert_true(keeper_remove_data(keeper, "toy", &bench->error));
    keeper_disconnect(keeper);
}

static void a_data_set_is_read_once_for_all_that_wait(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    assert_int_equal(workbench_start(bench, keeper, "steps=3"), 1);
    workbench_await(bench, 1, RUN_DONE);
    struct store *store = store_open_reader(bench->database, &bench->error);
    struct packed_data data = {.name = ""};
    struct execution execution;
    assert_non_null(store);
    assert_true(store_execution(store, 1, &execution, &bench->error));
    assert_false(packed_data_load(&data, store, "no", 0, &bench->error));
    assert_string_equal(data.name, "");
    assert_true(packed_data_load(&data, store, "toy", 0, &bench->error));
    store_close(store);
    assert_string_equal(data.digest, execution.data_digest);
    assert_true(packed_data_load(&data, NULL, "toy", 0, &bench->error));
    assert_true(frame_output_pending(&data.frame) > 16ULL * data.size.interactions);
    packed_data_release(&data);
    assert_string_equal(data.name, "");
    execution_release(&execution);
    keeper_disconnect(keeper);
}

static void training_goes_on_without_clients(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=300 sleep=5000");
    keeper_disconnect(keeper);
    workbench_await(bench, execution, RUN_DONE);
}

static void a_keeper_that_is_asked_to_end_checkpoints_first(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution =
        workbench_start(bench, keeper, "steps=3000 sleep=1000 checkpoint=100000 seeds=1");
    assert_int_equal(workbench_start(bench, keeper, "steps=3"), 2);
    workbench_await_step(bench, execution, 30);
    workbench_end_keeper(bench, SIGTERM);
    keeper_disconnect(keeper);
    workbench_await(bench, execution, RUN_STOPPED);
    workbench_await(bench, 2, RUN_STOPPED);
    assert_true(workbench_number(bench, "SELECT step FROM thaw_checkpoints") >= 30);
    char *path = memory_format("%s.sock", bench->database);
    assert_int_not_equal(access(path, F_OK), 0);
    free(path);
}

static void a_database_that_is_taken_away_is_begun_anew(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=100000 sleep=1000");
    workbench_await_step(bench, execution, 5);
    pid_t worker = workbench_worker_process(bench);
    keeper_disconnect(keeper);
    const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char *path = memory_format("%s%s", bench->database, ends[i]);
        assert_int_equal(unlink(path), 0);
        free(path);
    }
    keeper = workbench_connect(bench);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_datasets"), 0);
    assert_true(workbench_is_gone(worker));
    workbench_import(bench, keeper);
    clock_sleep(0.5); /* the keeper before has ended: it must not have taken our socket along */
    assert_true(keeper_is_alive(bench->database));
    keeper_disconnect(keeper);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_script_runs_and_its_results_are_stored),
        TEST(seeds_and_data_can_be_given),
        TEST(a_script_that_fails_is_not_stored),
        TEST(a_missing_data_set_is_named_with_those_there_are),
        TEST(the_users_own_modules_come_along),
        TEST(a_check_reports_and_stores_nothing),
        TEST(a_check_of_gradients_asks_for_the_precise_worker),
        TEST(points_are_stored_within_a_quarter_of_a_second),
        TEST(a_stopped_execution_is_resumed_with_the_same_digest),
        TEST(a_paused_execution_stands_still),
        TEST(executions_queue_behind_the_one_that_runs),
        TEST(a_data_set_is_read_once_for_all_that_wait),
        TEST(training_goes_on_without_clients),
        TEST(a_keeper_that_is_asked_to_end_checkpoints_first),
        TEST(a_database_that_is_taken_away_is_begun_anew),
    };
    return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
