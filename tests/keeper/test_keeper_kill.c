/* SPDX-License-Identifier: MIT
 *
 * Keeper and worker are killed at random moments: while they start, compute, checkpoint, evaluate.
 * What is resumed must end with the digests of an undisturbed execution, every time: with the fake
 * worker, which is quick and checkpoints often, and with the real one on the bundled data.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "killing.h"
#include "workbench.h"

static void a_killed_sum_ends_with_the_same_digest(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    keeper_disconnect(keeper);
    killing_keeps_digests(bench, "steps=300 checkpoint=7 sleep=300 large=100000", 60, 0.12);
}

static void import_bundled(struct workbench *bench)
{
    const struct import_options options = {.name = "synthetic",
                                           .ratings = SYNTHETIC "/ratings.csv",
                                           .users = SYNTHETIC "/users.csv",
                                           .items = SYNTHETIC "/items.csv"};
    struct dataset_summary summary;
    struct import_report report;
    struct keeper *keeper = workbench_connect(bench);
    if (!keeper_import(keeper, &options, false, &summary, &report, &bench->error))
        fail_msg("%s", bench->error.text);
    keeper_disconnect(keeper);
}

/* The real worker, told to checkpoint far more often than it would. */
static void use_real_worker(struct workbench *bench)
{
    char *path = memory_format("%s/worker", bench->folder);
    FILE *file = fopen(path, "w");
    fprintf(file, "#!/bin/sh\nexec '%s' \"$@\" --checkpoint 0.02\n", WORKER);
    fclose(file);
    chmod(path, 0700);
    setenv("THAW_WORKER", path, 1);
    free(path);
}

static void killed_training_ends_with_the_same_digest(void **state)
{
    struct workbench *bench = *state;
    use_real_worker(bench);
    import_bundled(bench);
    killing_keeps_digests(
        bench,
        "local thaw = require 'thaw'\n"
        "local map, learn, plain = thaw.map, thaw.learn, thaw.plain\n"
        "local model = thaw.mlp { embed = 8, hidden = { 16 } }\n"
        "return thaw.experiment {\n"
        "  data = 'synthetic',\n"
        "  mapping = { user = { gender = map.category() }, item = { genres = map.bag() } },\n"
        "  arms = {\n"
        "    maml = { model = model, learner = learn.maml { epochs = 4 } },\n"
        "    ridge = { model = model, learner = learn.ridge { epochs = 4 } },\n"
        "    plain = { model = model, learner = learn.joint { epochs = 3 } },\n"
        "    bias = plain.bias(),\n"
        "  },\n"
        "  baseline = 'bias',\n"
        "}\n",
        14, 1.0);
}

/* What was tried before a kill is not tried again, and what is chosen is the same. */
static void a_killed_search_chooses_the_same(void **state)
{
    struct workbench *bench = *state;
    use_real_worker(bench);
    import_bundled(bench);
    killing_keeps_digests(
        bench,
        "local thaw = require 'thaw'\n"
        "local map, learn = thaw.map, thaw.learn\n"
        "local model = thaw.mlp { hidden = { 16 } }\n"
        "return thaw.experiment {\n"
        "  data = 'synthetic', search = { trials = 5, rungs = 2 },\n"
        "  mapping = { user = { gender = map.category() }, item = { genres = map.bag() } },\n"
        "  arms = {\n"
        "    ridge = { model = model, learner = learn.ridge { epochs = 3 } },\n"
        "    plain = { model = model, learner = learn.joint { epochs = 2 } },\n"
        "  },\n"
        "}\n",
        10, 1.5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_killed_sum_ends_with_the_same_digest),
        TEST(killed_training_ends_with_the_same_digest),
        TEST(a_killed_search_chooses_the_same),
    };
    return cmocka_run_group_tests_name("keeper_kill", tests, NULL, NULL);
}
