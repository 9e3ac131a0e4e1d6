/* SPDX-License-Identifier: MIT
 *
 * Executions in the store: runs, curves, checkpoints, predictions, logs, and their removal.
 */
#include "config.h"

#include "store/run_store.h"

#include <math.h>
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

#include "../../src/store/statement.h"
#include "base/memory.h"
#include "base/random.h"

static struct error error;
static char folder[64], path[96];
static struct store *store;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-runs-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    store = store_open_writer(path, &error);
    return store && store_begin(store, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* Runs SQL on the file as any other program would. */
static void outside(const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    char *message = NULL;
    sqlite3_exec(handle, sql, NULL, NULL, &message);
    if (message)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(handle);
}

static int64_t count_outside(const char *sql)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return count;
}

static int64_t add_execution_of(const char *script, uint32_t levels)
{
    struct execution execution = {.levels = {0.5F, 1, 2.7F, 5},
                                  .level_count = levels,
                                  .smallest = 0.5F,
                                  .largest = 5,
                                  .answer = "median",
                                  .matters = 0.005,
                                  .experiment = (char *)"cold",
                                  .script_path = (char *)"/home/ana/cold.lua",
                                  .script = (char *)script,
                                  .modules = (char *)"mine\0return {}",
                                  .modules_size = 15,
                                  .data = (char *)"ml_100k",
                                  .baseline = (char *)"bias",
                                  .settings = (char *)"epochs=3\n",
                                  .binary = (char *)"thaw 0.1.0",
                                  .data_digest = "dd",
                                  .seed = UINT64_MAX - 4,
                                  .threads = 2,
                                  .created_at = 1700000000};
    snprintf(execution.script_digest, sizeof execution.script_digest, "digest of %s", script);
    assert_true(store_execution_add(store, &execution, &error));
    return execution.number;
}

static int64_t add_execution(const char *script)
{
    return add_execution_of(script, 0);
}

static struct run add_run(int64_t execution, const char *arm, uint64_t seed)
{
    struct run run = {.execution = execution,
                      .seed = seed,
                      .state = RUN_QUEUED,
                      .learns = true,
                      .eta = (double)NAN,
                      .loss = (double)NAN};
    snprintf(run.arm, sizeof run.arm, "%s", arm);
    assert_true(store_run_add(store, &run, &error));
    return run;
}

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

static void points_come_in_order_and_are_replaced(void **state)
{
    (void)state;
    struct run run = add_run(add_execution("x"), "maml", 1);
    for (uint64_t step = 300; step-- > 0;)
        assert_true(store_point_add(store, run.id, "train", step, (double)step, &error));
    assert_true(store_point_add(store, run.id, "train", 7, 0.5, &error));
    assert_true(store_point_add(store, run.id, "validation", 7, 1, &error));
    size_t count;
    struct point *points = store_points(store, run.id, "train", 4, &count, &error);
    assert_int_equal(count, 295);
    assert_int_equal(points[0].step, 5);
    assert_true(points[2].value == 0.5);
    free(points);
    assert_false(store_point_add(store, run.id, "train", 8, (double)NAN, &error));
    assert_false(store_point_add(store, run.id, "train", 8, (double)INFINITY, &error));
}

static const uint32_t support[] = {4, 5}, query[] = {6, 7, 8};
static const float truth[] = {1, 2.5f, 5};

