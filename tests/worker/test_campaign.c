/* SPDX-License-Identifier: MIT
 *
 * Trains and evaluates toy recommenders with any number of threads, and kills, pauses or stops them
 * at any moment.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../task/usual_tasks.h"
#include "base/clock.h"
#include "base/random.h"
#include "worker/campaign.h"

#include "recorder.h"
#include "toy.h"
#include "toy_campaign.h"

static void digest_all(const struct recorder *recorder, char digests[RUNS][DIGEST_TEXT])
{
    for (uint32_t i = 0; i < RUNS; i++) {
        if (!recorder->runs[i].done)
            fail_msg("run %u is not done: %s", i, recorder->runs[i].text);
        recorder_digest(&recorder->runs[i], digests[i]);
    }
}

static void expect_digests(const struct recorder *recorder, char expected[RUNS][DIGEST_TEXT])
{
    char digests[RUNS][DIGEST_TEXT];
    digest_all(recorder, digests);
    for (uint32_t i = 0; i < RUNS; i++)
        assert_string_equal(digests[i], expected[i]);
}

static struct recorder recorder;

static void reference(struct stage *stage, char digests[RUNS][DIGEST_TEXT])
{
    play(stage, 1, &recorder, NEVER, UNDISTURBED);
    digest_all(&recorder, digests);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    char expected[RUNS][DIGEST_TEXT];
    reference(*state, expected);
    for (uint32_t threads = 2; threads <= 8; threads += threads == 3 ? 5 : 1) {
        recorder_release(&recorder);
        play(*state, threads, &recorder, NEVER, UNDISTURBED);
        expect_digests(&recorder, expected);
    }
    recorder_release(&recorder);
}

static void losses_fall_and_every_point_comes_once(void **state)
{
    play(*state, 2, &recorder, NEVER, UNDISTURBED);
    for (uint32_t i = 0; i < LEARNERS; i++) {
        const struct recorded_run *run = &recorder.runs[i];
        double first[SERIES_COUNT], last[SERIES_COUNT];
        uint32_t counts[SERIES_COUNT] = {0};
        uint64_t step = 0;
        for (size_t p = 0; p < run->point_count; p++) {
            const struct recorded_point *point = &run->points[p];
            if (counts[point->series]++ == 0)
                first[point->series] = point->value;
            last[point->series] = point->value;
            assert_true(point->step >= step);
            step = point->step;
        }
        assert_int_equal(step, run->progress.steps);
        assert_true(counts[SERIES_TRAIN] <= 1000);
        assert_in_range(counts[SERIES_VALIDATION], 10, 42);
        assert_true(last[SERIES_TRAIN] < first[SERIES_TRAIN]);
        assert_true(last[SERIES_VALIDATION] < first[SERIES_VALIDATION]);
        assert_true(run->progress.share == 1);
    }
    assert_int_equal(recorder.runs[LEARNERS].point_count, 0);
    assert_false(recorder.shares_went_back);
    recorder_release(&recorder);
}

/* A quick run beside two that hold both threads most of the time: what it waits for them, between
 * the halves of its steps too, is no computing time. */
static void waiting_is_not_counted_as_computing(void **state)
{
    struct stage *stage = *state;
    enum { QUICK = 0, SLOW = 2 };
    struct line line = line_new();
    struct pool *pool = pool_new(2);
    struct campaign_options options = {.pool = pool,
                                       .outbox = line.outbox,
                                       .dataset = stage->dataset,
                                       .split = &stage->split,
                                       .tasks = &stage->options};
    struct campaign *campaign = campaign_new(&options);
    struct error error;
    for (uint32_t i = 0; i < 3; i++) {
        struct toy_fault fault = {.kind = i == QUICK ? TOY_SOUND : TOY_SLOW};
        struct training_plan plan = plans[i == QUICK ? QUICK : SLOW];
        assert_true(campaign_add(campaign, i, "toy", 40 + i,
                                 toy_new(stage->dataset, 40 + i, plan, fault), 61, NULL, 0,
                                 &error));
    }
    double begun = clock_monotonic();
    campaign_make_tasks(campaign, 5);
    campaign_start(campaign);
    while (!campaign_is_over(campaign)) {
        wait_for_messages(&line);
        carry(&line, &recorder, NEVER);
    }
    pool_wait(pool);
    carry(&line, &recorder, NEVER);
    double elapsed = clock_monotonic() - begun;
    for (uint32_t i = 0; i < 3; i++)
        assert_true(recorder.runs[i].done);
    assert_true(recorder.runs[QUICK].progress.seconds > 0);
    assert_true(recorder.runs[QUICK].progress.seconds < elapsed / 4);
    assert_true(recorder.runs[1].progress.seconds > elapsed / 4);
    campaign_free(campaign);
    pool_free(pool);
    line_release(&line);
    recorder_release(&recorder);
}

