/* SPDX-License-Identifier: MIT
 *
 * The search of a real worker: its reports, the same result with any number of threads and
 * interruptions, and the choice of the best trial.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "real_worker.h"
#include "toy.h"

enum { EXECUTION_SEED = 5, TRIALS_MOST = 64 };

/* `own` learns nothing with two of its rates; some of those of `doomed` make numbers that are none.
 */
static const char script[] =
    "local thaw = require 'thaw'\n"
    "local map, learn, range = thaw.map, thaw.learn, thaw.range\n"
    "local model = thaw.mlp { embed = 4, hidden = { 6 }, decay = 0 }\n"
    "return thaw.experiment {\n"
    "  data = 'toy', search = { trials = 6, rungs = 2, factor = 2 },\n"
    "  tasks = thaw.tasks.by_user { min = 6, query = 3, draws = 1, shots = { 0, 5, 'all' },\n"
    "                               validation = 0.2 },\n"
    "  mapping = { user = { id = map.identity() }, item = { id = map.identity { drop = 0.1 } } },\n"
    "  arms = {\n"
    "    own = { model = model, learner = learn.joint { epochs = 8,\n"
    "            lr = range.choice { 1e-9, 1e-8, 1e-2 } } },\n"
    "    doomed = { model = model, learner = learn.joint { epochs = 4,\n"
    "            optimiser = 'sgd', lr = range.choice { 0.01, 8, 9, 10 } } },\n"
    "    fixed = { model = thaw.mlp { embed = 4, hidden = { 6 }, decay = 0, residual = false },\n"
    "              learner = learn.joint { epochs = 2, lr = 0.01 } },\n"
    "  },\n"
    "}\n";

struct tried {
    char arm[64], settings[512];
    uint32_t trial, rung;
    double score;
};

struct searched {
    struct tried tried[TRIALS_MOST];
    uint32_t count;
    uint32_t bound; /* BOUND messages after START */
    char weights[32][DIGEST_TEXT];
    uint32_t done;
    bool finished, stopped;
};

static const struct tried *find(const struct searched *searched, const char *arm, uint32_t trial,
                                uint32_t rung)
{
    for (uint32_t i = 0; i < searched->count; i++)
        if (strcmp(searched->tried[i].arm, arm) == 0 && searched->tried[i].trial == trial &&
            searched->tried[i].rung == rung)
            return &searched->tried[i];
    return NULL;
}

static void begin(struct real_worker *worker, uint32_t threads, const struct searched *before)
{
    struct plan plan;
    struct frame frame;
    struct dataset *dataset = toy_dataset(150);
    worker_start(worker, threads);
    worker_send_load(worker, script, false);
    worker_expect_plan(worker, &plan);
    worker_send_data(worker, dataset);
    worker_expect(worker, MESSAGE_BOUND, &frame);
    dataset_free(dataset);
    for (uint32_t i = 0; before && i < before->count; i++) {
        const struct message_tried tried = {.arm = before->tried[i].arm,
                                            .trial = before->tried[i].trial,
                                            .rung = before->tried[i].rung,
                                            .score = before->tried[i].score};
        worker_send_tried(worker, &tried);
    }
    for (uint32_t arm = 0; arm < plan.arm_count; arm++) {
        const struct message_run run = {.run = arm, .arm = plan.arms[arm], .seed = plan.seeds[0]};
        worker_send_run(worker, &run);
    }
    worker_send_start(worker, EXECUTION_SEED);
}

static void take(struct searched *searched, const struct frame *frame)
{
    struct error error;
    struct message_trial trial;
    struct message_run_done done;
    if (frame->type == MESSAGE_TRIAL && message_trial_read(&trial, frame, &error)) {
        struct tried *tried = &searched->tried[searched->count++];
        assert_int_equal(searched->done, 0); /* nothing is run before all is chosen */
        *tried = (struct tried){.trial = trial.trial, .rung = trial.rung, .score = trial.score};
        snprintf(tried->arm, sizeof tried->arm, "%s", trial.arm);
        snprintf(tried->settings, sizeof tried->settings, "%s", trial.settings);
    }
    if (frame->type == MESSAGE_RUN_DONE && message_run_done_read(&done, frame, &error)) {
        memcpy(searched->weights[done.run], done.weights, DIGEST_TEXT);
        searched->done++;
    }
    searched->bound += frame->type == MESSAGE_BOUND;
    searched->finished = searched->finished || frame->type == MESSAGE_FINISHED;
    searched->stopped = searched->stopped || frame->type == MESSAGE_STOPPED;
}

/* Until the end, or until so many trials have come. */
static void listen(struct real_worker *worker, struct searched *searched, uint32_t trials)
{
    struct frame frame;
    while (!searched->finished && !searched->stopped && searched->count < trials &&
           worker_hear(worker, 20, &frame))
        take(searched, &frame);
}

static void search(struct searched *searched, uint32_t threads, const struct searched *before,
                   char *log, size_t size)
{
    struct real_worker worker;
    memset(searched, 0, sizeof *searched);
    begin(&worker, threads, before);
    listen(&worker, searched, UINT32_MAX);
    if (log)
        snprintf(log, size, "%s", worker.log);
    assert_int_equal(worker_end(&worker), 0);
    assert_true(searched->finished);
}