static void tasks_and_predictions_come_back(void **state)
{
    (void)state;
    int64_t execution = add_execution("x");
    struct run run = add_run(execution, "maml", 1);
    assert_true(store_task_add(store, execution, TASKS_TEST, "warm", 1, 1, "用户", NULL, 0, query,
                               3, truth, &error));
    assert_true(store_task_add(store, execution, TASKS_TEST, "warm", 1, 0, "u", support, 2, query,
                               1, truth, &error));
    struct stored_tasks tasks;
    assert_true(store_tasks(store, execution, TASKS_TEST, "warm", 1, &tasks, &error));
    assert_int_equal(tasks.count, 2);
    assert_string_equal(tasks.users[1], "用户");
    assert_int_equal(tasks.support_starts[1], 2);
    assert_int_equal(tasks.support_starts[2], 2);
    assert_int_equal(tasks.query_starts[2], 4);
    assert_memory_equal(tasks.query + 1, query, sizeof query);
    assert_memory_equal(tasks.truth + 1, truth, sizeof truth);
    stored_tasks_release(&tasks);
    assert_true(store_tasks(store, execution, TASKS_TEST, "warm", 2, &tasks, &error));
    assert_int_equal(tasks.count, 0);
    stored_tasks_release(&tasks);

    assert_true(store_predictions_add(store, run.id, TASKS_TEST, "warm", UINT32_MAX, 1, truth, NULL,
                                      3, &error));
    assert_true(
        store_predictions_add(store, run.id, TASKS_TEST, "warm", 10, 1, truth, NULL, 3, &error));
    struct stored_predictions said;
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", UINT32_MAX, 1, &said, &error));
    assert_int_equal(said.count, 3);
    assert_memory_equal(said.values, truth, sizeof truth);
    assert_null(said.deviations);
    stored_predictions_release(&said);
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", 3, 1, &said, &error));
    assert_int_equal(said.count, 0);
    assert_null(said.values);

    static const float sure[] = {0.5F, 0, 1.25F};
    assert_true(
        store_predictions_add(store, run.id, TASKS_TEST, "warm", 3, 1, truth, sure, 3, &error));
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", 3, 1, &said, &error));
    assert_memory_equal(said.values, truth, sizeof truth);
    assert_memory_equal(said.deviations, sure, sizeof sure);
    stored_predictions_release(&said);
    assert_true(
        store_predictions_add(store, run.id, TASKS_TEST, "warm", 3, 1, truth, NULL, 3, &error));
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", 3, 1, &said, &error));
    assert_null(said.deviations);
    stored_predictions_release(&said);
}

static void predictions_of_levels_are_packed(void **state)
{
    static const float said[] = {0.5F, 5, 2.75F, 0.4F, 6, 1.00002F},
                       sure[] = {0, 4.5F, 0.7F, 9, 1, 2};
    enum { COUNT = sizeof said / sizeof *said };
    (void)state;
    int64_t execution = add_execution_of("x", 4);
    struct run run = add_run(execution, "maml", 1);
    assert_true(store_predictions_add(store, run.id, TASKS_VALIDATION, "warm", 1, 0, said, sure,
                                      COUNT, &error));
    struct stored_predictions got, again;
    assert_true(store_predictions(store, run.id, TASKS_VALIDATION, "warm", 1, 0, &got, &error));
    assert_int_equal(got.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        double value = said[i] < 0.5F ? 0.5 : said[i] > 5 ? 5 : (double)said[i];
        double number = round((value - 0.5) / 4.5 * 4095);
        assert_true(got.values[i] == (float)(0.5 + number * 4.5 / 4095));
        assert_true(fabs((double)got.values[i] - value) <= 4.5 / 4095 / 2 + 1e-6);
        double steps = round(fmin((double)sure[i] / 4.5, 1) * 4095);
        assert_true(got.deviations[i] == (float)(steps * 4.5 / 4095));
    }
    assert_true(got.values[0] == 0.5F && got.values[1] == 5 && got.values[4] == 5);
    /* What was read is written as it was. */
    assert_true(store_predictions_add(store, run.id, TASKS_VALIDATION, "warm", 1, 0, got.values,
                                      got.deviations, COUNT, &error));
    assert_true(store_predictions(store, run.id, TASKS_VALIDATION, "warm", 1, 0, &again, &error));
    assert_memory_equal(again.values, got.values, sizeof said);
    assert_memory_equal(again.deviations, got.deviations, sizeof sure);
    stored_predictions_release(&got);
    stored_predictions_release(&again);
    assert_true(store_commit(store, &error));
    assert_int_equal(count_outside("SELECT encoding = 'grid12' FROM thaw_predictions"), 1);
}