static void a_run_cut_off_at_random_moments_ends_with_the_same_bits(void **state)
{
    char expected[RUNS][DIGEST_TEXT];
    reference(*state, expected);
    for (uint32_t trial = 0; trial < 6; trial++) {
        struct random random = random_at(trial, RANDOM_GENERATOR, 7, 7);
        recorder_release(&recorder);
        for (uint32_t kill = 0; kill < 12; kill++)
            play(*state, 1 + random_below(&random, 4), &recorder, 30 + random_below(&random, 250),
                 UNDISTURBED);
        play(*state, 2, &recorder, NEVER, UNDISTURBED);
        expect_digests(&recorder, expected);
    }
    recorder_release(&recorder);
}

static void pauses_change_nothing(void **state)
{
    char expected[RUNS][DIGEST_TEXT];
    reference(*state, expected);
    for (uint32_t threads = 1; threads <= 3; threads++) {
        recorder_release(&recorder);
        play(*state, threads, &recorder, NEVER, PAUSES);
        expect_digests(&recorder, expected);
    }
    recorder_release(&recorder);
}

static void a_stopped_run_goes_on_from_its_checkpoint(void **state)
{
    char expected[RUNS][DIGEST_TEXT];
    reference(*state, expected);
    recorder_release(&recorder);
    play(*state, 2, &recorder, NEVER, STOPS);
    for (uint32_t i = 0; i < LEARNERS; i++)
        assert_true(recorder.runs[i].done || recorder.runs[i].checkpoint.size > 0);
    play(*state, 3, &recorder, NEVER, UNDISTURBED);
    expect_digests(&recorder, expected);
    recorder_release(&recorder);
}

static uint32_t sheets_expected(const struct stage *stage)
{
    uint32_t sheets = 0;
    for (int part = 0; part < TASK_PARTS; part++)
        for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
            struct task_set set;
            (part == TASKS_TEST ? task_set_make : task_set_make_validation)(
                &set, stage->dataset, &stage->split, &stage->options, 5, (enum scenario)scenario,
                0);
            uint32_t most = 0;
            for (uint32_t task = 0; task < set.count; task++)
                if (set.tasks[task].support_count > most)
                    most = set.tasks[task].support_count;
            for (uint32_t k = 0; set.count > 0 && k < stage->options.shot_count; k++)
                if (stage->options.shots[k] == SHOTS_ALL || stage->options.shots[k] <= most)
                    sheets += task_draws(&stage->options, (enum task_part)part);
            task_set_release(&set);
        }
    return sheets;
}

