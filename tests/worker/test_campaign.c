/* SPDX-License-Identifier: MIT
 *
 * Trains and evaluates toy recommenders with any number of threads, and kills, pauses or stops them
 * at any moment.
 */
#include "config.h"

#include "worker/campaign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "recorder.h"
#include "toy.h"
#include "../task/usual_tasks.h"

enum { LEARNERS = 3, RUNS = LEARNERS + 1, NEVER = UINT32_MAX };

/* -- an execution of three learners and a closed form ------------------------------------------ */

struct stage {
    struct dataset *dataset;
    struct split split;
    struct task_options options;
    struct toy_fault faults[LEARNERS];
};

static const struct training_plan plans[LEARNERS] = {
    {.by = TRAIN_BY_TASK,
     .batch = 8,
     .shard = 2,
     .phases = {{.epochs = 6}},
     .phase_count = 1,
     .query = 5,
     .random_support = true,
     .support_most = UINT32_MAX},
    {.by = TRAIN_BY_TASK,
     .batch = 16,
     .shard = 5,
     .phases = {{.epochs = 3}},
     .phase_count = 1,
     .support_most = 10},
    {.by = TRAIN_BY_ROW, .batch = 32, .shard = 1, .phases = {{.epochs = 2}}, .phase_count = 1},
};

static int set_up(void **state)
{
    struct stage *stage = memory_new(sizeof *stage);
    struct error error;
    stage->dataset = toy_dataset(150);
    stage->options = usual_tasks();
    stage->options.least = 6;
    stage->options.query = 3;
    stage->options.draws = 2;
    stage->options.validation = 0.2;
    stage->options.shot_count = 4;
    memcpy(stage->options.shots, (uint32_t[]){0, 1, 5, SHOTS_ALL}, 4 * sizeof(uint32_t));
    if (!split_make(&stage->split, stage->dataset, &stage->options, 1, &error)) {
        print_error("%s\n", error.text);
        return -1;
    }
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    split_release(&stage->split);
    dataset_free(stage->dataset);
    free(stage);
    return 0;
}

/* -- the pipe to the recorder ------------------------------------------------------------------ */

struct line {
    struct outbox *outbox;
    int ends[2];
    struct frame_input input;
};

static struct line line_new(void)
{
    struct line line = {.outbox = outbox_new()};
    assert_int_equal(pipe2(line.ends, O_NONBLOCK | O_CLOEXEC), 0);
    frame_input_init(&line.input, messages_to_keeper, MESSAGE_TYPES);
    return line;
}

static void line_release(struct line *line)
{
    outbox_free(line->outbox);
    close(line->ends[0]);
    close(line->ends[1]);
    frame_input_release(&line->input);
}

/* Moves what there is to the recorder (NULL: to nobody), at most `most` messages of it. */
static void carry(struct line *line, struct recorder *recorder, uint32_t most)
{
    struct error error;
    struct frame frame;
    bool left = true;
    for (uint32_t turn = 0; left || turn < 2; turn++) {
        assert_true(outbox_flush(line->outbox, line->ends[1], &left, &error));
        while (frame_input_fill(&line->input, line->ends[0], &error) == FRAME_READ)
            ;
        int found;
        while ((found = frame_input_next(&line->input, &frame, &error)) > 0) {
            if (recorder && recorder->messages < most)
                recorder_take(recorder, &frame);
        }
        assert_int_equal(found, 0);
    }
}

static void wait_for_messages(struct line *line)
{
    struct pollfd wake = {.fd = outbox_wake_descriptor(line->outbox), .events = POLLIN};
    poll(&wake, 1, 20);
}

static struct campaign *prepare(struct stage *stage, struct pool *pool, struct line *line,
                                const struct recorder *recorder)
{
    struct campaign_options options = {.pool = pool,
                                       .outbox = line->outbox,
                                       .dataset = stage->dataset,
                                       .split = &stage->split,
                                       .tasks = &stage->options};
    struct campaign *campaign = campaign_new(&options);
    struct error error;
    for (uint32_t i = 0; i < RUNS; i++) {
        const struct recorded_run *run = &recorder->runs[i];
        if (run->done)
            continue;
        struct recommender *recommender =
            i < LEARNERS ? toy_new(stage->dataset, 40 + i, plans[i], stage->faults[i])
                         : toy_constant_new();
        char name[16];
        snprintf(name, sizeof name, "toy%u", i);
        if (!campaign_add(campaign, i, name, 40 + i, recommender, 61, run->checkpoint.data,
                          run->checkpoint.size, &error))
            fail_msg("%s", error.text);
    }
    return campaign;
}

enum interference { UNDISTURBED, PAUSES, STOPS };

/* Goes on with what the recorder holds, and is cut off after so many messages. */
static void play(struct stage *stage, uint32_t threads, struct recorder *recorder, uint32_t cut,
                 enum interference interference)
{
    struct line line = line_new();
    struct pool *pool = pool_new(threads);
    recorder->messages = 0;
    recorder_rewind(recorder);
    struct campaign *campaign = prepare(stage, pool, &line, recorder);
    campaign_make_tasks(campaign, 5);
    campaign_start(campaign);
    for (unsigned turn = 0; !campaign_is_over(campaign); turn++) {
        wait_for_messages(&line);
        campaign_report(campaign);
        carry(&line, recorder, cut);
        if (interference == PAUSES && turn % 3 == 0) {
            campaign_pause(campaign);
            clock_sleep(0.002);
            campaign_continue(campaign);
        }
        if (recorder->messages >= cut || (interference == STOPS && turn == 3))
            campaign_stop(campaign);
    }
    pool_wait(pool);
    carry(&line, recorder, cut);
    assert_false(recorder->spoke_after_its_end);
    campaign_free(campaign);
    pool_free(pool);
    line_release(&line);
}

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

/* -- tests ------------------------------------------------------------------------------------- */

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
                    sheets += part == TASKS_TEST ? stage->options.draws : VALIDATION_DRAWS;
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
        while (strcmp(scenario_name((enum scenario)scenario), sheet->scenario) != 0)
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
        TEST(any_number_of_threads_gives_the_same_bits),
        TEST(losses_fall_and_every_point_comes_once),
        TEST(waiting_is_not_counted_as_computing),
        TEST(a_run_cut_off_at_random_moments_ends_with_the_same_bits),
        TEST(pauses_change_nothing),
        TEST(a_stopped_run_goes_on_from_its_checkpoint),
        TEST(predictions_are_those_of_the_trained_recommender),
        TEST(predictions_do_not_depend_on_the_answers),
        TEST(a_loss_that_is_not_finite_ends_its_run_only),
        TEST(a_script_error_is_told_as_it_is_and_always_the_same_one),
        TEST(a_prediction_that_is_not_finite_names_its_scenario_and_shots),
        TEST(a_deviation_below_zero_fails_the_run_alone),
        TEST(a_checkpoint_of_another_run_is_refused),
    };
    return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
