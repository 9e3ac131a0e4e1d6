/* SPDX-License-Identifier: MIT
 *
 * Executions in the store: runs, curves, checkpoints, predictions, logs, and their removal.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../src/store/statement.h"
#include "base/memory.h"
#include "stored_runs.h"

static void an_execution_comes_back(void **state)
{
    (void)state;
    int64_t first = add_execution("return 1"), second = add_execution("return 2");
    assert_int_equal(first, 1);
    struct execution got;
    assert_true(store_execution(store, second, &got, &error));
    assert_string_equal(got.experiment, "cold");
    assert_string_equal(got.script, "return 2");
    assert_int_equal(got.modules_size, 15);
    assert_memory_equal(got.modules, "mine\0return {}", 15);
    assert_true(got.seed == UINT64_MAX - 4);
    assert_int_equal(got.threads, 2);
    assert_string_equal(got.data_digest, "dd");
    execution_release(&got);
    size_t count;
    int64_t *numbers = store_executions(store, &count, &error);
    assert_int_equal(count, 2);
    assert_int_equal(numbers[0], second);
    free(numbers);
    assert_false(store_execution(store, 7, &got, &error));
    assert_string_equal(error.text, "there is no execution 7");
}

static void what_a_resume_changes_comes_back(void **state)
{
    (void)state;
    struct execution got;
    int64_t number = add_execution("return 1");
    assert_true(store_execution(store, number, &got, &error));
    assert_false(got.unjailed);
    assert_string_equal(got.confinement, "");
    got.threads = 7;
    got.unjailed = true;
    free(got.confinement);
    got.confinement = memory_string("unjailed: the worker runs without seccomp");
    assert_true(store_execution_update(store, &got, &error));
    execution_release(&got);
    assert_true(store_execution(store, number, &got, &error));
    assert_true(got.unjailed);
    assert_int_equal(got.threads, 7);
    assert_string_equal(got.confinement, "unjailed: the worker runs without seccomp");
    execution_release(&got);
}

static void a_run_comes_back(void **state)
{
    (void)state;
    struct run run = add_run(add_execution("x"), "maml", 7);
    assert_string_equal(run.name, "1/maml/7");
    run.state = RUN_FAILED;
    run.step = 12;
    run.steps = 40;
    run.share = 0.25;
    run.rate = 3.5;
    run.loss = 0.5;
    run.seconds = 9.25;
    run.started_at = 1700000001;
    run.text = (char *)"the loss is not finite";
    run.parameters = 321;
    run.peak_bytes = 1 << 20;
    snprintf(run.phase, sizeof run.phase, "training");
    snprintf(run.digest, sizeof run.digest, "abc");
    assert_true(store_run_update(store, &run, &error));
    size_t count;
    struct run *runs = store_runs(store, 1, &count, &error);
    assert_int_equal(count, 1);
    assert_int_equal(runs[0].id, run.id);
    assert_string_equal(runs[0].name, "1/maml/7");
    assert_int_equal(runs[0].state, RUN_FAILED);
    assert_int_equal(runs[0].step, 12);
    assert_true(runs[0].seconds == 9.25 && runs[0].loss == 0.5 && isnan(runs[0].eta));
    assert_int_equal(runs[0].ended_at, 0);
    assert_string_equal(runs[0].text, "the loss is not finite");
    assert_string_equal(runs[0].phase, "training");
    assert_int_equal(runs[0].peak_bytes, 1 << 20);
    run_array_free(runs, count);
}

static size_t named(const char *name)
{
    size_t count = 0;
    struct run *runs = store_runs_named(store, name, &count, &error);
    run_array_free(runs, count);
    return runs ? count : 0;
}

/* Only somebody else stores infinities. */
static void an_infinite_loss_is_unknown(void **state)
{
    (void)state;
    size_t count;
    int64_t execution = add_execution("return 1");
    add_run(execution, "maml", 1);
    assert_true(
        store_change(store, &error, "UPDATE thaw_runs SET loss = -9e999, rate = 9e999", ""));
    struct run *runs = store_runs(store, execution, &count, &error);
    assert_non_null(runs);
    assert_true(isnan(runs[0].loss) && runs[0].rate == 0);
    run_array_free(runs, count);
}

static void names_find_runs(void **state)
{
    (void)state;
    int64_t execution = add_execution("x");
    add_run(execution, "maml", 1);
    add_run(execution, "maml", 2);
    add_run(execution, "bias", 1);
    add_run(add_execution("y"), "maml", 1);
    assert_int_equal(named("1"), 3);
    assert_int_equal(named("1/maml"), 2);
    assert_int_equal(named("1/maml/2"), 1);
    assert_int_equal(named("2"), 1);
    const char *absent[] = {"3", "1/mam", "1/maml/3", "1/maml/02", "1/maml/1/1"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_int_equal(named(absent[i]), 0);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_non_null(strstr(error.text, "there is no run"));
    }
    const char *nonsense[] = {"", "maml", "0", "-1", "1/", "/", "1x", "\x1b[2J"};
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        assert_int_equal(named(nonsense[i]), 0);
        assert_non_null(strstr(error.text, "names no run"));
    }
    assert_null(strchr(error.text, '\x1b'));
}

