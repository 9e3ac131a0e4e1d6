/* SPDX-License-Identifier: MIT
 *
 * Whole sessions of a real worker in its jail. The test acts as the keeper.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "script/script.h"
#include "execution.h"

/* -- an execution, as the keeper leads it ------------------------------------------------------ */

static void expect_as_reference(void)
{
    for (uint32_t i = 0; i < run_total; i++) {
        char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
        recorder_digest(&reference.runs[i], expected);
        recorder_digest(&recorded.runs[i], digest);
        assert_string_equal(digest, expected);
    }
}

/* -- tests ------------------------------------------------------------------------------------- */

static void an_execution_has_its_tasks_points_and_predictions(void **state)
{
    (void)state;
    assert_int_equal(reference.task_sets[TASKS_TEST], 4 * 2);
    assert_int_equal(reference.task_sets[TASKS_VALIDATION], 4 * 3);
    assert_true(run_total > 4);
    for (uint32_t i = 0; i < run_total; i++) {
        const struct recorded_run *run = &reference.runs[i];
        /* Nobody holds out enough warm rows to show 5 of them. */
        assert_int_equal(run->sheet_count, 4 * (2 + 3) * 3 - (2 + 3));
        assert_int_equal(strlen(run->weights), 64);
        assert_true(run->progress.share == 1);
        assert_int_equal(run->final.size > 0, run->checkpoint.size > 0);
        assert_true(run->final.size == 0 || run->final.size < run->checkpoint.size / 2);
        assert_int_equal(run->progress.step, run->progress.steps);
    }
    assert_false(reference.shares_went_back);
}

static void killed_at_random_moments_it_ends_with_the_same_bits(void **state)
{
    (void)state;
    struct random random = random_at(3, RANDOM_GENERATOR, 9, 9);
    uint32_t amid = 0; /* times that a run goes on from within its training */
    for (uint32_t kill = 0; kill < 8; kill++) {
        struct real_worker worker;
        begin(&worker, 1 + random_below(&random, 3), &recorded);
        record(&worker, &recorded, 20 + random_below(&random, 500));
        if (recorded.finished) {
            assert_int_equal(worker_end(&worker), 0);
            break;
        }
        assert_int_equal(worker_kill(&worker), -SIGKILL);
        for (uint32_t i = 0; i < run_total; i++)
            amid += recorded.runs[i].step > 0 &&
                    recorded.runs[i].step < reference.runs[i].progress.steps;
    }
    recorded.finished = false;
    assert_true(amid > 0);
    run_to_the_end(2, &recorded);
    expect_as_reference();
}

static void a_stop_keeps_every_run_where_it_is(void **state)
{
    (void)state;
    struct real_worker worker;
    begin(&worker, 2, &recorded);
    record(&worker, &recorded, 200);
    worker_send(&worker, MESSAGE_STOP);
    record(&worker, &recorded, NEVER);
    assert_true(recorded.stopped);
    assert_int_equal(worker_end(&worker), 0);
    for (uint32_t i = 0; i < run_total; i++)
        if (recorded.runs[i].progress.steps > 0)
            assert_true(recorded.runs[i].checkpoint.size > 0);
    recorded.stopped = false;
    run_to_the_end(3, &recorded);
    expect_as_reference();
}

static void a_pause_is_quiet_and_changes_nothing(void **state)
{
    (void)state;
    struct real_worker worker;
    begin(&worker, 2, &recorded);
    record(&worker, &recorded, 100);
    worker_send(&worker, MESSAGE_PAUSE);
    uint64_t step = 0;
    for (int turn = 0; turn < 2; turn++) {
        double until = clock_monotonic() + 0.7;
        struct frame frame;
        while (clock_monotonic() < until)
            if (worker_hear(&worker, 0.1, &frame))
                recorder_take(&recorded, &frame);
        if (turn == 1)
            assert_int_equal(recorded.runs[0].progress.step, step);
        step = recorded.runs[0].progress.step;
    }
    assert_false(recorded.finished);
    worker_send(&worker, MESSAGE_CONTINUE);
    record(&worker, &recorded, NEVER);
    assert_true(recorded.finished);
    assert_int_equal(worker_end(&worker), 0);
    expect_as_reference();
}

static void a_stop_before_the_start_needs_no_checkpoint(void **state)
{
    (void)state;
    struct real_worker worker;
    struct frame frame;
    worker_start(&worker, 2);
    worker_send_load(&worker, script, false);
    worker_expect(&worker, MESSAGE_PLAN, &frame);
    worker_send(&worker, MESSAGE_STOP);
    worker_expect(&worker, MESSAGE_STOPPED, &frame);
    assert_int_equal(worker_end(&worker), 0);
}

static void a_worker_without_a_keeper_ends(void **state)
{
    (void)state;
    struct real_worker worker;
    begin(&worker, 2, &recorded);
    record(&worker, &recorded, 50);
    close(worker.to);
    worker.to = dup(2); /* for worker_end to close */
    double before = clock_monotonic();
    assert_int_equal(worker_end(&worker), 0);
    assert_true(clock_monotonic() - before < 2);
}

/* The plain arms, and one of the script. */
enum { ARMS = BASELINE_COUNT + 1 };

