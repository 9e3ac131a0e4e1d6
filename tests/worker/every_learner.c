/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "every_learner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "toy.h"

enum { SCRIPT_MOST = 1 << 16, EXECUTION_SEED = 5 };

char *every_learner_script(void)
{
    const char *source = getenv("THAW_SOURCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/worker/every_learner.lua", source ? source : ".");
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s is not there", path);
    char *text = memory_new(SCRIPT_MOST);
    text[fread(text, 1, SCRIPT_MOST - 1, file)] = '\0';
    fclose(file);
    return text;
}

void every_learner_start(struct every_learner *all, const char *script, const char *settings,
                         uint32_t users, uint32_t threads)
{
    every_learner_go_on(all, script, settings, users, threads, NULL);
}

void every_learner_go_on(struct every_learner *all, const char *script, const char *settings,
                         uint32_t users, uint32_t threads, const struct recorder *from)
{
    struct real_worker *worker = &all->worker;
    struct dataset *dataset = toy_dataset(users);
    struct frame frame;
    worker_start(worker, threads);
    worker_send_load_set(worker, script, settings);
    worker_expect_plan(worker, &all->plan);
    worker_send_data(worker, dataset);
    worker_expect(worker, MESSAGE_BOUND, &frame);
    dataset_free(dataset);
    assert_true(all->plan.arm_count <= RECORDER_RUNS);
    for (all->runs = 0; all->runs < all->plan.arm_count; all->runs++) {
        struct message_run message = {
            .run = all->runs, .arm = all->plan.arms[all->runs], .seed = all->plan.seeds[0]};
        if (from) {
            const struct recorded_run *run = &from->runs[all->runs];
            message.done = !run->failed;
            message.step = run->step;
            message.checkpoint = run->checkpoint.data;
            message.size = run->checkpoint.size;
        }
        worker_send_run(worker, &message);
    }
    worker_send_start(worker, EXECUTION_SEED);
}

const char *every_learner_arm(const struct every_learner *all, uint32_t run)
{
    return all->plan.arms[run];
}