static struct searched first, second;

/* Six trials at rung 0; three of them and the script's own settings, if they are not among those,
 * at rung 1; and of those the best. */
static void trials_are_halved_and_the_best_is_taken(void **state)
{
    (void)state;
    char log[8192];
    search(&first, 2, NULL, log, sizeof log);
    assert_int_equal(first.bound, 1);
    uint32_t at[2] = {0};
    const struct tried *best = NULL;
    for (uint32_t i = 0; i < first.count; i++) {
        const struct tried *tried = &first.tried[i];
        assert_string_not_equal(tried->arm, "fixed");
        if (strcmp(tried->arm, "own") != 0)
            continue;
        assert_true(isfinite(tried->score));
        at[tried->rung]++;
        if (tried->rung == 1 && (!best || tried->score > best->score ||
                                 (tried->score >= best->score && tried->trial < best->trial)))
            best = tried;
        /* Whoever stands at rung 1 is the script's own or among the three best. */
        uint32_t better = 0;
        for (uint32_t other = 0; tried->rung == 1 && other < 6; other++)
            better +=
                find(&first, "own", other, 0)->score > find(&first, "own", tried->trial, 0)->score;
        assert_true(tried->trial == 0 || better < 3);
    }
    assert_int_equal(at[0], 6);
    assert_true(at[1] == 3 || at[1] == 4);
    assert_string_equal(find(&first, "own", 0, 0)->settings, "");
    assert_non_null(strstr(best->settings, "arms.own.learner.lr=0.01"));
    char expected[64];
    snprintf(expected, sizeof expected, "search: own takes trial %u of 6", best->trial);
    assert_non_null(strstr(log, expected));
    assert_non_null(strstr(log, "search: fixed has no open option and stays as it is"));
}

static void a_trial_that_breaks_down_is_not_chosen(void **state)
{
    (void)state;
    uint32_t failed = 0;
    for (uint32_t i = 0; i < first.count; i++)
        if (strcmp(first.tried[i].arm, "doomed") == 0) {
            const char *settings = first.tried[i].settings;
            bool wild = *settings && !strstr(settings, "arms.doomed.learner.lr=0.01");
            failed += isnan(first.tried[i].score);
            assert_true(wild || !isnan(first.tried[i].score));
        }
    assert_true(failed > 0);
    for (uint32_t run = 0; run < 3; run++)
        assert_true(first.weights[run][0] != 0);
}

static void assert_same(const struct searched *a, const struct searched *b)
{
    assert_memory_equal(a->weights, b->weights, sizeof a->weights);
    for (uint32_t i = 0; i < a->count; i++) {
        const struct tried *other = find(b, a->tried[i].arm, a->tried[i].trial, a->tried[i].rung);
        assert_non_null(other);
        assert_memory_equal(&other->score, &a->tried[i].score, sizeof other->score);
    }
}

static void threads_change_nothing(void **state)
{
    (void)state;
    for (uint32_t threads = 1; threads <= 3; threads += 2) {
        search(&second, threads, NULL, NULL, 0);
        assert_int_equal(second.count, first.count);
        assert_same(&first, &second);
    }
}

/* What was known is not tried again, from none to all of it. */
static void an_interrupted_search_goes_on(void **state)
{
    (void)state;
    for (uint32_t known = 0; known <= first.count; known += 4) {
        struct searched before = first;
        before.count = known + 4 > first.count ? first.count : known;
        search(&second, 2, &before, NULL, 0);
        assert_int_equal(second.count, first.count - before.count);
        assert_memory_equal(first.weights, second.weights, sizeof first.weights);
    }
}

static void a_stopped_search_goes_on(void **state)
{
    (void)state;
    struct real_worker worker;
    struct searched begun = {0};
    begin(&worker, 2, NULL);
    listen(&worker, &begun, 3);
    worker_send(&worker, MESSAGE_PAUSE);
    worker_send(&worker, MESSAGE_STOP);
    listen(&worker, &begun, UINT32_MAX);
    assert_int_equal(worker_end(&worker), 0);
    assert_true(begun.stopped && begun.done == 0);
    search(&second, 2, &begun, NULL, 0);
    assert_int_equal(begun.count + second.count, first.count);
    assert_memory_equal(first.weights, second.weights, sizeof first.weights);
}

static void a_trial_nobody_knows_is_refused(void **state)
{
    (void)state;
    struct real_worker worker;
    struct frame frame;
    struct searched before = {.count = 1, .tried = {{.arm = "own", .trial = 6}}};
    begin(&worker, 1, &before);
    worker_expect(&worker, MESSAGE_FAILED, &frame);
    worker_end(&worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials_are_halved_and_the_best_is_taken),
        cmocka_unit_test(a_trial_that_breaks_down_is_not_chosen),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(an_interrupted_search_goes_on),
        cmocka_unit_test(a_stopped_search_goes_on),
        cmocka_unit_test(a_trial_nobody_knows_is_refused),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