static void the_scale_and_the_answer_of_an_execution_come_back(void **state)
{
    (void)state;
    struct execution execution;
    assert_true(store_execution(store, add_execution_of("x", 4), &execution, &error));
    assert_int_equal(execution.level_count, 4);
    assert_true(execution.levels[0] == 0.5F && execution.levels[2] == 2.7F);
    assert_true(execution.smallest == 0.5F && execution.largest == 5);
    assert_string_equal(execution.answer, "median");
    assert_true(execution.matters == 0.005);
    execution_release(&execution);
}

static void a_rewound_run_forgets_what_came_later(void **state)
{
    (void)state;
    struct run run = add_run(add_execution("x"), "maml", 1);
    for (uint64_t step = 0; step < 10; step++) {
        store_point_add(store, run.id, "train", step, 1, &error);
        store_checkpoint_add(store, run.id, step, "c", 1, &error);
    }
    store_predictions_add(store, run.id, TASKS_TEST, "warm", 1, 0, truth, NULL, 3, &error);
    assert_true(store_run_rewind(store, run.id, 8, &error));
    size_t count;
    free(store_points(store, run.id, "train", -1, &count, &error));
    assert_int_equal(count, 9);
    struct stored_predictions said;
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", 1, 0, &said, &error));
    assert_int_equal(said.count, 0);
    assert_true(store_run_rewind(store, run.id, -1, &error));
    assert_true(store_commit(store, &error));
    assert_int_equal(count_outside("SELECT count(*) FROM thaw_points"), 0);
    assert_int_equal(count_outside("SELECT count(*) FROM thaw_checkpoints"), 0);
}

static void what_waited_or_ran_is_interrupted(void **state)
{
    (void)state;
    int64_t execution = add_execution("x");
    for (int i = 0; i < RUN_STATE_COUNT; i++) {
        struct run run = add_run(execution, "maml", (uint64_t)i);
        run.state = (enum run_state)i;
        assert_true(store_run_update(store, &run, &error));
    }
    assert_true(store_runs_interrupt(store, "the keeper ended", &error));
    size_t count;
    struct run *runs = store_runs(store, execution, &count, &error);
    for (size_t i = 0; i < count; i++) {
        bool lived = i == RUN_QUEUED || i == RUN_RUNNING || i == RUN_PAUSED;
        assert_int_equal(runs[i].state, lived ? RUN_INTERRUPTED : i);
        assert_string_equal(runs[i].text, lived ? "the keeper ended" : "");
    }
    run_array_free(runs, count);
}

static void a_removed_execution_leaves_nothing(void **state)
{
    (void)state;
    int64_t kept = add_execution("x"), gone = add_execution("y");
    add_run(kept, "maml", 1);
    struct run run = add_run(gone, "maml", 1);
    store_point_add(store, run.id, "train", 1, 1, &error);
    store_checkpoint_add(store, run.id, 1, "c", 1, &error);
    store_predictions_add(store, run.id, TASKS_TEST, "warm", 1, 0, truth, NULL, 3, &error);
    store_task_add(store, gone, TASKS_TEST, "warm", 0, 0, (struct task_owner){.user = "u"}, NULL, 0,
                   query, 3, truth, &error);
    store_log_add(store, gone, run.name, "hello", &error);
    assert_true(store_execution_remove(store, gone, &error));
    assert_true(store_commit(store, &error));
    assert_int_equal(count_outside("SELECT count(*) FROM thaw_executions"), 1);
    assert_int_equal(count_outside("SELECT count(*) FROM thaw_runs"), 1);
    assert_int_equal(count_outside("SELECT count(*) FROM thaw_scripts"), 1);
    assert_int_equal(count_outside("SELECT (SELECT count(*) FROM thaw_points)"
                                   " + (SELECT count(*) FROM thaw_checkpoints)"
                                   " + (SELECT count(*) FROM thaw_predictions)"
                                   " + (SELECT count(*) FROM thaw_tasks)"
                                   " + (SELECT count(*) FROM thaw_log)"),
                     0);
    assert_true(store_begin(store, &error));
    assert_int_equal(add_execution("z"), 3); /* a number is never given again */
}

static void the_log_gives_its_newest_lines(void **state)
{
    (void)state;
    char text[24];
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "line %d", i);
        assert_true(store_log_add(store, 0, "", text, &error));
    }
    size_t count;
    struct log_line *lines = store_log(store, 0, 5, &count, &error);
    assert_int_equal(count, 5);
    assert_string_equal(lines[0].text, "line 15");
    assert_string_equal(lines[4].text, "line 19");
    assert_int_equal(lines[4].execution, 0);
    int64_t last = lines[3].id;
    log_lines_free(lines, count);
    lines = store_log(store, last, SIZE_MAX, &count, &error);
    assert_int_equal(count, 1);
    log_lines_free(lines, count);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, runs_store_set_up, runs_store_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_execution_comes_back),
        TEST(what_a_resume_changes_comes_back),
        TEST(a_run_comes_back),
        TEST(an_infinite_loss_is_unknown),
        TEST(names_find_runs),
        TEST(the_scale_and_the_answer_of_an_execution_come_back),
        TEST(a_rewound_run_forgets_what_came_later),
        TEST(what_waited_or_ran_is_interrupted),
        TEST(a_removed_execution_leaves_nothing),
        TEST(the_log_gives_its_newest_lines),
    };
    return cmocka_run_group_tests_name("run_store", tests, NULL, NULL);
}
