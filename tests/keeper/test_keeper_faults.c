/* SPDX-License-Identifier: MIT
 *
 * Misbehaving workers, full disks, and clients and keepers that vanish.
 */
#include "config.h"

#include "keeper/client.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "workbench.h"

/* The text of the first run of an execution; a new string. */
static char *first_text(struct workbench *bench, int64_t execution)
{
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count);
    char *text = memory_string(runs[0].text);
    run_array_free(runs, count);
    return text;
}

static void a_worker_that_sends_nonsense_fails_its_runs_with_a_sentence(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    static const struct {
        const char *fault, *text;
    } cases[] = {
        {"nan", "the worker sent something wrong: POINT: its value is not finite"},
        {"run", "the worker sent something wrong: POINT: there is no run 60"},
        {"step", "the worker sent something wrong: POINT: its step is beyond the last one"},
        {"garbage", "the worker sent something wrong: what came is no frame of version 2"},
        {"row", "the worker sent something wrong: TASKS: a row is not in the data set"},
        {"few", "the worker sent something wrong: PREDICTIONS: 3 of them, expected one for each "
                "of 4 query rows"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char script[64];
        snprintf(script, sizeof script, "steps=20 at=10 fault=%s", cases[i].fault);
        int64_t execution = workbench_start(bench, keeper, script);
        workbench_await(bench, execution, RUN_FAILED);
        char *text = first_text(bench, execution);
        assert_string_equal(text, cases[i].text);
        free(text);
    }
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_points"
                                             " WHERE value IS NULL"),
                     0);
    keeper_disconnect(keeper);
}

static void a_worker_that_dies_interrupts_its_runs(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=20 at=15 checkpoint=4 fault=die");
    workbench_await(bench, execution, RUN_INTERRUPTED);
    char *text = first_text(bench, execution);
    assert_string_equal(
        text,
        "the worker was killed by somebody else, most likely by the system as memory ran out");
    free(text);
    execution = workbench_start(bench, keeper, "steps=20 at=15 fault=exit");
    workbench_await(bench, execution, RUN_INTERRUPTED);
    text = first_text(bench, execution);
    assert_string_equal(text, "the worker ended with status 0");
    free(text);
    /* a resume goes on and dies at the same place, keeping what was there */
    char note[512];
    assert_true(keeper_resume(keeper, "1", 0, 0, &execution, note, &bench->error));
    clock_sleep(0.2);
    workbench_await(bench, 1, RUN_INTERRUPTED);
    assert_int_equal(workbench_number(bench, "SELECT max(step) FROM thaw_checkpoints"), 12);
    keeper_disconnect(keeper);
}

static void a_run_that_fails_leaves_the_others(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=50 at=10 fault=run-failed");
    double until = clock_monotonic() + 10;
    while (workbench_number(bench, "SELECT count(*) FROM thaw_runs WHERE state = 'done'") < 2)
        assert_true(clock_monotonic() < until);
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count);
    assert_int_equal(runs[0].state, RUN_FAILED);
    assert_string_equal(runs[0].text,
                        "mine.lua:3: the loss is not finite\nreturn theta.head:log()");
    assert_int_equal(runs[1].state, RUN_DONE);
    run_array_free(runs, count);
    keeper_disconnect(keeper);
}

static void a_worker_that_complains_without_end_does_not_fill_the_disk(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=20 at=10 fault=complain");
    workbench_await(bench, execution, RUN_DONE);
    char *path = memory_format("%s.log", bench->database);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_in_range(status.st_size, 1000, 70000);
    free(path);
    keeper_disconnect(keeper);
}

/* Stops execution 1, changes the database while no keeper runs, and starts another keeper. */
static struct keeper *stop_and_change(struct workbench *bench, const char *sql)
{
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=1000 sleep=4000");
    assert_true(keeper_control(keeper, CONTROL_STOP, "1", &execution, &bench->error));
    workbench_end_keeper(bench, SIGTERM);
    keeper_disconnect(keeper);
    workbench_change(bench, sql);
    return workbench_connect(bench);
}

static void a_resume_under_another_binary_says_so(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = stop_and_change(
        bench, "UPDATE thaw_executions SET binary = 'older', settings = 'steps=20'");
    int64_t execution;
    char note[512];
    assert_true(keeper_resume(keeper, "1", 0, 0, &execution, note, &bench->error));
    workbench_assert_text(note, "begun by \"older\", goes on with \"fake\"");
    keeper_disconnect(keeper);
}

