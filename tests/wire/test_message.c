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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

static struct error error;
static struct frame_output output;

static int tear_down(void **state)
{
    (void)state;
    frame_output_release(&output);
    return 0;
}

/* The frame that was written last, as if it had arrived. */
static struct frame written(void)
{
    struct frame frame = {.data = output.bytes.data + output.begun + FRAME_HEADER};
    uint64_t size;
    memcpy(&frame.type, output.bytes.data + output.begun + 4, sizeof frame.type);
    memcpy(&size, output.bytes.data + output.begun + 8, sizeof size);
    frame.size = (size_t)size;
    return frame;
}

static struct message_plan plan(void)
{
    return (struct message_plan){
        .experiment = "cold",
        .data = "ml_100k",
        .baseline = "bias",
        .answer = "median",
        .matters = 0.005,
        .binary = "thaw 0.1.0, OpenBLAS Haswell",
        .arm_count = 2,
        .arms = {{"ridge", "ridge head, 20 epochs", true}, {"bias", "", false}},
        .seed_count = 3,
        .seeds = {1, 2, UINT64_MAX},
    };
}

static const uint32_t support_starts[] = {0, 2, 2, 3}, support[] = {7, 8, 9};
static const uint32_t query_starts[] = {0, 1, 2, 4}, query[] = {10, 11, 12, 13};
static const float truth[] = {1, 5, 3.5f, 2};

static struct message_tasks tasks(void)
{
    return (struct message_tasks){.part = TASKS_VALIDATION,
                                  .scenario = "user-cold",
                                  .draw = 4,
                                  .count = 3,
                                  .users = "u1\0用户\0u3",
                                  .users_size = 13,
                                  .support_starts = support_starts,
                                  .query_starts = query_starts,
                                  .support = support,
                                  .query = query,
                                  .truth = truth};
}

static struct message_progress progress(void)
{
    return (struct message_progress){.run = 3,
                                     .phase = PHASE_TRAINING,
                                     .step = 10,
                                     .steps = 100,
                                     .share = 0.1,
                                     .rate = 12.5,
                                     .eta = (double)NAN,
                                     .loss = 0.75,
                                     .seconds = 3,
                                     .peak_bytes = 1 << 20};
}

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
    assert_string_equal(got.arms[1].name, "bias");
    assert_false(got.arms[1].learns);
    assert_true(got.seeds[2] == UINT64_MAX);
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
    };
    cases[0].sent.baseline = "mean";
    cases[1].sent.arms[0].name = "bias";
    cases[2].sent.seeds[1] = 1;
    cases[3].sent.seed_count = 0;
    cases[4].sent.arms[0].name = "a/b";
    cases[5].sent.arms[0].description = "\xff";
    cases[6].sent.arms[0].name = "best_plain";
    cases[7].sent.matters = -0.01;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        message_plan_write(&output, &cases[i].sent);
        struct frame frame = written();
        assert_false(message_plan_read(&got, &frame, &error));
        assert_string_equal(error.text, cases[i].text);
    }
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

