/* SPDX-License-Identifier: MIT
 *
 * Messages between keeper and worker: each comes back unchanged, and invalid ones are refused.
 */
#include "config.h"

#include "wire/report.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_messages.h"

static void a_plan_comes_back(void **state)
{
    (void)state;
    struct message_plan sent = plan(), got;
    message_plan_write(&output, &sent);
    struct frame frame = written();
    assert_int_equal(frame.type, MESSAGE_PLAN);
    assert_true(message_plan_read(&got, &frame, &error));
    assert_string_equal(got.experiment, "cold");
    assert_string_equal(got.arms[0].description, "ridge head, 20 epochs");
    assert_true(got.arms[0].learns);
    assert_string_equal(got.answer, "median");
    assert_true(got.matters == 0.005);
    assert_int_equal(got.negatives, 4);
    assert_string_equal(got.negatives_by, "popularity");
    assert_string_equal(got.arms[1].name, "bias");
    assert_false(got.arms[1].learns);
    assert_true(got.seeds[2] == UINT64_MAX);
    assert_int_equal(got.metric_count, 1);
    assert_string_equal(got.metrics[0].name, "near");
    assert_true(got.metrics[0].more && got.metrics[0].of == METRIC_OF_LEVEL);
    sent.baseline = "best_plain";
    message_plan_write(&output, &sent);
    frame = written();
    assert_true(message_plan_read(&got, &frame, &error));
    assert_string_equal(got.baseline, MESSAGE_BEST_PLAIN);
}

static bool reads_levels(const float *levels, uint32_t count, double smallest, double largest)
{
    struct message_bound got, sent = {.arm_count = 1,
                                      .parameters = {3},
                                      .level_count = count,
                                      .smallest = (float)smallest,
                                      .largest = (float)largest};
    memcpy(sent.levels, levels, count * sizeof *levels);
    message_bound_write(&output, &sent);
    struct frame frame = written();
    if (!message_bound_read(&got, &frame, &error))
        return false;
    assert_int_equal(got.level_count, count);
    assert_memory_equal(got.levels, levels, count * sizeof *levels);
    assert_true(got.smallest == sent.smallest && got.largest == sent.largest);
    return true;
}

static void the_scale_of_ratings_comes_back(void **state)
{
    static const float good[] = {0.5F, 1, 3.5F}, disorder[] = {1, 3, 2}, twice[] = {1, 1, 2},
                       strange[] = {1, NAN, 2};
    (void)state;
    assert_true(reads_levels(good, 3, 0.5, 3.5));
    assert_true(reads_levels(good, 0, -1e6, 1e6));
    assert_false(reads_levels(good, 3, 0, 3.5));
    assert_string_equal(error.text, "BOUND: its levels are not in order, or not its range");
    assert_false(reads_levels(good, 3, 0.5, 4));
    assert_false(reads_levels(disorder, 3, 1, 2));
    assert_false(reads_levels(twice, 3, 1, 2));
    assert_false(reads_levels(strange, 3, 1, 2));
    assert_false(reads_levels(good, 0, 2, 1));
    assert_string_equal(error.text, "BOUND: its range is none");
    assert_false(reads_levels(good, 0, (double)NAN, 1));
}

static void a_done_run_brings_its_last_checkpoint(void **state)
{
    (void)state;
    struct message_run_done got, sent = {.run = 3, .checkpoint = "abcde", .size = 5};
    memset(sent.weights, 'a', DIGEST_TEXT - 1);
    message_run_done_write(&output, &sent);
    struct frame frame = written();
    assert_true(message_run_done_read(&got, &frame, &error));
    assert_int_equal(got.size, 5);
    assert_memory_equal(got.checkpoint, "abcde", 5);
}