static void changed_data_cannot_be_resumed(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper =
        stop_and_change(bench, "UPDATE toy_ratings SET rating = 2 WHERE rowid = 1");
    int64_t execution;
    char note[512];
    assert_false(keeper_resume(keeper, "1", 0, 0, &execution, note, &bench->error));
    workbench_assert_text(bench->error.text,
                          "the data set \"toy\" has changed since execution 1 began");
    keeper_disconnect(keeper);
}

static void absurd_threads_are_said_before_a_worker_starts(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = stop_and_change(bench, "UPDATE thaw_executions SET threads = 4000000");
    int64_t execution;
    char note[512];
    assert_false(keeper_resume(keeper, "1", 0, 0, &execution, note, &bench->error));
    workbench_assert_text(bench->error.text, "execution 1 is stored with 4000000 threads");
    assert_true(keeper_resume(keeper, "1", 2, 0, &execution, note, &bench->error));
    keeper_disconnect(keeper);
}

/* A worker that a limit of the shell keeps from beginning. */
static void a_limit_of_memory_is_named(void **state)
{
#ifdef THAW_SANITIZED
    skip(); /* it reserves more than any limit */
#endif
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    struct rlimit limit = {(rlim_t)64 << 30, (rlim_t)64 << 30};
    workbench_import(bench, keeper);
    assert_int_equal(prlimit(workbench_keeper_process(bench), RLIMIT_AS, &limit, NULL), 0);
    int64_t execution = workbench_start(bench, keeper, "steps=20 at=1 fault=abort");
    workbench_await(bench, execution, RUN_INTERRUPTED);
    char *text = first_text(bench, execution);
    workbench_assert_text(text, "found no memory to start: a process may have 69 GB");
    workbench_assert_text(text, "ulimit -v");
    free(text);
    keeper_disconnect(keeper);
}

/* Sets the largest size that files of the keeper may have; 0 takes the limit away. */
static void limit_files(struct workbench *bench, rlim_t size)
{
    struct rlimit limit = {size ? size : RLIM_INFINITY, RLIM_INFINITY};
    assert_int_equal(prlimit(workbench_keeper_process(bench), RLIMIT_FSIZE, &limit, NULL), 0);
}

static void a_full_disk_holds_training_until_there_is_room(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    static const char script[] = "steps=600 sleep=4000 checkpoint=50 seeds=1";
    int64_t first = workbench_start(bench, keeper, script), second;
    workbench_await(bench, first, RUN_DONE);
    second = workbench_start(bench, keeper, script);
    workbench_await_step(bench, second, 60);
    limit_files(bench, 1);
    clock_sleep(0.5);
    int64_t points = workbench_number(bench, "SELECT count(*) FROM thaw_points");
    clock_sleep(1.5); /* it would have been through by now */
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_points"), points);
    assert_true(keeper_is_alive(bench->database));
    limit_files(bench, 0);
    workbench_await(bench, second, RUN_DONE);
    char *one = workbench_digests(bench, first), *two = workbench_digests(bench, second);
    assert_string_equal(one, two);
    free(one);
    free(two);
    keeper_disconnect(keeper);
}

enum { LARGE_ROWS = 600000 };

