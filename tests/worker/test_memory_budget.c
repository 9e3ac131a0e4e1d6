/* SPDX-License-Identifier: MIT
 *
 * Scripts that ask a real worker for too much memory. Each is refused with file and line before the
 * memory is taken, and the other runs continue.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"
#include "real_worker.h"
#include "recorder.h"
#include "toy.h"

enum { BUDGET = 64000000 };

/* Line 4 is what a learner does with a model's parameters `theta`, line 7 what it declares. */
static char *script_of(const char *adapt, const char *build, const char *mapping)
{
    return memory_format(
        "local thaw = require 'thaw'\n"
        "local map, grad = thaw.map, thaw.ad.grad\n"
        "local own = thaw.learner.define { name = 'own', adapt = function(self, model, theta, "
        "rows)\n"
        "  %s\n"
        "  return theta end }\n"
        "local big = thaw.model.define { name = 'big', build = function(self, space)\n"
        "  local list = {} %s\n"
        "  list[#list + 1] = thaw.model.dense('one', 1, 1, { start = 'constant', scale = 1 })\n"
        "  return list end,\n"
        "  features = function(self, theta, rows) return rows:constant(1) end,\n"
        "  predict = function(self, theta, rows) return rows:constant(3) * theta.one end }\n"
        "return thaw.experiment { data = 'toy', mapping = { %s },\n"
        "  tasks = thaw.tasks.by_user { min = 6, query = 3, draws = 1, shots = { 5 } },\n"
        "  arms = {\n"
        "    own = { model = big {}, learner = own { epochs = 1, batch = 16, shard = 4 } },\n"
        "    other = { model = thaw.mlp { embed = 2, hidden = { 2 } },\n"
        "              learner = thaw.learn.maml { epochs = 1 } } } }\n",
        adapt, build, mapping);
}

static const struct {
    const char *adapt, *build, *mapping, *text;
} cases[] = {
    {"", "list[1] = thaw.model.dense('weights', 2000000000, 1, {})", "",
     "test.lua:15: arm 'own': parameter `weights` of 2000000000x1 needs 8.0 GB, with its gradient "
     "and what the optimiser remembers 32 GB; this worker may use 64 MB of memory and uses "},
    {"", "for i = 1, 900 do list[i] = thaw.model.dense('w' .. i, 200, 200, {}) end", "",
     "` of 200x200 needs 160 kB, with"},
    {"local w, keep = theta.w, {} for i = 1, 100 do keep[i] = w + w end",
     "list[1] = thaw.model.dense('w', 600, 600, {})", "",
     "test.lua:4: add: a result of 600x600 needs 1.4 MB; this worker may use 64 MB of memory"},
    {"local x = theta.one for i = 1, 1e6 do x = x + 1 end", "", "",
     "test.lua:4: scale: a result of 1x1 needs "},
    {"local x = theta.one for i = 1, 1e7 do x = x:detach() end", "", "",
     "test.lua:4: one more value needs "},
    {"local x = theta.one for i = 1, 40 do x = x:concat(x) end", "", "",
     "test.lua:4: concat: a result of 1x"},
    {"local x = theta.one for i = 1, 40 do x = x:concat_rows(x) end", "", "", "test.lua:4: "},
    {"local x = rows:constant(1) for i = 1, 10 do x = x:concat_rows(x) end x:mm_t(x)", "", "",
     "test.lua:4: "},
    {"local x = (theta.w * theta.w):sum() for i = 1, 30 do local g = grad(x, theta.w) "
     "x = (g * g * theta.w):sum() end",
     "list[1] = thaw.model.dense('w', 100, 100, {})", "", "needs "},
    {"while true do pcall(function() local x = theta.w while true do x = x + theta.w end end) "
     "local good, why = pcall(function() return theta.w + theta.w end) "
     "if not good then error(why, 0) end end",
     "list[1] = thaw.model.dense('w', 600, 600, {})", "", "add: a result of 600x600 needs "},
    {"self.keep = {} for i = 1, 1e9 do self.keep[i] = i end", "", "",
     "test.lua:4: the script "}, /* needs more memory, or on a busy machine more time, than it may
                                  */
    {"", "",
     "user = { words = map.category((function() local n = 0 return function() n = n + 1 "
     "return ('w'):rep(600000) .. (n > 64 and n or 0) end end)()) }",
     "test.lua:12: "}, /* and so here */
};

/* Says what a check answers. */
static void check(const char *script, uint32_t threads, char text[MESSAGE_TEXT + 1])
{
    struct real_worker worker;
    struct plan plan;
    struct frame frame;
    struct error error;
    struct message_failed failed = {.text = "it was not refused"};
    struct dataset *dataset = toy_dataset(150);
    worker_start_within(&worker, threads, BUDGET);
    worker_send_load(&worker, script, true);
    worker_expect_plan(&worker, &plan);
    worker_send_data(&worker, dataset);
    dataset_free(dataset);
    if (!worker_hear(&worker, 60, &frame))
        failed.text = "it is gone";
    else if (frame.type == MESSAGE_FAILED)
        assert_true(message_failed_read(&failed, &frame, &error));
    snprintf(text, MESSAGE_TEXT + 1, "%s", failed.text);
    assert_int_equal(worker_end(&worker), 0);
}

static void what_is_too_large_is_refused_with_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[MESSAGE_TEXT + 1];
        char *script = script_of(cases[i].adapt, cases[i].build, cases[i].mapping);
        check(script, 1, text);
        if (!strstr(text, cases[i].text))
            fail_msg("case %zu: \"%s\" does not hold \"%s\"", i, text, cases[i].text);
        free(script);
    }
}

