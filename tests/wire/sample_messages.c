/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sample_messages.h"

#include "wire/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct error error;
struct frame_output output;

int sample_tear_down(void **state)
{
    (void)state;
    frame_output_release(&output);
    return 0;
}

struct frame written(void)
{
    struct frame frame = {.data = output.bytes.data + output.begun + FRAME_HEADER};
    uint64_t size;
    memcpy(&frame.type, output.bytes.data + output.begun + 4, sizeof frame.type);
    memcpy(&size, output.bytes.data + output.begun + 8, sizeof size);
    frame.size = (size_t)size;
    return frame;
}

struct message_plan plan(void)
{
    return (struct message_plan){
        .experiment = "cold",
        .data = "ml_100k",
        .baseline = "bias",
        .answer = "median",
        .matters = 0.005,
        .negatives = 4,
        .negatives_by = "popularity",
        .binary = "thaw 0.1.0, OpenBLAS Haswell",
        .arm_count = 2,
        .arms = {{"ridge", "ridge head, 20 epochs", true}, {"bias", "", false}},
        .seed_count = 3,
        .seeds = {1, 2, UINT64_MAX},
        .metric_count = 1,
        .metrics = {{"near", "within one", true, METRIC_OF_LEVEL, "d"}},
    };
}

const uint32_t support_starts[] = {0, 2, 2, 3}, support[] = {7, 8, 9};
const uint32_t query_starts[] = {0, 1, 2, 4}, query[] = {10, 11, 12, 13};
const float truth[] = {1, 5, 3.5f, 2};

struct message_tasks tasks(void)
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

struct message_progress progress(void)
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

struct message_metric metric(void)
{
    static const double values[] = {0.5, (double)NAN, -2};
    return (struct message_metric){.run = 3,
                                   .metric = 1,
                                   .of = METRIC_OF_MEDIAN,
                                   .scenario = "warm",
                                   .shots = UINT32_MAX,
                                   .draw = 2,
                                   .validation = (double)NAN,
                                   .values = values,
                                   .count = 3};
}

struct message_trial trial(void)
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