/* A file whose import takes about a second. */
static char *write_large_file(struct workbench *bench)
{
    char *path = memory_format("%s/large.csv", bench->folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating\n", file);
    for (unsigned i = 0; i < LARGE_ROWS; i++)
        fprintf(file, "the-long-name-of-user-%06u,the-long-name-of-item-%06u,%u\n", i / 20,
                i * 7919 % 5000, 1 + i % 5);
    fclose(file);
    return path;
}

enum { LARGE_LOG = 9 << 20 };

static int64_t size_of_log(const struct workbench *bench)
{
    struct stat status;
    char *path = memory_format("%s-wal", bench->database);
    int64_t size = stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
    free(path);
    return size;
}

/* Waits until an import has written that much. */
static void await_log(const struct workbench *bench, int64_t size)
{
    double until = clock_monotonic() + 60;
    while (size_of_log(bench) < size && clock_monotonic() < until)
        clock_sleep(0.005);
    assert_true(size_of_log(bench) >= size);
}

static void an_import_that_is_cut_off_leaves_nothing(void **state)
{
    struct workbench *bench = *state;
    char *path = write_large_file(bench);
    struct import_options options = {.path = path, .name = "large"};
    for (int round = 0; round < 2; round++) { /* first the client dies, then the keeper */
        struct keeper *keeper = workbench_connect(bench);
        pid_t child = fork();
        if (child == 0) {
            struct dataset_summary summary;
            keeper_import(keeper, &options, false, &summary, NULL, &bench->error);
            _exit(0);
        }
        keeper_disconnect(keeper); /* the child's copy stays */
        await_log(bench, LARGE_LOG);
        if (round == 0)
            kill(child, SIGKILL);
        else
            workbench_end_keeper(bench, SIGKILL);
        waitpid(child, NULL, 0);
        keeper_disconnect(workbench_connect(bench)); /* after the import was given up */
        assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_datasets"), 0);
        assert_int_equal(workbench_number(bench, "SELECT count(*) FROM sqlite_schema"
                                                 " WHERE name LIKE 'large%'"),
                         0);
        assert_true(size_of_log(bench) < LARGE_LOG);
    }
    free(path);
}

static void training_goes_on_while_data_are_imported(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    char *path = write_large_file(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=200 sleep=10000 seeds=1");
    struct import_options options = {.path = path, .name = "large"};
    struct dataset_summary summary;
    assert_true(keeper_import(keeper, &options, false, &summary, NULL, &bench->error));
    assert_int_equal(summary.ratings, LARGE_ROWS);
    workbench_await(bench, execution, RUN_DONE);
    assert_false(keeper_import(keeper, &options, false, &summary, NULL, &bench->error));
    workbench_assert_text(bench->error.text, "large");
    free(path);
    keeper_disconnect(keeper);
}

static void an_answer_does_not_wait_for_the_end_of_its_worker(void **state)
{
    static const char *const scripts[] = {"fault=linger", "fault=load-linger"};
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    for (int i = 0; i < 2; i++) {
        const struct start_options options = {.script_path = "toy.lua",
                                              .script = scripts[i],
                                              .script_size = strlen(scripts[i]),
                                              .threads = 1};
        struct check_report report;
        double began = clock_monotonic();
        if (!keeper_check(keeper, &options, &report, &bench->error))
            fail_msg("%s", bench->error.text);
        assert_true(clock_monotonic() - began < 2.5);
        assert_true(report.good == (i == 0));
        check_report_release(&report);
        assert_true(workbench_worker_process(bench) > 0);
    }
    workbench_start(bench, keeper, "steps=5"); /* beside those that linger */
    keeper_disconnect(keeper);
}

static void an_orphaned_worker_ends(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=100000 sleep=1000");
    workbench_await_step(bench, execution, 5);
    pid_t worker = workbench_worker_process(bench);
    assert_true(worker > 0);
    workbench_end_keeper(bench, SIGKILL);
    assert_true(workbench_is_gone(worker));
    assert_false(keeper_is_alive(bench->database));
    keeper_disconnect(keeper);
    keeper = workbench_connect(bench);
    workbench_await(bench, execution, RUN_INTERRUPTED);
    keeper_disconnect(keeper);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_worker_that_sends_nonsense_fails_its_runs_with_a_sentence),
        TEST(a_worker_that_dies_interrupts_its_runs),
        TEST(a_run_that_fails_leaves_the_others),
        TEST(a_worker_that_complains_without_end_does_not_fill_the_disk),
        TEST(a_resume_under_another_binary_says_so),
        TEST(absurd_threads_are_said_before_a_worker_starts),
        TEST(a_limit_of_memory_is_named),
        TEST(changed_data_cannot_be_resumed),
        TEST(a_full_disk_holds_training_until_there_is_room),
        TEST(an_import_that_is_cut_off_leaves_nothing),
        TEST(training_goes_on_while_data_are_imported),
        TEST(an_answer_does_not_wait_for_the_end_of_its_worker),
        TEST(an_orphaned_worker_ends),
    };
    return cmocka_run_group_tests_name("keeper_faults", tests, NULL, NULL);
}