static void many_plain_arms_inside_a_learner_are_refused(void **state)
{
    (void)state;
    char text[MESSAGE_TEXT + 1];
    check(
        "local thaw = require 'thaw'\n"
        "local list = { thaw.learn.ridge {} }\n"
        "for i = 1, 15 do list[i + 1] = thaw.plain.gaussian_item { factors = 64, ridge = i } end\n"
        "return thaw.experiment { data = 'toy', mapping = {},\n"
        "  tasks = thaw.tasks.by_user { min = 6, query = 3, draws = 1, shots = { 5 } },\n"
        "  arms = { many = { model = thaw.mlp { embed = 2, hidden = { 2 } },\n"
        "           learner = thaw.learn.aggregate { members = list } } } }\n",
        1, text);
    if (!strstr(text, "test.lua:7: arm 'many': the plain arm gaussian_item needs "))
        fail_msg("\"%s\"", text);
}

/* -- runs -------------------------------------------------------------------------------------- */

static struct recorder recorder;

static int tear_down(void **state)
{
    (void)state;
    recorder_release(&recorder);
    return 0;
}

/* Runs all arms to their ends; returns how many there are, and which is `own`. */
static uint32_t run_all(const char *script, uint32_t threads, uint32_t *own)
{
    struct real_worker worker;
    struct plan plan;
    struct frame frame;
    uint32_t runs = 0;
    struct dataset *dataset = toy_dataset(150);
    worker_start_within(&worker, threads, BUDGET);
    worker_send_load(&worker, script, false);
    worker_expect_plan(&worker, &plan);
    worker_send_data(&worker, dataset);
    worker_expect(&worker, MESSAGE_BOUND, &frame);
    dataset_free(dataset);
    for (uint32_t arm = 0; arm < plan.arm_count; arm++, runs++) {
        if (strcmp(plan.arms[arm], "own") == 0)
            *own = runs;
        worker_send_run(&worker, &(struct message_run){
                                     .run = runs, .arm = plan.arms[arm], .seed = plan.seeds[0]});
    }
    worker_send_start(&worker, 5);
    while (!recorder.finished && worker_hear(&worker, 60, &frame))
        recorder_take(&recorder, &frame);
    assert_true(recorder.finished);
    assert_int_equal(worker_end(&worker), 0);
    return runs;
}

static void a_run_that_is_refused_leaves_the_others(void **state)
{
    (void)state;
    char *script = script_of("local w, keep = theta.w, {} "
                             "for i = 1, 100 do keep[i] = w + w end",
                             "list[1] = thaw.model.dense('w', 600, 600, {})", "");
    uint32_t own, runs = run_all(script, 2, &own);
    assert_true(runs > 2);
    for (uint32_t i = 0; i < runs; i++)
        assert_int_equal(recorder.runs[i].failed, i == own);
    assert_int_equal(recorder.runs[own].kind, ERROR_SCRIPT);
    assert_non_null(strstr(recorder.runs[own].text, "test.lua:4: add: a result of 600x600"));
    free(script);
}

/* A shard takes some 20 of 64 MB: four at once are more than there is, one is not. */
static void what_fits_alone_fits_with_any_number_of_threads(void **state)
{
    (void)state;
    char digests[2][DIGEST_TEXT];
    char *script = script_of("local x = theta.w for i = 1, 8 do x = (x + theta.w) * 0.5 end "
                             "theta.one = theta.one + x:mean() * 0",
                             "list[1] = thaw.model.dense('w', 600, 600, {})", "");
    for (int i = 0; i < 2; i++) {
        uint32_t own, runs = run_all(script, i == 0 ? 1 : 4, &own);
        for (uint32_t run = 0; run < runs; run++)
            if (!recorder.runs[run].done)
                fail_msg("run %u: %s", run, recorder.runs[run].text);
        recorder_digest(&recorder.runs[own], digests[i]);
        recorder_release(&recorder);
        recorder = (struct recorder){0};
    }
    assert_string_equal(digests[0], digests[1]);
    free(script);
}

/* -- walls ------------------------------------------------------------------------------------- */

static void the_walls_behind_the_budget_stand(void **state)
{
    (void)state;
    struct real_worker worker;
    struct plan plan;
    char *script = script_of("", "", "");
    char path[64], text[16] = "";
    worker_start_within(&worker, 2, BUDGET);
    worker_send_load(&worker, script, true);
    worker_expect_plan(&worker, &plan);
    snprintf(path, sizeof path, "/proc/%ld/oom_score_adj", (long)worker.pid);
    FILE *file = fopen(path, "r");
    if (file && fgets(text, sizeof text, file))
        assert_string_equal(text, "1000\n");
    if (file)
        fclose(file);
#ifndef THAW_SANITIZED
    struct rlimit limit;
    assert_int_equal(prlimit(worker.pid, RLIMIT_AS, NULL, &limit), 0);
    assert_in_range(limit.rlim_cur, BUDGET, (uint64_t)20 << 30);
#endif
    worker_kill(&worker);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_large_is_refused_with_a_sentence),
        cmocka_unit_test(many_plain_arms_inside_a_learner_are_refused),
        cmocka_unit_test_teardown(a_run_that_is_refused_leaves_the_others, tear_down),
        cmocka_unit_test_teardown(what_fits_alone_fits_with_any_number_of_threads, tear_down),
        cmocka_unit_test(the_walls_behind_the_budget_stand),
    };
    return cmocka_run_group_tests_name("memory_budget", tests, NULL, NULL);
}