static void a_plan_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    struct message_plan got;
    struct {
        struct message_plan sent;
        const char *text;
    } cases[] = {
        {plan(), "PLAN: its baseline is none of the arms"},
        {plan(), "PLAN: two arms have the same name"},
        {plan(), "PLAN: two seeds are the same"},
        {plan(), "PLAN: it has no seeds"},
        {plan(), "PLAN: a name holds a space, a \"/\" or a control character"},
        {plan(), "PLAN: a text is not valid UTF-8"},
        {plan(), "PLAN: an arm has the name \"best_plain\""},
        {plan(), "PLAN: a number is negative or not finite"},
        {plan(), "PLAN: a metric has a name that it cannot have"},
        {plan(), "PLAN: two metrics have the same name"},
    };
    cases[0].sent.baseline = "mean";
    cases[1].sent.arms[0].name = "bias";
    cases[2].sent.seeds[1] = 1;
    cases[3].sent.seed_count = 0;
    cases[4].sent.arms[0].name = "a/b";
    cases[5].sent.arms[0].description = "\xff";
    cases[6].sent.arms[0].name = "best_plain";
    cases[7].sent.matters = -0.01;
    strcpy(cases[8].sent.metrics[0].name, "a b");
    cases[9].sent.metrics[1] = cases[9].sent.metrics[cases[9].sent.metric_count++ - 1];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        message_plan_write(&output, &cases[i].sent);
        struct frame frame = written();
        assert_false(message_plan_read(&got, &frame, &error));
        assert_string_equal(error.text, cases[i].text);
    }
}

static void values_of_a_metric_come_back(void **state)
{
    (void)state;
    struct message_metric sent = metric(), got;
    message_metric_write(&output, &sent);
    struct frame frame = written();
    assert_true(message_metric_read(&got, &frame, &error));
    assert_true(got.run == 3 && got.metric == 1 && got.of == METRIC_OF_MEDIAN && got.draw == 2);
    assert_int_equal(got.count, 3);
    assert_true(got.values[0] == 0.5 && isnan(got.values[1]) && isnan(got.validation));
    const double infinite[] = {1, (double)INFINITY};
    sent.values = infinite;
    sent.count = 2;
    message_metric_write(&output, &sent);
    frame = written();
    assert_false(message_metric_read(&got, &frame, &error));
    assert_string_equal(error.text, "METRIC: a value is infinite");
}

static void tasks_come_back_aligned(void **state)
{
    (void)state;
    struct message_tasks sent = tasks(), got;
    message_tasks_write(&output, &sent);
    struct frame frame = written();
    assert_true(message_tasks_read(&got, &frame, &error));
    assert_int_equal(got.count, 3);
    assert_int_equal(got.part, TASKS_VALIDATION);
    assert_memory_equal(got.users, "u1\0用户\0u3", 13);
    assert_memory_equal(got.support_starts, support_starts, sizeof support_starts);
    assert_memory_equal(got.query, query, sizeof query);
    assert_memory_equal(got.truth, truth, sizeof truth);
    assert_int_equal((uintptr_t)got.truth % sizeof(float), 0);
}

static void tasks_that_are_not_in_order_are_refused(void **state)
{
    (void)state;
    struct message_tasks sent = tasks(), got;
    uint32_t disorder[] = {0, 3, 2, 3};
    sent.support_starts = disorder;
    message_tasks_write(&output, &sent);
    struct frame frame = written();
    assert_false(message_tasks_read(&got, &frame, &error));
    assert_string_equal(error.text, "TASKS: its tasks are not in order");

    float infinite[] = {1, 2, (float)INFINITY, 3};
    sent = tasks();
    sent.truth = infinite;
    message_tasks_write(&output, &sent);
    frame = written();
    assert_false(message_tasks_read(&got, &frame, &error));
    assert_string_equal(error.text, "TASKS: a number is not finite");
}

static void numbers_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    struct message_point point = {.run = 1, .series = SERIES_TRAIN, .step = 3}, got_point;
    point.value = (double)NAN;
    message_point_write(&output, &point);
    struct frame frame = written();
    assert_false(message_point_read(&got_point, &frame, &error));
    assert_string_equal(error.text, "POINT: its value is not finite");

    struct message_progress got, cases[] = {progress(), progress(), progress(), progress()};
    cases[0].share = 1.5;
    cases[1].step = 101;
    cases[2].rate = (double)NAN;
    cases[3].eta = (double)INFINITY;
    for (size_t i = 0; i < 4; i++) {
        message_progress_write(&output, &cases[i]);
        frame = written();
        assert_false(message_progress_read(&got, &frame, &error));
        assert_int_equal(error.kind, ERROR_INPUT);
    }
    struct message_progress good = progress();
    message_progress_write(&output, &good);
    frame = written();
    assert_true(message_progress_read(&got, &frame, &error));
    assert_true(isnan(got.eta));
}

