/* SPDX-License-Identifier: MIT
 *
 * Runs of an execution that fail, alone and with the same words whatever the number of threads.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../task/usual_tasks.h"
#include "worker/campaign.h"

#include "recorder.h"
#include "toy.h"
#include "toy_campaign.h"

static struct recorder recorder;

static void a_loss_that_is_not_finite_ends_its_run_only(void **state)
{
    struct stage *stage = *state;
    stage->faults[1] = (struct toy_fault){.kind = TOY_LOSS_NOT_FINITE, .step = 9};
    play(stage, 3, &recorder, NEVER, UNDISTURBED);
    assert_true(recorder.runs[0].done && recorder.runs[2].done && recorder.runs[3].done);
    assert_true(recorder.runs[1].failed);
    assert_int_equal(recorder.runs[1].kind, ERROR_NUMERIC);
    assert_non_null(
        strstr(recorder.runs[1].text, "arm \"toy1\", seed 41, broke down at step 10 of"));
    assert_non_null(strstr(recorder.runs[1].text, "; a smaller `lr`, or a limit on the gradient"));
    recorder_release(&recorder);
}

static void a_script_error_is_told_as_it_is_and_always_the_same_one(void **state)
{
    struct stage *stage = *state;
    stage->faults[0] = (struct toy_fault){.kind = TOY_SCRIPT_ERROR, .step = 4};
    for (uint32_t threads = 1; threads < 5; threads++) {
        play(stage, threads, &recorder, NEVER, UNDISTURBED);
        assert_true(recorder.runs[0].failed);
        assert_string_equal(recorder.runs[0].text, "toy.lua:7: no more");
        assert_true(recorder.runs[1].done);
        recorder_release(&recorder);
    }
}

static void a_prediction_that_is_not_finite_names_its_scenario_and_shots(void **state)
{
    struct stage *stage = *state;
    stage->faults[2] = (struct toy_fault){.kind = TOY_PREDICTION_NOT_FINITE};
    play(stage, 3, &recorder, NEVER, UNDISTURBED);
    assert_true(recorder.runs[2].failed && recorder.runs[0].done);
    assert_string_equal(recorder.runs[2].text,
                        "arm \"toy2\", seed 42, scenario user-cold, all shots: a "
                        "prediction is not a finite number");
    recorder_release(&recorder);
}

static void a_deviation_below_zero_fails_the_run_alone(void **state)
{
    struct stage *stage = *state;
    stage->faults[2] = (struct toy_fault){.kind = TOY_DEVIATION_NEGATIVE};
    play(stage, 3, &recorder, NEVER, UNDISTURBED);
    assert_true(recorder.runs[2].failed && recorder.runs[0].done);
    assert_non_null(
        strstr(recorder.runs[2].text, "a deviation is not a finite number of at least 0"));
    recorder_release(&recorder);
}

static void a_checkpoint_of_another_run_is_refused(void **state)
{
    struct stage *stage = *state;
    struct line line = line_new();
    struct pool *pool = pool_new(1);
    struct error error;
    play(stage, 2, &recorder, NEVER, UNDISTURBED);
    struct bytes taken = recorder.runs[0].checkpoint;
    recorder.runs[0].checkpoint = (struct bytes){0};
    recorder_release(&recorder);
    struct campaign *campaign = prepare(stage, pool, &line, &recorder);
    struct recommender *other = toy_new(stage->dataset, 3, plans[0], stage->faults[0]);
    assert_false(campaign_add(campaign, 9, "toy", 3, other, 61, taken.data, taken.size, &error));
    assert_non_null(strstr(error.text, "it is of another run: seed 40"));
    other = toy_new(stage->dataset, 40, plans[0], stage->faults[0]);
    assert_false(campaign_add(campaign, 9, "toy", 40, other, 61, taken.data, 33, &error));
    campaign_free(campaign);
    pool_free(pool);
    line_release(&line);
    bytes_release(&taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_loss_that_is_not_finite_ends_its_run_only),
        TEST(a_script_error_is_told_as_it_is_and_always_the_same_one),
        TEST(a_prediction_that_is_not_finite_names_its_scenario_and_shots),
        TEST(a_deviation_below_zero_fails_the_run_alone),
        TEST(a_checkpoint_of_another_run_is_refused),
    };
    return cmocka_run_group_tests_name("failing_runs", tests, NULL, NULL);
}
