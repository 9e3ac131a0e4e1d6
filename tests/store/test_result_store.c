/* SPDX-License-Identifier: MIT
 *
 * Curves, tasks, predictions and checkpoints of runs in the store.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/random.h"
#include "stored_runs.h"

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

static void tasks_and_predictions_come_back(void **state)
{
    (void)state;
    int64_t execution = add_execution("x");
    struct run run = add_run(execution, "maml", 1);
    assert_true(store_task_add(store, execution, TASKS_TEST, "warm", 1, 1,
                               (struct task_owner){.user = "用户"}, NULL, 0, query, 3, truth,
                               &error));
    assert_true(store_task_add(store, execution, TASKS_TEST, "warm", 1, 0,
                               (struct task_owner){.user = "u"}, support, 2, query, 1, truth,
                               &error));
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

static void damaged_keys_of_predictions_are_named(void **state)
{
    static const float said[] = {1, 2, 3, 4, 5};
    static const struct {
        const char *key, *text;
    } damages[] = {{"draw = -1", "draw -1 with 1 shots"},
                   {"draw = 9000000000", "draw 9000000000 with 1 shots"},
                   {"draw = 0, shots = -2", "draw 0 with -2 shots"},
                   {"shots = 4294967295", "draw 0 with 4294967295 shots"}};
    (void)state;
    size_t count;
    struct run run = add_run(add_execution_of("x", 4), "maml", 1);
    run.state = RUN_DONE;
    assert_true(store_run_update(store, &run, &error));
    assert_true(
        store_predictions_add(store, run.id, TASKS_TEST, "warm", 1, 0, said, NULL, 5, &error));
    assert_true(store_commit(store, &error));
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        char sql[256];
        snprintf(sql, sizeof sql, "UPDATE thaw_predictions SET %s", damages[i].key);
        outside(sql);
        assert_null(store_prediction_keys(store, run.id, &count, &error));
        assert_non_null(strstr(error.text, damages[i].text));
    }
    assert_true(store_begin(store, &error));
}

static void parts_are_kept_apart(void **state)
{
    (void)state;
    int64_t execution = add_execution("x");
    struct run run = add_run(execution, "maml", 1);
    static const float other[] = {4, 4, 4};
    struct stored_tasks tasks;
    struct stored_predictions said;
    store_task_add(store, execution, TASKS_TEST, "warm", 0, 0, (struct task_owner){.user = "u"},
                   support, 2, query, 3, truth, &error);
    store_task_add(store, execution, TASKS_VALIDATION, "warm", 0, 0,
                   (struct task_owner){.user = "v"}, support, 1, query, 3, other, &error);
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, runs_store_set_up, runs_store_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(points_come_in_order_and_are_replaced),
        TEST(tasks_and_predictions_come_back),
        TEST(predictions_of_levels_are_packed),
        TEST(many_predictions_take_little_room),
        TEST(no_predictions_at_all_come_back),
        TEST(damaged_predictions_are_named),
        TEST(damaged_keys_of_predictions_are_named),
        TEST(parts_are_kept_apart),
        TEST(a_done_run_keeps_one_checkpoint),
        TEST(predictions_are_seen_once_the_run_is_done),
        TEST(the_digest_sees_every_bit),
        TEST(three_checkpoints_are_kept),
        TEST(a_damaged_checkpoint_is_passed_over),
    };
    return cmocka_run_group_tests_name("result_store", tests, NULL, NULL);
}