static void a_checkpoint_comes_back(void **state)
{
    (void)state;
    struct message_checkpoint got,
        sent = {.run = 2, .step = 9, .seconds = 1.5, .bytes = "abcde", .size = 5};
    message_checkpoint_write(&output, &sent);
    struct frame frame = written();
    assert_true(message_checkpoint_read(&got, &frame, &error));
    assert_int_equal(got.step, 9);
    assert_int_equal(got.size, 5);
    assert_memory_equal(got.bytes, "abcde", 5);
}

static void a_script_keeps_its_bytes(void **state)
{
    (void)state;
    struct message_load got, sent = {.asked = true,
                                     .quick = true,
                                     .path = "a.lua",
                                     .text = "return '\0\xff'",
                                     .size = 11,
                                     .modules = "m\0return 1",
                                     .modules_size = 11,
                                     .settings = "epochs=3\n"};
    message_load_write(&output, &sent);
    struct frame frame = written();
    assert_true(message_load_read(&got, &frame, &error));
    assert_true(got.asked);
    assert_true(got.quick);
    assert_memory_equal(got.text, "return '\0\xff'", 11);
    assert_memory_equal(got.modules, "m\0return 1", 11);
    assert_string_equal(got.settings, "epochs=3\n");
}

static bool reads_deviations(const float *deviations, uint32_t count)
{
    struct message_predictions sent = {
        .run = 1, .scenario = "warm", .values = truth, .deviations = deviations, .count = count};
    struct message_predictions got;
    sent.part = deviations ? TASKS_VALIDATION : TASKS_TEST;
    message_predictions_write(&output, &sent);
    struct frame frame = written();
    if (!message_predictions_read(&got, &frame, &error))
        return false;
    assert_int_equal(got.count, count);
    assert_int_equal(got.part, sent.part);
    assert_memory_equal(got.values, truth, count * sizeof *truth);
    if (deviations)
        assert_memory_equal(got.deviations, deviations, count * sizeof *deviations);
    else
        assert_null(got.deviations);
    return true;
}

static void predictions_come_with_their_deviations_or_without(void **state)
{
    static const float good[] = {0, 0.5f, 1, 2}, negative[] = {0, 1, -0.5f, 2},
                       strange[] = {0, 1, 2, NAN}, endless[] = {INFINITY, 1, 2, 3};
    (void)state;
    assert_true(reads_deviations(NULL, 4));
    assert_true(reads_deviations(good, 4));
    assert_false(reads_deviations(negative, 4));
    assert_string_equal(error.text,
                        "PREDICTIONS: a deviation is not a finite number of at least 0");
    assert_false(reads_deviations(strange, 4));
    assert_false(reads_deviations(endless, 4));
}

static void a_deviation_is_missing_from_no_prediction(void **state)
{
    (void)state;
    struct message_predictions sent = {
        .run = 1, .scenario = "warm", .values = truth, .deviations = truth, .count = 4};
    message_predictions_write(&output, &sent);
    struct frame frame = written();
    struct message_predictions got;
    unsigned char *copy = malloc(frame.size);
    uint64_t count, fewer = 2;
    size_t last = 4 * sizeof *truth + sizeof count; /* the second array, behind its count */
    memcpy(copy, frame.data, frame.size);
    memcpy(&count, copy + frame.size - last, sizeof count);
    assert_int_equal(count, 4);
    memcpy(copy + frame.size - last, &fewer, sizeof fewer);
    frame.data = copy;
    frame.size -= 2 * sizeof *truth;
    assert_false(message_predictions_read(&got, &frame, &error));
    assert_string_equal(error.text, "PREDICTIONS: it has not one deviation a prediction");
    free(copy);
}