/* Ten thousand of a person's kind take less than eleven bits each, and come back exactly. */
static void many_predictions_take_little_room(void **state)
{
    enum { COUNT = 10001 };
    static float said[COUNT], sure[COUNT];
    (void)state;
    struct run run = add_run(add_execution_of("x", 4), "maml", 1);
    struct random random = random_at(1, RANDOM_SCRIPT, 0, 0);
    for (int i = 0; i < COUNT; i++) {
        double value = fmin(5, fmax(0.5, 3.6 + 0.4 * random_normal(&random)));
        said[i] = value_grid_value(0.5F, 5, value_grid_number(0.5F, 5, (float)value));
        sure[i] = value_grid_distance(0.5F, 5, value_grid_steps(0.5F, 5, (float)value / 4));
    }
    assert_true(
        store_predictions_add(store, run.id, TASKS_TEST, "warm", 1, 0, said, sure, COUNT, &error));
    struct stored_predictions got;
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", 1, 0, &got, &error));
    assert_int_equal(got.count, COUNT);
    assert_memory_equal(got.values, said, sizeof said);
    assert_memory_equal(got.deviations, sure, sizeof sure);
    stored_predictions_release(&got);
    assert_true(store_commit(store, &error));
    assert_true(count_outside("SELECT length(predictions) FROM thaw_predictions") < COUNT * 11 / 8);
}

static void no_predictions_at_all_come_back(void **state)
{
    (void)state;
    float none = 0;
    struct run run = add_run(add_execution_of("x", 4), "maml", 1);
    struct stored_predictions got;
    assert_true(
        store_predictions_add(store, run.id, TASKS_TEST, "warm", 1, 0, &none, &none, 0, &error));
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", 1, 0, &got, &error));
    assert_int_equal(got.count, 0);
    stored_predictions_release(&got);
}

static void damaged_predictions_are_named(void **state)
{
    static const float said[] = {1, 2, 3, 4, 5};
    static const char *const damages[] = {
        "substr(predictions, 1, length(predictions) - 1)", "CAST(predictions || x'00' AS BLOB)",
        "x''", "x'789c030000000001'" /* a stream of nothing */, "zeroblob(length(predictions))"};
    (void)state;
    struct run run = add_run(add_execution_of("x", 4), "maml", 1);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct stored_predictions got;
        char sql[256];
        assert_true(
            store_predictions_add(store, run.id, TASKS_TEST, "warm", 1, 0, said, NULL, 5, &error));
        assert_true(store_commit(store, &error));
        snprintf(sql, sizeof sql, "UPDATE thaw_predictions SET predictions = %s", damages[i]);
        outside(sql);
        assert_true(store_begin(store, &error));
        bool good = store_predictions(store, run.id, TASKS_TEST, "warm", 1, 0, &got, &error);
        if (i == 3) { /* it is whole, and of no predictions */
            assert_true(good && got.count == 0);
            stored_predictions_release(&got);
            continue;
        }
        assert_false(good);
        assert_string_equal(error.text, "the stored predictions are damaged (warm)");
    }
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