/* The predictions of every sheet, made for one task after another by the trained recommender. */
static void predictions_are_those_of_the_trained_recommender(void **state)
{
    struct stage *stage = *state;
    play(stage, 3, &recorder, NEVER, UNDISTURBED);
    const struct recorded_run *run = &recorder.runs[0];
    struct reader reader = reader_of(run->final.data, run->final.size);
    struct recommender *toy =
        toy_new(stage->dataset, 40, plans[0], (struct toy_fault){.kind = TOY_SOUND});
    struct arena *arena = arena_new();
    struct error error;
    reader_raw(&reader, 4 + 8 + 4 + 4 + 1 + 8 + 8);
    assert_true(toy->operations->load(toy, &reader, &error));
    uint32_t validation = 0, short_sheets = 0;
    for (uint32_t i = 0; i < run->sheet_count; i++) {
        const struct recorded_sheet *sheet = &run->sheets[i];
        struct task_set set;
        uint32_t scenario = 0, at = 0;
        while (strcmp(scenario_name(stage->dataset, (enum scenario)scenario), sheet->scenario) != 0)
            scenario++;
        (sheet->part == TASKS_TEST ? task_set_make : task_set_make_validation)(
            &set, stage->dataset, &stage->split, &stage->options, 5, (enum scenario)scenario,
            sheet->draw);
        validation += sheet->part == TASKS_VALIDATION;
        for (uint32_t task = 0; task < set.count; task++) {
            if (sheet->shots != SHOTS_ALL && set.tasks[task].support_count < sheet->shots) {
                short_sheets++;
                continue;
            }
            struct episodes episodes =
                task_set_episodes(&set, stage->dataset, task, 1, sheet->shots, arena);
            float values[16], deviations[16];
            assert_true(toy->operations->predict(toy, 0, &episodes, values, deviations, &error));
            for (uint32_t row = 0; row < set.tasks[task].query_count; row++, at++) {
                double clipped = fmin(fmax((double)values[row], 1), 5);
                float expected = (float)(1 + round((clipped - 1) / 4 * 4095) * 4 / 4095);
                float sure = (float)(round(fmin((double)deviations[row] / 4, 1) * 4095) * 4 / 4095);
                assert_memory_equal(&sheet->values[at], &expected, sizeof expected);
                assert_memory_equal(&sheet->deviations[at], &sure, sizeof sure);
            }
        }
        assert_int_equal(at, sheet->count);
        assert_true(at > 0);
        task_set_release(&set);
    }
    assert_true(validation >= VALIDATION_DRAWS * stage->options.shot_count);
    assert_true(short_sheets > 0);
    /* Every set and number of shots that some task has. */
    assert_int_equal(run->sheet_count, sheets_expected(stage));
    arena_free(arena);
    toy->operations->free(toy);
    recorder_release(&recorder);
}

/* Another draw of the same query would count each of its rows once more in the last step. */
static void without_chance_every_part_is_drawn_once(void **state)
{
    struct stage *stage = *state;
    stage->options.ask = ORDER_LATEST;
    stage->options.show = ORDER_EARLIEST;
    play(stage, 3, &recorder, NEVER, UNDISTURBED);
    const struct recorded_run *run = &recorder.runs[0];
    uint32_t parts[TASK_PARTS] = {0};
    for (uint32_t i = 0; i < run->sheet_count; i++) {
        assert_int_equal(run->sheets[i].draw, 0);
        parts[run->sheets[i].part]++;
    }
    assert_true(parts[TASKS_TEST] > 0 && parts[TASKS_VALIDATION] > 0);
    assert_int_equal(run->sheet_count, sheets_expected(stage));
    recorder_release(&recorder);
}

static void predictions_do_not_depend_on_the_answers(void **state)
{
    struct stage *stage = *state;
    char expected[RUNS][DIGEST_TEXT];
    stage->options.draws = 1; /* what is asked in one draw is shown in another */
    reference(stage, expected);
    for (uint32_t scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        struct task_set set;
        task_set_make(&set, stage->dataset, &stage->split, &stage->options, 5,
                      (enum scenario)scenario, 0);
        for (uint32_t task = 0; task < set.count; task++)
            for (uint32_t row = 0; row < set.tasks[task].query_count; row++)
                stage->dataset->value[set.tasks[task].query[row]] =
                    (float)(1 + (task * 7 + row * 3) % 5);
        task_set_release(&set);
    }
    recorder_release(&recorder);
    play(stage, 2, &recorder, NEVER, UNDISTURBED);
    expect_digests(&recorder, expected);
    recorder_release(&recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(any_number_of_threads_gives_the_same_bits),
        TEST(losses_fall_and_every_point_comes_once),
        TEST(waiting_is_not_counted_as_computing),
        TEST(a_run_cut_off_at_random_moments_ends_with_the_same_bits),
        TEST(pauses_change_nothing),
        TEST(a_stopped_run_goes_on_from_its_checkpoint),
        TEST(predictions_are_those_of_the_trained_recommender),
        TEST(without_chance_every_part_is_drawn_once),
        TEST(predictions_do_not_depend_on_the_answers),
    };
    return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
