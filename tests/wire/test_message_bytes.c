/* SPDX-License-Identifier: MIT
 *
 * Messages with bytes that are cut off, flipped or random: each is refused or read, never overrun.
 */
#include "config.h"

#include "wire/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "sample_messages.h"

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
    struct message_metric v = metric();
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
        CASE(18, metric, v);
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
#define TEST(name) cmocka_unit_test_teardown(name, sample_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_message_that_is_cut_off_is_refused),
        TEST(flipped_bits_never_lead_astray),
        TEST(random_payloads_never_lead_astray),
    };
    return cmocka_run_group_tests_name("message_bytes", tests, NULL, NULL);
}