static void parts_are_kept_apart(void **state)
{
    (void)state;
    int64_t execution = add_execution("x");
    struct run run = add_run(execution, "maml", 1);
    static const float other[] = {4, 4, 4};
    struct stored_tasks tasks;
    struct stored_predictions said;
    store_task_add(store, execution, TASKS_TEST, "warm", 0, 0, "u", support, 2, query, 3, truth,
                   &error);
    store_task_add(store, execution, TASKS_VALIDATION, "warm", 0, 0, "v", support, 1, query, 3,
                   other, &error);
    store_predictions_add(store, run.id, TASKS_VALIDATION, "warm", 1, 0, other, NULL, 3, &error);
    store_predictions_add(store, run.id, TASKS_TEST, "warm", 1, 0, truth, NULL, 3, &error);
    assert_true(store_tasks(store, execution, TASKS_VALIDATION, "warm", 0, &tasks, &error));
    assert_int_equal(tasks.count, 1);
    assert_string_equal(tasks.users[0], "v");
    assert_true(store_predictions(store, run.id, TASKS_VALIDATION, "warm", 1, 0, &said, &error));
    assert_memory_equal(said.values, other, sizeof other);
    uint32_t *starts = stored_predictions_starts(&said, &tasks, 1);
    assert_int_equal(starts[1], 3);
    free(starts);
    said.count = 2;
    assert_null(stored_predictions_starts(&said, &tasks, 1));
    stored_predictions_release(&said);
    stored_tasks_release(&tasks);
    assert_true(store_predictions(store, run.id, TASKS_TEST, "warm", 1, 0, &said, &error));
    assert_memory_equal(said.values, truth, sizeof truth);
    stored_predictions_release(&said);
    run.state = RUN_DONE;
    store_run_update(store, &run, &error);
    size_t count;
    struct prediction_key *keys = store_prediction_keys(store, run.id, &count, &error);
    assert_int_equal(count, 2);
    assert_true(keys[0].part == TASKS_TEST && keys[1].part == TASKS_VALIDATION);
    free(keys);
    assert_true(store_tasks_forget(store, execution, TASKS_TEST, "warm", 0, &error));
    assert_true(store_tasks(store, execution, TASKS_VALIDATION, "warm", 0, &tasks, &error));
    assert_int_equal(tasks.count, 1);
    stored_tasks_release(&tasks);
}

static void a_done_run_keeps_one_checkpoint(void **state)
{
    (void)state;
    struct run run = add_run(add_execution("x"), "maml", 1);
    struct run other = add_run(add_execution("y"), "maml", 1);
    uint64_t step;
    struct bytes data = {0};
    bool found, damaged;
    store_checkpoint_add(store, other.id, 7, "other", 5, &error);
    for (uint64_t at = 8; at <= 10; at++)
        store_checkpoint_add(store, run.id, at, "with optimiser", 14, &error);
    assert_true(store_checkpoint_finish(store, run.id, 10, "weights", 7, &error));
    assert_true(store_checkpoint_latest(store, run.id, &step, &data, &found, &damaged, &error));
    assert_true(found && !damaged && step == 10);
    assert_int_equal(data.size, 7);
    bytes_release(&data);
    assert_true(store_commit(store, &error));
    assert_int_equal(count_outside("SELECT count(*) FROM thaw_checkpoints"), 2);
}

static void predictions_are_seen_once_the_run_is_done(void **state)
{
    (void)state;
    struct run run = add_run(add_execution("x"), "maml", 1);
    assert_true(store_predictions_add(store, run.id, TASKS_TEST, "warm", UINT32_MAX, 0, truth, NULL,
                                      3, &error));
    assert_true(
        store_predictions_add(store, run.id, TASKS_TEST, "warm", 10, 0, truth, NULL, 3, &error));
    size_t count;
    free(store_prediction_keys(store, run.id, &count, &error));
    assert_int_equal(count, 0);
    run.state = RUN_DONE;
    assert_true(store_run_update(store, &run, &error));
    struct prediction_key *keys = store_prediction_keys(store, run.id, &count, &error);
    assert_int_equal(count, 2);
    assert_int_equal(keys[0].shots, 10);
    assert_true(keys[1].shots == UINT32_MAX);
    assert_string_equal(keys[1].scenario, "warm");
    free(keys);
}

static void the_digest_sees_every_bit(void **state)
{
    (void)state;
    int64_t execution = add_execution("x");
    struct run a = add_run(execution, "maml", 1), b = add_run(execution, "maml", 2);
    char first[65], second[65];
    store_point_add(store, a.id, "train", 1, 0.5, &error);
    store_point_add(store, a.id, "train", 2, 0.25, &error);
    store_point_add(store, b.id, "train", 2, 0.25, &error);
    store_point_add(store, b.id, "train", 1, 0.5, &error);
    assert_true(store_run_digest(store, a.id, "w", first, &error));
    assert_true(store_run_digest(store, b.id, "w", second, &error));
    assert_string_equal(first, second);
    assert_true(store_run_digest(store, b.id, "v", second, &error));
    assert_string_not_equal(first, second);
    store_point_add(store, b.id, "train", 1, nextafter(0.5, 1), &error);
    assert_true(store_run_digest(store, b.id, "w", second, &error));
    assert_string_not_equal(first, second);
    store_point_add(store, b.id, "train", 1, 0.5, &error);
    store_predictions_add(store, b.id, TASKS_TEST, "warm", 1, 0, truth, NULL, 3, &error);
    assert_true(store_run_digest(store, b.id, "w", second, &error));
    assert_string_not_equal(first, second);
    store_predictions_add(store, b.id, TASKS_TEST, "warm", 1, 0, truth, truth, 3, &error);
    assert_true(store_run_digest(store, b.id, "w", first, &error));
    assert_string_not_equal(first, second);
}