static void a_learner_that_fails_names_its_line(void **state)
{
    (void)state;
    struct real_worker worker;
    begin_script(&worker, LEARNER("error('enough')"), 2, &recorded);
    record(&worker, &recorded, NEVER);
    assert_true(recorded.finished);
    assert_int_equal(worker_end(&worker), 0);
    uint32_t failed = 0;
    for (uint32_t i = 0; i < ARMS; i++) {
        assert_true(recorded.runs[i].done != recorded.runs[i].failed);
        if (recorded.runs[i].failed) {
            failed++;
            assert_int_equal(recorded.runs[i].kind, ERROR_SCRIPT);
            expect_part(recorded.runs[i].text, "test.lua:4: ");
            expect_part(recorded.runs[i].text, "enough");
        }
    }
    assert_int_equal(failed, 1);
}

static void a_run_whose_tasks_see_each_other_fails(void **state)
{
    (void)state;
    char texts[2][MESSAGE_TEXT + 1];
    for (uint32_t threads = 1; threads <= 2; threads++) {
        struct real_worker worker;
        uint32_t failed = 0;
        begin_script(&worker, SEES_OTHERS, threads, &recorded);
        record(&worker, &recorded, NEVER);
        assert_true(recorded.finished);
        assert_int_equal(worker_end(&worker), 0);
        for (uint32_t i = 0; i < ARMS; i++) {
            assert_true(recorded.runs[i].done != recorded.runs[i].failed);
            if (!recorded.runs[i].failed)
                continue;
            failed++;
            snprintf(texts[threads - 1], sizeof *texts, "%s", recorded.runs[i].text);
        }
        assert_int_equal(failed, 1);
        recorder_release(&recorded);
    }
    /* By how much follows from the tasks that were tried first, which the threads decide. */
    for (int i = 0; i < 2; i++)
        expect_part(texts[i], "test.lua:8: arm 'own': predictions depend on which tasks");
}

static void a_learner_that_never_ends_is_stopped(void **state)
{
    (void)state;
    struct real_worker worker;
    begin_script(&worker, LEARNER("while true do pcall(function() while true do end end) end"), 2,
                 &recorded);
    double until = clock_monotonic() + 2.5;
    struct frame frame;
    while (clock_monotonic() < until)
        if (worker_hear(&worker, 0.1, &frame))
            recorder_take(&recorded, &frame);
    assert_true(worker.alive >= 2);
    double before = clock_monotonic();
    worker_send(&worker, MESSAGE_STOP);
    record(&worker, &recorded, NEVER);
    assert_true(recorded.stopped);
    assert_true(clock_monotonic() - before < 2.5); /* one, and a busy machine */
    assert_int_equal(worker_end(&worker), 0);
}

/* A few of these products take seconds, and no hook is called inside of them. */
static void a_stop_does_not_wait_for_a_long_operation(void **state)
{
    (void)state;
    struct real_worker worker;
    struct frame frame;
    begin_script(&worker,
                 HEAD
                 "local own = thaw.learner.define { name = 'own', adapt = function(self, model, "
                 "theta)\n"
                 "local big = theta.layer2\n"
                 "while true do pcall(big.mm, big, big) end end }\n"
                 "return thaw.experiment { data = 'toy', tasks = " TASKS ",\n"
                 "  arms = { own = { model = thaw.mlp { embed = 2, hidden = { 2000, 2000 } },\n"
                 "                   learner = own { epochs = 2 } } } }\n",
                 1, &recorded);
    double until = clock_monotonic() + 2;
    while (clock_monotonic() < until)
        if (worker_hear(&worker, 0.1, &frame))
            recorder_take(&recorded, &frame);
    double before = clock_monotonic();
    worker_send(&worker, MESSAGE_STOP);
    record(&worker, &recorded, NEVER);
    double took = clock_monotonic() - before;
    print_message("the stop took %.2f seconds\n", took);
    assert_true(recorded.stopped);
    assert_true(took < 2.5); /* one, and a busy machine */
    assert_int_equal(worker_end(&worker), 0);
}

/* -- recommending ------------------------------------------------------------------------------ */

static void messages_out_of_order_end_the_worker(void **state)
{
    (void)state;
    struct real_worker worker;
    worker_start(&worker, 1);
    worker_send_start(&worker, 1);
    assert_int_equal(worker_end(&worker), 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_execution_has_its_tasks_points_and_predictions,
                                  execution_tear_down),
        cmocka_unit_test_teardown(killed_at_random_moments_it_ends_with_the_same_bits,
                                  execution_tear_down),
        cmocka_unit_test_teardown(a_stop_keeps_every_run_where_it_is, execution_tear_down),
        cmocka_unit_test_teardown(a_pause_is_quiet_and_changes_nothing, execution_tear_down),
        cmocka_unit_test_teardown(a_stop_before_the_start_needs_no_checkpoint, execution_tear_down),
        cmocka_unit_test_teardown(a_worker_without_a_keeper_ends, execution_tear_down),
        cmocka_unit_test_teardown(a_learner_that_fails_names_its_line, execution_tear_down),
        cmocka_unit_test_teardown(a_run_whose_tasks_see_each_other_fails, execution_tear_down),
        cmocka_unit_test_teardown(a_learner_that_never_ends_is_stopped, execution_tear_down),
        cmocka_unit_test_teardown(a_stop_does_not_wait_for_a_long_operation, execution_tear_down),
        cmocka_unit_test_teardown(messages_out_of_order_end_the_worker, execution_tear_down),
    };
    return cmocka_run_group_tests_name("session", tests, set_up_group, tear_down_group);
}
