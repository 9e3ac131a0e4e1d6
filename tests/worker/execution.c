/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "execution.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "toy.h"

const char script[] =
    HEAD "local model = thaw.mlp { embed = 6, hidden = { 8 } }\n"
         "return thaw.experiment {\n"
         "  data = 'toy', seeds = 2, tasks = " TASKS ",\n"
         "  mapping = { user = { id = map.identity() },\n"
         "              item = { id = map.identity { drop = 0.1 } } },\n"
         "  arms = {\n"
         "    ridge = { model = model, learner = learn.ridge { epochs = 20, shard = 4 } },\n"
         "    maml = { model = model, learner = learn.maml { epochs = 20, shard = 8 } },\n"
         "    plain = { model = model, learner = learn.joint { epochs = 8,\n"
         "                                                     fine_tune = { steps = 2 } } },\n"
         "  },\n"
         "}\n";

/* Starts every run, from where the recorder's checkpoint left it. Returns how many there are. */
static uint32_t start_runs(struct real_worker *worker, const struct plan *plan,
                           const struct recorder *recorder)
{
    uint32_t count = 0;
    for (uint32_t arm = 0; arm < plan->arm_count; arm++) {
        uint32_t seeds = plan->learns[arm] ? plan->seed_count : 1;
        for (uint32_t seed = 0; seed < seeds; seed++, count++) {
            const struct recorded_run *run = &recorder->runs[count];
            struct message_run message = {.run = count,
                                          .arm = plan->arms[arm],
                                          .seed = plan->seeds[seed],
                                          .done = run->done,
                                          .step = run->step,
                                          .checkpoint = run->checkpoint.data,
                                          .size = run->checkpoint.size};
            worker_send_run(worker, &message);
        }
    }
    worker_send_start(worker, EXECUTION_SEED);
    return count;
}

uint32_t begin_script(struct real_worker *worker, const char *text, uint32_t threads,
                      struct recorder *recorder)
{
    struct plan plan;
    struct frame frame;
    struct dataset *dataset = toy_dataset(150);
    worker_start(worker, threads);
    worker_send_load(worker, text, false);
    worker_expect_plan(worker, &plan);
    worker_send_data(worker, dataset);
    worker_expect(worker, MESSAGE_BOUND, &frame);
    recorder->messages = 0;
    recorder_rewind(recorder);
    dataset_free(dataset);
    return start_runs(worker, &plan, recorder);
}

uint32_t begin(struct real_worker *worker, uint32_t threads, struct recorder *recorder)
{
    return begin_script(worker, script, threads, recorder);
}

void record(struct real_worker *worker, struct recorder *recorder, uint32_t most)
{
    struct frame frame;
    while (recorder->messages < most && !recorder->finished && !recorder->stopped &&
           worker_hear(worker, 20, &frame))
        recorder_take(recorder, &frame);
    assert_false(recorder->spoke_after_its_end);
}

uint32_t run_to_the_end(uint32_t threads, struct recorder *recorder)
{
    struct real_worker worker;
    uint32_t runs = begin(&worker, threads, recorder);
    record(&worker, recorder, NEVER);
    assert_true(recorder->finished);
    assert_int_equal(worker_end(&worker), 0);
    for (uint32_t i = 0; i < runs; i++)
        if (!recorder->runs[i].done)
            fail_msg("run %u: %s", i, recorder->runs[i].text);
    return runs;
}

struct recorder reference, recorded;

uint32_t run_total;

int set_up_group(void **state)
{
    (void)state;
    run_total = run_to_the_end(2, &reference);
    return 0;
}

int tear_down_group(void **state)
{
    (void)state;
    recorder_release(&reference);
    return 0;
}

int execution_tear_down(void **state)
{
    (void)state;
    recorder_release(&recorded);
    return 0;
}

void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}