static struct message_trial trial(void)
{
    return (struct message_trial){.arm = "maml",
                                  .trial = 8,
                                  .rung = 2,
                                  .share = 1,
                                  .score = -1.25,
                                  .seconds = 3.5,
                                  .settings = "arms.maml.learner.lr=0.01",
                                  .text = ""};
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

/* One frame of every message; `choice` runs over them. */
static bool write_sample(int choice)
{
    struct message_plan a = plan();
    struct message_bound b = {.arm_count = 2, .parameters = {5, 6}, .steps = {7, 0}};
    struct message_tasks c = tasks();
    struct message_point d = {.run = 1, .series = SERIES_VALIDATION, .step = 3, .value = 0.5};
    struct message_progress e = progress();
    struct message_checkpoint f = {.run = 2, .step = 9, .seconds = 1, .bytes = "abcde", .size = 5};
    struct message_predictions g = {
        .run = 1, .scenario = "warm", .values = truth, .deviations = truth, .count = 4};
    struct message_run_done h = {.run = 1, .parameters = 3};
    struct message_run_failed i = {.run = 1, .kind = ERROR_NUMERIC, .text = "the loss is infinite"};
    struct message_log j = {.run = UINT32_MAX, .line = "hello"};
    struct message_failed k = {.kind = ERROR_SCRIPT, .text = "a.lua:3: what", .line = 3};
    struct message_load m = {.path = "a", .text = "b", .size = 1, .settings = ""};
    struct message_run n = {.arm = "maml", .seed = 1, .checkpoint = "xyz", .size = 3};
    struct message_start o = {.seed = 1, .runs = 6};
    struct message_question p = {.type = QUESTION_RECOMMEND,
                                 .arm = "maml",
                                 .seed = 3,
                                 .checkpoint = "xyz",
                                 .checkpoint_size = 3,
                                 .bytes = "abcd",
                                 .size = 4};
    memset(h.weights, 'a', DIGEST_TEXT - 1);
    struct message_trial r = trial();
    struct message_tried t = {.arm = "maml", .trial = 8, .rung = 1, .score = -1.25};
    struct message_confined u = {.refused = {[LAYER_LANDLOCK] = 38}};
#define CASE(number, lower, message)                                                               \
    case number:                                                                                   \
        message_##lower##_write(&output, &message);                                                \
        return true
    switch (choice) {
        CASE(0, plan, a);
        CASE(1, bound, b);
        CASE(2, tasks, c);
        CASE(3, point, d);
        CASE(4, progress, e);
        CASE(5, checkpoint, f);
        CASE(6, predictions, g);
        CASE(7, run_done, h);
        CASE(8, run_failed, i);
        CASE(9, log, j);
        CASE(10, failed, k);
        CASE(12, load, m);
        CASE(13, run, n);
        CASE(14, start, o);
        CASE(15, question, p);
        CASE(11, trial, r);
        CASE(16, tried, t);
        CASE(17, confined, u);
    }
    return false;
}

static union {
#define X(name, lower, most) struct message_##lower lower;
    MESSAGES_TO_WORKER(X, MESSAGE_IS_EMPTY) MESSAGES_TO_KEEPER(X, MESSAGE_IS_EMPTY)
#undef X
} any;

static bool read_any(const struct frame *frame)
{
    switch (frame->type) {
#define X(name, lower, most)                                                                       \
    case MESSAGE_##name:                                                                           \
        return message_##lower##_read(&any.lower, frame, &error);
        MESSAGES_TO_WORKER(X, MESSAGE_IS_EMPTY) MESSAGES_TO_KEEPER(X, MESSAGE_IS_EMPTY)
#undef X
    }
    return true;
}

/* A copy of exactly the payload, so that a sanitizer sees one byte too many. */
static bool read_copy(struct frame frame, size_t size, size_t flip, unsigned char mask)
{
    unsigned char *copy = malloc(size + !size);
    memcpy(copy, frame.data, size);
    if (flip < size)
        copy[flip] ^= mask;
    frame.data = copy;
    frame.size = size;
    bool good = read_any(&frame);
    free(copy);
    return good;
}

static void a_message_that_is_cut_off_is_refused(void **state)
{
    (void)state;
    for (int choice = 0; write_sample(choice); choice++) {
        struct frame frame = written();
        assert_true(read_copy(frame, frame.size, SIZE_MAX, 0));
        for (size_t size = 0; size < frame.size; size++)
            if (read_copy(frame, size, SIZE_MAX, 0))
                fail_msg("message %d is accepted with %zu of %zu bytes", choice, size, frame.size);
    }
}

static void flipped_bits_never_lead_astray(void **state)
{
    (void)state;
    for (int choice = 0; write_sample(choice); choice++) {
        struct frame frame = written();
        for (size_t at = 0; at < frame.size; at++)
            for (int bit = 0; bit < 8; bit++)
                read_copy(frame, frame.size, at, (unsigned char)(1 << bit));
    }
}

static void random_payloads_never_lead_astray(void **state)
{
    (void)state;
    struct random random = random_at(3, RANDOM_SCRIPT, 0, 0);
    uint64_t bytes[32];
    for (int round = 0; round < 100000; round++) {
        size_t size = random_below(&random, sizeof bytes);
        for (size_t i = 0; i < 32; i++)
            bytes[i] = random_below(&random, 4) ? random_below(&random, 8)
                                                : random_bits(&random) * (uint64_t)0x100000001;
        struct frame frame = {.type = random_below(&random, MESSAGE_TYPES),
                              .data = (unsigned char *)bytes};
        read_copy(frame, size, SIZE_MAX, 0);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(layers_that_are_missing_have_names),
        TEST(without_the_filter_nothing_suffices),
        TEST(predictions_come_with_their_deviations_or_without),
        TEST(a_deviation_is_missing_from_no_prediction),
        TEST(a_plan_comes_back),
        TEST(the_scale_of_ratings_comes_back),
        TEST(a_done_run_brings_its_last_checkpoint),
        TEST(a_plan_that_contradicts_itself_is_refused),
        TEST(tasks_come_back_aligned),
        TEST(tasks_that_are_not_in_order_are_refused),
        TEST(numbers_that_mean_nothing_are_refused),
        TEST(a_checkpoint_comes_back),
        TEST(a_script_keeps_its_bytes),
        TEST(a_trial_comes_back_with_a_score_or_without),
        TEST(a_trial_that_cannot_be_is_refused),
        TEST(a_message_that_is_cut_off_is_refused),
        TEST(flipped_bits_never_lead_astray),
        TEST(random_payloads_never_lead_astray),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