static void a_trial_comes_back_with_a_score_or_without(void **state)
{
    (void)state;
    struct message_trial got, sent = trial();
    message_trial_write(&output, &sent);
    struct frame frame = written();
    assert_true(message_trial_read(&got, &frame, &error));
    assert_string_equal(got.arm, "maml");
    assert_int_equal(got.trial, 8);
    assert_int_equal(got.rung, 2);
    assert_true(got.share == 1 && got.score == -1.25 && got.seconds == 3.5);
    assert_string_equal(got.settings, "arms.maml.learner.lr=0.01");
    sent.score = (double)NAN;
    sent.text = "the loss is not finite";
    message_trial_write(&output, &sent);
    frame = written();
    assert_true(message_trial_read(&got, &frame, &error));
    assert_true(isnan(got.score));
    assert_string_equal(got.text, "the loss is not finite");
}

static void a_trial_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct {
        struct message_trial sent;
        const char *text;
    } cases[] = {
        {trial(), "TRIAL: its trial does not exist"},
        {trial(), "TRIAL: its rung does not exist"},
        {trial(), "TRIAL: its share is not above 0 and at most 1"},
        {trial(), "TRIAL: its share is not above 0 and at most 1"},
        {trial(), "TRIAL: its score is infinite"},
    };
    cases[0].sent.trial = MESSAGE_TRIALS;
    cases[1].sent.rung = MESSAGE_RUNGS;
    cases[2].sent.share = 0;
    cases[3].sent.share = 1.5;
    cases[4].sent.score = -(double)INFINITY;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct message_trial got;
        message_trial_write(&output, &cases[i].sent);
        struct frame frame = written();
        assert_false(message_trial_read(&got, &frame, &error));
        assert_string_equal(error.text, cases[i].text);
    }
}

static void layers_that_are_missing_have_names(void **state)
{
    (void)state;
    struct message_confined got, sent = {.refused = {[LAYER_LANDLOCK] = ENOSYS}};
    message_confined_write(&output, &sent);
    struct frame frame = written();
    assert_true(message_confined_read(&got, &frame, &error));
    assert_memory_equal(&got, &sent, sizeof got);
    assert_true(confinement_suffices(&got, &error));
    char *text = confinement_text(&got);
    assert_string_equal(text, "less confined: the worker runs without Landlock (Function not "
                              "implemented)");
    free(text);
    got = (struct message_confined){{0}};
    text = confinement_text(&got);
    assert_string_equal(text, "");
    free(text);
}

static void without_the_filter_nothing_suffices(void **state)
{
    (void)state;
    struct message_confined all;
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        all.refused[layer] = EOPNOTSUPP;
    char *text = confinement_text(&all);
    assert_memory_equal(text, "unjailed: the worker runs without seccomp (", 43);
    assert_true(strlen(text) <= 500);
    assert_non_null(strstr(text, "; the limit on computing time ("));
    free(text);
    assert_false(confinement_suffices(&all, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_non_null(strstr(error.text, "--unjailed"));
    all.refused[LAYER_SECCOMP] = 0;
    assert_true(confinement_suffices(&all, &error));
    all.refused[LAYER_SECCOMP] = 5000;
    message_confined_write(&output, &all);
    struct frame frame = written();
    assert_false(message_confined_read(&all, &frame, &error));
    assert_string_equal(error.text, "CONFINED: its errno does not exist");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, sample_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(layers_that_are_missing_have_names),
        TEST(without_the_filter_nothing_suffices),
        TEST(predictions_come_with_their_deviations_or_without),
        TEST(a_deviation_is_missing_from_no_prediction),
        TEST(a_plan_comes_back),
        TEST(the_scale_of_ratings_comes_back),
        TEST(a_done_run_brings_its_last_checkpoint),
        TEST(a_plan_that_contradicts_itself_is_refused),
        TEST(values_of_a_metric_come_back),
        TEST(tasks_come_back_aligned),
        TEST(tasks_that_are_not_in_order_are_refused),
        TEST(numbers_that_mean_nothing_are_refused),
        TEST(a_checkpoint_comes_back),
        TEST(a_script_keeps_its_bytes),
        TEST(a_trial_comes_back_with_a_score_or_without),
        TEST(a_trial_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