static void three_checkpoints_are_kept(void **state)
{
    (void)state;
    struct run run = add_run(add_execution("x"), "maml", 1);
    bool found, damaged;
    uint64_t step;
    struct bytes data = {0};
    assert_true(store_checkpoint_latest(store, run.id, &step, &data, &found, &damaged, &error));
    assert_false(found);
    for (uint64_t i = 1; i <= 5; i++)
        assert_true(store_checkpoint_add(store, run.id, i * 10, &i, sizeof i, &error));
    assert_true(store_checkpoint_latest(store, run.id, &step, &data, &found, &damaged, &error));
    assert_true(found && !damaged);
    assert_int_equal(step, 50);
    assert_int_equal(data.size, 8);
    assert_int_equal(data.data[0], 5);
    bytes_release(&data);
    assert_true(store_commit(store, &error));
    assert_int_equal(count_outside("SELECT count(*) FROM thaw_checkpoints"), 3);
}

static void a_damaged_checkpoint_is_passed_over(void **state)
{
    (void)state;
    struct run run = add_run(add_execution("x"), "maml", 1);
    bool found, damaged;
    uint64_t step;
    struct bytes data = {0};
    for (uint64_t i = 1; i <= 3; i++)
        assert_true(store_checkpoint_add(store, run.id, i, &i, sizeof i, &error));
    assert_true(store_commit(store, &error));
    outside("UPDATE thaw_checkpoints SET data = substr(data, 1, 7) WHERE step = 3");
    outside("UPDATE thaw_checkpoints SET format = 2 WHERE step = 2");
    assert_true(store_checkpoint_latest(store, run.id, &step, &data, &found, &damaged, &error));
    assert_true(found && damaged);
    assert_int_equal(step, 1);
    outside("UPDATE thaw_checkpoints SET data = x'00'");
    assert_true(store_checkpoint_latest(store, run.id, &step, &data, &found, &damaged, &error));
    assert_true(!found && damaged);
    bytes_release(&data);
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
    store_task_add(store, gone, TASKS_TEST, "warm", 0, 0, "u", NULL, 0, query, 3, truth, &error);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_execution_comes_back),
        TEST(what_a_resume_changes_comes_back),
        TEST(a_run_comes_back),
        TEST(an_infinite_loss_is_unknown),
        TEST(names_find_runs),
        TEST(points_come_in_order_and_are_replaced),
        TEST(tasks_and_predictions_come_back),
        TEST(predictions_of_levels_are_packed),
        TEST(many_predictions_take_little_room),
        TEST(no_predictions_at_all_come_back),
        TEST(damaged_predictions_are_named),
        TEST(the_scale_and_the_answer_of_an_execution_come_back),
        TEST(parts_are_kept_apart),
        TEST(a_done_run_keeps_one_checkpoint),
        TEST(predictions_are_seen_once_the_run_is_done),
        TEST(the_digest_sees_every_bit),
        TEST(three_checkpoints_are_kept),
        TEST(a_damaged_checkpoint_is_passed_over),
        TEST(a_rewound_run_forgets_what_came_later),
        TEST(what_waited_or_ran_is_interrupted),
        TEST(a_removed_execution_leaves_nothing),
        TEST(the_log_gives_its_newest_lines),
    };
    return cmocka_run_group_tests_name("run_store", tests, NULL, NULL);
}
