/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "toy_campaign.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../task/usual_tasks.h"
#include "base/clock.h"
#include "base/memory.h"
#include "worker/campaign.h"

#include "recorder.h"
#include "toy.h"

const struct training_plan plans[LEARNERS] = {
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

int set_up(void **state)
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

int tear_down(void **state)
{
    struct stage *stage = *state;
    split_release(&stage->split);
    dataset_free(stage->dataset);
    free(stage);
    return 0;
}

struct line line_new(void)
{
    struct line line = {.outbox = outbox_new()};
    assert_int_equal(pipe2(line.ends, O_NONBLOCK | O_CLOEXEC), 0);
    frame_input_init(&line.input, messages_to_keeper, MESSAGE_TYPES);
    return line;
}

void line_release(struct line *line)
{
    outbox_free(line->outbox);
    close(line->ends[0]);
    close(line->ends[1]);
    frame_input_release(&line->input);
}

void carry(struct line *line, struct recorder *recorder, uint32_t most)
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

void wait_for_messages(struct line *line)
{
    struct pollfd wake = {.fd = outbox_wake_descriptor(line->outbox), .events = POLLIN};
    poll(&wake, 1, 20);
}

struct campaign *prepare(struct stage *stage, struct pool *pool, struct line *line,
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

void play(struct stage *stage, uint32_t threads, struct recorder *recorder, uint32_t cut,
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
